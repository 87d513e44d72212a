import { auth } from "./auth";

export const proxy = auth.proxy;

// The second door is tried by itself: a test's header leaves the proxy out.
export const config = { matcher: [{ source: "/:path*", missing: [{ type: "header", key: "x-test-no-proxy" }] }] };
