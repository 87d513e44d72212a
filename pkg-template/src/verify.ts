/// <reference lib="esnext.disposable" preserve="true" />
import { decodeBase64url } from "./base64url.js";
import { core } from "./boot.js";
import { readText, writeToken } from "./buffer.js";
import { VerifiedTokens } from "./cache.js";
import { CoreHandle } from "./core-handle.js";
import type { Duration } from "./duration.js";
import type { Verifier as Prepared } from "./edgeseal_bg.js";
import type { Secret } from "./key-ring.js";
import {
  anything,
  checkOptions,
  date,
  flag,
  type Given,
  integer,
  oneOrMore,
  seconds,
  someOf,
  text,
  textOrTexts,
  texts,
  withoutPrototype,
} from "./options.js";
import { failure, toError } from "./refusal.js";
import { type HmacAlgorithm, hmacAlgorithms } from "./secret.js";

/** @internal In bytes. */
export const DEFAULT_MAX_TOKEN_LENGTH = 8192;

/** Verified claims. Registered claims have the types that RFC 7519 §4.1 defines. */
export interface JwtClaims {
  /** Issuer. */
  iss?: string;
  /** Subject: who or what the token is about. */
  sub?: string;
  /** Audience: who the token is for. */
  aud?: string | string[];
  /** Expiration, in seconds since the epoch. Always present, because it is required. */
  exp: number;
  /** Not valid before, in seconds since the epoch. */
  nbf?: number;
  /** Issued at, in seconds since the epoch. */
  iat?: number;
  /** The token's id. */
  jti?: string;
  [claim: string]: unknown;
}

/**
 * What a verifier expects of a token. If you set an expected value for a claim, the claim is required and must match.
 */
export interface VerifyJwtOptions {
  /** The expected `iss`, or several allowed values. The token's `iss` must match exactly. */
  issuer?: string | readonly string[];
  /**
   * The expected `aud`, or several allowed values. Without this option, tokens with `aud` are refused (RFC 7519
   * §4.1.3); `false` accepts any `aud`.
   */
  audience?: string | readonly string[] | false;
  /** Allowed algorithms. By default, only HS256. */
  algorithms?: readonly HmacAlgorithm[];
  /** The expected media type in the header's `typ` (RFC 8725 §3.11). Default: absent or `JWT`. */
  typ?: string;
  /** The expected `sub`. */
  subject?: string;
  /**
   * Also accepts a `sub` that is a whole number, contrary to RFC 7519 §4.1.2, because some servers use a database id as
   * the subject. The `subject` option is then compared with the number written as text. Default `false`.
   */
  numericSubject?: boolean;
  /** The expected `jti`. */
  jwtId?: string;
  /**
   * Clock skew to allow for `exp` and `nbf`, in seconds or as a duration. Also applies to `iat` if you set more than 60
   * seconds. Default 0.
   */
  clockTolerance?: number | Duration;
  /**
   * @internal Clock skew to allow for `nbf`, but not for `exp`, in seconds. Also applies to `iat` if this value is more
   * than 60.
   */
  notBeforeTolerance?: number;
  /**
   * The maximum age of a token according to its `iat`, in seconds or as a duration: `3600` or `"1h"`. Makes `iat`
   * required.
   */
  maxTokenAge?: number | Duration;
  /** Claims that must be present, with any value. */
  requiredClaims?: readonly string[];
  /** The maximum length of a token, in bytes. Default 8192. */
  maxTokenLength?: number;
  /** The time to use instead of the current time. */
  currentDate?: Date;
  /** If `true`, the result also contains the header: {@link VerifiedJwt}. */
  complete?: false;
}

/** Options with `complete: true`. */
export type CompleteOptions<Options> = Omit<Options, "complete"> & { complete: true };

/** Verified claims, with your own type. `exp` is always present, because it is required. */
export type Verified<C> = C extends Pick<JwtClaims, "exp"> ? C : C & Pick<JwtClaims, "exp">;

/** The result if {@link VerifyJwtOptions.complete} is set. Both the header and the claims are verified. */
export interface VerifiedJwt<C extends object = JwtClaims> {
  /** The header (RFC 7515 §4): `alg`, and `typ` and `kid` if the token has them. */
  header: { alg: string; typ?: string; kid?: string; [parameter: string]: unknown };
  /** The claims. */
  claims: Verified<C>;
}

/** {@link VerifyJwtOptions} and the secret. */
export interface VerifierOptions extends VerifyJwtOptions {
  /** The secret that tokens are signed with, or several secrets keyed by `kid`. */
  secret: Secret;
  /**
   * How many verified tokens to remember, up to 100,000. Default 0. The times in a remembered token are still checked
   * on every call. Its claims are deeply frozen, because all callers get the same object.
   */
  cacheSize?: number;
}

/** Verifies tokens with one key and one set of options, which are prepared only once. */
export interface Verifier<Result extends object = JwtClaims> {
  /**
   * Returns the claims of a valid token. With the `complete` option, also returns its header.
   *
   * @throws {@link JwtError} with the code of the first rule that the token breaks.
   */
  verify(token: string): Result;
  /**
   * Zeroises the keys immediately, without waiting for this object to be garbage-collected. The verifier can't be used
   * afterwards.
   */
  free(): void;
  /** Same as {@link free}, for `using`. */
  [Symbol.dispose](): void;
}

