// The package needs none of this: the list of cases is above the app, and source maps show a bundle's modules.
import { join } from "node:path";

const above = join(import.meta.dirname, "..");

export default {
  ...(process.env.STANDALONE ? { output: "standalone" } : {}),
  turbopack: { root: above },
  outputFileTracingRoot: above,
  productionBrowserSourceMaps: true,
  experimental: { serverSourceMaps: true },
};
