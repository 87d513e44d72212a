import { failureOf, Unreachable } from "@/lib/errors";
import { leave, refresh, refreshes } from "@/lib/session";

/** How long to wait for a response, in milliseconds. */
const PATIENCE = 20_000;

export interface Call {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** The body, sent as JSON. */
  body?: unknown;
}

/**
 * Calls the API through the gateway on this origin, so the browser sends its cookies. If the session data has expired,
 * refreshes it and repeats the call once. If the session has ended, the browser goes to the sign-in page.
 *
 * @throws `Refused`, `Unreachable`, `SignedOut` from `lib/errors.ts`
 */
export async function api<T>(path: string, call: Call = {}): Promise<T> {
  const seen = refreshes;
  let response = await send(path, call);
  if (response.status === 401) {
    await response.body?.cancel();
    // Another call may have refreshed the session in the meantime.
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
