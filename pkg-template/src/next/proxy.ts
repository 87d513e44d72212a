import { type NextFetchEvent, type NextRequest, NextResponse } from "next/server.js";
import { unauthorized } from "../server/answers.js";
import { HINT, safePath } from "../server/callback-url.js";
import { type Caller, identify } from "../server/identify.js";
import { type Refreshed, withCookies } from "../server/refresh.js";
import { cookieValue } from "../session/cookies.js";
import { warnOnceAMinute } from "../session/log.js";
import { isDevelopment } from "../session/rules.js";
import type { AuthSession } from "../session/session.js";
import { loadPage, redirectAction, redirectTo } from "./answers.js";
import { callerOf, ownOriginOf, withSetCookies } from "./caller.js";
import type { Settings } from "./options.js";
import { type Gate, gateOf, localeOf, mayBeSignIn } from "./paths.js";
import { SEAL_HEADER, type Sealer } from "./seal.js";

/**
 * Handles a request that the proxy lets through. Returns a response, or `undefined` to let the request continue. On
 * public paths, the session is `null` if nobody is signed in.
 */
export type ProxyHandler<Session = AuthSession> = (
  request: NextRequest,
  session: Session | null,
  event: NextFetchEvent,
) => Response | undefined | void | Promise<Response | undefined | void>;

/**
 * Headers that proxies and gateways use to identify the client. They are removed, because the client itself may have
 * set them.
 */
const IDENTITY_HEADERS =
  /^(?:x-(?:edgeseal|middleware|user(?!-agent$)|auth|remote|forwarded-(?:user|email|groups|preferred-username)$)|remote-(?:user|email|name|groups)$)/;

/** Runs before every request. Either lets the request through, along with the verified data, or responds to it. */
export async function handleRequest(
  request: NextRequest,
  event: NextFetchEvent,
  settings: Settings,
  sealer: Sealer,
  handler?: ProxyHandler,
): Promise<Response> {
  const { nextUrl, headers, method } = request;
  const gate = gateOf(nextUrl, settings, isDevelopment());
  // CGI servers behind this one read `x_user` as `x-user`.
  for (const name of [...headers.keys()]) if (IDENTITY_HEADERS.test(name.replaceAll("_", "-"))) headers.delete(name);
  if (gate === "asset") return NextResponse.next({ request: { headers } });

  // The image optimizer itself decides which of its responses are cached, so its responses must not set cookies.
  const isImage = nextUrl.pathname.startsWith("/_next/image");
  const caller = isImage ? identify(headers, settings) : await callerOf(request, settings);
  if (!caller.session && gate !== "public") {
    return withSetCookies(refused(request, gate, caller, settings), caller.refreshed);
  }
  const { basePath } = nextUrl;
  const seal = await sealer.seal({
    method,
    path: basePath + nextUrl.pathname + nextUrl.search,
    basePath,
    subject: caller.session?.user.id ?? null,
    clientIP: settings.clientIP(request) ?? null,
  });
  if (caller.refreshed) putCookies(request, caller.refreshed, settings);
  headers.set(SEAL_HEADER, seal);

  const answer = (await handler?.(request, caller.session, event)) ?? NextResponse.next({ request: { headers } });
  return withSetCookies(withRequestHeaders(answer, request, settings), caller.refreshed);
}

function refused(request: NextRequest, gate: Gate, caller: Caller, settings: Settings): Response {
  if (gate === "api") return unauthorized(caller.badToken);
  const { nextUrl, method } = request;
  // In the proxy, Next.js hides its other headers, including the one that marks a prefetch.
  if (method === "GET" && request.headers.has("next-url")) return loadPage();
  if (isScript(request.headers)) return unauthorized(caller.badToken);
  if (mayBeSignIn(nextUrl.pathname, settings)) {
    const [, locale = ""] = nextUrl.pathname.split("/", 2);
    const advice = `write locales: ["${locale}", ...], or publicPaths: ["/:locale${settings.signInPath}", ...]`;
    const text = `${nextUrl.pathname} needs a session: if that is the sign-in page, ${advice}`;
    warnOnceAMinute(settings.entry, "locales", text.replace(/[^ -~]/g, ""));
    // If the sign-in page redirects to this path, a redirect back to the sign-in page would loop forever.
    return unauthorized(caller.badToken);
  }
  const origin = ownOriginOf(request, settings);
  const signIn = nextUrl.clone();
  signIn.pathname = localeOf(nextUrl.pathname, settings) + settings.signInPath;
  signIn.search = "";
  const back = nextUrl.clone();
  // Next.js adds these parameters for its own use. They are not part of the page's URL.
  for (const name of ["_rsc", "__nextDataReq"]) back.searchParams.delete(name);
  const callbackUrl = safePath(back.href.slice(back.origin.length), origin);
  const hint = isDevelopment() && caller.diagnosis ? HINT + encodeURIComponent(caller.diagnosis.text) : "";
  if (callbackUrl !== undefined) signIn.searchParams.set("callbackUrl", callbackUrl + hint);
  const location = origin + signIn.href.slice(signIn.origin.length);
  // Without JavaScript, the browser posts the form itself and follows `Location`. Such a request doesn't have this
  // header.
  if (method === "POST" && request.headers.has("next-action")) return redirectAction(location);
  return redirectTo(location, method);
}

