import type { Duration, Secret } from "edgeseal";
import { anything, checkOptions, type Given, misuse, seconds, text } from "../options.js";
import { warnOnceAMinute } from "../session/log.js";
import {
  cookieChecks,
  cookieNamesOf,
  type CookieOptions,
  DEFAULT_CLOCK_TOLERANCE,
  httpURL,
  originOf,
} from "../session/rules.js";
import { type AuthSession, createCookieReader } from "../session/session.js";

/** Options that determine which sessions are accepted. */
export interface VerifiedSessionOptions extends CookieOptions {
  /**
   * Better Auth's `secret`. For rotation, pass several secrets, keyed by `kid`, or the result of
   * {@link secretVersions}.
   */
  secret: Secret;
  /**
   * Better Auth's `baseURL`. With https, only `__Secure-` cookies are accepted. Required, except in development and
   * tests.
   */
  baseURL?: string | undefined;
  /** Better Auth's `session.cookieCache.version`, if it is set. */
  version?: string;
  /**
   * How far Better Auth's clock may be ahead of this server's, in seconds. Applies to `nbf`, and also to `iat` if you
   * set more than 60, because `iat` always has a tolerance of 60 seconds. `exp` has no tolerance. Default 30.
   */
  clockTolerance?: number | Duration;
}

/** A request, its headers, or the text of its `Cookie` header. */
export type SessionSource = { readonly headers: Headers } | Headers | string | null | undefined;

/** Returns the verified session of a request, or `null` if there is none. */
export type SessionVerifier<Session = AuthSession> = (source: SessionSource) => Session | null;

const checks = {
  // createVerifier checks this option.
  secret: anything,
  baseURL: httpURL,
  ...cookieChecks,
  version: text,
  clockTolerance: seconds(0),
};

const undefinable = ["secret", "baseURL"] as const;

/**
 * Same as {@link getVerifiedSession}, but prepares the options once for all requests.
 *
 * @throws {@link KeyError} `ERR_KEY_WEAK` for a weak secret, {@link EdgesealError} `ERR_OPTION_INVALID` for an invalid
 * option.
 */
export function createSessionVerifier<
  Session = AuthSession,
  const O extends Given<O, VerifiedSessionOptions, "baseURL"> = VerifiedSessionOptions,
>(options: O): SessionVerifier<Session> {
  if (typeof options !== "object" || options === null) throw misuse("the options argument", "an object");
  const checked = checkOptions<VerifiedSessionOptions>(options, checks, undefinable);
  const reader = createCookieReader({
    secret: checked.secret as Secret,
    ...cookieNamesOf(originOf(checked.baseURL as URL | undefined), checked),
    version: checked.version as string | undefined,
    clockTolerance: (checked.clockTolerance as number | undefined) ?? DEFAULT_CLOCK_TOLERANCE,
  });
  return (source) => {
    const header = cookieHeader(source);
    const session = reader.fromCookies(header);
    if (session) return session as Session;
    const why = reader.diagnose(header);
    if (why) warnOnceAMinute("edgeseal/better-auth", why.setting, why.text);
    return null;
  };
}

/** Verifiers, keyed by their options as JSON, because callers pass a new options object on each request. */
const prepared = new Map<string, SessionVerifier>();
const MAX_PREPARED = 16;

/**
 * Returns the verified session from Better Auth's `session_data` cookie. Use this function in place of
 * `getCookieCache`, and set `session.cookieCache.strategy: "jwt"` in Better Auth. The function checks the signature,
 * `exp` and `session.expiresAt`, and makes sure that the token actually contains session data. `baseURL` determines the
 * cookie's prefix. The cookie may be split into chunks. The function is synchronous and doesn't query the database, so
 * a revoked session is accepted until the cookie's `maxAge` has passed.
 *
 * @throws {@link KeyError} `ERR_KEY_WEAK` for a weak secret, {@link EdgesealError} `ERR_OPTION_INVALID` for an invalid
 * option. Nothing that a client sends can make this function throw.
 */
export function getVerifiedSession<
  Session = AuthSession,
  const O extends Given<O, VerifiedSessionOptions, "baseURL"> = VerifiedSessionOptions,
>(source: SessionSource, options: O): Session | null {
  // Check the options first, because JSON would drop some invalid values.
  const key = JSON.stringify(checkOptions<VerifiedSessionOptions>(options, checks, undefinable), (_, value) =>
    typeof value === "bigint" ? null : value,
  );
  let verify = prepared.get(key);
  if (!verify) {
    verify = createSessionVerifier(options as VerifiedSessionOptions);
    const [oldest] = prepared.keys();
    if (prepared.size >= MAX_PREPARED && oldest !== undefined) prepared.delete(oldest);
    prepared.set(key, verify);
  }
  return verify(source) as Session | null;
}

function cookieHeader(source: SessionSource): string {
  if (source === null || source === undefined) return "";
  if (typeof source === "string") return source;
  const headers = "headers" in source ? source.headers : source;
  if (typeof headers?.get !== "function")
    throw misuse("the source", "a Request, its Headers or a Cookie header's text");
  return headers.get("cookie") ?? "";
}
