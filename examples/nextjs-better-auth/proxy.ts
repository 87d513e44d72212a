import { NextResponse } from "next/server";
import { auth } from "@/lib/auth";

const isDevelopment = process.env.NODE_ENV === "development";

/** Requires a session, and adds a Content-Security-Policy with a nonce to the pages that it lets through. */
export const proxy = auth.proxyWith((request) => {
  const nonce = btoa(crypto.randomUUID());
  const policy = [
    "default-src 'self'",
    // Development builds use eval for source maps.
    `script-src 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    `style-src 'self'${isDevelopment ? " 'unsafe-inline'" : ""}`,
    // The browser calls the API directly.
    `connect-src 'self' ${new URL(process.env.API_URL!).origin}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
  // Next.js reads the nonce for its own scripts from this request header.
  const headers = new Headers(request.headers);
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  return response;
});

export const config = { matcher: "/((?!_next/static/).*)" };
