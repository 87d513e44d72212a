import type { NextRequest } from "next/server.js";
import { foreignOrigin, unauthorized } from "../server/answers.js";
import { safePath } from "../server/callback-url.js";
import { type Caller, identify } from "../server/identify.js";
import { isForeignChange } from "../server/origin.js";
import { parseSetCookie, withChanges } from "../session/cookies.js";
import type { AuthSession } from "../session/session.js";
import { callerOf, ownOriginOf, withSetCookies } from "./caller.js";
import { LOCAL, type Settings } from "./options.js";
import { gateOf, isSignIn, localeOf } from "./paths.js";
import { type Seal, SEAL_HEADER, type SealedRequest, type Sealer } from "./seal.js";

/**
 * Call this only when there is a request. When a page is rendered at build time, there is neither a request nor an
 * environment.
 */
export type Prepare = () => { settings: Settings; sealer: Sealer };

/**
 * Returns the request that the current page, action or handler runs for, as far as Next.js exposes it. Calls
 * `headers()` first, so that Next.js renders the page separately for each request. The returned request also has the
 * cookies that an action or handler has set, even in the page that is rendered afterwards; `headers()` has only the
 * cookies that the browser sent.
 */
async function currentRequest(): Promise<Request> {
  const next = await import("next/headers.js");
  const headers = new Headers(await next.headers());
  const cookie = withChanges(headers.get("cookie") ?? "", (await next.cookies()).getAll());
  if (cookie === "") headers.delete("cookie");
  else headers.set("cookie", cookie);
  return new Request("http://edgeseal.invalid", { headers });
}

/** A request from Node or the Pages Router: an `IncomingMessage` or a `NextApiRequest`. */
export interface NodeRequest {
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  readonly url?: string | undefined;
}

/** Converts a Node request to a `Request` that has only the headers and the path. */
function fromNode({ headers, url = "/" }: NodeRequest): Request {
  const copied = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    // In HTTP/2, the headers include pseudo-headers such as `:method`.
    if (value !== undefined && !name.startsWith(":")) for (const one of [value].flat()) copied.append(name, one);
  }
  return new Request(`http://edgeseal.invalid/${url.replace(/^\/+/, "")}`, { headers: copied });
}

/** Returns the verified session of the given request, or of the current one. */
export async function sessionOf(prepare: Prepare, given?: Request | NodeRequest): Promise<AuthSession | null> {
  const isNode = given !== undefined && typeof given.headers.get !== "function";
  const request = isNode
    ? fromNode(given as NodeRequest)
    : ((given as Request | undefined) ?? (await currentRequest()));
  const caller = await callerOf(request, prepare().settings);
  if (!given) await keepCookies(caller);
  return caller.session;
}

/**
 * Sets the refreshed cookies in case the proxy didn't run. Only actions and handlers may set cookies. Pages may not, so
 * the browser still has the old cookies afterwards, and its next request refreshes the session again.
 */
async function keepCookies({ refreshed }: Caller): Promise<void> {
  if (!refreshed || refreshed.remembered) return;
  const { cookies } = await import("next/headers.js");
  const jar = await cookies();
  for (const { name, value, attributes } of refreshed.setCookies.flatMap((text) => parseSetCookie(text) ?? [])) {
    const [age, expires, path, domain] = ["max-age", "expires", "path", "domain"].map((one) => attributes.get(one));
    const sameSite = attributes.get("samesite")?.toLowerCase();
    try {
      jar.set({
        name,
        value: decodeURIComponent(value),
        httpOnly: attributes.has("httponly"),
        secure: attributes.has("secure"),
        ...(sameSite ? { sameSite } : {}),
        ...(age === undefined ? {} : { maxAge: Number(age) }),
        ...(expires ? { expires: new Date(expires) } : {}),
        ...(path ? { path } : {}),
        ...(domain ? { domain } : {}),
      });
    } catch {
      // Either this is a page, or the value is malformed. Continue with the other cookies.
    }
  }
}

/**
 * Returns the session, or throws if there is none, because Next.js expects redirects and 401 responses to be thrown.
 */
