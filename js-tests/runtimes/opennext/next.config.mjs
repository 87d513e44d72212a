// OpenNext uses the lockfile's folder as its root, so webpack must allow imports of the cases, which are outside that
// folder.
import config from "../next.config.mjs";

export default {
  ...config,
  turbopack: undefined,
  outputFileTracingRoot: import.meta.dirname,
  // OpenNext needs this setting for packages with a `workerd` entry. Otherwise, Next.js would bundle the entry for
  // Node, and workerd would refuse to compile the WebAssembly bytes that it contains.
  serverExternalPackages: ["edgeseal"],
};
