// The package itself doesn't need any settings. These are for the tests: the cases are outside the app's folder, and
// source maps list the modules in a bundle.
import { join } from "node:path";

const above = join(import.meta.dirname, "..");

export default {
  ...(process.env.STANDALONE ? { output: "standalone" } : {}),
  turbopack: { root: above },
  outputFileTracingRoot: above,
  productionBrowserSourceMaps: true,
  experimental: { serverSourceMaps: true },
};
