export {
  EdgesealError,
  type EdgesealErrorCode,
  errorCodes,
  isEdgesealError,
  JwtError,
  type JwtErrorCode,
  KeyError,
  type KeyErrorCode,
} from "./errors.js";
export { keyRing, type NamedSecret, type Secret } from "./key-ring.js";
export {
  createVerifier,
  type JwtClaims,
  type Verifier,
  type VerifierOptions,
  type VerifyJwtOptions,
  verifyJwt,
} from "./verify.js";
