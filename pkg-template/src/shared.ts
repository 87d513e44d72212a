// What every entry needs and none has of its own: one file of the package, so that there is one class of each error.
export * from "./base64url.js";
export * from "./bytes.js";
export * from "./duration.js";
export * from "./errors.js";
export * from "./key-ring.js";
export * from "./options.js";
