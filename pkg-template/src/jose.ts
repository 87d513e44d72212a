/** jose's base64url: `encode` and `decode` (RFC 4648 §5, without padding). */
export * as base64url from "./jose/base64url.js";
/** jose's error classes, with the same names and codes. */
export * as errors from "./jose/errors.js";
export { decodeJwt, decodeProtectedHeader } from "./jose/decode.js";
export { CompactSign, SignJWT } from "./jose/sign.js";
export type {
  CompactJWSHeaderParameters,
  CompactVerifyGetKey,
  CompactVerifyResult,
  CritOption,
  CryptoKey,
  FlattenedJWSInput,
  GetKeyFunction,
  JoseHeaderParameters,
  JWK,
  JWSAlgorithm,
  JWSHeaderParameters,
  JWTClaimVerificationOptions,
  JWTHeaderParameters,
  JWTPayload,
  JWTVerifyGetKey,
  JWTVerifyOptions,
  JWTVerifyResult,
  KeyInput,
  KeyObject,
  ProduceJWT,
  ProtectedHeaderParameters,
  ResolvedKey,
  SignOptions,
  VerifyOptions,
} from "./jose/types.js";
export { UnsecuredJWT } from "./jose/unsecured.js";
export { compactVerify, jwtVerify } from "./jose/verify.js";
