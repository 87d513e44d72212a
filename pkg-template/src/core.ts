// In CommonJS, one file that the entries of the whole core share.
export * from "./api.js";
export { boot, edgePlatform, setUnbootedError } from "./boot.js";
