import { join } from "node:path";

// Copies of the fixture are nested as deeply as this folder, so this relative path to the packages also works in a
// copy.
export default {
  distDir: process.env.DIST_DIR ?? ".next",
  turbopack: { root: join(import.meta.dirname, "..") },
  outputFileTracingRoot: join(import.meta.dirname, ".."),
};
