import type { NextConfig } from "next";
import { SECURITY_HEADERS } from "./lib/security-headers";

// Same origin for the browser: pages from Next.js, everything under /api from the Worker. Without the Worker's address
// whatever stands in front of Next.js divides the two.
const worker = process.env.AUTH_URL;

const config: NextConfig = {
  poweredByHeader: false,
  // This folder is the project, also where another lockfile lies above it.
  turbopack: { root: import.meta.dirname },
  rewrites: async () => (worker ? [{ source: "/api/:path*", destination: `${worker}/api/:path*` }] : []),
  // The Worker says its own.
  headers: async () => [
    {
      source: "/((?!api/).*)",
      headers: Object.entries(SECURITY_HEADERS).map(([key, value]) => ({ key, value })),
    },
  ],
};

export default config;
