import { type NextFetchEvent, type NextRequest, NextResponse } from "next/server";
import { auth } from "@/lib/auth";
import { contentSecurityPolicy, createNonce, STRICT_TRANSPORT } from "@/lib/security-headers";
import { toWorker } from "@/lib/to-worker";

/** Forwards requests under /api to the Worker, so that the browser sees the pages and the Worker on one origin. */
export function proxy(request: NextRequest, event: NextFetchEvent) {
  const { pathname } = request.nextUrl;
  // The Worker's gateway verifies the session itself.
  if (pathname.startsWith("/api/") && !pathname.startsWith("/api/auth/")) return toWorker(request);
  return gate(request, event);
}

/**
 * Runs after the session check. Gives each document its own Content-Security-Policy, from which Next.js reads the nonce
 * for its scripts.
 */
const gate = auth.proxyWith((request) => {
  // `proxyWith` has added a seal, which tells the Worker the client's IP address for its rate limits.
  if (request.nextUrl.pathname.startsWith("/api/")) return toWorker(request);
  const policy = contentSecurityPolicy(createNonce());
  const headers = new Headers(request.headers);
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  if (process.env.BASE_URL?.startsWith("https:")) response.headers.set("strict-transport-security", STRICT_TRANSPORT);
  return response;
});

export const config = { matcher: ["/((?!_next/static/).*)"] };
