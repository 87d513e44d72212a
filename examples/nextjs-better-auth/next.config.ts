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
    // Its address has a token: no request names the page. Not `no-referrer`, because browsers would then send forms with
    // `Origin: null`, which no server trusts.
    { source: "/reset-password", headers: [{ key: "Referrer-Policy", value: "strict-origin" }] },
  ],
};

export default config;
