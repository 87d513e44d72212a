/// <reference lib="esnext.disposable" preserve="true" />
import { core } from "./boot.js";
import type { Duration } from "./duration.js";
import type { Signer as Prepared } from "./edgeseal_bg.js";
import { JwtError } from "./errors.js";
import { Keyed } from "./core-handle.js";
import type { Secret } from "./key-ring.js";
import { anything, bare, date, flag, type Given, misuse, oneOrMore, only, seconds, take, text } from "./options.js";
import { ask } from "./refusal.js";
import { readMoved, writeAll } from "./buffer.js";
import { type HmacAlgorithm, hmacAlgorithms } from "./secret.js";

/** What to add to the claims and the header. */
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
  /** Lets the claims' `sub` be a whole number, against RFC 7519 §4.1.2. Default `false`. */
  numericSubject?: boolean;
  /** Sets `jti`. */
  jwtId?: string;
  /** Sets the header's `kid`, instead of the one by which the secret is named. */
  keyId?: string;
  /** The header's `typ`; `false` leaves it out. Default `JWT`. */
  typ?: string | false;
  /** Default HS256. */
  algorithm?: HmacAlgorithm;
  /** The time to sign at instead of the clock. */
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
  algorithm: only(...hmacAlgorithms),
  currentDate: date,
};

const signerChecks = { ...checks, secret: anything };

/** {@link SignJwtOptions} and the secret. */
export interface SignerOptions extends SignJwtOptions {
  /** The secret to sign with; of several by `kid` the first. */
  secret: Secret;
}

/** Signs tokens with one key and one set of options, both prepared once. */
export interface Signer {
  /**
   * A token of these claims, as {@link signJwt} makes it.
   *
   * @throws {@link JwtError} for claims that a verifier would refuse.
   */
  sign(claims: object): string;
  /** Zeroises the keys now instead of when this object is collected. It signs nothing afterwards. */
  free(): void;
  /** {@link free}, for `using`. */
  [Symbol.dispose](): void;
}

/**
 * Prepares a signer. Make it once, at module level; the secret is checked here.
 *
 * @throws {@link KeyError} for a weak secret, {@link EdgesealError} for a wrong option.
 */
export function createSigner<const O extends Given<O, SignerOptions>>(options: O): Signer {
  const { secret, ...additions } = take<SignerOptions>(options ?? {}, signerChecks, ["secret"]);
  const signer = new PreparedSigner(secret as Secret, bare(additions));
  signer.keep();
  return signer;
}

/**
 * Signs claims as a token. `iat` is set to now unless the claims carry one; `exp` is required, by
 * `expiresIn` or in the claims. Members that are `undefined` are left out. For more than one token
 * with the same secret, {@link createSigner} is faster.
 *
 * @throws {@link JwtError} for claims that {@link verifyJwt} would refuse, {@link KeyError} for a
 * weak secret, {@link EdgesealError} for a wrong option.
 */
export function signJwt<const O extends Given<O, SignJwtOptions> = SignJwtOptions>(
  claims: object,
  secret: Secret,
  options?: O,
): string {
  const signer = new PreparedSigner(secret, take<SignJwtOptions>(options, checks));
  try {
    return signer.sign(claims);
  } finally {
    signer.free();
  }
}

class PreparedSigner implements Signer {
  readonly #keyed: Keyed<Prepared>;
  readonly #now: number | undefined;

  constructor(secret: Secret, additions: Partial<Record<keyof SignJwtOptions, unknown>>) {
    const algorithm = (additions.algorithm as HmacAlgorithm | undefined) ?? "HS256";
    this.#now = additions.currentDate as number | undefined;
    // Handed on whole: only own members that were checked.
    this.#keyed = new Keyed(secret, [algorithm], (of, secrets) => new of.Signer(secrets, additions));
    this.#keyed.of(core(), "a signer");
  }

  /** A property of each, so that it can be handed on alone. */
  readonly sign = (claims: object): string => {
    checkJson(claims, "claims", undefined);
    const json: unknown = JSON.stringify(claims);
    if (typeof json !== "string") throw misuse("claims", "plain JSON");
    const current = core();
    const prepared = this.#keyed.of(current, "a signer");
    return ask(() => {
      const length = writeAll(current, json);
      return readMoved(current, prepared.sign(length, this.#now ?? Date.now() / 1000));
    }, current);
  };

  keep(): void {
    this.#keyed.keep();
  }

  free(): void {
    this.#keyed.free();
  }

  [Symbol.dispose](): void {
    this.free();
  }
}

/** Refuses, by name, what JSON has no form for, rather than have it signed as `null` or left out. */
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
