import { misuse } from "../options.js";
import { percentDecoded } from "../percent.js";
import { builtAssetPrefix } from "./environment.js";

/**
 * How a path is guarded: not at all (build assets), only with a seal (public paths), with a 401, or with a redirect.
 */
export type Gate = "asset" | "public" | "api" | "page";

/** The address of a request, as in `nextUrl`: the path doesn't include `basePath`. */
export interface Address {
  pathname: string;
  search: string;
  basePath: string;
}

export interface PathRules {
  signInPath: string;
  publicPaths: readonly string[];
  apiPaths: readonly string[];
  /** Locales that paths may begin with. `/en/docs`, for example, is also treated as `/docs`. */
  locales: readonly string[];
}

/**
 * Returns how a request is guarded. This depends on the request's path as Next.js reports it, without `basePath` or
 * locale. A public path is recognized only in its normal encoding. In any other encoding, a path needs a session, so
 * that nobody can bypass the check with an unusual encoding.
 */
export function gateOf({ pathname, search, basePath }: Address, rules: PathRules, development: boolean): Gate {
  const path = plain(routed(pathname));
  if (path === undefined) return isApi(percentDecoded(pathname) ?? pathname, rules) ? "api" : "page";
  if (path.startsWith("/_next/static/")) return "asset";
  // If assets are served from a different origin, browsers don't request them from this app.
  const assets = builtAssetPrefix();
  if (assets.startsWith("/") && `${basePath}${path}`.startsWith(`${assets}/_next/static/`)) return "asset";
  if (development && /^\/(_next\/(?!data\/|image)|__nextjs)/.test(path)) return "asset";
  if (path === "/_next/image")
    return imageGate(new URLSearchParams(search).getAll("url"), basePath, rules, development);
  return isPublic(path, rules) ? "public" : isApi(path, rules) ? "api" : "page";
}

/** Paths that browsers, crawlers and other servers request on their own. */
const FOR_EVERYONE =
  /^\/(?:favicon\.ico|robots\.txt|sitemap\.xml|sitemap\/[\w-]+\.xml|manifest\.(?:webmanifest|json)|\.well-known\/.+)$/;

/**
 * Pages that links in e-mails open. People who need these pages can't sign in, or may have opened the link in a browser
 * in which they aren't signed in.
 */
const ACCOUNT_PAGES = ["/forgot-password", "/reset-password", "/verify-email"];

/** Next.js's metadata images. Images at the root are for the whole app, and images below a page are for that page. */
const METADATA_IMAGE =
  /^(.*)\/(?:icon|apple-icon|opengraph-image|twitter-image)\d?(?:\.(?:ico|jpe?g|png|svg|gif|webp))?$/;

/** Returns the locale that a path begins with, such as `/en`, or `""` if there is none. */
export function localeOf(pathname: string, { locales }: PathRules): string {
  const first = pathname.split("/", 2)[1] ?? "";
  return locales.includes(first) ? `/${first}` : "";
}

/** Returns the path and, if the path has a locale, also the path without the locale. */
const formsOf = (path: string, rules: PathRules): string[] => {
  const locale = localeOf(path, rules);
  return locale === "" ? [path] : [path, path.slice(locale.length) || "/"];
};

/** Returns whether the options make the path public, either with or without its locale. */
const isNamed = (path: string, rules: PathRules): boolean =>
  formsOf(path, rules).some(
    (form) =>
      form === rules.signInPath ||
      ACCOUNT_PAGES.includes(form) ||
      rules.publicPaths.some((pattern) => matches(form, pattern)),
  );

function isPublic(path: string, rules: PathRules): boolean {
  if (isNamed(path, rules) || FOR_EVERYONE.test(path)) return true;
  const page = METADATA_IMAGE.exec(path)?.[1];
  return page === "" || (page !== undefined && isNamed(page, rules));
}

/**
 * Returns how to guard the image optimizer's response. It is guarded in the same way as the image itself. The optimizer
 * caches its responses for everyone, so a public image is treated as an asset: the proxy doesn't read or refresh a
 * session for it.
 */
