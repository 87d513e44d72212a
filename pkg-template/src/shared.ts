// The code that every entry needs. In the package, it is a single file, so that each error class exists only once.
export * from "./base64url.js";
export * from "./bytes.js";
export * from "./duration.js";
export * from "./errors.js";
export * from "./key-ring.js";
export * from "./options.js";
