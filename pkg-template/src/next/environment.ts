/** Next.js's own `basePath`, or `""`. Next.js replaces the name with its value when it bundles. */
export const builtBasePath = (): string => (typeof process !== "undefined" && process.env.__NEXT_ROUTER_BASEPATH) || "";

/** Next.js's own `assetPrefix`, replaced in the same way: a path, a URL with another origin, or `""`. */
export const builtAssetPrefix = (): string => (typeof process !== "undefined" && process.env.__NEXT_ASSET_PREFIX) || "";

/** Whether `next build` is loading the app's modules. A build serves nobody, and often has no secrets. */
export const isBuild = (): boolean =>
  // Written out in full, because bundlers replace exactly this expression with its value.
  typeof process !== "undefined" && process.env.NEXT_PHASE === "phase-production-build";
