import type { NextRequest } from "next/server.js";
import type { Diagnosis } from "../session/diagnose.js";
import { warnOnceAMinute } from "../session/log.js";
import { cookieName } from "../session/rules.js";
import type { AuthSession } from "../session/session.js";
import type { Settings } from "../next/options.js";
import { type Refreshed, refresh, withCookies } from "./refresh.js";

/** Who sent a request. */
export interface Caller {
  session: AuthSession | null;
  /** Whether a browser sends what proves it by itself, which asks for a check of the origin. */
  byCookie: boolean;
  /** Whether there was an access token that did not hold (RFC 6750 §3.1, `invalid_token`). */
  badToken: boolean;
  /** Where the session's data had ended and the auth server was asked. */
  refreshed?: Refreshed;
  /** Where there is no session, though cookies say that somebody signed in: the setting to look at. */
  diagnosis?: Diagnosis | undefined;
}

const nobody: Caller = { session: null, byCookie: false, badToken: false };

/**
 * Verifies what a request carries: an access token, else session data. A token that does not hold is not made good
 * by a cookie, nor is one of another user than the cookie's.
 */
export function identify(headers: Headers, { reader }: Settings): Caller {
  const byCookie = reader.fromCookies(headers.get("cookie") ?? "");
  const authorization = headers.get("authorization");
  // Another scheme is not ours: a staging site may be behind Basic.
  if (authorization === null || !/^bearer(?![\w-])/i.test(authorization)) {
    return byCookie ? { session: byCookie, byCookie: true, badToken: false } : nobody;
  }
  const token = /^bearer +([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
  const session = token === undefined ? undefined : reader.fromAccessToken(token);
  if (!session || (byCookie && byCookie.user.id !== session.user.id)) return { ...nobody, badToken: true };
  return { session, byCookie: false, badToken: false };
}

/** The same; where session data has ended and there is a refresh cookie, the auth server is asked. */
export async function identifyFresh(request: Request, settings: Settings): Promise<Caller> {
  const caller = await identifyOrAsk(request, settings);
  if (caller.session || caller.badToken || belongsToAuth(request, settings)) return caller;
  const diagnosis = diagnosed(request.headers.get("cookie") ?? "", caller, settings);
  if (!diagnosis) return caller;
  warnOnceAMinute(diagnosis.setting, `edgeseal/next: ${diagnosis.text}`);
  return { ...caller, diagnosis };
}

/** What the auth server just set says more than what the browser has kept from before. */
function diagnosed(header: string, { refreshed }: Caller, settings: Settings): Diagnosis | undefined {
  if (!refreshed?.known) return settings.reader.diagnose(header);
  const fresh = refreshed.setCookies.map((text) => text.split(";", 1)[0]).join("; ");
  const found = settings.reader.diagnose(fresh);
  if (found) return found;
  const name = cookieName(settings, "session_data");
  if (fresh.includes(`${name}=`) || fresh.includes(`${name}.0=`)) {
    const text = `fresh session data of the auth server counts as expired: set this server's clock, or the auth server's`;
    return { setting: "clockTolerance", text };
  }
  const asked = `the auth server knows the session, but sets no cookie ${name}`;
  return {
    setting: "cookieCache",
    text: `${asked}: in Better Auth write session: { cookieCache: { enabled: true, strategy: "jwt" } }`,
  };
}

async function identifyOrAsk(request: Request, settings: Settings): Promise<Caller> {
  const { headers } = request;
  const caller = identify(headers, settings);
  if (caller.session || caller.badToken || belongsToAuth(request, settings)) return caller;
  const sessionAfter = (setCookies: readonly string[]) =>
    settings.reader.fromCookies(withCookies(headers.get("cookie") ?? "", setCookies, settings)) ?? null;
  const refreshed = await refresh(request, settings, (answer) => sessionAfter(answer) !== null);
  if (!refreshed) return caller;
  const session = sessionAfter(refreshed.setCookies);
  return { session, byCookie: session !== null, badToken: false, refreshed };
}

/**
 * What is the auth server's own: asking it for each request to it would never end where it is behind this app. On its own
 * origin it may have another path than the one that this app hands on to it, which is Better Auth's.
 */
function belongsToAuth(request: Request, { authURL, origin }: Settings): boolean {
  const at = new URL(authURL);
  const { basePath = "" } = (request as Partial<NextRequest>).nextUrl ?? {};
  const own = origin === undefined || at.origin === origin ? at.pathname : `${basePath}/api/auth`;
  return `${new URL(request.url).pathname}/`.startsWith(`${own}/`);
}
