import { Verifier as Core } from "./edgeseal_bg.js";
import { JwtError, refusing } from "./errors.js";
import { date, integer, misuse, oneOrMore, seconds, take, text, texts } from "./options.js";
import { type Secret, secretBytes } from "./secret.js";

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
  /** Exactly this `iss`. */
  issuer?: string;
  /**
   * One of these in `aud`. Without this option a token that carries `aud` is
   * refused (RFC 7519 §4.1.3); `false` leaves `aud` unread.
   */
  audience?: string | readonly string[] | false;
  /** Allowed algorithms; HS256 is the only one. */
  algorithms?: readonly "HS256"[];
  /** Exactly this media type in the header's `typ`. Default: absent or `JWT`. */
  typ?: string;
  /** Exactly this `sub`. */
  subject?: string;
  /** Exactly this `jti`. */
  jwtId?: string;
  /** Clock skew to allow, in seconds. Default 0. */
  clockTolerance?: number;
  /** Oldest `iat` to take, in seconds. */
  maxTokenAge?: number;
  /** Claims that must be there, whatever their value. */
  requiredClaims?: readonly string[];
  /** Longest token to read, in bytes. Default 8192. */
  maxTokenLength?: number;
  /** The time to check against instead of the clock. */
  currentDate?: Date;
}

/** {@link VerifyJwtOptions} and the secret. */
export interface VerifierOptions extends VerifyJwtOptions {
  /** The secret that the tokens were signed with. */
  secret: Secret;
}

/** Verifies tokens with one key and one set of expectations, both prepared once. */
export interface Verifier<C extends object = JwtClaims> {
  /**
   * The claims of a token that holds.
   *
   * @throws {@link JwtError} with the first rule that the token breaks.
   */
  verify(token: string): C;
}

const checks = {
  issuer: text,
  audience: (value: unknown, name: string) => (value === false ? [] : oneOrMore(value, name)),
  algorithms: (value: unknown, name: string) => {
    if (!Array.isArray(value) || value.length === 0 || !value.every((one) => one === "HS256")) {
      throw misuse(name, '["HS256"]');
    }
    return undefined;
  },
  typ: text,
  subject: text,
  jwtId: text,
  clockTolerance: seconds(0),
  maxTokenAge: seconds(0),
  requiredClaims: texts,
  maxTokenLength: integer(1, 2 ** 30),
  currentDate: date,
};

/**
 * Prepares a verifier. Make it once, at module level; the secret is checked here.
 *
 * @throws {@link KeyError} for a weak secret, {@link EdgesealError} for a wrong option.
 */
export function createVerifier<C extends object = JwtClaims>(options: VerifierOptions): Verifier<C> {
  if (typeof options !== "object" || options === null) throw misuse("the options argument", "an object");
  const { secret, ...expectations } = options;
  const { core, now } = prepare(secret, expectations);
  return { verify: (token) => verified(core, token, now) };
}

/**
 * Verifies one token. For more than one with the same secret, {@link createVerifier} is faster.
 *
 * @throws {@link JwtError} with the first rule that the token breaks, {@link KeyError} for a weak
 * secret, {@link EdgesealError} for a wrong option.
 */
export function verifyJwt<C extends object = JwtClaims>(token: string, secret: Secret, options?: VerifyJwtOptions): C {
  const { core, now } = prepare(secret, options);
  try {
    return verified(core, token, now);
  } finally {
    core.free();
  }
}

function prepare(secret: Secret, options: VerifyJwtOptions | undefined) {
  const { currentDate, ...expectations } = take(options, checks);
  const bytes = secretBytes(secret);
  try {
    const core = refusing(() => new Core(bytes, expectations));
    return { core, now: currentDate as number | undefined };
  } finally {
    bytes.fill(0);
  }
}

function verified<C>(core: Core, token: string, now: number | undefined): C {
  if (typeof token !== "string") throw new JwtError("ERR_JWT_MALFORMED", "the token is not a string");
  // `JSON.parse` makes `__proto__` an own property: no claim reaches a prototype.
  return JSON.parse(refusing(() => core.verify(token, now)));
}
