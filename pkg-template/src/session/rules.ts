import { misuse } from "../options.js";

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

/** What decides which cookies are read. */
export interface CookieNames {
  /** `__Secure-` exactly when the browser talks https, and then nothing else is taken. */
  secure: boolean;
  /** Before Better Auth's names of cookies: `better-auth`. */
  cookiePrefix: string;
}

/** The same, from what the options say. */
export function cookieNames(origin: string | undefined, cookiePrefix: unknown): CookieNames {
  return {
    secure: origin?.startsWith("https:") ?? false,
    cookiePrefix: (cookiePrefix as string | undefined) ?? "better-auth",
  };
}

/** Better Auth's cookies by the name that is due. */
export function cookieName({ secure, cookiePrefix }: CookieNames, cookie: string): string {
  return `${secure ? "__Secure-" : ""}${cookiePrefix}.${cookie}`;
}

/** Our Worker's cookie that names the session which this very host set. */
export const hostCookie = ({ cookiePrefix }: CookieNames): string => `__Host-${cookiePrefix}.session_id`;
