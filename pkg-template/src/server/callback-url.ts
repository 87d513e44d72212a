import { percentDecoded } from "../percent.js";

/**
 * In development, the reason why a browser's cookies don't contain a valid session is appended to the `callbackUrl`
 * after this marker. `callbackUrl()` logs the reason while the sign-in page is rendered, so that Next.js shows it in
 * the browser's console.
 */
export const HINT = "#edgeseal_hint=";

/** Returns a `callbackUrl` without its hint, and the hint as text. */
export function splitHint(value: unknown): [value: unknown, hint: string | undefined] {
  const at = typeof value === "string" ? value.indexOf(HINT) : -1;
  if (at < 0) return [value, undefined];
  const [path, hint] = [(value as string).slice(0, at), (value as string).slice(at + HINT.length)];
  return [path, percentDecoded(hint)?.replace(/[^ -~]/g, "")];
}

/** The addresses of real pages aren't longer than this. */
const MAX_CALLBACK_LENGTH = 2048;

/**
 * Converts a value from a query to a path on this origin to which a browser can safely be redirected. Returns
 * `undefined` for any value that a browser or a server could read as a URL with a different origin, in any encoding.
 */
export function safePath(value: unknown, origin: string): string | undefined {
  if (typeof value !== "string" || value.length > MAX_CALLBACK_LENGTH || /[\\\p{Cc}\p{Zs}]/u.test(value))
    return undefined;
  const relative = SAFE_START.test(value);
  if (!relative && !(value.startsWith(`${origin}/`) || value === origin)) return undefined;
  let url: URL;
  try {
    url = new URL(value, origin);
  } catch {
    return undefined;
  }
  const path = `${url.pathname}${url.search}${url.hash}`;
  // Some routers read these characters as slashes, and auth servers refuse a `callbackURL` that contains one.
  if (/%(?:2f|5c)/i.test(url.pathname)) return undefined;
  // The URL parser turns `/..//host` into `//host`, so check the path again.
  return url.origin === origin && SAFE_START.test(path) ? path : undefined;
}

/**
 * A single slash. It must not be followed by a control character, an escaped `%`, or anything that could be read as a
 * second slash.
 */
const SAFE_START = /^\/(?![/\\]|%(?:2f|5c|0|1|25))/i;
