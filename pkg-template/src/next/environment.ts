/**
 * Next.js's own `basePath`, or `""`. Next.js replaces this environment variable with its value when it bundles the app.
 */
export const builtBasePath = (): string => (typeof process !== "undefined" && process.env.__NEXT_ROUTER_BASEPATH) || "";

/**
 * Next.js's own `assetPrefix`: a path, a URL with a different origin, or `""`. Next.js replaces this variable, too.
 */
export const builtAssetPrefix = (): string => (typeof process !== "undefined" && process.env.__NEXT_ASSET_PREFIX) || "";

/**
 * Whether `next build` is loading the app's modules. A build doesn't serve requests, and often doesn't have the
 * secrets.
 */
export const isBuild = (): boolean =>
  // Written out in full, because bundlers replace exactly this expression with its value.
  typeof process !== "undefined" && process.env.NEXT_PHASE === "phase-production-build";
