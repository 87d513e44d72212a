// In CommonJS, this is the one file that all entries with the whole core share.
export * from "./api.js";
export { boot, edgePlatform, setUnbootedError } from "./boot.js";