/**
 * Returns whether the request comes from a script rather than from a page navigation, judging by its `Accept` header
 * and its Fetch Metadata. Next.js's own requests don't count as requests from a script, because Next.js can follow
 * redirects.
 */
function isScript(headers: Headers): boolean {
  const accept = headers.get("accept") ?? "";
  // Node's fetch also sends `sec-fetch-mode`, even when it loads a page for a user. Only browsers send the other two
  // headers.
  const isBrowser = headers.has("sec-fetch-dest") || headers.has("sec-fetch-site");
  const mode = isBrowser ? headers.get("sec-fetch-mode") : "navigate";
  const isNext = headers.has("next-action") || headers.has("x-nextjs-data");
  return !isNext && !accept.includes("text/html") && (/json/.test(accept) || mode !== "navigate");
}

/** Updates the request's cookies, so that `cookies()` and the handler see the fresh session. */
function putCookies(request: NextRequest, refreshed: Refreshed, settings: Settings): void {
  const header = withCookies(request.headers.get("cookie") ?? "", refreshed.setCookies, settings);
  for (const { name } of request.cookies.getAll()) request.cookies.delete(name);
  for (const pair of header.split("; ")) {
    const split = pair.indexOf("=");
    if (split > 0) request.cookies.set(pair.slice(0, split), cookieValue(pair.slice(split + 1)));
  }
  request.headers.set("cookie", header);
}

/**
 * `NextResponse.next()` and `.rewrite()` pass the page's request headers to Next.js in these response headers: the
 * first header contains all names, and each of the others contains one value.
 */
const OVERRIDE = "x-middleware-override-headers";
const OVERRIDDEN = "x-middleware-request-";

/**
 * Adds the current request headers and the seal to a handler's own `NextResponse.next()` or `.rewrite()`. Headers that
 * the handler set itself are kept, and headers that it removed stay removed. Servers other than this app and its auth
 * server don't get the seal, and they get cookies only if the handler itself passes them on.
 */
function withRequestHeaders(answer: Response, { headers, nextUrl }: NextRequest, { authURL }: Settings): Response {
  const rewrite = answer.headers.get("x-middleware-rewrite");
  if (!answer.headers.has("x-middleware-next") && rewrite === null) return answer;
  const to = new URL(rewrite ?? "", nextUrl).origin;
  const isOurs = to === nextUrl.origin || to === new URL(authURL).origin;
  const response = new NextResponse(answer.body, answer);
  const hasOwn = response.headers.has(OVERRIDE);
  const given = hasOwn ? response.headers : NextResponse.next({ request: { headers } }).headers;
  // Without a list, Next.js would pass on all headers that the client sent.
  const names = (given.get(OVERRIDE) ?? "").split(",").filter((name) => !/^x-(?:edgeseal|middleware)-/.test(name));
  const list = new Map(names.filter(Boolean).map((name) => [name, given.get(OVERRIDDEN + name) ?? ""]));
  if (isOurs) list.set(SEAL_HEADER, headers.get(SEAL_HEADER) ?? "");
  else if (!hasOwn) list.delete("cookie");
  // Next.js treats an empty list as if there were no list.
  if (list.size === 0) list.set("accept", "*/*");
  response.headers.delete(OVERRIDDEN + SEAL_HEADER);
  for (const [name, value] of list) response.headers.set(OVERRIDDEN + name, value);
  response.headers.set(OVERRIDE, [...list.keys()].join(","));
  return response;
}
