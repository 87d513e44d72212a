import { checkOptions, flag, misuse, withoutPrototype } from "../options.js";

/** Whether `NODE_ENV` is development or test; any other value means production. */
export const isDevelopment = (): boolean =>
  // Written out in full, because bundlers replace exactly this expression with its value.
  typeof process !== "undefined" && /^(development|test)$/.test(process.env.NODE_ENV ?? "");

/** Checks that an option is an http or https URL without credentials, query or fragment. */
export function httpURL(value: unknown, name: string): URL {
  let url: URL | undefined;
  try {
    url = new URL(String(value));
  } catch {
    // The error is reported below.
  }
  if (
    !url ||
    !/^https?:$/.test(url.protocol) ||
    url.username ||
    url.password ||
    url.search ||
    url.hash ||
    url.host.includes("*")
  ) {
    throw misuse(name, 'an http or https URL such as "https://app.example"');
  }
  return url;
}

/** Checks the name of a cookie, or the beginning of such a name. */
export function prefix(value: unknown, name: string): string {
  if (typeof value !== "string" || !/^[\w.!#$&'*+^`|~-]+$/.test(value)) throw misuse(name, "a cookie name's beginning");
  return value;
}

/**
 * Returns the app's origin, which determines the cookie names that are accepted. `baseURL` may be left out only in
 * development.
 */
export function originOf(baseURL: URL | undefined): string | undefined {
  if (baseURL === undefined && !isDevelopment()) {
    throw misuse("baseURL", 'the app\'s origin, such as "https://app.example": it has no default outside development');
  }
  return baseURL?.origin;
}

/** Better Auth's options for the names of its cookies. */
export interface CookieOptions {
  /** Better Auth's `advanced.cookiePrefix`. Default `better-auth`. */
  cookiePrefix?: string;
  /**
   * The names in Better Auth's `advanced.cookies`, if you set any: `{ session_data: "app_session" }`. `cookiePrefix` is
   * not added to these names, but `__Secure-` is.
   */
  cookieNames?: { session_token?: string; session_data?: string; dont_remember?: string };
  /**
   * Better Auth's `advanced.useSecureCookies`: whether names begin with `__Secure-`. Default: `true` if `baseURL`
   * uses https.
   */
  useSecureCookies?: boolean;
}

const names = { session_token: prefix, session_data: prefix, dont_remember: prefix };

/** Checks for {@link CookieOptions}. */
export const cookieChecks = {
  cookiePrefix: prefix,
  cookieNames: (value: unknown, name: string) => {
    if (typeof value !== "object" || value === null)
      throw misuse(name, "an object of names by session_data and the like");
    return checkOptions(value as NonNullable<CookieOptions["cookieNames"]>, names);
  },
  useSecureCookies: flag,
};

/** The default for how far the clocks of two servers may differ, in seconds. */
export const DEFAULT_CLOCK_TOLERANCE = 30;

/** Which cookies are read. */
export interface CookieNames {
  /** Whether names begin with `__Secure-`. Cookies with the other form of the name are not read. */
  secure: boolean;
  /** The prefix of Better Auth's cookies: `better-auth`. */
  cookiePrefix: string;
  /** The custom cookie names from the options, keyed by Better Auth's own names. */
  ownNames: Readonly<Record<string, string>>;
}

/** Returns the {@link CookieNames} for these options. */
export function cookieNamesOf(
  origin: string | undefined,
  { cookiePrefix, cookieNames, useSecureCookies }: { [K in keyof CookieOptions]?: unknown },
): CookieNames {
  return {
    secure: (useSecureCookies as boolean | undefined) ?? origin?.startsWith("https:") ?? false,
    cookiePrefix: (cookiePrefix as string | undefined) ?? "better-auth",
    ownNames: withoutPrototype((cookieNames as CookieNames["ownNames"] | undefined) ?? {}),
  };
}

/** Returns the full name that one of Better Auth's cookies has with these options. */
export function cookieName({ secure, cookiePrefix, ownNames }: CookieNames, cookie: string): string {
  return `${secure ? "__Secure-" : ""}${ownNames[cookie] ?? `${cookiePrefix}.${cookie}`}`;
}

/**
 * Returns the name of the cookie in which our Worker stores the id of the session that was opened on exactly this host.
 */
export const hostCookie = ({ cookiePrefix }: CookieNames): string => `__Host-${cookiePrefix}.session_id`;
