import { authClient } from "@/lib/auth-client";
import { keepDrafts } from "@/lib/drafts";
import { leaveFor } from "@/lib/leaving";
import { failureOf, SignedOut, Unreachable } from "@/lib/errors";

/** How long to wait for an answer, in milliseconds. */
const PATIENCE = 20_000;

export interface Call {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Sent as JSON. */
  body?: unknown;
}

/**
 * Calls the API behind the gateway, on this origin, so that the cookies go along. Where the session's data has ended it is
 * refreshed, and the call is made once more; where there is no session any more the browser goes to the sign-in page.
 *
 * @throws {@link Refused}, {@link Unreachable}, {@link SignedOut}
 */
export async function api<T>(path: string, call: Call = {}): Promise<T> {
  const seen = refreshes;
  let response = await send(path, call);
  if (response.status === 401) {
    await response.body?.cancel();
    // Another call may have refreshed while this one was under way.
    if (refreshes === seen && !(await refresh())) throw leave();
    response = await send(path, call);
    if (response.status === 401) throw leave();
  }
  if (!response.ok) throw await failureOf(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function send(path: string, { method = "GET", body }: Call): Promise<Response> {
  const headers = new Headers({ accept: "application/json" });
  if (body !== undefined) headers.set("content-type", "application/json");
  try {
    return await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch (cause) {
    throw new Unreachable({ cause });
  }
}

let refreshes = 0;
let refreshing: Promise<boolean> | undefined;

/** Whether there is a session, asked anew: once for all calls that wait for it. */
function refresh(): Promise<boolean> {
  refreshing ??= authClient
    // The gateway has just said that the session's data does not hold.
    .getSession({ query: { disableCookieCache: true } })
    .catch((cause) => {
      throw new Unreachable({ cause });
    })
    .then(({ data, error }) => {
      if (error) throw new Unreachable();
      refreshes += 1;
      // Whoever shows who is signed in hears of it.
      authClient.$store.notify("$sessionSignal");
      return data !== null;
    })
    .finally(() => (refreshing = undefined));
  return refreshing;
}

/** To the sign-in page, and back here with what was being typed. */
function leave(): SignedOut {
  keepDrafts();
  const callbackUrl = location.pathname + location.search;
  leaveFor(`/sign-in?${new URLSearchParams({ callbackUrl })}`);
  return new SignedOut();
}
