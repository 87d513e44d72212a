// In CommonJS, all entries that use the whole core share this one file.
export * from "./api.js";
export { boot, edgePlatform, setUnbootedError } from "./boot.js";
