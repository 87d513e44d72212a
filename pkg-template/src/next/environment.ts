/** Whether `next build` is loading the app's modules: it serves nobody, and often has no secrets. */
export const isBuild = (): boolean =>
  // Written out: bundlers put the value in its place.
  typeof process !== "undefined" && process.env.NEXT_PHASE === "phase-production-build";
