import { parseSetCookie, readCookie, removes } from "../session/cookies.js";
import { cookieName } from "../session/session.js";
import type { Settings } from "./options.js";

/** What the auth server said of a session whose data had ended. */
export interface Refreshed {
  /** For the browser, as they came: fresh cookies, or the removal of dead ones. */
  setCookies: readonly string[];
}

interface Flight {
  answer: Promise<Refreshed>;
  /** Once it is there. */
  landed?: Refreshed;
  /** Until when it answers later requests, too, in milliseconds. Infinity while it is on its way. */
  until: number;
}

/** Requests that left the browser before it had the fresh cookies, in milliseconds. */
const REMEMBERED = 10_000;
/** After an error: so that not every request waits for a server that is down. In milliseconds. */
const REMEMBERED_ERROR = 1000;
const MAX_FLIGHTS = 10_000;

/** One for the process: Next.js bundles the proxy and the pages apart. */
const shared = globalThis as { [flights]?: Map<string, Flight> };
const flights = Symbol.for("edgeseal.next.flights");

/**
 * Asks the auth server for a fresh session, once for each session that is being refreshed; `undefined` where the
 * request has no refresh cookie. An error of that server, or its silence, is no session. An earlier answer is given
 * while `holds` says so: session data may live shorter than it is remembered.
 */
export async function refresh(
  request: Request,
  settings: Settings,
  holds: (refreshed: Refreshed) => boolean,
): Promise<Refreshed | undefined> {
  const { authURL } = settings;
  const cookies = request.headers.get("cookie") ?? "";
  const names = ["session_token", "dont_remember"].map((cookie) => cookieName(settings, cookie));
  const [token, brief] = names.map((name) => readCookie(cookies, name));
  if (token === undefined || authURL === undefined) return undefined;

  const known = (shared[flights] ??= new Map());
  // workerd ties a promise to the request that made it.
  const apart = globalThis.navigator?.userAgent === "Cloudflare-Workers";
  const key = `${authURL} ${token}`;
  let flight = known.get(key);
  if (!flight || flight.until <= Date.now() || (flight.landed && !holds(flight.landed))) {
    const cookie = `${names[0]}=${token}${brief === undefined ? "" : `; ${names[1]}=${brief}`}`;
    const answer = ask(authURL, cookie, request, settings);
    flight = { answer, until: Number.POSITIVE_INFINITY };
    if (!apart) remember(known, key, flight);
  }
  try {
    return await flight.answer;
  } catch {
    return undefined;
  }
}

async function ask(authURL: string, cookie: string, request: Request, settings: Settings): Promise<Refreshed> {
  const headers = new Headers({ accept: "application/json", cookie });
  for (const name of ["user-agent", "x-forwarded-for"]) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const answer = await fetch(`${authURL}/get-session`, {
    headers,
    cache: "no-store",
    redirect: "manual",
    signal: AbortSignal.timeout(settings.refreshTimeout * 1000),
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error("the auth server refused to refresh a session");
  return { setCookies: answer.headers.getSetCookie() };
}

function remember(known: Map<string, Flight>, key: string, flight: Flight): void {
  if (known.size >= MAX_FLIGHTS) {
    for (const [other, { until }] of known) if (until <= Date.now()) known.delete(other);
    const [oldest] = known.keys();
    if (known.size >= MAX_FLIGHTS && oldest !== undefined) known.delete(oldest);
  }
  known.set(key, flight);
  flight.answer.then(
    (refreshed) => Object.assign(flight, { landed: refreshed, until: Date.now() + REMEMBERED }),
    () => (flight.until = Date.now() + REMEMBERED_ERROR),
  );
}

/** The `Cookie` header that the browser would send next: with the auth server's own cookies only. */
export function withCookies(header: string, { setCookies }: Refreshed, settings: Settings): string {
  const prefix = cookieName(settings, "");
  const pairs = new Map<string, string>();
  for (const pair of header.split(";")) {
    const name = pair.split("=", 1)[0]?.trim();
    if (name) pairs.set(name, pair.trim());
  }
  for (const text of setCookies) {
    const cookie = parseSetCookie(text);
    if (!cookie?.name.startsWith(prefix)) continue;
    if (removes(cookie)) pairs.delete(cookie.name);
    else pairs.set(cookie.name, `${cookie.name}=${cookie.value}`);
  }
  return [...pairs.values()].join("; ");
}
