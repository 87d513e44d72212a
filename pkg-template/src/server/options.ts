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

/** The options that every framework's entry has. */
export interface ServerOptions extends CookieOptions {
  /**
   * The auth server's secret: Better Auth's `secret`, or our Worker's `AUTH_SECRET`. At least 32 bytes. For rotation,
   * pass several secrets by `kid`.
   */
  secret: Secret;
  /**
   * The app's origin as browsers see it: `https://app.example`. With https, only `__Secure-` cookies are accepted. As
   * in Better Auth, a path in this URL is the auth server's path. Required, except in development and tests, where the
   * default is the app's own port.
   */
  baseURL?: string | undefined;
  /**
   * The URL at which this server reaches the auth server; `/api/auth` is added unless the URL has a path. Default
   * `baseURL`.
   */
  authURL?: string | undefined;
  /** The `iss` of access tokens in `Authorization: Bearer`. Default: the origin of `baseURL`. */
  issuer?: string;
  /**
   * The `aud` of access tokens; if you set several values, one of them must match. Default: the origin of `baseURL`.
   */
  audience?: string | readonly string[];
  /** Origins, besides that of `baseURL`, from which browsers may call guarded handlers. */
  trustedOrigins?: readonly string[];
  /** Better Auth's `session.cookieCache.version`, if it is set. Default: any version is accepted. */
  version?: string;
  /**
   * How far the clocks of the auth server, the proxy and the pages may differ, in seconds. Applies to `nbf` of sessions
   * and access tokens, to `iat` if it is more than the 60 seconds that `iat` always gets, and to seals. `exp` of
   * sessions and access tokens is exact. Default 30.
   */
  clockTolerance?: number | Duration;
  /** How long to wait for the auth server when a session is refreshed, in seconds, up to 60. Default 3. */
  refreshTimeout?: number;
  /**
   * Returns the client's address, which is sealed for the pages and sent to the auth server. Default: none, because only
   * you know which header your platform sets. Behind one proxy that appends to the header:
   * `(request) => request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim()`.
   */
  clientIP?: (request: Request) => string | undefined;
}

/** The checked options, with their keys prepared. */
export interface ServerSettings extends SessionRules {
  /** The name of the entry in log lines, such as `edgeseal/next`. */
  entry: string;
  /** `undefined` only in development; the origin is then the request's own. */
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
 * Prepares the keys and fills in defaults. `given` has the options as the caller wrote them, and `checked` has the
 * results of checking them; `ownOrigin` is where the app runs in development.
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
    // The checks give these members their types.
    ...(checked as Pick<ServerSettings, "secret">),
    ...cookieNamesOf(origin, checked),
    entry,
    origin,
    authURL: authBase((checked.authURL as URL | undefined) ?? baseURL ?? new URL(ownOrigin)),
  };
  return { ...rules, reader: createSessionReader(rules) };
}

/** Better Auth's rule: a URL without a path means `/api/auth`. */
function authBase({ origin, pathname }: URL): string {
  return origin + (pathname === "/" ? "/api/auth" : pathname.replace(/\/$/, ""));
}
