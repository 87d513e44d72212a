import { join } from "node:path";
import type { NextConfig } from "next";

const i18n = { locales: ["en", "de"], defaultLocale: "en" };
// Only the plain build checks types.
const typescript = { ignoreBuildErrors: true };

/** The app is built once with the default path configuration, and once with each of the others. */
const shapes: Record<string, NextConfig> = {
  plain: {},
  localised: { i18n, typescript },
  shaped: { basePath: "/shop", assetPrefix: "/cdn", trailingSlash: true, i18n, typescript },
};
const shape = process.env.SHAPE ?? "plain";

const config: NextConfig = {
  distDir: `.next/${shape}`,
  turbopack: { root: join(import.meta.dirname, "..") },
  ...shapes[shape],
};

export default config;
