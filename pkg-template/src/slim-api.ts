export { type EdgesealErrorCode, EdgesealError, errorCodes, isEdgesealError, JwtError, KeyError } from "./errors.js";
export type { Secret } from "./secret.js";
export {
  createVerifier,
  type JwtClaims,
  type Verifier,
  type VerifierOptions,
  type VerifyJwtOptions,
  verifyJwt,
} from "./verify.js";
