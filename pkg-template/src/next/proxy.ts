import { isDevelopment } from "../session/rules.js";
import { type NextFetchEvent, type NextRequest, NextResponse } from "next/server.js";
import { decoded } from "../session/cookies.js";
import { warnOnceAMinute } from "../session/log.js";
import type { AuthSession } from "../session/session.js";
import { loadPage, redirectAction, redirectTo, unauthorized } from "./answers.js";
import { type Caller, identify, identifyFresh } from "../server/identify.js";
import type { Settings } from "./options.js";
import { type Gate, gateOf, HINT, localeOf, mayBeSignIn, safePath } from "./paths.js";
import { type Refreshed, withCookies } from "../server/refresh.js";
import { SEAL_HEADER, type Sealer } from "./seal.js";

/**
 * What a route may make of a request that the gate let through: an answer, or nothing to go on. The session is `null`
 * where none is needed and there is none.
 */
export type ProxyHandler<Session = AuthSession> = (
  request: NextRequest,
  session: Session | null,
  event: NextFetchEvent,
) => Response | undefined | void | Promise<Response | undefined | void>;

/** Headers that pass for somebody's word about who the client is: nobody outside has that word. */
const SPOKEN_FOR =
  /^(?:x-(?:edgeseal|middleware|user(?!-agent$)|auth|remote|forwarded-(?:user|email|groups|preferred-username)$)|remote-(?:user|email|name|groups)$)/;

/** Runs before every request: lets it through with what was verified, or answers it. */
export async function pass(
  request: NextRequest,
  event: NextFetchEvent,
  settings: Settings,
  sealer: Sealer,
  handler?: ProxyHandler,
): Promise<Response> {
  const { nextUrl, headers, method } = request;
  const gate = gateOf(nextUrl, settings, isDevelopment());
  // To servers behind that speak CGI `x_user` is `x-user`.
  for (const name of [...headers.keys()]) if (SPOKEN_FOR.test(name.replaceAll("_", "-"))) headers.delete(name);
  if (gate === "asset") return NextResponse.next({ request: { headers } });

  // The image optimizer says what may be cached by itself, so no cookie goes with it.
  const isImage = nextUrl.pathname.startsWith("/_next/image");
  const caller = isImage ? identify(headers, settings) : await identifyFresh(request, settings);
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
  // Its other headers Next.js hides here; whether it is a prefetch is one of them.
  if (method === "GET" && request.headers.has("next-url")) return loadPage();
  if (isScript(request.headers)) return unauthorized(caller.badToken);
  if (mayBeSignIn(nextUrl.pathname, settings)) {
    const [, locale = ""] = nextUrl.pathname.split("/", 2);
    const advice = `write locales: ["${locale}", ...], or publicPaths: ["/:locale${settings.signInPath}", ...]`;
    const text = `${nextUrl.pathname} needs a session: if that is the sign-in page, ${advice}`;
    warnOnceAMinute("locales", `edgeseal/next: ${text.replace(/[^ -~]/g, "")}`);
    // Where something redirects the sign-in page here, a redirect to it would have no end.
    return unauthorized(caller.badToken);
  }
  const origin = settings.origin ?? localOrigin(request);
  const signIn = nextUrl.clone();
  signIn.pathname = localeOf(nextUrl.pathname, settings) + settings.signInPath;
  signIn.search = "";
  const back = nextUrl.clone();
  // What Next.js adds for itself is no part of the page's address.
  for (const name of ["_rsc", "__nextDataReq"]) back.searchParams.delete(name);
  const callbackUrl = safePath(back.href.slice(back.origin.length), origin);
  const hint = isDevelopment() && caller.diagnosis ? HINT + encodeURIComponent(caller.diagnosis.text) : "";
  if (callbackUrl !== undefined) signIn.searchParams.set("callbackUrl", callbackUrl + hint);
  const location = origin + signIn.href.slice(signIn.origin.length);
  // Of a form without JavaScript there is no such header: a browser's own POST follows `Location`.
  if (method === "POST" && request.headers.has("next-action")) return redirectAction(location);
  return redirectTo(location, method);
}

