/** Every code that an error from this package can have. */
export const errorCodes = [
  "ERR_JWT_MALFORMED",
  "ERR_JWT_TOO_LARGE",
  "ERR_JWT_ALG_NOT_ALLOWED",
  "ERR_JWT_CRIT_UNSUPPORTED",
  "ERR_JWT_TYP_MISMATCH",
  "ERR_JWT_SIGNATURE_INVALID",
  "ERR_JWT_EXPIRED",
  "ERR_JWT_NOT_YET_VALID",
  "ERR_JWT_CLAIM_MISSING",
  "ERR_JWT_CLAIM_INVALID",
  "ERR_KEY_WEAK",
  "ERR_KEY_UNKNOWN",
  "ERR_PASSWORD_TOO_LONG",
  "ERR_PASSWORD_INVALID",
  "ERR_PASSWORD_HASH_INVALID",
  "ERR_PASSWORD_PARAMS_REFUSED",
  "ERR_WEBHOOK_HEADER_MISSING",
  "ERR_WEBHOOK_HEADER_INVALID",
  "ERR_WEBHOOK_TIMESTAMP_INVALID",
  "ERR_WEBHOOK_SIGNATURE_INVALID",
  "ERR_WEBHOOK_PAYLOAD_INVALID",
  "ERR_OPTION_INVALID",
] as const;

/** The stable name of an error. Base decisions on it, because messages may change. */
export type EdgesealErrorCode = (typeof errorCodes)[number];

/** The codes of a {@link JwtError}. */
export type JwtErrorCode = Extract<EdgesealErrorCode, `ERR_JWT_${string}` | "ERR_KEY_UNKNOWN" | "ERR_OPTION_INVALID">;

/** The codes of a {@link KeyError}. */
export type KeyErrorCode = Extract<EdgesealErrorCode, "ERR_KEY_WEAK" | "ERR_OPTION_INVALID">;

/** The codes of a {@link PasswordError}. */
export type PasswordErrorCode = Extract<EdgesealErrorCode, `ERR_PASSWORD_${string}` | "ERR_KEY_UNKNOWN">;

/** The codes of a {@link WebhookError}. */
export type WebhookErrorCode = Extract<EdgesealErrorCode, `ERR_WEBHOOK_${string}`>;

const BRAND = Symbol.for("edgeseal.error");

/** The base class of this package's errors. The message never contains a token, secret, password or hash. */
export class EdgesealError<Code extends EdgesealErrorCode = EdgesealErrorCode> extends Error {
  /** The stable name of this error. */
  readonly code: Code;
  /** The claim that caused the error, if there is one. */
  readonly claim: string | undefined;

  constructor(code: Code, message: string, claim?: string) {
    super(message);
    this.code = code;
    this.claim = claim;
    Object.defineProperty(this, BRAND, { value: true });
    Object.defineProperty(this, "name", { value: new.target.name, configurable: true });
  }

  /** @internal Bundlers rename classes, so the name is written out as text. */
  static override readonly name: string = "EdgesealError";

  /** Returns the name, code, claim and message. It is safe to log them. */
  toJSON(): { name: string; code: Code; claim?: string; message: string } {
    const { name, code, claim, message } = this;
    return claim === undefined ? { name, code, message } : { name, code, claim, message };
  }
}

/** The error for a token that was refused, or for claims that could not be signed. */
export class JwtError extends EdgesealError<JwtErrorCode> {
  static override readonly name: string = "JwtError";
}

/** The error for a secret that can't be used as a key. */
export class KeyError extends EdgesealError<KeyErrorCode> {
  static override readonly name: string = "KeyError";
}

/** The error for a password that could not be hashed or checked. */
export class PasswordError extends EdgesealError<PasswordErrorCode> {
  static override readonly name: string = "PasswordError";
}

/** The error for a webhook that was refused. */
export class WebhookError extends EdgesealError<WebhookErrorCode> {
  static override readonly name: string = "WebhookError";
}

/** Any error from this package. `code` says which error it is. */
export type AnyEdgesealError = JwtError | KeyError | PasswordError | WebhookError | EdgesealError<"ERR_OPTION_INVALID">;

const names: readonly unknown[] = ["EdgesealError", "JwtError", "KeyError", "PasswordError", "WebhookError"];

/**
 * Returns whether a value is an error from this package. Also works where `instanceof` fails: across realms, and
 * between the ESM and CommonJS copies. Errors from a worker's `error` event or from JSON are recognized by their name
 * and code. `structuredClone` and `postMessage` drop the code of every error, so pass `error.toJSON()` to them; its
 * result is recognized here, too.
 */
export function isEdgesealError(value: unknown): value is AnyEdgesealError {
  if (typeof value !== "object" || value === null) return false;
  try {
    if (Object.hasOwn(value, BRAND)) return true;
    const { name, code, message } = value as Partial<EdgesealError>;
    return names.includes(name) && errorCodes.includes(code as EdgesealErrorCode) && typeof message === "string";
  } catch {
    // A getter threw, or a proxy was revoked.
    return false;
  }
}
