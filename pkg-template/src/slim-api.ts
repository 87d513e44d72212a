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
export type { Duration } from "./duration.js";
export { keyRing, type NamedSecret, type Secret } from "./key-ring.js";
export {
  type CompleteOptions,
  createVerifier,
  type JwtClaims,
  type Verified,
  type VerifiedJwt,
  type Verifier,
  type VerifierOptions,
  type VerifyJwtOptions,
  verifyJwt,
} from "./verify.js";
