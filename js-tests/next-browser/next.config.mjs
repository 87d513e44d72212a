import { join } from "node:path";

// A copy of the fixture is as deep as this folder, so the packages are in the same place above it.
export default {
  distDir: process.env.DIST_DIR ?? ".next",
  turbopack: { root: join(import.meta.dirname, "..") },
  outputFileTracingRoot: join(import.meta.dirname, ".."),
};
