// The package needs no settings. The cases are outside the app's folder, and source maps list a bundle's modules.
import { join } from "node:path";

const above = join(import.meta.dirname, "..");

export default {
  ...(process.env.STANDALONE ? { output: "standalone" } : {}),
  turbopack: { root: above },
  outputFileTracingRoot: above,
  productionBrowserSourceMaps: true,
  experimental: { serverSourceMaps: true },
};
