import { auth } from "./auth";

export const proxy = auth.proxy;

// Tests send this header to skip the proxy, so that only the checks in routes run.
export const config = { matcher: [{ source: "/:path*", missing: [{ type: "header", key: "x-test-no-proxy" }] }] };
