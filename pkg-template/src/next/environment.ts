/** Next.js's own `basePath`, or `""`. It puts the value in the place of its name, in what it bundles. */
export const builtBasePath = (): string => (typeof process !== "undefined" && process.env.__NEXT_ROUTER_BASEPATH) || "";

/** Next.js's own `assetPrefix`, the same way: a path, an address of another origin, or `""`. */
export const builtAssetPrefix = (): string => (typeof process !== "undefined" && process.env.__NEXT_ASSET_PREFIX) || "";

/** Whether `next build` is loading the app's modules: it serves nobody, and often has no secrets. */
export const isBuild = (): boolean =>
  // Written out: bundlers put the value in its place.
  typeof process !== "undefined" && process.env.NEXT_PHASE === "phase-production-build";
