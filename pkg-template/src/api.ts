export {
  type EdgesealErrorCode,
  EdgesealError,
  errorCodes,
  isEdgesealError,
  JwtError,
  KeyError,
  PasswordError,
} from "./errors.js";
export {
  type HashPasswordOptions,
  hashPassword,
  hashPasswordSync,
  verifyPassword,
  verifyPasswordSync,
} from "./password.js";
export { generateSecret, type Secret } from "./secret.js";
export { type SignJwtOptions, signJwt } from "./sign.js";
export {
  createVerifier,
  type JwtClaims,
  type Verifier,
  type VerifierOptions,
  type VerifyJwtOptions,
  verifyJwt,
} from "./verify.js";
