// Written out: bundlers put the value in its place.

/** Whether this is for developers and their machines alone; anything that says nothing is production. */
export const isDevelopment = (): boolean =>
  typeof process !== "undefined" && /^(development|test)$/.test(process.env.NODE_ENV ?? "");

/** Whether `next build` is loading the app's modules: it serves nobody, and often has no secrets. */
export const isBuild = (): boolean =>
  typeof process !== "undefined" && process.env.NEXT_PHASE === "phase-production-build";
