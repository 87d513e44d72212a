// OpenNext takes the folder of the lockfile as its root, so this one: webpack reaches the list of cases above it.
import config from "../next.config.mjs";

export default {
  ...config,
  turbopack: undefined,
  outputFileTracingRoot: import.meta.dirname,
  // As OpenNext has it for what has a `workerd` entry: Next.js would bundle the one for Node, whose bytes workerd won't compile.
  serverExternalPackages: ["edgeseal"],
};
