import { createVerifier, type JwtClaims, type Secret } from "edgeseal/slim";
import { readChunkedCookies, readCookies } from "./cookies.js";
import { diagnose, type Diagnosis, type Refusal } from "./diagnose.js";
import { cookieName, type CookieNames, hostCookie } from "./rules.js";
import { unverifiedClaims } from "./unverified.js";

/** A signed-in user's session: who, and until when. */
export interface AuthSession {
  /** The session, as Better Auth has it. */
  session: {
    id: string;
    userId: string;
    /** When the session ends unless it is used. For a Bearer token its `exp`. */
    expiresAt: Date;
    createdAt?: Date;
    updatedAt?: Date;
    ipAddress?: string | null;
    userAgent?: string | null;
    [field: string]: unknown;
  };
  /** The user, as Better Auth has it; for a Bearer token what it claims of the user, `""` for a name that it does not. */
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

/** What session data in cookies is held to. */
export interface CookieRules extends CookieNames {
  secret: Secret;
  /** Exactly Better Auth's `session.cookieCache.version`, where it is used. */
  version?: string | undefined;
  /** Clock skew between who signs and this server, in seconds: for `nbf`, and `iat` over 60. Never for `exp`. */
  clockTolerance: number;
}

/** What tokens of a session are held to. */
export interface SessionRules extends CookieRules {
  /** Of access tokens. */
  issuer: string;
  audience: string | readonly string[];
}

/** Reads sessions from what a browser or a program sends; each of these gives one that was verified, or none. */
export interface CookieReader {
  /** From a `Cookie` header: Better Auth's `session_data` of strategy `jwt`; nobody where it has two people's. */
  fromCookies(header: string): AuthSession | undefined;
  /** Which setting is to blame where {@link fromCookies} gives nobody; for the log alone. */
  diagnose(header: string): Diagnosis | undefined;
}

/** The same, and from access tokens. */
export interface SessionReader extends CookieReader {
  /** From an access token: HS256 with `iss`, `aud`, `sub` and `exp`. */
  fromAccessToken(token: string): AuthSession | undefined;
}

/** A cookie's chunks together, in bytes: a request's header has no more. */
const MAX_SESSION_LENGTH = 16_384;

/**
 * Prepares the keys. Refuses a weak secret at once.
 *
 * @throws {@link KeyError}, {@link EdgesealError} with `ERR_OPTION_INVALID`.
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

/** Sessions from cookies alone. */
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
    const counts = sessionThatCounts(readCookies(header, tokenName));
    for (const token of readChunkedCookies(header, name)) {
      const claims = verified(() => data.verify(token));
      if (rules.version !== undefined && claims?.["version"] !== rules.version) continue;
      const found = claims && fromSessionData(claims);
      if (!found) continue;
      const { id } = found.session;
      // A sibling host can set any cookie for this one, but no `__Host-` cookie (RFC 6265bis §4.1.3.2).
      if (claims["host"] === true && !readCookies(header, hostCookie(rules)).includes(id)) continue;
      if (counts !== undefined && counts !== id) continue;
      // Which of two people it is, only the auth server knows.
      if (newest && newest.user.id !== found.user.id) return undefined;
      if (!newest || ageOf(found) > ageOf(newest)) newest = found;
    }
    return newest;
  };
  return { fromCookies, diagnose: (header) => diagnose(header, rules, refusalOf) };
}

const ageOf = ({ session }: AuthSession) => (session.updatedAt ?? session.createdAt ?? session.expiresAt).getTime();

/**
 * The session that counts, by the refresh tokens of our Worker: the newest sign-in's. Other servers' tokens name none.
 * Unverified: one that is not genuine only makes us ask the auth server.
 */
function sessionThatCounts(tokens: readonly string[]): string | undefined {
  let newest: { id: string; signedIn: number } | undefined;
  for (const token of tokens) {
    const found = sessionOf(token);
    if (found && (!newest || found.signedIn > newest.signedIn)) newest = found;
  }
  return newest?.id;
}

function sessionOf(token: string): { id: string; signedIn: number } | undefined {
  try {
    const { sid, signed_in: signedIn = 0 } = unverifiedClaims(token);
    return isName(sid) ? { id: sid, signedIn: Number(signedIn) } : undefined;
  } catch {
    return undefined;
  }
}

/** Every refusal of a token is the same here: nobody is signed in. Anything else is a fault, and not swallowed. */
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
 * Better Auth signs its e-mail verification tokens with the same key and header, so that both objects must be there
 * and belong together (RFC 8725 §3.12).
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

/** Claims about the token itself (RFC 7519 §4.1), and what has another name in a user. */
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
      // OpenID Connect Core §5.1 has its name with an underscore.
      ...(typeof emailVerified === "boolean" ? { emailVerified } : {}),
      id: sub,
    },
  };
}

/** Text and nothing but: `Object.fromEntries` and spreading define own members, so that none reaches a prototype. */
function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** With the two fields that every user of Better Auth has. */
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

/** ISO 8601 text, as JSON has dates, or milliseconds. */
function asDate(value: unknown): Date | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
