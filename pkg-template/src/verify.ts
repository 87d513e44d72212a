/// <reference lib="esnext.disposable" preserve="true" />
import { decodeBase64url } from "./base64url.js";
import { core } from "./boot.js";
import { VerifiedTokens } from "./cache.js";
import type { Duration } from "./duration.js";
import type { Verifier as Prepared } from "./edgeseal_bg.js";
import { Keyed } from "./core-handle.js";
import type { Secret } from "./key-ring.js";
import {
  anything,
  bare,
  date,
  flag,
  type Given,
  integer,
  oneOrMore,
  seconds,
  someOf,
  take,
  text,
  texts,
} from "./options.js";
import { ask, failed, thrown } from "./refusal.js";
import { read, write } from "./buffer.js";
import { type HmacAlgorithm, hmacAlgorithms } from "./secret.js";

/** @internal In bytes. */
export const DEFAULT_MAX_TOKEN_LENGTH = 8192;

/** Verified claims. The registered ones have the types that RFC 7519 gives them. */
export interface JwtClaims {
  /** Issuer. */
  iss?: string;
  /** Subject: whom the token is about. */
  sub?: string;
  /** Audience: whom the token is for. */
  aud?: string | string[];
  /** Expiration, in seconds since the epoch. Always there: it is required. */
  exp: number;
  /** Not valid before, in seconds since the epoch. */
  nbf?: number;
  /** Issued at, in seconds since the epoch. */
  iat?: number;
  /** Token id. */
  jti?: string;
  [claim: string]: unknown;
}

/** What a verifier expects of a token. Naming a value makes its claim required. */
export interface VerifyJwtOptions {
  /** Exactly this `iss`, or one of these. */
  issuer?: string | readonly string[];
  /**
   * One of these in `aud`. Without this option a token that carries `aud` is
   * refused (RFC 7519 §4.1.3); `false` leaves `aud` unread.
   */
  audience?: string | readonly string[] | false;
  /** Allowed algorithms. Default HS256 only. */
  algorithms?: readonly HmacAlgorithm[];
  /** Exactly this media type in the header's `typ`. Default: absent or `JWT`. */
  typ?: string;
  /** Exactly this `sub`. */
  subject?: string;
  /**
   * Takes a `sub` that is a whole number too, against RFC 7519 §4.1.2, as some servers sign the ids of their database.
   * `subject` is then its text. Default `false`.
   */
  numericSubject?: boolean;
  /** Exactly this `jti`. */
  jwtId?: string;
  /** Clock skew to allow for `exp` and `nbf`, in seconds; for `iat` where it is more than 60. Default 0. */
  clockTolerance?: number | Duration;
  /** @internal Clock skew to allow for `nbf`, and for `iat` over 60, but not for `exp`, in seconds. */
  notBeforeTolerance?: number;
  /** Oldest `iat` to take, in seconds or as a duration: `3600` or `"1h"`. */
  maxTokenAge?: number | Duration;
  /** Claims that must be there, whatever their value. */
  requiredClaims?: readonly string[];
  /** Longest token to read, in bytes. Default 8192. */
  maxTokenLength?: number;
  /** The time to check against instead of the clock. */
  currentDate?: Date;
  /** `true` gives the header, too: {@link VerifiedJwt}. */
  complete?: false;
}

/** The options of who wants the header, too. */
export type CompleteOptions<Options> = Omit<Options, "complete"> & { complete: true };

/** Claims of a type of one's own. `exp` is always there: it is required. */
export type Verified<C> = C extends Pick<JwtClaims, "exp"> ? C : C & Pick<JwtClaims, "exp">;

/** What {@link VerifyJwtOptions.complete} asks for. Both are verified. */
export interface VerifiedJwt<C extends object = JwtClaims> {
  /** The header (RFC 7515 §4): `alg`, and `typ` and `kid` where the token has them. */
  header: { alg: string; typ?: string; kid?: string; [parameter: string]: unknown };
  claims: Verified<C>;
}

