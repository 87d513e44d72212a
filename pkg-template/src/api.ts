export * from "./slim-api.js";
export { type DecodeJwtOptions, decodeJwt, decodeProtectedHeader } from "./decode.js";
export { type AnyEdgesealError, PasswordError, type PasswordErrorCode } from "./errors.js";
export { generateSecret } from "./generate.js";
export { convertHash } from "./convert.js";
export type { HashFields, HashSystem } from "./hash-systems.js";
export { inspectHash, type StoredHash, type StoredHashFormat } from "./inspect.js";
/** @internal */
export { internal } from "./internal.js";
export { hashPassword, hashPasswordSync, needsRehash, verifyPassword, verifyPasswordSync } from "./password.js";
export {
  type AlsoTry,
  type Argon2idOptions,
  type BcryptOptions,
  type HashPasswordOptions,
  type PasswordAlgorithm,
  type PasswordFormat,
  type Pbkdf2Options,
  type Pepper,
  passwordPresets,
  type ScryptOptions,
  type VerifyPasswordOptions,
} from "./policy.js";
export type { HmacAlgorithm } from "./secret.js";
export { createSigner, type Signer, type SignerOptions, type SignJwtOptions, signJwt } from "./sign.js";
