import { percentDecoded } from "../percent.js";

/**
 * In development, the reason why a browser's cookies give no session is appended to the `callbackUrl` after this mark.
 * `callbackUrl()` logs it while the sign-in page is rendered, so that Next.js shows it in the browser's console.
 */
export const HINT = "#edgeseal_hint=";

/** A `callbackUrl` without its hint, and the hint as text. */
export function splitHint(value: unknown): [value: unknown, hint: string | undefined] {
  const at = typeof value === "string" ? value.indexOf(HINT) : -1;
  if (at < 0) return [value, undefined];
  const [path, hint] = [(value as string).slice(0, at), (value as string).slice(at + HINT.length)];
  return [path, percentDecoded(hint)?.replace(/[^ -~]/g, "")];
}

/** No page's address is longer. */
const MAX_CALLBACK_LENGTH = 2048;

/**
 * A path of this origin that a browser may be sent to, taken from a value in a query. `undefined` for everything that a
 * browser or a server could read as another origin, however it is encoded.
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
  // Some routers read these as slashes, and auth servers refuse a `callbackURL` with one.
  if (/%(?:2f|5c)/i.test(url.pathname)) return undefined;
  // The parser turns `/..//host` into `//host`.
  return url.origin === origin && SAFE_START.test(path) ? path : undefined;
}

/** One slash, followed by nothing that could be read as a second one, as a control character or as an escaped `%`. */
const SAFE_START = /^\/(?![/\\]|%(?:2f|5c|0|1|25))/i;