/** {@link VerifyJwtOptions} and the secret. */
export interface VerifierOptions extends VerifyJwtOptions {
  /** The secret that the tokens were signed with, or several by `kid`. */
  secret: Secret;
  /**
   * How many verified tokens to remember, up to 100,000. Default 0: none. A remembered token still
   * meets every check of time, and its claims are deeply frozen, as every caller gets the same ones.
   */
  cacheSize?: number;
}

/** Verifies tokens with one key and one set of expectations, both prepared once. */
export interface Verifier<Result extends object = JwtClaims> {
  /**
   * The claims of a token that holds; with the option `complete` its header, too.
   *
   * @throws {@link JwtError} with the first rule that the token breaks.
   */
  verify(token: string): Result;
  /** Zeroises the keys now instead of when this object is collected. It verifies nothing afterwards. */
  free(): void;
  /** {@link free}, for `using`. */
  [Symbol.dispose](): void;
}

const checks = {
  issuer: (value: unknown, name: string) => (typeof value === "string" ? text(value, name) : oneOrMore(value, name)),
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
 * Prepares a verifier. Make it once, at module level; the secret is checked here.
 *
 * @throws {@link KeyError} for a weak secret, {@link EdgesealError} for a wrong option.
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
  const { secret, cacheSize, ...expectations } = take<VerifierOptions>(
    (options ?? {}) as VerifierOptions,
    verifierChecks,
    ["secret"],
  );
  const cache = cacheSize ? new VerifiedTokens<JwtClaims>(cacheSize as number) : undefined;
  const verifier = new PreparedVerifier(secret as Secret, bare(expectations), cache);
  verifier.keep();
  return verifier;
}

/**
 * Verifies one token. For more than one with the same secret, {@link createVerifier} is faster.
 *
 * @throws {@link JwtError} with the first rule that the token breaks, {@link KeyError} for a weak
 * secret, {@link EdgesealError} for a wrong option.
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
  const verifier = new PreparedVerifier(secret, take(options as VerifyJwtOptions, checks), undefined);
  try {
    return verifier.verify(token);
  } finally {
    verifier.free();
  }
}

class PreparedVerifier implements Verifier<object> {
  readonly #keyed: Keyed<Prepared>;
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
    // Handed on whole: only own members that were checked.
    this.#keyed = new Keyed(secret, algorithms ?? ["HS256"], (of, secrets) => new of.Verifier(secrets, expectations));
    this.#keyed.of(core(), "a verifier");
  }

  /** A property of each, so that it can be handed on alone. */
  readonly verify = (token: string): object => {
    const current = core();
    const prepared = this.#keyed.of(current, "a verifier");
    const now = this.#now ?? Date.now() / 1000;
    const remembered = this.#cache?.get(token, now);
    if (remembered !== undefined) return this.#complete ? { header: headerOf(token), claims: remembered } : remembered;

    let json: string | undefined;
    let refused: unknown;
    // What `ask` does, without a closure for each token.
    try {
      const length = prepared.verify(write(current, token, this.#limit), now);
      if (length < 0) refused = current.refusal();
      else json = read(current, length);
    } catch (cause) {
      current.broken = true;
      throw failed(cause, current);
    }
    if (json === undefined) throw thrown(refused);
    // `JSON.parse` makes `__proto__` an own property: no claim reaches a prototype.
    let claims: JwtClaims = JSON.parse(json);
    if (this.#cache !== undefined) claims = this.#cache.add(token, claims, current);
    return this.#complete ? { header: headerOf(token), claims } : claims;
  };

  keep(): void {
    this.#keyed.keep();
  }

  free(): void {
    this.#cache?.clear();
    this.#keyed.free();
  }

  [Symbol.dispose](): void {
    this.free();
  }
}

/** Of a token that the core has verified, and so read strictly. */
function headerOf(token: string): VerifiedJwt["header"] {
  return JSON.parse(new TextDecoder().decode(decodeBase64url(token.slice(0, token.indexOf(".")))));
}
