import { auth } from "./auth";

export const proxy = auth.proxy;

// With this header, tests skip the proxy, to test only the checks in routes.
export const config = { matcher: [{ source: "/:path*", missing: [{ type: "header", key: "x-test-no-proxy" }] }] };
