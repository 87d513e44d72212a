import { misuse } from "../options.js";

/** What a path is to the gate. */
export type Gate = "asset" | "public" | "api" | "page";

/** Of a request, as `nextUrl` has it: the path is without `basePath`. */
export interface Address {
  pathname: string;
  search: string;
  basePath: string;
}

export interface PathRules {
  signInPath: string;
  publicPaths: readonly string[];
  apiPaths: readonly string[];
}

/**
 * Which gate a request meets, by its path as Next.js has it: without `basePath` and locale. What is public must be
 * spelled plainly; every other spelling of anything needs a session, so that no spelling opens a door.
 */
export function gateOf({ pathname, search, basePath }: Address, rules: PathRules, development: boolean): Gate {
  const path = plain(routed(pathname));
  if (path === undefined) return isApi(decoded(pathname) ?? pathname, rules) ? "api" : "page";
  if (path.startsWith("/_next/static/")) return "asset";
  if (development && /^\/(_next\/(?!data\/|image)|__nextjs)/.test(path)) return "asset";
  if (path === "/_next/image")
    return imageGate(new URLSearchParams(search).getAll("url"), basePath, rules, development);
  return isPublic(path, rules) ? "public" : isApi(path, rules) ? "api" : "page";
}

/** What browsers, crawlers and other servers ask for without a person: nobody signs in for it. */
const FOR_EVERYONE =
  /^\/(?:favicon\.ico|robots\.txt|sitemap\.xml|sitemap\/[\w-]+\.xml|manifest\.(?:webmanifest|json)|\.well-known\/.+)$/;

/** Next.js's metadata images: of the app at its root, of a page below that page. */
const METADATA_IMAGE =
  /^(.*)\/(?:icon|apple-icon|opengraph-image|twitter-image)\d?(?:-\w{6})?(?:\.(?:ico|jpe?g|png|svg|gif|webp))?$/;

function isPublic(path: string, rules: PathRules): boolean {
  if (path === rules.signInPath || rules.publicPaths.some((pattern) => matches(path, pattern))) return true;
  if (FOR_EVERYONE.test(path)) return true;
  const page = METADATA_IMAGE.exec(path)?.[1];
  return page === "" || (page !== undefined && isPublic(page, rules));
}

