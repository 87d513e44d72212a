import { misuse } from "../options.js";
import { percentDecoded } from "../percent.js";
import { builtAssetPrefix } from "./environment.js";

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
  /** First segments of paths that are a locale: `/en/docs` is `/docs` too. */
  locales: readonly string[];
}

/**
 * Which gate a request meets, by its path as Next.js has it: without `basePath` and locale. What is public must be
 * spelled plainly; every other spelling of anything needs a session, so that no spelling opens a door.
 */
export function gateOf({ pathname, search, basePath }: Address, rules: PathRules, development: boolean): Gate {
  const path = plain(routed(pathname));
  if (path === undefined) return isApi(percentDecoded(pathname) ?? pathname, rules) ? "api" : "page";
  if (path.startsWith("/_next/static/")) return "asset";
  // Of another origin it is no request to this app.
  const assets = builtAssetPrefix();
  if (assets.startsWith("/") && `${basePath}${path}`.startsWith(`${assets}/_next/static/`)) return "asset";
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
  /^(.*)\/(?:icon|apple-icon|opengraph-image|twitter-image)\d?(?:\.(?:ico|jpe?g|png|svg|gif|webp))?$/;

/** The locale that a path begins with, as `/en`; else `""`. */
export function localeOf(pathname: string, { locales }: PathRules): string {
  const first = pathname.split("/", 2)[1] ?? "";
  return locales.includes(first) ? `/${first}` : "";
}

/** A path as it is spelled, and without its locale. */
const formsOf = (path: string, rules: PathRules): string[] => {
  const locale = localeOf(path, rules);
  return locale === "" ? [path] : [path, path.slice(locale.length) || "/"];
};

/** Whether the options make it public, with its locale or without. */
const isNamed = (path: string, rules: PathRules): boolean =>
  formsOf(path, rules).some(
    (form) => form === rules.signInPath || rules.publicPaths.some((pattern) => matches(form, pattern)),
  );

function isPublic(path: string, rules: PathRules): boolean {
  if (isNamed(path, rules) || FOR_EVERYONE.test(path)) return true;
  const page = METADATA_IMAGE.exec(path)?.[1];
  return page === "" || (page !== undefined && isNamed(page, rules));
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
export const isSignIn = (pathname: string, rules: PathRules): boolean =>
  formsOf(plain(routed(pathname)) ?? "", rules).includes(rules.signInPath);

const isApi = (path: string, rules: PathRules): boolean =>
  formsOf(path, rules).some((form) => rules.apiPaths.some((pattern) => matches(form, pattern)));

/** Whether this would be the sign-in page if its first segment were a locale: a redirect there may come back here. */
export const mayBeSignIn = (pathname: string, { signInPath }: PathRules): boolean =>
  pathname.endsWith(signInPath) && /^\/[^/]+$/.test(pathname.slice(0, -signInPath.length));

/** The page or handler behind Next's own addresses of it: for its data, and for its parts and prefetches. */
function routed(pathname: string): string {
  const data = /^\/_next\/data\/[^/]+(\/.+)\.json$/.exec(pathname)?.[1];
  const path =
    data ?? pathname.replace(/^(.*)\.segments\/.+\.segment\.rsc$/, "$1").replace(/(?:\.prefetch)?\.rsc$/, "");
  return path === "/index" && path !== pathname ? "/" : path;
}

/** The path decoded, where it has one spelling only; without the slash at its end. */
function plain(pathname: string): string | undefined {
  const path = percentDecoded(pathname);
  if (path === undefined || /[\\%\p{Cc}]/u.test(path) || /%(?:2f|5c)/i.test(pathname)) return undefined;
  if (path === "/") return path;
  const [, ...segments] = (path.endsWith("/") ? path.slice(0, -1) : path).split("/");
  // A segment's parameters (RFC 3986 §3.3) are no part of it to some servers behind a rewrite.
  const odd = segments.some((segment) => segment === "" || /^\.{1,2}(?:;|$)/.test(segment));
  return odd ? undefined : `/${segments.join("/")}`;
}

/**
 * `/a` is itself; `/:name` any one segment; `/a/*` is `/a` and everything below; `/a/*.svg` is what ends so, directly below.
 */
function matches(path: string, pattern: string): boolean {
  const [given, wanted] = [path.split("/"), pattern.split("/")];
  if (wanted.at(-1) === "*") wanted.pop();
  else if (given.length !== wanted.length) return false;
  return wanted.every((segment, index) => {
    const one = given[index];
    if (segment.startsWith(":")) return !!one;
    if (segment.startsWith("*")) return !!one && one.endsWith(segment.slice(1)) && one.length >= segment.length;
    return one === segment;
  });
}

/** Takes a path, or where `patterns` is true a pattern, from the options. */
export function pathOption(value: unknown, name: string, patterns: boolean): string {
  const path = typeof value === "string" ? value : "";
  const segments = patterns ? path.split("/") : [];
  // Spelled as in other tools, they would match nothing here.
  const foreign = segments.find((one) => /^(?:\[.*\]|\(.*\)|\{.*\})$/.test(one) || /^:(?!\w+$)/.test(one));
  if (foreign !== undefined)
    throw misuse(name, `patterns as "/docs/:slug" and "/docs/*": "${foreign}" matches nothing`);
  const below = patterns ? (/\/\*(?:\.[\w.-]*\w)?$/.exec(path)?.[0] ?? "") : "";
  const fixed = below ? path.slice(0, -below.length) || "/" : path;
  const spelled = fixed.startsWith("/") && !/[*?#]/.test(fixed) ? plain(fixed) : undefined;
  // Such as `/a.rsc`, which is one of Next.js's addresses of `/a`.
  if (spelled === undefined || plain(routed(spelled)) !== spelled) {
    throw misuse(name, `a path such as "/sign-in"${patterns ? ', "/docs/*", "/docs/:slug" or "/images/*.png"' : ""}`);
  }
  return below && spelled === "/" ? below : spelled + below;
}
