import { join } from "node:path";
import type { NextConfig } from "next";

const i18n = { locales: ["en", "de"], defaultLocale: "en" };
// The types are those of the plain build, which checks them.
const typescript = { ignoreBuildErrors: true };

/** One app, built as it is, and with what gives its paths another shape. */
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
