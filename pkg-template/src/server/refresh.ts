import { parseSetCookie, readCookies, removes } from "../session/cookies.js";
import { warnOnceAMinute } from "../session/log.js";
import { cookieName, hostCookie } from "../session/rules.js";
import type { Settings } from "../next/options.js";

/** What the auth server said of a session whose data had ended. */
export interface Refreshed extends Answer {
  /** Whether this is from memory: then another answer has brought the browser its cookies. */
  remembered: boolean;
}

interface Answer {
  /** As they came: fresh cookies, or the removal of dead ones. */
  setCookies: readonly string[];
  /** Whether the auth server knows the session, with session data or without. */
  known: boolean;
}

interface Flight {
  answer: Promise<Answer>;
  /** Once it is there; `session` says whether it brought one. */
  landed?: { answer: Answer; session: boolean };
  /** Until when it answers later requests, too, in milliseconds. Infinity while it is on its way. */
  until: number;
}

/** Requests that left the browser before it had the fresh cookies, in milliseconds. */
const REMEMBERED = 10_000;
/** What brought no session: so that not every request waits for a server that is down. In milliseconds. */
const REMEMBERED_FAILURE = 1000;
/** Tokens are what clients send: each costs memory until it is forgotten, and a call. */
const MAX_FLIGHTS = 10_000;
const MAX_CALLS = 1000;
const MAX_COOKIE_LENGTH = 8192;

/** One for the process: Next.js bundles the proxy and the pages apart. */
const shared = globalThis as { [traffic]?: { flights: Map<string, Flight>; calls: number } };
const traffic = Symbol.for("edgeseal.next.refresh");
const ofProcess = () => (shared[traffic] ??= { flights: new Map(), calls: 0 });

/**
 * Asks the auth server for a fresh session, once for each session that is being refreshed; `undefined` where the
 * request has no refresh cookie. An error of that server, or its silence, is no session. `holds` says whether an answer
 * still brings one: session data may live shorter than it is remembered.
 */
export async function refresh(
  request: Request,
  settings: Settings,
  holds: (setCookies: readonly string[]) => boolean,
): Promise<Refreshed | undefined> {
  const cookies = request.headers.get("cookie") ?? "";
  const tokenName = cookieName(settings, "session_token");
  const besides = [cookieName(settings, "dont_remember"), hostCookie(settings)];
  // Of several the auth server knows which one counts.
  const pairs = readCookies(cookies, tokenName).map((value) => `${tokenName}=${value}`);
  const cookie = [
    ...pairs,
    ...besides.flatMap((name) => readCookies(cookies, name).map((value) => `${name}=${value}`)),
  ];
  if (pairs.length === 0 || cookie.join("; ").length > MAX_COOKIE_LENGTH) return undefined;

  const { flights } = ofProcess();
  const key = await digest(`${settings.authURL} ${cookie.join("; ")}`);
  const known = flights.get(key);
  try {
    if (known && known.until > Date.now()) {
      if (!known.landed) return { ...(await known.answer), remembered: false };
      const { answer, session } = known.landed;
      if (!session || holds(answer.setCookies)) return { ...answer, remembered: session };
    }
    const answer = await begin(key, () => ask(cookie.join("; "), request, settings), holds);
    return { ...answer, remembered: false };
  } catch (cause) {
    const reason = `the auth server at ${settings.authURL} did not refresh a session: ${reasonOf(cause)}`;
    warnOnceAMinute("refresh", `edgeseal/next: ${reason}`);
    return undefined;
  }
}

/** A token itself is kept nowhere. */
async function digest(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return String.fromCharCode(...bytes);
}

function begin(
  key: string,
  call: () => Promise<Answer>,
  holds: (setCookies: readonly string[]) => boolean,
): Promise<Answer> {
  const state = ofProcess();
  const { flights } = state;
  forget(flights);
  if (state.calls >= MAX_CALLS || flights.size >= MAX_FLIGHTS) throw new Refused("too many at a time");
  state.calls += 1;
  const flight: Flight = { answer: call().finally(() => (state.calls -= 1)), until: Number.POSITIVE_INFINITY };
  // workerd ties a promise to the request that made it.
  if (globalThis.navigator?.userAgent !== "Cloudflare-Workers") {
    flights.delete(key);
    flights.set(key, flight);
  }
  flight.answer.then(
    (answer) => {
      const session = holds(answer.setCookies);
      flight.landed = { answer, session };
      flight.until = Date.now() + (session ? REMEMBERED : REMEMBERED_FAILURE);
    },
    () => {
      flight.landed = { answer: { setCookies: [], known: false }, session: false };
      flight.until = Date.now() + REMEMBERED_FAILURE;
    },
  );
  return flight.answer;
}

/** The oldest are in front; those on their way stay. */
function forget(flights: Map<string, Flight>): void {
  const now = Date.now();
  for (const [key, { until }] of flights) {
    if (until === Number.POSITIVE_INFINITY) continue;
    if (until > now && flights.size < MAX_FLIGHTS) return;
    flights.delete(key);
  }
}

/** Errors of `fetch` may quote the header that they did not like. */
function reasonOf(cause: unknown): string {
  if (cause instanceof Refused) return cause.message;
  const { name, cause: inner } = cause as { name?: string; cause?: { code?: string } };
  return inner?.code ?? name ?? "unknown";
}

class Refused extends Error {}

async function ask(cookie: string, request: Request, settings: Settings): Promise<Answer> {
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
  // For nobody Better Auth's answer is `null`.
  const known = (await answer.text()).trimStart().startsWith("{");
  return { setCookies: answer.headers.getSetCookie(), known };
}

/** The `Cookie` header that the browser would send next: with the auth server's own cookies only. */
export function withCookies(header: string, setCookies: readonly string[], settings: Settings): string {
  const prefix = cookieName(settings, "");
  const named = Object.keys(settings.ownNames).map((cookie) => cookieName(settings, cookie));
  const isOurs = (name: string) =>
    name.startsWith(prefix) || name === hostCookie(settings) || named.includes(name.replace(/\.\d+$/, ""));
  const data = cookieName(settings, "session_data");
  const own = setCookies.flatMap((text) => parseSetCookie(text) ?? []).filter(({ name }) => isOurs(name));
  const fresh = new Map(own.filter((cookie) => !removes(cookie)).map(({ name, value }) => [name, value]));
  const isData = (name: string) => name === data || name.startsWith(`${data}.`);
  // In one piece or in chunks: what was there in the other form is no part of it.
  const replacesData = own.some(({ name }) => isData(name));
  const kept = header.split(";").flatMap((pair) => {
    const name = pair.split("=", 1)[0]?.trim();
    const gone = !name || own.some((cookie) => cookie.name === name) || (replacesData && isData(name));
    return gone ? [] : [pair.trim()];
  });
  return [...kept, ...[...fresh].map(([name, value]) => `${name}=${value}`)].join("; ");
}
