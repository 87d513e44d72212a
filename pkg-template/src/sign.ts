/// <reference lib="esnext.disposable" preserve="true" />
import { core } from "./boot.js";
import { readMovedText, writeText } from "./buffer.js";
import { CoreHandle } from "./core-handle.js";
import type { Duration } from "./duration.js";
import type { Signer as Prepared } from "./edgeseal_bg.js";
import { JwtError } from "./errors.js";
import type { Secret } from "./key-ring.js";
import {
  anything,
  checkOptions,
  date,
  flag,
  type Given,
  misuse,
  oneOf,
  oneOrMore,
  seconds,
  text,
  withoutPrototype,
} from "./options.js";
import { callCore } from "./refusal.js";
import { type HmacAlgorithm, hmacAlgorithms } from "./secret.js";

/** The options of {@link signJwt}. */
export interface SignJwtOptions {
  /** Sets `exp` to this many seconds, or this duration, after `iat`: `900` or `"15m"`. */
  expiresIn?: number | Duration;
  /** Sets `nbf` to this many seconds, or this duration, after `iat`. */
  notBefore?: number | Duration;
  /** Sets `iss`. */
  issuer?: string;
  /** Sets `aud`. */
  audience?: string | readonly string[];
  /** Sets `sub`. */
  subject?: string;
  /** Allows the claims' `sub` to be a whole number, contrary to RFC 7519 §4.1.2. Default `false`. */
  numericSubject?: boolean;
  /** Sets `jti`. */
  jwtId?: string;
  /** Sets the header's `kid`. Overrides the secret's own `kid`. */
  keyId?: string;
  /** The header's `typ`; `false` leaves it out. Default `JWT`. */
  typ?: string | false;
  /** The algorithm. Default HS256. */
  algorithm?: HmacAlgorithm;
  /** The time to use instead of the current time. */
  currentDate?: Date;
}

const checks = {
  expiresIn: seconds(0.001),
  notBefore: seconds(0),
  issuer: text,
  audience: oneOrMore,
  subject: text,
  numericSubject: flag,
  jwtId: text,
  keyId: text,
  typ: (value: unknown, name: string) => (value === false ? "" : text(value, name)),
  algorithm: oneOf(...hmacAlgorithms),
  currentDate: date,
};

const signerChecks = { ...checks, secret: anything };

/** {@link SignJwtOptions} and the secret. */
export interface SignerOptions extends SignJwtOptions {
  /** The secret to sign with. If you pass several secrets, keyed by `kid`, the first one is used. */
  secret: Secret;
}

/** Signs tokens with one key and one set of options, which are prepared only once. */
export interface Signer {
  /**
   * Returns a token with these claims, as {@link signJwt} does.
   *
   * @throws {@link JwtError} for claims that a verifier would refuse: `ERR_JWT_CLAIM_INVALID`, `ERR_JWT_CLAIM_MISSING`.
   */
  sign(claims: object): string;
  /**
   * Zeroises the keys immediately, without waiting for this object to be garbage-collected. The signer can't be used
   * afterwards.
   */
  free(): void;
  /** Same as {@link free}, for `using`. */
  [Symbol.dispose](): void;
}

/**
 * Creates a signer and checks the secret. Call this function once, at module level.
 *
 * @throws {@link KeyError} `ERR_KEY_WEAK` for a weak secret, {@link EdgesealError} `ERR_OPTION_INVALID` for an invalid
 * option.
 */
export function createSigner<const O extends Given<O, SignerOptions>>(options: O): Signer {
  const { secret, ...additions } = checkOptions<SignerOptions>(options ?? {}, signerChecks, ["secret"]);
  const signer = new PreparedSigner(secret as Secret, withoutPrototype(additions));
  signer.keep();
  return signer;
}

/**
 * Signs claims and returns the token (RFC 7519 §7.1). `iat` is the current time unless the claims contain an `iat`.
 * `exp` is required: set `expiresIn`, or `exp` in the claims. Properties that are `undefined` are left out. For several
 * tokens with the same secret, {@link createSigner} is faster.
 *
 * @throws {@link JwtError} for claims that {@link verifyJwt} would refuse: `ERR_JWT_CLAIM_INVALID`,
 * `ERR_JWT_CLAIM_MISSING`; {@link KeyError} `ERR_KEY_WEAK` for a weak secret; {@link EdgesealError}
 * `ERR_OPTION_INVALID` for an invalid option.
 */
export function signJwt<const O extends Given<O, SignJwtOptions> = SignJwtOptions>(
  claims: object,
  secret: Secret,
  options?: O,
): string {
  const signer = new PreparedSigner(secret, checkOptions<SignJwtOptions>(options, checks));
  try {
    return signer.sign(claims);
  } finally {
    signer.free();
  }
}

class PreparedSigner implements Signer {
  readonly #handle: CoreHandle<Prepared>;
  readonly #now: number | undefined;

  constructor(secret: Secret, additions: Partial<Record<keyof SignJwtOptions, unknown>>) {
    const algorithm = (additions.algorithm as HmacAlgorithm | undefined) ?? "HS256";
    this.#now = additions.currentDate as number | undefined;
    // It is safe to pass on the whole object: it has only own properties, and all of them have been checked.
    this.#handle = new CoreHandle(secret, [algorithm], (instance, secrets) => new instance.Signer(secrets, additions));
    this.#handle.in(core(), "a signer");
  }

  /** This is a property of the instance rather than a method, so that it can be passed on as a function. */
  readonly sign = (claims: object): string => {
    checkJson(claims, "claims", undefined);
    const json: unknown = JSON.stringify(claims);
    if (typeof json !== "string") throw misuse("claims", "plain JSON");
    const current = core();
    const prepared = this.#handle.in(current, "a signer");
    return callCore(() => {
      const length = writeText(current, json);
      return readMovedText(current, prepared.sign(length, this.#now ?? Date.now() / 1000));
    }, current);
  };

  keep(): void {
    this.#handle.keep();
  }

  free(): void {
    this.#handle.free();
  }

  [Symbol.dispose](): void {
    this.free();
  }
}

/**
 * Refuses values that JSON cannot represent, and says where they are. `JSON.stringify` would write `null` in their
 * place, or leave them out.
 */
function checkJson(value: unknown, name: string, claim: string | undefined, depth = 0): void {
  if (value === null || typeof value === "string" || typeof value === "boolean") return;
  if (typeof value === "number" && Number.isFinite(value)) return;
  if (depth < 32 && typeof value === "object") {
    if (Array.isArray(value)) {
      for (const item of value) checkJson(item, name, claim, depth + 1);
      return;
    }
    const prototype = Object.getPrototypeOf(value);
    if (prototype === null || Object.getPrototypeOf(prototype) === null) {
      for (const key of Object.keys(value)) {
        const member = (value as Record<string, unknown>)[key];
        if (member !== undefined) checkJson(member, key, claim ?? key, depth + 1);
      }
      return;
    }
  }
  throw new JwtError("ERR_JWT_CLAIM_INVALID", `"${name}" is not plain JSON of at most 32 levels`, claim);
}
