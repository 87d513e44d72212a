import { join } from "node:path";

// A copy of the fixture is nested as deep as this folder, so this relative path to the packages works in the copy, too.
export default {
  distDir: process.env.DIST_DIR ?? ".next",
  turbopack: { root: join(import.meta.dirname, "..") },
  outputFileTracingRoot: join(import.meta.dirname, ".."),
};
