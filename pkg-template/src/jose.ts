import * as base64url from "./jose/base64url.js";
import * as errors from "./jose/errors.js";

export { base64url, errors };
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
