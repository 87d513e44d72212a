import "server-only";
import { headers } from "next/headers";
import { Unreachable } from "@/lib/errors";
import { sealFor } from "@/lib/seal";

/** How long to wait for the Worker, in milliseconds. It is short, because a user is waiting for the page. */
const PATIENCE = 10_000;

export interface Call {
  method?: "GET" | "POST" | "PATCH" | "DELETE";
  /** The body, sent as JSON. */
  body?: unknown;
}

/**
 * Calls the Worker, at `AUTH_URL` or on the app's own origin, on behalf of the current request's user. Sends the user's
 * cookies and the request's `Origin` header, which the Worker checks.
 *
 * @throws {@link Unreachable}
 */
export async function callWorker(path: string, { method = "GET", body }: Call = {}): Promise<Response> {
  const request = await headers();
  const sent = new Headers({ accept: "application/json" });
  if (body !== undefined) sent.set("content-type", "application/json");
  const cookie = request.get("cookie");
  if (cookie) sent.set("cookie", cookie);
  // A client that can forge this request can also forge its `Origin` header.
  if (method !== "GET") sent.set("origin", request.get("origin") ?? new URL(process.env.BASE_URL!).origin);
  const seal = await sealFor(method, path);
  if (seal) sent.set("x-edgeseal-seal", seal);
  try {
    return await fetch((process.env.AUTH_URL ?? process.env.BASE_URL) + path, {
      method,
      headers: sent,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch (cause) {
    throw new Unreachable({ cause });
  }
}
