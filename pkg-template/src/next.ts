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

/** What {@link createAuth} makes. Every function can be handed on alone. */
export interface Auth<Session = AuthSession> {
  /**
   * For `proxy.ts`: lets a request through with its verified session, sends people without one to the sign-in page
   * and answers scripts 401. Session data that ended is refreshed where the browser has a refresh cookie.
   */
  proxy(request: NextRequest, event: NextFetchEvent): Promise<Response>;
  /** {@link proxy} under the name of `middleware.ts`. */
  middleware(request: NextRequest, event: NextFetchEvent): Promise<Response>;
  /** {@link proxy} with a handler for what it lets through. */
  proxyWith(handler: ProxyHandler<Session>): (request: NextRequest, event: NextFetchEvent) => Promise<Response>;
  /**
   * The session of the current request, or of the one that is given, verified here again; `null` where nobody is signed
   * in. In the Pages Router give the request of `getServerSideProps` or of the API route: nothing else knows of it there.
   */
  getSession(request?: Request | NodeRequest): Promise<Session | null>;
  /**
   * The same, or no return: a page is redirected to the sign-in page, an API answers 401. In a route handler that the
   * proxy does not cover give the request, or use {@link withAuth}.
   */
  requireSession(request?: Request): Promise<Session>;
  /**
   * A route handler that is only called with a session: 401 without one, and 403 for a change that a page of another
   * origin asked for.
   */
  withAuth<Context = unknown>(
    handler: SessionHandler<Context, Session>,
  ): (request: NextRequest, context: Context) => Promise<Response>;
  /**
   * What the proxy saw of the current request: proof that it ran. `null` where it did not, or where the session is
   * another than it saw. Given the request, method and path must be the request's own.
   */
  getSeal(request?: Request): Promise<Seal | null>;
  /**
   * A path of this app from what came as `callbackUrl`: whatever could lead to another origin, or to the sign-in page again,
   * is the fallback, which is given back as it is. Without Next's `basePath`, whether it came with it or not, as `redirect`,
   * `router.push` and `<Link>` take it; for `location.assign` and an auth client's `callbackURL` put `basePath` before it. On
   * the server only, as everything here.
   */
  callbackUrl(value: unknown, fallback?: string): string;
}

/**
 * Auth for a Next.js app whose sessions are Better Auth's or our Worker's. `createAuth<typeof auth.$Infer.Session>()` types
 * sessions and users with the fields of your own; in session data their dates are ISO 8601 text, and a Bearer token has only
 * what it claims.
 *
 * @throws {@link EdgesealError} with `ERR_OPTION_INVALID`, {@link KeyError} for a weak secret: at once, or where
 * `next build` has no environment yet at the first request.
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
  // A build in a container has no secrets, and serves nobody.
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
  // What its fields are, only the caller knows.
  return auth as unknown as Auth<Session>;
}

/** What is behind `basePath` may be `//host`: it is looked at again. */
function withoutBasePath(path: string | undefined, origin: string): string | undefined {
  const base = builtBasePath();
  if (base === "" || !path?.startsWith(base)) return path;
  const rest = path.slice(base.length);
  if (!/^(?:[/?#]|$)/.test(rest)) return path;
  return safePath(rest.startsWith("/") ? rest : `/${rest}`, origin);
}
