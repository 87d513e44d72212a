import { NextResponse } from "next/server";
import { auth } from "./lib/auth";

/** A custom handler that passes a nonce to the page and to the browser. */
const withNonce = auth.proxyWith((request, session) => {
  const headers = new Headers(request.headers);
  const policy = `script-src 'nonce-${btoa(crypto.randomUUID())}'`;
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  response.headers.set("x-test-session", session?.user.id ?? "none");
  return response;
});

export const proxy = process.env.WITH_NONCE ? withNonce : auth.proxy;

// Tests send this header to skip the proxy, so that only the checks in routes run.
export const config = { matcher: [{ source: "/:path*", missing: [{ type: "header", key: "x-test-no-proxy" }] }] };
