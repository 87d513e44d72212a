import { auth } from "./auth";

export const proxy = auth.proxy;

// A test's header skips the proxy, to test the checks in routes alone.
export const config = { matcher: [{ source: "/:path*", missing: [{ type: "header", key: "x-test-no-proxy" }] }] };
