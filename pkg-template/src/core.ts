// Of CommonJS one file for the entries of the whole core.
export * from "./api.js";
export { boot, edge, untilBooted } from "./boot.js";