export async function requiredSession(prepare: Prepare, given?: Request): Promise<AuthSession> {
  const session = await sessionOf(prepare, given);
  if (session) return session;
  const { settings, sealer } = prepare();
  const { headers } = given ?? (await currentRequest());
  const seal = await sealer.open(headers.get(SEAL_HEADER) ?? "");
  const gate = seal && gateOfSeal(seal, settings);
  if (given || (gate ? gate !== "page" : isProgram(headers))) throw new Unauthorized();
  const { redirect } = await import("next/navigation.js");
  const callbackUrl = seal ? safePath(seal.path, settings.origin ?? LOCAL) : undefined;
  const query = callbackUrl === undefined ? "" : `?${new URLSearchParams({ callbackUrl })}`;
  const locale = seal ? localeOf(seal.path.slice(seal.basePath.length).split("?", 1)[0] ?? "", settings) : "";
  return redirect(locale + settings.signInPath + query);
}

/**
 * Returns how to guard a path whose page requires a session. Even if the path is public, it is guarded as if it were
 * not. The sign-in page is an exception, because otherwise it would redirect to itself.
 */
function gateOfSeal({ path, basePath }: SealedRequest, settings: Settings): "api" | "page" | "sign-in" {
  const { pathname, search } = new URL(path.slice(basePath.length), LOCAL);
  if (isSignIn(pathname, settings)) return "sign-in";
  const rules = { ...settings, publicPaths: [] };
  return gateOf({ pathname, search, basePath }, rules, false) === "api" ? "api" : "page";
}

/**
 * Returns whether a program other than a browser sent the request. Such programs don't accept HTML, and don't send
 * Fetch Metadata. Scripts in a browser can't be told apart from Next.js's own navigation.
 */
function isProgram(headers: Headers): boolean {
  const accept = headers.get("accept") ?? "";
  return !accept.includes("text/html") && (/json/.test(accept) || !headers.has("sec-fetch-mode"));
}

/**
 * Next.js turns this error into a 401, because it has the same digest as the error that Next.js's own experimental
 * `unauthorized()` throws.
 */
class Unauthorized extends Error {
  readonly digest = "NEXT_HTTP_ERROR_FALLBACK;401";
  constructor() {
    super("edgeseal: no session");
  }
}

/**
 * The function that you pass to {@link Auth.withAuth}: a Next.js route handler that gets the session as its second
 * argument.
 */
export type SessionHandler<Context, Session = AuthSession> = (
  request: NextRequest,
  session: Session,
  context: Context,
) => Response | Promise<Response>;

/**
 * Wraps a route handler so that it is called only if there is a session, and never for a write that a page from another
 * origin sent.
 */
export function guarded<Context>(handler: SessionHandler<Context>, prepare: Prepare) {
  return async (request: NextRequest, context: Context): Promise<Response> => {
    const { settings } = prepare();
    const caller = await callerOf(request, settings);
    if (!caller.session) return withSetCookies(unauthorized(caller.badToken), caller.refreshed);
    if (caller.byCookie && isForeignChange(request, ownOriginOf(request, settings), settings.trustedOrigins)) {
      return foreignOrigin();
    }
    const answer = await handler(request, caller.session, context);
    return withSetCookies(answer.headers.has("cache-control") ? answer : personal(answer), caller.refreshed);
  };
}

/** Marks a response as private. Only for responses that don't have caching rules of their own. */
function personal(response: Response): Response {
  const answer = new Response(response.body, response);
  answer.headers.set("cache-control", "private, no-store");
  return answer;
}

/**
 * Returns the data that the proxy sealed for the current request, or `null` if there is no valid seal, or if somebody
 * else is signed in now.
 */
export async function sealOf(prepare: Prepare, given?: Request): Promise<Seal | null> {
  const request = given ?? (await currentRequest());
  const { settings, sealer } = prepare();
  const seal = await sealer.open(request.headers.get(SEAL_HEADER) ?? "");
  if (!seal) return null;
  const { session } = identify(request.headers, settings);
  if (seal.subject !== (session?.user.id ?? null)) return null;
  const { method, path, subject, clientIP } = seal;
  if (given && (method !== given.method || normalized(path) !== normalized(given.url))) return null;
  return { method, path, subject, clientIP };
}

/** Returns the path and query in one canonical form, without the parameters that Next.js adds for its own use. */
function normalized(url: string): string {
  const { pathname, searchParams } = new URL(url, LOCAL);
  for (const name of [...searchParams.keys()]) if (/^(?:_rsc$|nxt[PI]|__next)/.test(name)) searchParams.delete(name);
  return `${pathname}?${searchParams}`;
}
