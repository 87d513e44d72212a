import type { NextConfig } from "next";
import { SECURITY_HEADERS } from "./lib/security-headers";

// Same origin for the browser: pages from Next, everything under /api from the Worker.
const worker = process.env.AUTH_URL ?? "http://127.0.0.1:8787";

const config: NextConfig = {
  poweredByHeader: false,
  // This folder is the project, also where another lockfile lies above it.
  turbopack: { root: import.meta.dirname },
  rewrites: async () => [{ source: "/api/:path*", destination: `${worker}/api/:path*` }],
  // The Worker says its own.
  headers: async () => [
    {
      source: "/((?!api/).*)",
      headers: Object.entries(SECURITY_HEADERS).map(([key, value]) => ({ key, value })),
    },
  ],
};

export default config;