/**
 * Asks for no page: by what it accepts, or by what a browser says of it (Fetch Metadata). Next.js's own requests look
 * like that too, and read redirects of their own.
 */
function isScript(headers: Headers): boolean {
  const accept = headers.get("accept") ?? "";
  // Node's fetch writes the mode too, in whoever's name it asks; browsers write all of them.
  const isBrowser = headers.has("sec-fetch-dest") || headers.has("sec-fetch-site");
  const mode = isBrowser ? headers.get("sec-fetch-mode") : "navigate";
  const isNext = headers.has("next-action") || headers.has("x-nextjs-data");
  return !isNext && !accept.includes("text/html") && (/json/.test(accept) || mode !== "navigate");
}

/** In development, where no `baseURL` is known: what the browser asked, which Next.js calls `localhost`. */
export function localOrigin({ headers, nextUrl }: NextRequest): string {
  return `${nextUrl.protocol}//${headers.get("host") ?? nextUrl.host}`;
}

/** So that `cookies()` and the handler see the fresh session. */
function putCookies(request: NextRequest, refreshed: Refreshed, settings: Settings): void {
  const header = withCookies(request.headers.get("cookie") ?? "", refreshed.setCookies, settings);
  for (const { name } of request.cookies.getAll()) request.cookies.delete(name);
  for (const pair of header.split("; ")) {
    const split = pair.indexOf("=");
    if (split > 0) request.cookies.set(pair.slice(0, split), decoded(pair.slice(split + 1)));
  }
  request.headers.set("cookie", header);
}

const OVERRIDE = "x-middleware-override-headers";
const OVERRIDDEN = "x-middleware-request-";

/**
 * A handler's own `NextResponse.next()` or `.rewrite()` with the request headers as they are now, where it said none, and
 * with the seal: what it said itself stays, also what it left out. Another server than this app and its auth server gets
 * no seal, and cookies only from the handler's own hands.
 */
function withRequestHeaders(answer: Response, { headers, nextUrl }: NextRequest, { authURL }: Settings): Response {
  const rewrite = answer.headers.get("x-middleware-rewrite");
  if (!answer.headers.has("x-middleware-next") && rewrite === null) return answer;
  const to = new URL(rewrite ?? "", nextUrl).origin;
  const isOurs = to === nextUrl.origin || to === new URL(authURL).origin;
  const response = new NextResponse(answer.body, answer);
  const isSaid = response.headers.has(OVERRIDE);
  const said = isSaid ? response.headers : NextResponse.next({ request: { headers } }).headers;
  // What is in no list does not go along: without one Next.js would send all that the client sent.
  const names = (said.get(OVERRIDE) ?? "").split(",").filter((name) => !/^x-(?:edgeseal|middleware)-/.test(name));
  const list = new Map(names.filter(Boolean).map((name) => [name, said.get(OVERRIDDEN + name) ?? ""]));
  if (isOurs) list.set(SEAL_HEADER, headers.get(SEAL_HEADER) ?? "");
  else if (!isSaid) list.delete("cookie");
  // To Next.js an empty list is none.
  if (list.size === 0) list.set("accept", "*/*");
  response.headers.delete(OVERRIDDEN + SEAL_HEADER);
  for (const [name, value] of list) response.headers.set(OVERRIDDEN + name, value);
  response.headers.set(OVERRIDE, [...list.keys()].join(","));
  return response;
}

/** The answer with the auth server's cookies, where this request asked for them. */
export function withSetCookies(response: Response, refreshed: Refreshed | undefined): Response {
  if (!refreshed || refreshed.remembered || refreshed.setCookies.length === 0) return response;
  const answer = new NextResponse(response.body, response);
  for (const cookie of refreshed.setCookies) answer.headers.append("set-cookie", cookie);
  // A page that is the same for everyone is not, with these.
  answer.headers.set("cache-control", "private, no-store");
  return answer;
}
