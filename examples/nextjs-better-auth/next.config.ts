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
    // This page has a token in its URL, so the `Referer` header must never contain that URL. The value isn't
    // `no-referrer`, because browsers would then send forms with `Origin: null`, which servers don't trust.
    { source: "/reset-password", headers: [{ key: "Referrer-Policy", value: "strict-origin" }] },
  ],
};

export default config;
