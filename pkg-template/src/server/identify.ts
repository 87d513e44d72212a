import type { Diagnosis } from "../session/diagnose.js";
import { warnOnceAMinute } from "../session/log.js";
import { cookieName } from "../session/rules.js";
import type { AuthSession } from "../session/session.js";
import type { ServerSettings } from "./options.js";
import { refresh, type Refreshed, withCookies } from "./refresh.js";

/** The sender of a request. */
export interface Caller {
  session: AuthSession | null;
  /**
   * Whether the session comes from cookies. Browsers send cookies automatically, so the origin of a write must be
   * checked.
   */
  byCookie: boolean;
  /** Whether the request has an invalid access token (RFC 6750 §3.1, `invalid_token`). */
  badToken: boolean;
  /** Set if the session data had expired and the auth server was called. */
  refreshed?: Refreshed;
  /** The setting to check. Only present if there is no session even though the cookies show that somebody signed in. */
  diagnosis?: Diagnosis | undefined;
}

const nobody: Caller = { session: null, byCookie: false, badToken: false };

/**
 * Verifies a request's access token or, if it doesn't have one, its session data. If the token is invalid, the sender
 * counts as signed out, even if the cookie is valid. A token also counts as invalid if it belongs to a different user
 * than the cookie does.
 */
export function identify(headers: Headers, { reader }: ServerSettings): Caller {
  const byCookie = reader.fromCookies(headers.get("cookie") ?? "");
  const authorization = headers.get("authorization");
  // Ignore other schemes: a staging site may require Basic authentication, for example.
  if (authorization === null || !/^bearer(?![\w-])/i.test(authorization)) {
    return byCookie ? { session: byCookie, byCookie: true, badToken: false } : nobody;
  }
  const token = /^bearer +([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
  const session = token === undefined ? undefined : reader.fromAccessToken(token);
  if (!session || (byCookie && byCookie.user.id !== session.user.id)) return { ...nobody, badToken: true };
  return { session, byCookie: false, badToken: false };
}

/**
 * Same as {@link identify}, but calls the auth server if the session data has expired and there is a refresh cookie.
 * `basePath` is the path where the app is mounted, such as `/shop`.
 */
export async function identifyFresh(request: Request, settings: ServerSettings, basePath = ""): Promise<Caller> {
  const { headers } = request;
  const caller = identify(headers, settings);
  if (caller.session || caller.badToken || belongsToAuth(request, settings, basePath)) return caller;
  const asked = await ask(request, settings, caller);
  if (asked.session) return asked;
  const diagnosis = diagnosed(headers.get("cookie") ?? "", asked, settings);
  if (!diagnosis) return asked;
  warnOnceAMinute(settings.entry, diagnosis.setting, diagnosis.text);
  return { ...asked, diagnosis };
}

async function ask(request: Request, settings: ServerSettings, caller: Caller): Promise<Caller> {
  const sessionAfter = (setCookies: readonly string[]) =>
    settings.reader.fromCookies(withCookies(request.headers.get("cookie") ?? "", setCookies, settings)) ?? null;
  const refreshed = await refresh(request, settings, (setCookies) => sessionAfter(setCookies) !== null);
  if (!refreshed) return caller;
  const session = sessionAfter(refreshed.setCookies);
  return { session, byCookie: session !== null, badToken: false, refreshed };
}

/**
 * Diagnoses the cookies that the auth server has just set, if there are any, because they reveal more than the older
 * cookies that the browser sent.
 */
function diagnosed(header: string, { refreshed }: Caller, settings: ServerSettings): Diagnosis | undefined {
  if (!refreshed?.known) return settings.reader.diagnose(header);
  const fresh = refreshed.setCookies.map((text) => text.split(";", 1)[0]).join("; ");
  const found = settings.reader.diagnose(fresh);
  if (found) return found;
  const name = cookieName(settings, "session_data");
  if (fresh.includes(`${name}=`) || fresh.includes(`${name}.0=`)) {
    const text = `fresh session data of the auth server counts as expired: correct this server's clock, or the auth server's`;
    return { setting: "clockTolerance", text };
  }
  const asked = `the auth server knows the session, but sets no cookie ${name}`;
  return {
    setting: "cookieCache",
    text: `${asked}: in Better Auth write session: { cookieCache: { enabled: true, strategy: "jwt" } }`,
  };
}

/**
 * Returns whether a request goes to the auth server behind this app. Calling the auth server for such a request would
 * cause an endless loop. If the auth server has its own origin, this app forwards requests for Better Auth's default
 * path to it, no matter which path the auth server itself uses.
 */
function belongsToAuth({ url }: Request, { authURL, origin }: ServerSettings, basePath: string): boolean {
  const auth = new URL(authURL);
  const path = origin === undefined || auth.origin === origin ? auth.pathname : `${basePath}/api/auth`;
  return `${new URL(url).pathname}/`.startsWith(`${path}/`);
}