const checks = {
  issuer: textOrTexts,
  audience: (value: unknown, name: string) => (value === false ? [] : oneOrMore(value, name)),
  algorithms: someOf(...hmacAlgorithms),
  typ: text,
  subject: text,
  numericSubject: flag,
  jwtId: text,
  clockTolerance: seconds(0),
  notBeforeTolerance: seconds(0),
  maxTokenAge: seconds(0),
  requiredClaims: texts,
  maxTokenLength: integer(1, 2 ** 30),
  currentDate: date,
  complete: flag,
};

const verifierChecks = { ...checks, secret: anything, cacheSize: integer(0, 100_000) };

type Expectations = Partial<Record<keyof VerifyJwtOptions, unknown>>;

/**
 * Creates a verifier and checks the secret. Call this function once, at module level.
 *
 * @throws {@link KeyError} `ERR_KEY_WEAK` for a weak secret, {@link EdgesealError} `ERR_OPTION_INVALID` for an invalid
 * option.
 */
export function createVerifier<
  C extends object = JwtClaims,
  const O extends Given<O, CompleteOptions<VerifierOptions>> = CompleteOptions<VerifierOptions>,
>(options: O): Verifier<VerifiedJwt<C>>;
export function createVerifier<
  C extends object = JwtClaims,
  const O extends Given<O, VerifierOptions> = VerifierOptions,
>(options: O): Verifier<Verified<C>>;
export function createVerifier(options: VerifierOptions | CompleteOptions<VerifierOptions>): Verifier<object> {
  const { secret, cacheSize, ...expectations } = checkOptions<VerifierOptions>(
    (options ?? {}) as VerifierOptions,
    verifierChecks,
    ["secret"],
  );
  const cache = cacheSize ? new VerifiedTokens<JwtClaims>(cacheSize as number) : undefined;
  const verifier = new PreparedVerifier(secret as Secret, withoutPrototype(expectations), cache);
  verifier.keep();
  return verifier;
}

/**
 * Verifies a token's signature, validates its claims (RFC 7519 §7.2, RFC 8725) and returns them. For several tokens
 * with the same secret, {@link createVerifier} is faster.
 *
 * @throws {@link JwtError} with the code of the first rule that the token breaks; {@link KeyError} `ERR_KEY_WEAK` for a
 * weak secret; {@link EdgesealError} `ERR_OPTION_INVALID` for an invalid option.
 */
export function verifyJwt<
  C extends object = JwtClaims,
  const O extends Given<O, CompleteOptions<VerifyJwtOptions>> = CompleteOptions<VerifyJwtOptions>,
>(token: string, secret: Secret, options: O): VerifiedJwt<C>;
export function verifyJwt<C extends object = JwtClaims, const O extends Given<O, VerifyJwtOptions> = VerifyJwtOptions>(
  token: string,
  secret: Secret,
  options?: O,
): Verified<C>;
export function verifyJwt(
  token: string,
  secret: Secret,
  options?: VerifyJwtOptions | CompleteOptions<VerifyJwtOptions>,
): object {
  const verifier = new PreparedVerifier(secret, checkOptions(options as VerifyJwtOptions, checks), undefined);
  try {
    return verifier.verify(token);
  } finally {
    verifier.free();
  }
}

class PreparedVerifier implements Verifier<object> {
  readonly #handle: CoreHandle<Prepared>;
  readonly #limit: number;
  readonly #now: number | undefined;
  readonly #complete: boolean;
  readonly #cache: VerifiedTokens<JwtClaims> | undefined;

  constructor(secret: Secret, expectations: Expectations, cache: VerifiedTokens<JwtClaims> | undefined) {
    const algorithms = expectations.algorithms as HmacAlgorithm[] | undefined;
    this.#limit = (expectations.maxTokenLength as number | undefined) ?? DEFAULT_MAX_TOKEN_LENGTH;
    this.#now = expectations.currentDate as number | undefined;
    this.#complete = expectations.complete === true;
    this.#cache = cache;
    // It is safe to pass on the whole object: it has only own properties, and all of them have been checked.
    this.#handle = new CoreHandle(
      secret,
      algorithms ?? ["HS256"],
      (instance, secrets) => new instance.Verifier(secrets, expectations),
    );
    this.#handle.in(core(), "a verifier");
  }

  /** This is a property of the instance rather than a method, so that it can be passed on as a function. */
  readonly verify = (token: string): object => {
    const current = core();
    const prepared = this.#handle.in(current, "a verifier");
    const now = this.#now ?? Date.now() / 1000;
    const remembered = this.#cache?.get(token, now);
    if (remembered !== undefined) return this.#complete ? { header: headerOf(token), claims: remembered } : remembered;

    let json: string | undefined;
    let refused: unknown;
    // This does the same as `callCore`, but without creating a closure for each token.
    try {
      const length = prepared.verify(writeToken(current, token, this.#limit), now);
      if (length < 0) refused = current.refusal();
      else json = readText(current, length);
    } catch (cause) {
      current.broken = true;
      throw failure(cause, current);
    }
    if (json === undefined) throw toError(refused);
    // `JSON.parse` makes `__proto__` an own property, so a claim can't change the prototype.
    let claims: JwtClaims = JSON.parse(json);
    if (this.#cache !== undefined) claims = this.#cache.add(token, claims, current);
    return this.#complete ? { header: headerOf(token), claims } : claims;
  };

  keep(): void {
    this.#handle.keep();
  }

  free(): void {
    this.#cache?.clear();
    this.#handle.free();
  }

  [Symbol.dispose](): void {
    this.free();
  }
}

/** Returns the header of a token. The core has already verified this token and parsed its header strictly. */
function headerOf(token: string): VerifiedJwt["header"] {
  return JSON.parse(new TextDecoder().decode(decodeBase64url(token.slice(0, token.indexOf(".")))));
}
