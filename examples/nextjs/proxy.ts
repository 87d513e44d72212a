import { NextResponse } from "next/server";
import { auth } from "@/lib/auth";
import { contentSecurityPolicy, createNonce, STRICT_TRANSPORT } from "@/lib/security-headers";

/** After the gate: each document gets a policy of its own, which Next.js reads its scripts' nonce from. */
export const proxy = auth.proxyWith((request) => {
  if (request.nextUrl.pathname.startsWith("/api/")) return;
  const policy = contentSecurityPolicy(createNonce());
  const headers = new Headers(request.headers);
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  if (process.env.BASE_URL?.startsWith("https:")) response.headers.set("strict-transport-security", STRICT_TRANSPORT);
  return response;
});

export const config = {
  matcher: [
    // Pages, and Next.js's own addresses of them.
    "/((?!api/|_next/static/).*)",
    // So that the Worker learns the address of whoever tries passwords, by the seal. What else is under /api goes there without
    // a stop here: next.config.ts hands it on, and the gateway verifies for itself.
    "/api/auth/:path*",
  ],
};