/** What the optimizer shows is guarded as the image itself is; what it caches for everyone carries no session. */
function imageGate(urls: string[], basePath: string, rules: PathRules, development: boolean): Gate {
  const [url = ""] = urls;
  if (urls.length !== 1) return "page";
  // Of another origin: the app's `remotePatterns` decide.
  if (/^https?:\/\//.test(url)) return "asset";
  if (!url.startsWith(`${basePath}/`) || url.startsWith("//")) return "page";
  const { pathname, search } = new URL(url.slice(basePath.length), "http://edgeseal.invalid");
  if (pathname.startsWith("/_next/image")) return "page";
  const gate = gateOf({ pathname, search, basePath }, rules, development);
  return gate === "public" || gate === "asset" ? "asset" : "page";
}

/** Whether this path is the sign-in page, in any of its spellings. */
export const isSignIn = (pathname: string, { signInPath }: PathRules): boolean =>
  plain(routed(pathname)) === signInPath;

const isApi = (path: string, { apiPaths }: PathRules): boolean => apiPaths.some((pattern) => matches(path, pattern));

/** The page or handler behind Next's own addresses of it: for its data, and for its parts and prefetches. */
function routed(pathname: string): string {
  const data = /^\/_next\/data\/[^/]+(\/.+)\.json$/.exec(pathname)?.[1];
  const path =
    data ?? pathname.replace(/^(.*)\.segments\/.+\.segment\.rsc$/, "$1").replace(/(?:\.prefetch)?\.rsc$/, "");
  return path === "/index" && path !== pathname ? "/" : path;
}

/** The path decoded, where it has one spelling only; without the slash at its end. */
function plain(pathname: string): string | undefined {
  const path = decoded(pathname);
  if (path === undefined || /[\\%\p{Cc}]/u.test(path) || /%(?:2f|5c)/i.test(pathname)) return undefined;
  if (path === "/") return path;
  const [, ...segments] = (path.endsWith("/") ? path.slice(0, -1) : path).split("/");
  // A segment's parameters (RFC 3986 §3.3) are no part of it to some servers behind a rewrite.
  const odd = segments.some((segment) => segment === "" || /^\.{1,2}(?:;|$)/.test(segment));
  return odd ? undefined : `/${segments.join("/")}`;
}

function decoded(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
}

/** `/a` is itself; `/a/*` is that and everything below; `/a/*.svg` is what ends so, directly below. */
function matches(path: string, pattern: string): boolean {
  const end = pattern.lastIndexOf("/*");
  if (end < 0) return path === pattern;
  const [above, ending] = [pattern.slice(0, end), pattern.slice(end + 2)];
  if (ending === "") return path === above || path.startsWith(`${above}/`);
  const name = path.startsWith(`${above}/`) ? path.slice(above.length + 1) : "";
  return name.endsWith(ending) && name.length > ending.length && !name.includes("/");
}

/** Takes a path, or where `patterns` is true a pattern, from the options. */
export function pathOption(value: unknown, name: string, patterns: boolean): string {
  const path = typeof value === "string" ? value : "";
  const below = patterns ? (/\/\*(?:\.[\w.-]*\w)?$/.exec(path)?.[0] ?? "") : "";
  const bare = below ? path.slice(0, -below.length) || "/" : path;
  const spelled = bare.startsWith("/") && !/[*?#]/.test(bare) ? plain(bare) : undefined;
  if (spelled === undefined) {
    throw misuse(name, `a path such as "/sign-in"${patterns ? ', "/docs/*" or "/images/*.png"' : ""}`);
  }
  return below && spelled === "/" ? below : spelled + below;
}

/**
 * In development a `callbackUrl` carries what the proxy found about a browser whose cookies give no session. What a page
 * logs while it is rendered, as `callbackUrl()` does, Next.js shows in the browser's console.
 */
export const HINT = "#edgeseal_hint=";

/** A `callbackUrl` without its hint, and the hint as text. */
export function splitHint(value: unknown): [value: unknown, hint: string | undefined] {
  const at = typeof value === "string" ? value.indexOf(HINT) : -1;
  if (at < 0) return [value, undefined];
  const [path, hint] = [(value as string).slice(0, at), (value as string).slice(at + HINT.length)];
  return [path, decoded(hint)?.replace(/[^ -~]/g, "")];
}

/** Longer ones are no page's address. */
const MAX_CALLBACK_LENGTH = 2048;

/**
 * A path of this origin that a browser may be sent to, from what came in a query; `undefined` for everything that
 * a browser or server could read as another origin's, in any spelling.
 */
export function safePath(value: unknown, origin: string): string | undefined {
  if (typeof value !== "string" || value.length > MAX_CALLBACK_LENGTH || /[\\\p{Cc}\p{Zs}]/u.test(value))
    return undefined;
  const relative = /^\/(?![/\\]|%(?:2f|5c|0|1|25))/i.test(value);
  if (!relative && !(value.startsWith(`${origin}/`) || value === origin)) return undefined;
  let url: URL;
  try {
    url = new URL(value, origin);
  } catch {
    return undefined;
  }
  const path = `${url.pathname}${url.search}${url.hash}`;
  // An auth server takes none of these in a `callbackURL`: to some routers they are slashes.
  if (/%(?:2f|5c)/i.test(url.pathname)) return undefined;
  // Of `/..//host` the parser makes `//host`.
  return url.origin === origin && /^\/(?![/\\]|%(?:2f|5c|0|1|25))/i.test(path) ? path : undefined;
}
