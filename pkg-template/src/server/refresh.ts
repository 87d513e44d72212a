import { parseSetCookie, readCookies, removes } from "../session/cookies.js";
import { warnOnceAMinute } from "../session/log.js";
import { cookieName, hostCookie } from "../session/rules.js";
import type { ServerSettings } from "./options.js";

/** The auth server's response for a session whose data had expired. */
export interface Refreshed extends Answer {
  /**
   * Whether this response was remembered from an earlier call. If so, the browser gets the cookies with the response to
   * the earlier request.
   */
  remembered: boolean;
}

interface Answer {
  /** The `Set-Cookie` values, unchanged. They set fresh cookies, or remove invalid ones. */
  setCookies: readonly string[];
  /** Whether the auth server knows the session, even if it didn't send any session data. */
  known: boolean;
}

/** A call to the auth server. Concurrent requests share one call. */
interface Call {
  answer: Promise<Answer>;
  /** Set once the response has arrived. `session` says whether the response contains a session. */
  done?: { answer: Answer; session: boolean };
  /**
   * The time until which the response is used for later requests, in milliseconds. Infinity while the call is pending.
   */
  until: number;
}

/**
 * How long a response is remembered, in milliseconds. The response is used for requests that the browser sent before it
 * received the fresh cookies.
 */
const REMEMBERED = 10_000;
/**
 * How long a response without a session is remembered, in milliseconds. If it weren't remembered at all, every request
 * would wait for the auth server while that server is down.
 */
const REMEMBERED_FAILURE = 1000;
/**
 * A limit is needed because clients choose the tokens. Each token causes a call, and takes up memory until its response
 * is forgotten.
 */
const MAX_REMEMBERED = 10_000;
const MAX_PENDING = 1000;
const MAX_COOKIE_LENGTH = 8192;

/**
 * The state of all refreshes in this process. This object is global, because Next.js bundles the proxy and the pages
 * separately.
 */
const shared = globalThis as { [state]?: { calls: Map<string, Call>; pending: number } };
const state = Symbol.for("edgeseal.next.refresh");
const processState = () => (shared[state] ??= { calls: new Map(), pending: 0 });

/**
 * Requests a fresh session from the auth server. Concurrent requests with the same session share one call. Returns
 * `undefined` if the request doesn't have a refresh cookie, if its cookies are too long, or if the call to the auth
 * server fails or times out.
 * `hasSession` returns whether a response still contains a valid session: session data may expire before the response
 * is forgotten.
 */
export async function refresh(
  request: Request,
  settings: ServerSettings,
  hasSession: (setCookies: readonly string[]) => boolean,
): Promise<Refreshed | undefined> {
  const cookies = request.headers.get("cookie") ?? "";
  const pairsOf = (name: string) => readCookies(cookies, name).map((value) => `${name}=${value}`);
  // If there are several tokens, send all of them: only the auth server knows which one is valid.
  const tokens = pairsOf(cookieName(settings, "session_token"));
  const cookie = [...tokens, ...pairsOf(cookieName(settings, "dont_remember")), ...pairsOf(hostCookie(settings))].join(
    "; ",
  );
  if (tokens.length === 0 || cookie.length > MAX_COOKIE_LENGTH) return undefined;

  const { calls } = processState();
  const key = await digest(`${settings.authURL} ${cookie}`);
  const known = calls.get(key);
  try {
    if (known && known.until > Date.now()) {
      if (!known.done) return { ...(await known.answer), remembered: false };
      const { answer, session } = known.done;
      if (!session || hasSession(answer.setCookies)) return { ...answer, remembered: session };
    }
    const answer = await begin(key, () => fetchSession(cookie, request, settings), hasSession);
    return { ...answer, remembered: false };
  } catch (cause) {
    const reason = `the auth server at ${settings.authURL} did not refresh a session: ${reasonOf(cause)}`;
    warnOnceAMinute(settings.entry, "refresh", reason);
    return undefined;
  }
}

/** Returns a digest of a text. Only digests of tokens are kept, never the tokens themselves. */
async function digest(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return String.fromCharCode(...bytes);
}

