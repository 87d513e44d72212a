import "server-only";
import { headers } from "next/headers";
import { authServer } from "@/lib/auth-server";

export interface Call {
  method?: "GET" | "POST";
  /** Sent as JSON. */
  body?: unknown;
}

/** The request headers that Better Auth uses to identify the user, check the origin, and apply its rate limits. */
const PASSED_ON = ["cookie", "origin", "user-agent", "x-forwarded-for"];

/** Calls the Better Auth server in this process on behalf of the current request's user. */
export async function callAuth(path: string, { method = "GET", body }: Call = {}): Promise<Response> {
  const request = await headers();
  const sent = new Headers({ accept: "application/json" });
  for (const name of PASSED_ON) {
    const value = request.get(name);
    if (value !== null) sent.set(name, value);
  }
  if (body !== undefined) sent.set("content-type", "application/json");
  const server = await authServer();
  return server.handler(
    new Request(new URL(`/api/auth${path}`, process.env.BETTER_AUTH_URL), {
      method,
      headers: sent,
      body: body === undefined ? undefined : JSON.stringify(body),
    }),
  );
}
