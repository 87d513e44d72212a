import { createVerifier, type JwtClaims, type Secret } from "edgeseal/slim";
import { readChunkedCookies, readCookies } from "./cookies.js";
import { diagnose, type Diagnosis, type Refusal } from "./diagnose.js";
import { cookieName, type CookieNames, hostCookie } from "./rules.js";
import { unverifiedClaims } from "./unverified.js";

/** A signed-in user's session. */
export interface AuthSession {
  /** The session, as in Better Auth. */
  session: {
    id: string;
    userId: string;
    /**
     * The time when the session expires, unless it is used before then. For a Bearer token, this is the token's `exp`.
     */
    expiresAt: Date;
    createdAt?: Date;
    updatedAt?: Date;
    ipAddress?: string | null;
    userAgent?: string | null;
    [field: string]: unknown;
  };
  /**
   * The user, as in Better Auth. For a Bearer token, these are the token's claims about the user. A missing email or
   * name is `""`.
   */
  user: {
    id: string;
    email: string;
    name: string;
    emailVerified?: boolean;
    image?: string | null;
    createdAt?: Date;
    updatedAt?: Date;
    [field: string]: unknown;
  };
}

/** How session data in cookies is verified. */
export interface CookieRules extends CookieNames {
  secret: Secret;
  /** Better Auth's `session.cookieCache.version`. If it is set, the session's version must match. */
  version?: string | undefined;
  /**
   * How far the signing server's clock and this server's clock may differ, in seconds. Applies to `nbf`, and also to
   * `iat` if this value is more than 60, but never to `exp`.
   */
  clockTolerance: number;
}

/** How session data and access tokens are verified. */
export interface SessionRules extends CookieRules {
  /** The `iss` of access tokens. */
  issuer: string;
  /** The `aud` of access tokens, or several allowed values. */
  audience: string | readonly string[];
}

/** Reads sessions from cookies. */
export interface CookieReader {
  /**
   * Verifies the `session_data` cookie, which Better Auth sets if the `jwt` strategy is used, and returns its session.
   * Returns `undefined` if there is no valid session, or if the header contains sessions of two different users.
   */
  fromCookies(header: string): AuthSession | undefined;
  /** Returns the setting that explains why {@link fromCookies} doesn't find a session. Only for the log. */
  diagnose(header: string): Diagnosis | undefined;
}

/** Reads sessions from cookies and access tokens. */
export interface SessionReader extends CookieReader {
  /** Returns the verified session of an access token, which must use HS256 and have `iss`, `aud`, `sub` and `exp`. */
  fromAccessToken(token: string): AuthSession | undefined;
}

/** The maximum total size of a cookie's chunks, in bytes. Servers refuse longer headers anyway. */
const MAX_SESSION_LENGTH = 16_384;

/**
 * Prepares the keys.
 *
 * @throws {@link KeyError} for a weak secret, {@link EdgesealError} `ERR_OPTION_INVALID` for an invalid option.
 */
export function createSessionReader(rules: SessionRules): SessionReader {
  const { secret, issuer, audience, clockTolerance: notBeforeTolerance } = rules;
  const access = createVerifier({ secret, issuer, audience, notBeforeTolerance, requiredClaims: ["sub"] });
  return {
    ...createCookieReader(rules),
    fromAccessToken(token) {
      const claims = verified(() => access.verify(token));
      return claims && fromClaims(claims);
    },
  };
}

/** Same as {@link createSessionReader}, but only for cookies. */
export function createCookieReader(rules: CookieRules): CookieReader {
  const { secret, clockTolerance: notBeforeTolerance } = rules;
  const data = createVerifier({ secret, notBeforeTolerance, maxTokenLength: MAX_SESSION_LENGTH });
  const [name, tokenName] = ["session_data", "session_token"].map((cookie) => cookieName(rules, cookie)) as [
    string,
    string,
  ];
  const refusalOf = (token: string): Refusal => {
    try {
      const { version } = data.verify(token);
      return rules.version !== undefined && version !== rules.version ? { version } : undefined;
    } catch (cause) {
      return cause as { code: string };
    }
  };
  const fromCookies = (header: string) => {
    let newest: AuthSession | undefined;
    const current = newestSignIn(readCookies(header, tokenName));
    for (const token of readChunkedCookies(header, name)) {
      const claims = verified(() => data.verify(token));
      if (rules.version !== undefined && claims?.["version"] !== rules.version) continue;
      const found = claims && fromSessionData(claims);
      if (!found) continue;
      const { id } = found.session;
      // Another host on the same site can set any cookie for this host, except `__Host-` cookies (RFC 6265bis
      // §4.1.3.2).
      if (claims["host"] === true && !readCookies(header, hostCookie(rules)).includes(id)) continue;
      if (current !== undefined && current !== id) continue;
      // Only the auth server knows which of the two users is signed in.
      if (newest && newest.user.id !== found.user.id) return undefined;
      if (!newest || ageOf(found) > ageOf(newest)) newest = found;
    }
    return newest;
  };
  return { fromCookies, diagnose: (header) => diagnose(header, rules, refusalOf) };
}

