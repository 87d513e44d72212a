import type { NextConfig } from "next";
import { MAX_BODY_BYTES } from "./lib/body-limit";
import { SECURITY_HEADERS } from "./lib/security-headers";

const config: NextConfig = {
  poweredByHeader: false,
  // This folder is the project, even if a folder above has a lockfile.
  turbopack: { root: import.meta.dirname },
  // 10 MB by default. proxy.ts refuses longer bodies.
  experimental: { proxyClientMaxBodySize: MAX_BODY_BYTES },
  // The Worker sets its own headers.
  headers: async () => [
    {
      source: "/((?!api/).*)",
      headers: Object.entries(SECURITY_HEADERS).map(([key, value]) => ({ key, value })),
    },
  ],
};

export default config;
