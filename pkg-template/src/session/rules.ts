import { checkOptions, flag, misuse, withoutPrototype } from "../options.js";

/** Whether this is for developers and their machines alone; anything that says nothing is production. */
export const isDevelopment = (): boolean =>
  // Written out: bundlers put the value in its place.
  typeof process !== "undefined" && /^(development|test)$/.test(process.env.NODE_ENV ?? "");

/** The check of an option that is an http or https URL and nothing more. */
export function httpURL(value: unknown, name: string): URL {
  let url: URL | undefined;
  try {
    url = new URL(String(value));
  } catch {
    // Said below.
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

/** The check of what stands before Better Auth's names of cookies. */
export function prefix(value: unknown, name: string): string {
  if (typeof value !== "string" || !/^[\w.!#$&'*+^`|~-]+$/.test(value)) throw misuse(name, "a cookie name's beginning");
  return value;
}

/** The app's origin, which decides over the names of cookies: only developers may leave it out. */
export function originOf(baseURL: URL | undefined): string | undefined {
  if (baseURL === undefined && !isDevelopment()) {
    throw misuse("baseURL", 'the app\'s origin, such as "https://app.example": it has no default outside development');
  }
  return baseURL?.origin;
}

/** What Better Auth's options say about the names of its cookies, in its own words. */
export interface CookieOptions {
  /** Better Auth's `advanced.cookiePrefix`. Default `better-auth`. */
  cookiePrefix?: string;
  /**
   * The names of Better Auth's `advanced.cookies`, where it gives cookies another: `{ session_data: "app_session" }`. The
   * prefix is not added to them, `__Secure-` is.
   */
  cookieNames?: { session_token?: string; session_data?: string; dont_remember?: string };
  /** Better Auth's `advanced.useSecureCookies`: whether names begin with `__Secure-`. Default: where `baseURL` is https. */
  useSecureCookies?: boolean;
}

const names = { session_token: prefix, session_data: prefix, dont_remember: prefix };

/** The checks of {@link CookieOptions}. */
export const cookieChecks = {
  cookiePrefix: prefix,
  cookieNames: (value: unknown, name: string) => {
    if (typeof value !== "object" || value === null)
      throw misuse(name, "an object of names by session_data and the like");
    return checkOptions(value as NonNullable<CookieOptions["cookieNames"]>, names);
  },
  useSecureCookies: flag,
};

/** How far the clocks of two servers may differ, unless an option says otherwise. In seconds. */
export const DEFAULT_CLOCK_TOLERANCE = 30;

/** What decides which cookies are read. */
export interface CookieNames {
  /** `__Secure-` exactly when the browser talks https, unless an option says otherwise; then nothing else is read. */
  secure: boolean;
  /** Before Better Auth's names of cookies: `better-auth`. */
  cookiePrefix: string;
  /** Cookies with a name of their own, by Better Auth's. */
  ownNames: Readonly<Record<string, string>>;
}

/** The same, from what the options say. */
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

/** Better Auth's cookies by the name that they have here. */
export function cookieName({ secure, cookiePrefix, ownNames }: CookieNames, cookie: string): string {
  return `${secure ? "__Secure-" : ""}${ownNames[cookie] ?? `${cookiePrefix}.${cookie}`}`;
}

/** Our Worker's cookie that names the session which this very host set. */
export const hostCookie = ({ cookiePrefix }: CookieNames): string => `__Host-${cookiePrefix}.session_id`;