const ageOf = ({ session }: AuthSession) => (session.updatedAt ?? session.createdAt ?? session.expiresAt).getTime();

/**
 * Returns the session id of the newest sign-in, according to our Worker's refresh tokens. Tokens from other servers
 * don't contain such an id. It is safe not to verify these tokens: a forged token can only cause a call to the auth
 * server.
 */
function newestSignIn(tokens: readonly string[]): string | undefined {
  let newest: { id: string; signedIn: number } | undefined;
  for (const token of tokens) {
    const found = signInOf(token);
    if (found && (!newest || found.signedIn > newest.signedIn)) newest = found;
  }
  return newest?.id;
}

function signInOf(token: string): { id: string; signedIn: number } | undefined {
  try {
    const { sid, signed_in: signedIn = 0 } = unverifiedClaims(token);
    return isName(sid) ? { id: sid, signedIn: Number(signedIn) } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Returns the claims, or `undefined` if the token is refused, which means that nobody is signed in. Any other error is
 * a bug, and is rethrown.
 */
function verified(verify: () => JwtClaims): JwtClaims | undefined {
  try {
    return verify();
  } catch (cause) {
    if (typeof cause === "object" && cause !== null && /^ERR_(JWT|KEY)_/.test(String(Reflect.get(cause, "code")))) {
      return undefined;
    }
    throw cause;
  }
}

/**
 * Reads a session from verified claims. Better Auth signs its email verification tokens with the same key and header,
 * so this function checks that `session` and `user` are both present and belong together (RFC 8725 §3.12).
 */
function fromSessionData(claims: JwtClaims): AuthSession | undefined {
  const { session, user } = claims;
  if (!isRecord(session) || !isRecord(user)) return undefined;
  const { id, userId } = session;
  const expiresAt = asDate(session["expiresAt"]);
  if (!isName(id) || !isName(userId) || userId !== user["id"] || !expiresAt) return undefined;
  if (expiresAt.getTime() <= Date.now()) return undefined;
  return {
    session: { ...withDates(session), id, userId, expiresAt },
    user: { ...asUser(user), id: userId },
  };
}

/**
 * Claims about the token itself (RFC 7519 §4.1), and claims that go by a different name on the session or user object.
 */
const REGISTERED = new Set(["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "sid", "email_verified"]);

function fromClaims(claims: JwtClaims): AuthSession | undefined {
  const { sub, jti, sid, exp, iat, email_verified: emailVerified } = claims;
  if (!isName(sub)) return undefined;
  const about = Object.entries(claims).filter(([name]) => !REGISTERED.has(name));
  return {
    session: {
      id: isName(sid) ? sid : isName(jti) ? jti : "",
      userId: sub,
      expiresAt: new Date(exp * 1000),
      ...(iat === undefined ? {} : { createdAt: new Date(iat * 1000) }),
    },
    user: {
      ...asUser(Object.fromEntries(about)),
      // OpenID Connect Core §5.1 calls this claim `email_verified`.
      ...(typeof emailVerified === "boolean" ? { emailVerified } : {}),
      id: sub,
    },
  };
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Every Better Auth user has these two fields. Spreading only defines own properties, so a claim can't change the
 * prototype.
 */
function asUser(record: Record<string, unknown>): Record<string, unknown> & { email: string; name: string } {
  const textOf = (name: string) => (typeof record[name] === "string" ? record[name] : "");
  return { ...withDates(record), email: textOf("email"), name: textOf("name") };
}

function withDates(record: Record<string, unknown>): Record<string, unknown> {
  const dates = { ...record };
  for (const name of ["createdAt", "updatedAt"]) {
    const date = asDate(record[name]);
    if (date) dates[name] = date;
    else delete dates[name];
  }
  return dates;
}

/** Converts ISO 8601 text or milliseconds to a date. */
function asDate(value: unknown): Date | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
