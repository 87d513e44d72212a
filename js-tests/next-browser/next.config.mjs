import { join } from "node:path";

// The folder of a copy is as deep as this one's own: what is above it has the packages.
export default {
  distDir: process.env.DIST_DIR ?? ".next",
  turbopack: { root: join(import.meta.dirname, "..") },
  outputFileTracingRoot: join(import.meta.dirname, ".."),
};
