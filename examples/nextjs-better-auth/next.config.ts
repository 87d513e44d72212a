import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  // This folder is the project's root, even if a parent folder has a lockfile.
  turbopack: { root: import.meta.dirname },
  headers: async () => [
    {
      source: "/:path*",
      headers: [
        { key: "X-Content-Type-Options", value: "nosniff" },
        { key: "Referrer-Policy", value: "same-origin" },
        { key: "Permissions-Policy", value: "camera=(), geolocation=(), microphone=()" },
      ],
    },
  ],
};

export default config;
