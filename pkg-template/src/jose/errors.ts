// jose's error classes: its users decide by `code`, `claim` and `reason`, and by `instanceof errors.X`.
import type { JWTPayload } from "./types.js";

/** Which rule a claim broke. */
export type JWTClaimValidationReason =
  "check_failed" | "invalid" | "mismatch" | "missing" | "unspecified" | (string & {});

/** What every error of jose's is. */
export class JOSEError extends Error {
  /** The stable code of this class. */
  static code: string = "ERR_JOSE_GENERIC";
  /** The stable code of this error. */
  code: string = "ERR_JOSE_GENERIC";
  /** Of this class, also where a bundler has renamed it. */
  override name: string = "JOSEError";

  constructor(message?: string, options?: { cause?: unknown }) {
    super(message, options);
  }
}

/** What the two errors of claims have in common. */
class ClaimError extends JOSEError {
  /** The claim at fault. */
  claim: string;
  /** Which rule it broke. */
  reason: JWTClaimValidationReason;
  /** The verified claims. Not enumerable, so that a log of the error does not hold them. */
  declare payload: JWTPayload;
  /** The same three once more. */
  declare cause: { claim: string; reason: JWTClaimValidationReason; payload: JWTPayload };

  constructor(
    message: string,
    payload: JWTPayload,
    claim = "unspecified",
    reason: JWTClaimValidationReason = "unspecified",
  ) {
    const hidden = { payload: { value: payload, writable: true, configurable: true } };
    super(message, { cause: Object.defineProperties({ claim, reason }, hidden) });
    this.claim = claim;
    this.reason = reason;
    Object.defineProperties(this, hidden);
  }
}

/** A claim is missing or not the expected one. */
export class JWTClaimValidationFailed extends ClaimError {
  static override code: string = "ERR_JWT_CLAIM_VALIDATION_FAILED";
  override code: string = "ERR_JWT_CLAIM_VALIDATION_FAILED";
  override name: string = "JWTClaimValidationFailed";
}

/** A token has expired, or is older than it may be. */
export class JWTExpired extends ClaimError {
  static override code: string = "ERR_JWT_EXPIRED";
  override code: string = "ERR_JWT_EXPIRED";
  override name: string = "JWTExpired";
}

/** The token's `alg` is not one of the allowed ones. */
export class JOSEAlgNotAllowed extends JOSEError {
  static override code: string = "ERR_JOSE_ALG_NOT_ALLOWED";
  override code: string = "ERR_JOSE_ALG_NOT_ALLOWED";
  override name: string = "JOSEAlgNotAllowed";
}

/** An algorithm or extension that is not supported. */
export class JOSENotSupported extends JOSEError {
  static override code: string = "ERR_JOSE_NOT_SUPPORTED";
  override code: string = "ERR_JOSE_NOT_SUPPORTED";
  override name: string = "JOSENotSupported";
}

/** A JWS is malformed. */
export class JWSInvalid extends JOSEError {
  static override code: string = "ERR_JWS_INVALID";
  override code: string = "ERR_JWS_INVALID";
  override name: string = "JWSInvalid";
}

/** A JWT is malformed. */
export class JWTInvalid extends JOSEError {
  static override code: string = "ERR_JWT_INVALID";
  override code: string = "ERR_JWT_INVALID";
  override name: string = "JWTInvalid";
}

/** The signature does not hold under this key. */
export class JWSSignatureVerificationFailed extends JOSEError {
  static override code: string = "ERR_JWS_SIGNATURE_VERIFICATION_FAILED";
  override code: string = "ERR_JWS_SIGNATURE_VERIFICATION_FAILED";
  override name: string = "JWSSignatureVerificationFailed";

  constructor(message = "signature verification failed", options?: { cause?: unknown }) {
    super(message, options);
  }
}

// jose throws these where it encrypts or reads key sets, which is not done here: they are for `instanceof` alone.

/** Never thrown here. */
export class JWEDecryptionFailed extends JOSEError {
  static override code: string = "ERR_JWE_DECRYPTION_FAILED";
  override code: string = "ERR_JWE_DECRYPTION_FAILED";
  override name: string = "JWEDecryptionFailed";

  constructor(message = "decryption operation failed", options?: { cause?: unknown }) {
    super(message, options);
  }
}

/** Never thrown here. */
export class JWEInvalid extends JOSEError {
  static override code: string = "ERR_JWE_INVALID";
  override code: string = "ERR_JWE_INVALID";
  override name: string = "JWEInvalid";
}

/** Never thrown here. */
export class JWKInvalid extends JOSEError {
  static override code: string = "ERR_JWK_INVALID";
  override code: string = "ERR_JWK_INVALID";
  override name: string = "JWKInvalid";
}

/** Never thrown here. */
export class JWKSInvalid extends JOSEError {
  static override code: string = "ERR_JWKS_INVALID";
  override code: string = "ERR_JWKS_INVALID";
  override name: string = "JWKSInvalid";
}

/** Never thrown here. */
export class JWKSNoMatchingKey extends JOSEError {
  static override code: string = "ERR_JWKS_NO_MATCHING_KEY";
  override code: string = "ERR_JWKS_NO_MATCHING_KEY";
  override name: string = "JWKSNoMatchingKey";

  constructor(message = "no applicable key found in the JSON Web Key Set", options?: { cause?: unknown }) {
    super(message, options);
  }
}

/** Never thrown here. */
export class JWKSMultipleMatchingKeys extends JOSEError {
  static override code: string = "ERR_JWKS_MULTIPLE_MATCHING_KEYS";
  override code: string = "ERR_JWKS_MULTIPLE_MATCHING_KEYS";
  override name: string = "JWKSMultipleMatchingKeys";

  constructor(message = "multiple matching keys found in the JSON Web Key Set", options?: { cause?: unknown }) {
    super(message, options);
  }
}

/** Never thrown here. */
export class JWKSTimeout extends JOSEError {
  static override code: string = "ERR_JWKS_TIMEOUT";
  override code: string = "ERR_JWKS_TIMEOUT";
  override name: string = "JWKSTimeout";

  constructor(message = "request timed out", options?: { cause?: unknown }) {
    super(message, options);
  }
}
