// The package itself doesn't need any settings. These are for the tests: the cases are outside the app's folder, and
// the source maps show which modules a bundle contains.
import { join } from "node:path";

const above = join(import.meta.dirname, "..");

export default {
  ...(process.env.STANDALONE ? { output: "standalone" } : {}),
  turbopack: { root: above },
  outputFileTracingRoot: above,
  productionBrowserSourceMaps: true,
  experimental: { serverSourceMaps: true },
};