function begin(
  key: string,
  fetchAnswer: () => Promise<Answer>,
  hasSession: (setCookies: readonly string[]) => boolean,
): Promise<Answer> {
  const ours = processState();
  const { calls } = ours;
  forget(calls);
  if (ours.pending >= MAX_PENDING || calls.size >= MAX_REMEMBERED) throw new Refused("too many concurrent calls");
  ours.pending += 1;
  const call: Call = { answer: fetchAnswer().finally(() => (ours.pending -= 1)), until: Number.POSITIVE_INFINITY };
  // workerd ties a promise to the request that created it, so calls are not shared there.
  if (globalThis.navigator?.userAgent !== "Cloudflare-Workers") {
    calls.delete(key);
    calls.set(key, call);
  }
  call.answer.then(
    (answer) => {
      const session = hasSession(answer.setCookies);
      call.done = { answer, session };
      call.until = Date.now() + (session ? REMEMBERED : REMEMBERED_FAILURE);
    },
    () => {
      call.done = { answer: { setCookies: [], known: false }, session: false };
      call.until = Date.now() + REMEMBERED_FAILURE;
    },
  );
  return call.answer;
}

/**
 * Removes expired responses, oldest first. If there are too many responses, also removes some that have not expired.
 * Pending calls are kept.
 */
function forget(calls: Map<string, Call>): void {
  const now = Date.now();
  for (const [key, { until }] of calls) {
    if (until === Number.POSITIVE_INFINITY) continue;
    if (until > now && calls.size < MAX_REMEMBERED) return;
    calls.delete(key);
  }
}

/**
 * Returns the reason for an error, but not its message, because an error from `fetch` may quote the header that `fetch`
 * rejected.
 */
function reasonOf(cause: unknown): string {
  if (cause instanceof Refused) return cause.message;
  const { name, cause: inner } = cause as { name?: string; cause?: { code?: string } };
  return inner?.code ?? name ?? "unknown";
}

class Refused extends Error {}

async function fetchSession(cookie: string, request: Request, settings: ServerSettings): Promise<Answer> {
  const headers = new Headers({ accept: "application/json", cookie });
  const [agent, address] = [request.headers.get("user-agent"), settings.clientIP(request)];
  if (agent) headers.set("user-agent", agent);
  if (address) headers.set("x-forwarded-for", address);
  const answer = await fetch(`${settings.authURL}/get-session`, {
    headers,
    cache: "no-store",
    redirect: "manual",
    signal: AbortSignal.timeout(Math.ceil(settings.refreshTimeout * 1000)),
  });
  if (!answer.ok) {
    await answer.body?.cancel();
    throw new Refused(`it answered ${answer.status}`);
  }
  // Better Auth responds with `null` if nobody is signed in.
  const known = (await answer.text()).trimStart().startsWith("{");
  return { setCookies: answer.headers.getSetCookie(), known };
}

/** Returns the `Cookie` header that the browser would send next. Only the auth server's own cookies change. */
export function withCookies(header: string, setCookies: readonly string[], settings: ServerSettings): string {
  const prefix = cookieName(settings, "");
  const named = Object.keys(settings.ownNames).map((cookie) => cookieName(settings, cookie));
  const isOurs = (name: string) =>
    name.startsWith(prefix) || name === hostCookie(settings) || named.includes(name.replace(/\.\d+$/, ""));
  const data = cookieName(settings, "session_data");
  const own = setCookies.flatMap((text) => parseSetCookie(text) ?? []).filter(({ name }) => isOurs(name));
  const fresh = new Map(own.filter((cookie) => !removes(cookie)).map(({ name, value }) => [name, value]));
  const isData = (name: string) => name === data || name.startsWith(`${data}.`);
  // Session data may be a single cookie or several chunks. New data replaces old data in either form.
  const replacesData = own.some(({ name }) => isData(name));
  const kept = header.split(";").flatMap((pair) => {
    const name = pair.split("=", 1)[0]?.trim();
    const gone = !name || own.some((cookie) => cookie.name === name) || (replacesData && isData(name));
    return gone ? [] : [pair.trim()];
  });
  return [...kept, ...[...fresh].map(([name, value]) => `${name}=${value}`)].join("; ");
}
