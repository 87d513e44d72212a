import { join } from "node:path";

// Copies of the fixture are in folders at the same depth, so the relative path to the packages also works there.
export default {
  distDir: process.env.DIST_DIR ?? ".next",
  turbopack: { root: join(import.meta.dirname, "..") },
  outputFileTracingRoot: join(import.meta.dirname, ".."),
};
