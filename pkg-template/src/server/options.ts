import type { Duration, Secret } from "edgeseal/slim";
import { anything, isUndefined, misuse, oneOrMore, seconds, text } from "../options.js";
import {
  cookieChecks,
  cookieNamesOf,
  type CookieOptions,
  DEFAULT_CLOCK_TOLERANCE,
  httpURL,
  isDevelopment,
  originOf,
} from "../session/rules.js";
import { createSessionReader, type SessionReader, type SessionRules } from "../session/session.js";

/** The options that the entries for all frameworks have in common. */
export interface ServerOptions extends CookieOptions {
  /**
   * The auth server's secret: Better Auth's `secret`, or our Worker's `AUTH_SECRET`. At least 32 bytes. For rotation,
   * pass several secrets, keyed by `kid`.
   */
  secret: Secret;
  /**
   * The app's origin as browsers see it: `https://app.example`. With https, only `__Secure-` cookies are accepted. As
   * in Better Auth, a path in this URL is the path of the auth server. Required, except in development and tests, where
   * the app's own address is the default.
   */
  baseURL?: string | undefined;
  /**
   * The URL where this server can reach the auth server. `/api/auth` is added unless the URL already has a path.
   * Default `baseURL`.
   */
  authURL?: string | undefined;
  /** The `iss` of access tokens in `Authorization: Bearer`. Default: the origin of `baseURL`. */
  issuer?: string;
  /**
   * The `aud` of access tokens. If you set several values, a token must match one of them. Default: the origin of
   * `baseURL`.
   */
  audience?: string | readonly string[];
  /** Origins whose pages may call guarded handlers, in addition to the origin of `baseURL`. */
  trustedOrigins?: readonly string[];
  /** Better Auth's `session.cookieCache.version`, if it is set. Default: any version is accepted. */
  version?: string;
  /**
   * How far the clocks of the auth server, the proxy and the pages may differ, in seconds. Applies to seals, and to
   * the `nbf` of sessions and access tokens. Also applies to their `iat` if you set more than 60, because `iat` always
   * has a tolerance of 60 seconds. Their `exp` has no tolerance. Default 30.
   */
  clockTolerance?: number | Duration;
  /** How many seconds to wait for the auth server when a session is refreshed, at most 60. Default 3. */
  refreshTimeout?: number;
  /**
   * Returns the client's address. The proxy adds the address to the seal, where pages can read it, and also sends it to
   * the auth server. There is no default, because only you know which header your platform sets. Example for a single
   * proxy that appends the address to the header:
   * `(request) => request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim()`.
   */
  clientIP?: (request: Request) => string | undefined;
}

/** The checked options, together with the prepared keys. */
export interface ServerSettings extends SessionRules {
  /** The name of the entry, as it appears in log lines, such as `edgeseal/next`. */
  entry: string;
  /** `undefined` only in development. In that case, the origin of each request is used. */
  origin: string | undefined;
  /** Without a trailing slash. */
  authURL: string;
  trustedOrigins: readonly string[];
  /** In seconds. */
  refreshTimeout: number;
  clientIP: (request: Request) => string | undefined;
  reader: SessionReader;
}

export const serverChecks = {
  // createVerifier checks this option.
  secret: anything,
  baseURL: httpURL,
  authURL: httpURL,
  issuer: text,
  audience: oneOrMore,
  trustedOrigins: (value: unknown, name: string) => {
    if (!Array.isArray(value)) throw misuse(name, "an array of origins");
    return value.map((one) => httpURL(one, name).origin);
  },
  ...cookieChecks,
  version: text,
  clockTolerance: seconds(0),
  refreshTimeout: (value: unknown, name: string) => {
    if (typeof value !== "number" || !(value > 0 && value <= 60)) throw misuse(name, "a number of seconds up to 60");
    return value;
  },
  clientIP: (value: unknown, name: string) => {
    if (typeof value !== "function") throw misuse(name, "a function of the request");
    return value;
  },
};

/** Options that may be `undefined`, because they often come from environment variables. */
export const undefinableOptions = ["secret", "baseURL", "authURL"] as const;

type Checked = Partial<Record<keyof ServerOptions, unknown>>;

/**
 * Prepares the keys and fills in defaults. `given` contains the options as the caller wrote them, `checked` contains
 * the same options after they were checked, and `ownOrigin` is the app's origin in development.
 */
export function prepareServer(given: object, checked: Checked, entry: string, ownOrigin: string): ServerSettings {
  if (!isDevelopment() && Object.hasOwn(given, "authURL") && checked.authURL === undefined) {
    throw isUndefined("authURL");
  }
  const baseURL = checked.baseURL as URL | undefined;
  const origin = originOf(baseURL);
  const self = origin ?? ownOrigin;
  const defaults = {
    version: undefined,
    clockTolerance: DEFAULT_CLOCK_TOLERANCE,
    issuer: self,
    audience: self,
    trustedOrigins: [],
    refreshTimeout: 3,
    clientIP: () => undefined,
  };
  const rules = {
    ...defaults,
    // The checks above guarantee that these properties have the right types.
    ...(checked as Pick<ServerSettings, "secret">),
    ...cookieNamesOf(origin, checked),
    entry,
    origin,
    authURL: authBase((checked.authURL as URL | undefined) ?? baseURL ?? new URL(ownOrigin)),
  };
  return { ...rules, reader: createSessionReader(rules) };
}

/** Applies Better Auth's rule: if a URL doesn't have a path, its path is `/api/auth`. */
function authBase({ origin, pathname }: URL): string {
  return origin + (pathname === "/" ? "/api/auth" : pathname.replace(/\/$/, ""));
}
