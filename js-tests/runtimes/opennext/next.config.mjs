// OpenNext uses the lockfile's folder as its root, so webpack must allow the list of cases above it.
import config from "../next.config.mjs";

export default {
  ...config,
  turbopack: undefined,
  outputFileTracingRoot: import.meta.dirname,
  // OpenNext's setting for packages with a `workerd` entry. Next.js would bundle Node's entry, whose bytes workerd doesn't compile.
  serverExternalPackages: ["edgeseal"],
};
