import type { NextFetchEvent, NextRequest } from "next/server.js";
import { builtBasePath, isBuild } from "./next/environment.js";
import { type AuthOptions, ownOrigin, readOptions } from "./next/options.js";
import { isSignIn } from "./next/paths.js";
import { handleRequest, type ProxyHandler } from "./next/proxy.js";
import { createSealer, type Seal } from "./next/seal.js";
import {
  guarded,
  type NodeRequest,
  type Prepare,
  requiredSession,
  sealOf,
  type SessionHandler,
  sessionOf,
} from "./next/session.js";
import type { Given } from "./options.js";
import { safePath, splitHint } from "./server/callback-url.js";
import { isDevelopment } from "./session/rules.js";
import type { AuthSession } from "./session/session.js";

export { keyRing, type NamedSecret } from "edgeseal/slim";
export type { AuthOptions, AuthSession, NodeRequest, ProxyHandler, Seal, SessionHandler };

/** The result of {@link createAuth}. The functions can be destructured. */
export interface Auth<Session = AuthSession> {
  /**
   * For `proxy.ts`: lets requests with a verified session through. People without a session are redirected to the
   * sign-in page, and scripts without a session get a 401. Expired session data is refreshed if the browser has a
   * refresh cookie.
   */
  proxy(request: NextRequest, event: NextFetchEvent): Promise<Response>;
  /** Same as {@link proxy}, for `middleware.ts`. */
  middleware(request: NextRequest, event: NextFetchEvent): Promise<Response>;
  /** Same as {@link proxy}, but calls a handler for the requests that it lets through. */
  proxyWith(handler: ProxyHandler<Session>): (request: NextRequest, event: NextFetchEvent) => Promise<Response>;
  /**
   * Returns the session of the given request, or of the current one, and verifies it again. Returns `null` if nobody is
   * signed in. In the Pages Router, the current request isn't known, so pass the request that `getServerSideProps` or
   * the API route receives.
   */
  getSession(request?: Request | NodeRequest): Promise<Session | null>;
  /**
   * Returns the session. If there isn't one, this function throws instead: a page then redirects to the sign-in page,
   * and an API responds with 401. In a route handler that the proxy doesn't cover, pass the request, or use
   * {@link withAuth}.
   */
  requireSession(request?: Request): Promise<Session>;
  /**
   * Wraps a route handler, so that it is called only if there is a session. If there is none, responds with 401.
   * Responds with 403 to a write request that a page from another origin sent.
   */
  withAuth<Context = unknown>(
    handler: SessionHandler<Context, Session>,
  ): (request: NextRequest, context: Context) => Promise<Response>;
  /**
   * Returns what the proxy recorded about the current request. The result proves that the proxy ran. Returns `null` if
   * the proxy didn't run, or if the session belongs to a different user than the one that the proxy saw. If you pass
   * the request, its method and path must match, too.
   */
  getSeal(request?: Request): Promise<Seal | null>;
  /**
   * Returns the path in this app that a query's `callbackUrl` leads to. If the value could lead to another origin, or
   * back to the sign-in page, returns the fallback (default `/`), which is not checked. The path doesn't include
   * `basePath`, because `redirect`, `router.push` and `<Link>` expect a path without it. For `location.assign` and an
   * auth client's `callbackURL`, add `basePath` yourself. Like everything in this entry, this function works only on
   * the server.
   */
  callbackUrl(value: unknown, fallback?: string): string;
}

/**
 * Creates the auth functions for a Next.js app whose sessions come from Better Auth or from our Worker. With
 * `createAuth<typeof auth.$Infer.Session>()`, the types of sessions and users include your own fields. Dates in your
 * own fields are ISO 8601 text in session data. With a Bearer token, the user has only the fields that the token
 * contains as claims.
 *
 * @throws {@link EdgesealError} `ERR_OPTION_INVALID` for an invalid option, {@link KeyError} `ERR_KEY_WEAK` for a weak
 * secret. The errors are thrown immediately, or on the first request if the environment is not set yet during
 * `next build`.
 */
export function createAuth<
  Session extends { session: object; user: object } = AuthSession,
  const O extends Given<O, AuthOptions, "baseURL" | "authURL"> = AuthOptions,
>(options: O): Auth<Session> {
  let prepared: ReturnType<Prepare> | undefined;
  const prepare: Prepare = () => {
    if (prepared) return prepared;
    const settings = readOptions(options);
    return (prepared = { settings, sealer: createSealer(settings.secret, settings.clockTolerance) });
  };
  // A build in a container often doesn't have the secrets, and doesn't need them because it doesn't serve requests.
  const later = isBuild() && (options?.secret === undefined || options.baseURL === undefined);
  if (!later) prepare();

  const proxyWith = (handler?: ProxyHandler) => async (request: NextRequest, event: NextFetchEvent) => {
    const { settings, sealer } = prepare();
    return handleRequest(request, event, settings, sealer, handler);
  };
  const proxy = proxyWith();
  const auth: Auth = {
    proxy,
    middleware: proxy,
    proxyWith,
    getSession: (request) => sessionOf(prepare, request),
    requireSession: (request) => requiredSession(prepare, request),
    withAuth: (handler) => guarded(handler, prepare),
    getSeal: (request) => sealOf(prepare, request),
    callbackUrl(value, fallback = "/") {
      if (later) return fallback;
      const { settings } = prepare();
      const { origin = ownOrigin() } = settings;
      const [given, hint] = splitHint(Array.isArray(value) ? value[0] : value);
      if (hint && isDevelopment()) console.warn(`edgeseal/next: signed in, but no session: ${hint}`);
      const path = withoutBasePath(safePath(given, origin), origin);
      return path === undefined || isSignIn(new URL(path, origin).pathname, settings) ? fallback : path;
    },
  };
  // Only the caller knows which fields the sessions have.
  return auth as unknown as Auth<Session>;
}

/** Removes `basePath` from a path. The result may be `//host`, so it is checked again. */
function withoutBasePath(path: string | undefined, origin: string): string | undefined {
  const base = builtBasePath();
  if (base === "" || !path?.startsWith(base)) return path;
  const rest = path.slice(base.length);
  if (!/^(?:[/?#]|$)/.test(rest)) return path;
  return safePath(rest.startsWith("/") ? rest : `/${rest}`, origin);
}
