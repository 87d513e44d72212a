// Exports the password libraries that edgeseal is compared with. They are installed in js-tests, so code in other
// folders imports them through this file. A native library is `undefined` if there is no build of it for this platform.
export { default as bcryptjs } from "bcryptjs";
export * as betterAuth from "better-auth/crypto";
export * as edgeseal from "edgeseal";
export { default as edgesealBcrypt } from "edgeseal/bcrypt";
export * as hashWasm from "hash-wasm";
export { argon2id as nobleArgon2id } from "@noble/hashes/argon2.js";
export { pbkdf2 as noblePbkdf2 } from "@noble/hashes/pbkdf2.js";
export { scrypt as nobleScrypt } from "@noble/hashes/scrypt.js";
export { sha256 as nobleSha256, sha512 as nobleSha512 } from "@noble/hashes/sha2.js";

/** The libraries that couldn't be loaded, each with the error code or message. */
export const missing = [];

async function native(name) {
  try {
    return (await import(name)).default;
  } catch (cause) {
    missing.push(`${name} (${cause.code ?? cause.message})`);
    return undefined;
  }
}

export const nativeBcrypt = await native("bcrypt");
export const nodeRsBcrypt = await native("@node-rs/bcrypt");
export const nativeArgon2 = await native("argon2");
export const nodeRsArgon2 = await native("@node-rs/argon2");
