import type { Duration, Secret } from "edgeseal/slim";
import { anything, isUndefined, misuse, oneOrMore, seconds, take, text } from "../options.js";
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
import { gateOf, type PathRules, pathOption } from "./paths.js";

/** What {@link createAuth} is made with. */
export interface AuthOptions extends CookieOptions {
  /**
   * The secret of the auth server: Better Auth's `secret`, our Worker's `AUTH_SECRET`. At least 32 bytes; several by
   * `kid` for rotation.
   */
  secret: Secret;
  /**
   * The app's origin as browsers see it: `https://app.example`. With https only `__Secure-` cookies are taken. A path
   * is what it is to Better Auth: that of the auth server.
   * Required, but in development and tests, where it is the app's own port.
   */
  baseURL?: string | undefined;
  /**
   * Where this server reaches the auth server; `/api/auth` is added unless it has a path. Default `baseURL`.
   */
  authURL?: string | undefined;
  /** Where people sign in. Always public. Default `/sign-in`. */
  signInPath?: string;
  /**
   * What needs no session: a path, with `/*` at its end everything below too, with `/*.svg` what ends so and stands directly
   * there; `:name` is any one segment. Without `basePath`. Everything else needs one, but for what is asked for without a person: `/favicon.ico`, `/robots.txt`,
   * `/sitemap.xml`, `/manifest.webmanifest`, `/.well-known/*`, and Next.js's metadata images (`/icon.png`,
   * `/opengraph-image.png`, ...) of the app and of public pages.
   */
  publicPaths?: readonly string[];
  /** What answers 401 as JSON instead of sending to the sign-in page: patterns as in `publicPaths`. Default `/api/*`. */
  apiPaths?: readonly string[];
  /**
   * The locales that paths begin with, as next-intl and its like have it: with `["en", "de"]` `/de/docs` is public where
   * `/docs` is, and people who ask for `/de/...` are sent to `/de/sign-in`. Not for `i18n` of the Pages Router, whose paths
   * come without. Default none.
   */
  locales?: readonly string[];
  /** The `iss` of access tokens in `Authorization: Bearer`. Default the origin of `baseURL`. */
  issuer?: string;
  /** The `aud` of access tokens, one of these. Default the origin of `baseURL`. */
  audience?: string | readonly string[];
  /** Origins besides `baseURL`'s from which a browser may call what {@link Auth.withAuth} guards. */
  trustedOrigins?: readonly string[];
  /** Better Auth's `session.cookieCache.version`, where it is set. Default: any version is accepted. */
  version?: string;
  /**
   * How far the clocks of the auth server, the proxy and the pages may differ, in seconds: for `nbf` of sessions and access
   * tokens, for `iat` where it is more than the 60 that `iat` is always allowed, and for seals. `exp` of sessions and access
   * tokens is exact. Default 30.
   */
  clockTolerance?: number | Duration;
  /** How long to wait for the auth server when a session is refreshed, in seconds up to 60. Default 3. */
  refreshTimeout?: number;
  /**
   * The client's address, to be sealed for the servers behind and told to the auth server. Default none: only you know
   * which header your platform writes. Behind one proxy that appends to it:
   * `(request) => request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim()`.
   */
  clientIP?: (request: Request) => string | undefined;
}

/** Completes a path to an address where only the path counts. */
export const LOCAL = "http://localhost:3000";

/** Where a developer's app is, unless `baseURL` says otherwise: Next.js names the port that it listens to. */
export const ownOrigin = (): string =>
  `http://localhost:${(typeof process !== "undefined" && process.env.PORT) || 3000}`;

/** The options, checked, with their keys prepared. */
export interface Settings extends SessionRules, PathRules {
  /** `undefined` only in development: the request's own then. */
  origin: string | undefined;
  /** Without a slash at its end. */
  authURL: string;
  trustedOrigins: readonly string[];
  /** In seconds. */
  refreshTimeout: number;
  clientIP: (request: Request) => string | undefined;
  reader: SessionReader;
}

const asPath = (value: unknown, name: string) => pathOption(value, name, false);
const asPatterns = (value: unknown, name: string) => {
  if (!Array.isArray(value)) throw misuse(name, 'an array of paths such as "/" and "/docs/*"');
  return value.map((one) => pathOption(one, name, true));
};

const checks = {
  // createVerifier checks it.
  secret: anything,
  baseURL: httpURL,
  authURL: httpURL,
  signInPath: asPath,
  publicPaths: asPatterns,
  apiPaths: asPatterns,
  locales: (value: unknown, name: string) => {
    const isLocale = (one: unknown) => typeof one === "string" && /^[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*$/.test(one);
    if (!Array.isArray(value) || !value.every(isLocale))
      throw misuse(name, 'an array of locales such as "en" and "pt-BR"');
    return value;
  },
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

/** Checks the options and prepares the keys. */
export function readOptions(options: AuthOptions): Settings {
  if (typeof options !== "object" || options === null) throw misuse("the options argument", "an object");
  const taken = take<AuthOptions>(options, checks, ["secret", "baseURL", "authURL"]);
  if (!isDevelopment() && Object.hasOwn(options, "authURL") && options.authURL === undefined)
    throw isUndefined("authURL");
  const baseURL = taken.baseURL as URL | undefined;
  const origin = originOf(baseURL);
  const rules: SessionRules = {
    secret: taken.secret as Secret,
    ...cookieNamesOf(origin, taken),
    version: taken.version as string | undefined,
    clockTolerance: (taken.clockTolerance as number | undefined) ?? DEFAULT_CLOCK_TOLERANCE,
    issuer: (taken.issuer as string | undefined) ?? origin ?? ownOrigin(),
    audience: (taken.audience as string[] | undefined) ?? origin ?? ownOrigin(),
  };
  const settings: Settings = {
    ...rules,
    origin,
    authURL: authBase((taken.authURL as URL | undefined) ?? baseURL ?? new URL(ownOrigin())),
    signInPath: (taken.signInPath as string | undefined) ?? "/sign-in",
    publicPaths: (taken.publicPaths as string[] | undefined) ?? [],
    apiPaths: (taken.apiPaths as string[] | undefined) ?? ["/api/*"],
    locales: (taken.locales as string[] | undefined) ?? [],
    trustedOrigins: (taken.trustedOrigins as string[] | undefined) ?? [],
    refreshTimeout: (taken.refreshTimeout as number | undefined) ?? 3,
    clientIP: (taken.clientIP as Settings["clientIP"] | undefined) ?? (() => undefined),
    reader: createSessionReader(rules),
  };
  const { signInPath } = settings;
  // It would lead to itself without end.
  if (gateOf({ pathname: encodeURI(signInPath), search: "", basePath: "" }, settings, false) !== "public") {
    throw misuse("signInPath", 'the path of a page, such as "/sign-in"');
  }
  return settings;
}

/** Better Auth's rule: without a path it is at `/api/auth`. */
function authBase({ origin, pathname }: URL): string {
  return origin + (pathname === "/" ? "/api/auth" : pathname.replace(/\/$/, ""));
}
