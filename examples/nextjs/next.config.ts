import type { NextConfig } from "next";
import { MAX_BODY_BYTES } from "./lib/body-limit";
import { SECURITY_HEADERS } from "./lib/security-headers";

const config: NextConfig = {
  poweredByHeader: false,
  // This folder is the project, also where another lockfile lies above it.
  turbopack: { root: import.meta.dirname },
  // 10 MB by default. proxy.ts refuses what is longer than this.
  experimental: { proxyClientMaxBodySize: MAX_BODY_BYTES },
  // The Worker says its own.
  headers: async () => [
    {
      source: "/((?!api/).*)",
      headers: Object.entries(SECURITY_HEADERS).map(([key, value]) => ({ key, value })),
    },
  ],
};

export default config;