function imageGate(urls: string[], basePath: string, rules: PathRules, development: boolean): Gate {
  const [url = ""] = urls;
  if (urls.length !== 1) return "page";
  // The app's `remotePatterns` decide which images from other origins are allowed.
  if (/^https?:\/\//.test(url)) return "asset";
  if (!url.startsWith(`${basePath}/`) || url.startsWith("//")) return "page";
  const { pathname, search } = new URL(url.slice(basePath.length), "http://edgeseal.invalid");
  if (pathname.startsWith("/_next/image")) return "page";
  const gate = gateOf({ pathname, search, basePath }, rules, development);
  return gate === "public" || gate === "asset" ? "asset" : "page";
}

/** Returns whether this path is the sign-in page, in any encoding. */
export const isSignIn = (pathname: string, rules: PathRules): boolean =>
  formsOf(plain(routed(pathname)) ?? "", rules).includes(rules.signInPath);

const isApi = (path: string, rules: PathRules): boolean =>
  formsOf(path, rules).some((form) => rules.apiPaths.some((pattern) => matches(form, pattern)));

/**
 * Returns whether this path would be the sign-in page if its first segment were a locale. If so, a redirect to the
 * sign-in page may lead back to this path.
 */
export const mayBeSignIn = (pathname: string, { signInPath }: PathRules): boolean =>
  pathname.endsWith(signInPath) && /^\/[^/]+$/.test(pathname.slice(0, -signInPath.length));

/** Converts Next.js's internal URLs for data, segments and prefetches to the path of the page or handler. */
function routed(pathname: string): string {
  const data = /^\/_next\/data\/[^/]+(\/.+)\.json$/.exec(pathname)?.[1];
  const path =
    data ?? pathname.replace(/^(.*)\.segments\/.+\.segment\.rsc$/, "$1").replace(/(?:\.prefetch)?\.rsc$/, "");
  return path === "/index" && path !== pathname ? "/" : path;
}

/**
 * Returns the decoded path without a trailing slash, or `undefined` if another server could read the path differently.
 */
function plain(pathname: string): string | undefined {
  const path = percentDecoded(pathname);
  if (path === undefined || /[\\%\p{Cc}]/u.test(path) || /%(?:2f|5c)/i.test(pathname)) return undefined;
  if (path === "/") return path;
  const [, ...segments] = (path.endsWith("/") ? path.slice(0, -1) : path).split("/");
  // Some servers behind a rewrite drop a segment's parameters (RFC 3986 §3.3), so they read `..;x` as `..`.
  const odd = segments.some((segment) => segment === "" || /^\.{1,2}(?:;|$)/.test(segment));
  return odd ? undefined : `/${segments.join("/")}`;
}

/**
 * Returns whether a pattern matches a path. `/a` matches only `/a`, `/:name` matches any one segment, `/a/*` matches
 * `/a` and everything below it, and `/a/*.svg` matches `.svg` files directly under `/a`.
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

/** Checks a path in the options, or a pattern if `patterns` is true. */
export function pathOption(value: unknown, name: string, patterns: boolean): string {
  const path = typeof value === "string" ? value : "";
  const segments = patterns ? path.split("/") : [];
  // Patterns in the syntax of other tools would never match anything here.
  const foreign = segments.find((one) => /^(?:\[.*\]|\(.*\)|\{.*\})$/.test(one) || /^:(?!\w+$)/.test(one));
  if (foreign !== undefined)
    throw misuse(name, `patterns as "/docs/:slug" and "/docs/*": "${foreign}" matches nothing`);
  const below = patterns ? (/\/\*(?:\.[\w.-]*\w)?$/.exec(path)?.[0] ?? "") : "";
  const fixed = below ? path.slice(0, -below.length) || "/" : path;
  const spelled = fixed.startsWith("/") && !/[*?#]/.test(fixed) ? plain(fixed) : undefined;
  // `/a.rsc`, for example, is one of Next.js's internal URLs for `/a`.
  if (spelled === undefined || plain(routed(spelled)) !== spelled) {
    throw misuse(name, `a path such as "/sign-in"${patterns ? ', "/docs/*", "/docs/:slug" or "/images/*.png"' : ""}`);
  }
  return below && spelled === "/" ? below : spelled + below;
}
