// Nothing here is for the package: the list of cases lies above the app, and source maps tell what a bundle is made of.
import { join } from "node:path";

const above = join(import.meta.dirname, "..");

export default {
  ...(process.env.STANDALONE ? { output: "standalone" } : {}),
  turbopack: { root: above },
  outputFileTracingRoot: above,
  productionBrowserSourceMaps: true,
  experimental: { serverSourceMaps: true },
};
