import { join } from "node:path";
import type { NextConfig } from "next";

// One app, built twice: as it is, and with all that changes the shape of a path.
const shaped: NextConfig = {
  basePath: "/shop",
  trailingSlash: true,
  i18n: { locales: ["en", "de"], defaultLocale: "en" },
  // The types are those of the plain build, which checks them.
  typescript: { ignoreBuildErrors: true },
};

const config: NextConfig = {
  distDir: process.env.SHAPED ? ".next/shaped" : ".next/plain",
  turbopack: { root: join(import.meta.dirname, "..") },
  ...(process.env.SHAPED ? shaped : {}),
};

export default config;
