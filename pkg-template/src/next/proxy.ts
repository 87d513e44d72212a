import { isDevelopment } from "./environment.js";
import { type NextRequest, NextResponse } from "next/server.js";
import type { AuthSession } from "../session/session.js";
import { redirectTo, unauthorized } from "./answers.js";
import { type Caller, identifyFresh } from "./identify.js";
import type { Settings } from "./options.js";
import { type Gate, gateOf, safePath } from "./paths.js";
import { type Refreshed, withCookies } from "./refresh.js";
import { SEAL_HEADER, type Sealer } from "./seal.js";

/** What a route may make of a request that the gate let through. `null` where it needs no session and has none. */
export type ProxyHandler = (
  request: NextRequest,
  session: AuthSession | null,
) => Response | undefined | void | Promise<Response | undefined | void>;

/** Headers that pass for somebody's word about who the client is: nobody outside has that word. */
const SPOKEN_FOR =
  /^(?:x-(?:edgeseal|user|auth|authenticated|remote|forwarded-(?:user|email|groups|preferred-username))(?:-|$)|remote-user$|x-middleware-)/;

/** Runs before every request: lets it through with what was verified, or answers it. */
export async function pass(
  request: NextRequest,
  settings: Settings,
  sealer: Sealer,
  handler?: ProxyHandler,
): Promise<Response> {
  const { nextUrl, headers, method } = request;
  const gate = gateOf(nextUrl.pathname, nextUrl.search, settings, isDevelopment());
  for (const name of [...headers.keys()]) if (SPOKEN_FOR.test(name)) headers.delete(name);
  if (gate === "asset") return NextResponse.next({ request: { headers } });

  const caller = await identifyFresh(request, settings);
  if (!caller.session && gate !== "public" && !isPreflight(request, gate)) {
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

  const next = NextResponse.next({ request: { headers } });
  const answer = (await handler?.(request, caller.session)) ?? undefined;
  return withSetCookies(answer ? withRequestHeaders(answer, next) : next, caller.refreshed);
}

function refused(request: NextRequest, gate: Gate, caller: Caller, settings: Settings): Response {
  if (gate === "api") return unauthorized(caller.badToken);
  const { nextUrl, method } = request;
  const origin = settings.origin ?? nextUrl.origin;
  const signIn = nextUrl.clone();
  signIn.pathname = settings.signInPath;
  signIn.search = "";
  const back = nextUrl.clone();
  // What Next.js adds for itself is no part of the page's address.
  for (const name of ["_rsc", "__nextDataReq"]) back.searchParams.delete(name);
  const callbackUrl = safePath(back.href.slice(back.origin.length), origin);
  if (callbackUrl !== undefined) signIn.searchParams.set("callbackUrl", callbackUrl);
  return redirectTo(origin + signIn.href.slice(signIn.origin.length), method);
}

/** A browser sends no cookies with it (Fetch §4.8), and nothing is done for it but to name what is allowed. */
function isPreflight({ method, headers }: Request, gate: Gate): boolean {
  return (
    gate === "api" && method === "OPTIONS" && headers.has("origin") && headers.has("access-control-request-method")
  );
}

/** So that `cookies()` and the handler see the fresh session. */
function putCookies(request: NextRequest, refreshed: Refreshed, settings: Settings): void {
  const header = withCookies(request.headers.get("cookie") ?? "", refreshed, settings);
  for (const { name } of request.cookies.getAll()) request.cookies.delete(name);
  for (const pair of header.split("; ")) {
    const split = pair.indexOf("=");
    if (split > 0) request.cookies.set(pair.slice(0, split), decoded(pair.slice(split + 1)));
  }
  request.headers.set("cookie", header);
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

const OVERRIDE = "x-middleware-override-headers";
const OVERRIDDEN = "x-middleware-request-";

/**
 * A handler's own `NextResponse.next()` or `.rewrite()` with the request headers of ours: what it set itself stays,
 * but for what only we say.
 */
function withRequestHeaders(answer: Response, ours: Response): Response {
  if (!answer.headers.has("x-middleware-next") && !answer.headers.has("x-middleware-rewrite")) return answer;
  const response = new NextResponse(answer.body, answer);
  const listed = (from: Response) => from.headers.get(OVERRIDE)?.split(",") ?? [];
  const names = new Set(listed(response).filter((name) => !SPOKEN_FOR.test(name)));
  const whole = names.size === 0;
  for (const name of listed(ours)) {
    if (!whole && name !== SEAL_HEADER && name !== "cookie") continue;
    names.add(name);
    response.headers.set(OVERRIDDEN + name, ours.headers.get(OVERRIDDEN + name) ?? "");
  }
  response.headers.set(OVERRIDE, [...names].join(","));
  return response;
}

function withSetCookies(response: Response, refreshed: Refreshed | undefined): Response {
  if (!refreshed || refreshed.setCookies.length === 0) return response;
  const answer = new NextResponse(response.body, response);
  for (const cookie of refreshed.setCookies) answer.headers.append("set-cookie", cookie);
  // A page that is the same for everyone is not, with these.
  answer.headers.set("cache-control", "private, no-store");
  return answer;
}
