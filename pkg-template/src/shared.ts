// What every entry needs: one file of the package, so that each error class exists once.
export * from "./base64url.js";
export * from "./bytes.js";
export * from "./duration.js";
export * from "./errors.js";
export * from "./key-ring.js";
export * from "./options.js";
