import type { NextConfig } from "next";
import { MAX_BODY_BYTES } from "./lib/body-limit";
import { SECURITY_HEADERS, TOKEN_REFERRER } from "./lib/security-headers";

const config: NextConfig = {
  poweredByHeader: false,
  // This folder is the project's root, even if a parent folder has a lockfile.
  turbopack: { root: import.meta.dirname },
  // Next.js's default is 10 MB. proxy.ts refuses bodies over the limit that is set here.
  experimental: { proxyClientMaxBodySize: MAX_BODY_BYTES },
  // Leave out the paths under /api, because the Worker sets their headers.
  headers: async () => [
    {
      source: "/((?!api/).*)",
      headers: Object.entries(SECURITY_HEADERS).map(([key, value]) => ({ key, value })),
    },
    { source: "/reset-password", headers: [{ key: "Referrer-Policy", value: TOKEN_REFERRER }] },
  ],
};

export default config;
