import type { NextRequest } from "next/server.js";
import { parseSetCookie, withChanges } from "../session/cookies.js";
import type { AuthSession } from "../session/session.js";
import { foreignOrigin, unauthorized } from "./answers.js";
import { type Caller, identify, identifyFresh } from "../server/identify.js";
import { LOCAL, type Settings } from "./options.js";
import { gateOf, isSignIn, localeOf, safePath } from "./paths.js";
import { localOrigin, withSetCookies } from "./proxy.js";
import { SEAL_HEADER, type Seal, type SealedRequest, type Sealer } from "./seal.js";

/** Made when there is a request: a page that is rendered at build time has none, and no environment either. */
export type Prepare = () => { settings: Settings; sealer: Sealer };

/**
 * The request that a page, action or handler is rendered for, as far as Next.js tells of it. Asked for first: Next.js
 * then knows that the page is made for each request. What an action or handler has set of cookies counts, also in the
 * page that is rendered after it: `headers()` stays what the browser sent.
 */
async function currentRequest(): Promise<Request> {
  const next = await import("next/headers.js");
  const headers = new Headers(await next.headers());
  const cookie = withChanges(headers.get("cookie") ?? "", (await next.cookies()).getAll());
  if (cookie === "") headers.delete("cookie");
  else headers.set("cookie", cookie);
  return new Request("http://edgeseal.invalid", { headers });
}

/** A request as Node and the Pages Router have it: `IncomingMessage`, `NextApiRequest`. */
export interface NodeRequest {
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  readonly url?: string | undefined;
}

/** The same as a `Request`; only its headers and path count. */
function fromNode({ headers, url = "/" }: NodeRequest): Request {
  const copied = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    // HTTP/2 has the method and the like among them, as `:method`.
    if (value !== undefined && !name.startsWith(":")) for (const one of [value].flat()) copied.append(name, one);
  }
  return new Request(`http://edgeseal.invalid/${url.replace(/^\/+/, "")}`, { headers: copied });
}

/** The verified session of the current request, or of the one that is given. */
export async function sessionOf(prepare: Prepare, given?: Request | NodeRequest): Promise<AuthSession | null> {
  const isNode = given !== undefined && typeof given.headers.get !== "function";
  const request = isNode
    ? fromNode(given as NodeRequest)
    : ((given as Request | undefined) ?? (await currentRequest()));
  const caller = await identifyFresh(request, prepare().settings);
  if (!given) await keepCookies(caller);
  return caller.session;
}

/** Where the proxy did not run: an action or a handler may set cookies, a page may not, and asks again. */
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
      // In a page. Or a value that is no text: the others are kept.
    }
  }
}

/** The session, or no return: `redirect` and what answers 401 are thrown, as Next.js has it. */
export async function requiredSession(prepare: Prepare, given?: Request): Promise<AuthSession> {
  const session = await sessionOf(prepare, given);
  if (session) return session;
  const { settings, sealer } = prepare();
  const { headers } = given ?? (await currentRequest());
  const seal = await sealer.open(headers.get(SEAL_HEADER) ?? "");
  const gate = seal && gateOfSeal(seal, settings);
  if (given || (gate ? gate !== "page" : isScript(headers))) throw new Unauthorized();
  const { redirect } = await import("next/navigation.js");
  const callbackUrl = seal ? safePath(seal.path, settings.origin ?? LOCAL) : undefined;
  const query = callbackUrl === undefined ? "" : `?${new URLSearchParams({ callbackUrl })}`;
  const locale = seal ? localeOf(seal.path.slice(seal.basePath.length).split("?", 1)[0] ?? "", settings) : "";
  return redirect(locale + settings.signInPath + query);
}

/** A public path that asks for a session after all is a page, but for the sign-in page: that would lead to itself. */
function gateOfSeal({ path, basePath }: SealedRequest, settings: Settings): "api" | "page" | "sign-in" {
  const { pathname, search } = new URL(path.slice(basePath.length), LOCAL);
  if (isSignIn(pathname, settings)) return "sign-in";
  const rules = { ...settings, publicPaths: [] };
  return gateOf({ pathname, search, basePath }, rules, false) === "api" ? "api" : "page";
}

/** Programs ask for no page and send no Fetch metadata; a browser's scripts look like Next's own navigation. */
function isScript(headers: Headers): boolean {
  const accept = headers.get("accept") ?? "";
  return !accept.includes("text/html") && (/json/.test(accept) || !headers.has("sec-fetch-mode"));
}

/** What Next.js answers with 401: the digest is that of its own `unauthorized()`, which is experimental. */
class Unauthorized extends Error {
  readonly digest = "NEXT_HTTP_ERROR_FALLBACK;401";
  constructor() {
    super("edgeseal: no session");
  }
}

/** What {@link guarded} calls: Next's route handler with the session in between. */
export type SessionHandler<Context, Session = AuthSession> = (
  request: NextRequest,
  session: Session,
  context: Context,
) => Response | Promise<Response>;

/** A route handler that is only called with a session, and never for another site's page. */
export function guarded<Context>(handler: SessionHandler<Context>, prepare: Prepare) {
  return async (request: NextRequest, context: Context): Promise<Response> => {
    const { settings } = prepare();
    const caller = await identifyFresh(request, settings);
    if (!caller.session) return withSetCookies(unauthorized(caller.badToken), caller.refreshed);
    if (caller.byCookie && isForeignChange(request, settings)) return foreignOrigin();
    const answer = await handler(request, caller.session, context);
    return withSetCookies(answer.headers.has("cache-control") ? answer : personal(answer), caller.refreshed);
  };
}

/** What nobody said may be cached is for this caller alone. */
function personal(response: Response): Response {
  const answer = new Response(response.body, response);
  answer.headers.set("cache-control", "private, no-store");
  return answer;
}

/** `SameSite=Lax` lets a sub-domain's page through, and old browsers more (OWASP CSRF, verifying origin). */
function isForeignChange(request: NextRequest, { origin, trustedOrigins }: Settings): boolean {
  if (/^(GET|HEAD|OPTIONS)$/.test(request.method)) return false;
  const from = request.headers.get("origin");
  if (from === null) return /^(cross-site|same-site)$/.test(request.headers.get("sec-fetch-site") ?? "");
  return from !== (origin ?? localOrigin(request)) && !trustedOrigins.includes(from);
}

/** What the proxy sealed of the current request, if that is so. */
export async function sealOf(prepare: Prepare, given?: Request): Promise<Seal | null> {
  const request = given ?? (await currentRequest());
  const { settings, sealer } = prepare();
  const seal = await sealer.open(request.headers.get(SEAL_HEADER) ?? "");
  if (!seal) return null;
  const { session } = identify(request.headers, settings);
  if (seal.subject !== (session?.user.id ?? null)) return null;
  const { method, path, subject, clientIP } = seal;
  if (given && (method !== given.method || addressOf(path) !== addressOf(given.url))) return null;
  return { method, path, subject, clientIP };
}

/** Path and query in one spelling, without what Next.js adds for itself. */
function addressOf(url: string): string {
  const { pathname, searchParams } = new URL(url, LOCAL);
  for (const name of [...searchParams.keys()]) if (/^(?:_rsc$|nxt[PI]|__next)/.test(name)) searchParams.delete(name);
  return `${pathname}?${searchParams}`;
}
