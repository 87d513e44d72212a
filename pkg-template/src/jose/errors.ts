// jose's error classes. Users of jose check `code`, `claim`, `reason` and `instanceof errors.X`.
import type { JWTPayload } from "./types.js";

/** The rule that a claim breaks. */
export type JWTClaimValidationReason =
  "check_failed" | "invalid" | "mismatch" | "missing" | "unspecified" | (string & {});

/** The base class of jose's errors. */
export class JOSEError extends Error {
  // Bundlers rename classes, so the name is written out as text.
  static override readonly name: string = "JOSEError";
  /** The stable code of this class. */
  static code: string = "ERR_JOSE_GENERIC";
  /** The stable code of this error. */
  code: string;

  constructor(message?: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = new.target.code;
    this.name = new.target.name;
  }
}

/** The base class of the two errors that concern claims. */
class ClaimError extends JOSEError {
  /** The claim that caused the error. */
  claim: string;
  /** The rule that the claim breaks. */
  reason: JWTClaimValidationReason;
  /** The verified claims. This property is not enumerable, so that logging the error doesn't log the claims. */
  declare payload: JWTPayload;
  /** The claim that caused the error, the reason, and all claims. */
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

/** A claim is missing or does not have the expected value. */
export class JWTClaimValidationFailed extends ClaimError {
  static override readonly name: string = "JWTClaimValidationFailed";
  static override code: string = "ERR_JWT_CLAIM_VALIDATION_FAILED";
}

/** A token has expired, or is older than `maxTokenAge`. */
export class JWTExpired extends ClaimError {
  static override readonly name: string = "JWTExpired";
  static override code: string = "ERR_JWT_EXPIRED";
}

/** The token's `alg` is not one of the allowed algorithms. */
export class JOSEAlgNotAllowed extends JOSEError {
  static override readonly name: string = "JOSEAlgNotAllowed";
  static override code: string = "ERR_JOSE_ALG_NOT_ALLOWED";
}

/** An algorithm or extension that is not supported. */
export class JOSENotSupported extends JOSEError {
  static override readonly name: string = "JOSENotSupported";
  static override code: string = "ERR_JOSE_NOT_SUPPORTED";
}

/** A JWS is malformed. */
export class JWSInvalid extends JOSEError {
  static override readonly name: string = "JWSInvalid";
  static override code: string = "ERR_JWS_INVALID";
}

/** A JWT is malformed. */
export class JWTInvalid extends JOSEError {
  static override readonly name: string = "JWTInvalid";
  static override code: string = "ERR_JWT_INVALID";
}

/** The signature is invalid for this key. */
export class JWSSignatureVerificationFailed extends JOSEError {
  static override readonly name: string = "JWSSignatureVerificationFailed";
  static override code: string = "ERR_JWS_SIGNATURE_VERIFICATION_FAILED";

  constructor(message = "signature verification failed", options?: { cause?: unknown }) {
    super(message, options);
  }
}

// jose throws the errors below when it decrypts a token or reads a key set. edgeseal/jose does neither: these classes
// exist only for `instanceof`.

/** Never thrown here. */
export class JWEDecryptionFailed extends JOSEError {
  static override readonly name: string = "JWEDecryptionFailed";
  static override code: string = "ERR_JWE_DECRYPTION_FAILED";

  constructor(message = "decryption operation failed", options?: { cause?: unknown }) {
    super(message, options);
  }
}

/** Never thrown here. */
export class JWEInvalid extends JOSEError {
  static override readonly name: string = "JWEInvalid";
  static override code: string = "ERR_JWE_INVALID";
}

/** Never thrown here. */
export class JWKInvalid extends JOSEError {
  static override readonly name: string = "JWKInvalid";
  static override code: string = "ERR_JWK_INVALID";
}

/** Never thrown here. */
export class JWKSInvalid extends JOSEError {
  static override readonly name: string = "JWKSInvalid";
  static override code: string = "ERR_JWKS_INVALID";
}

/** Never thrown here. */
export class JWKSNoMatchingKey extends JOSEError {
  static override readonly name: string = "JWKSNoMatchingKey";
  static override code: string = "ERR_JWKS_NO_MATCHING_KEY";

  constructor(message = "no applicable key found in the JSON Web Key Set", options?: { cause?: unknown }) {
    super(message, options);
  }
}

/** Never thrown here. */
export class JWKSMultipleMatchingKeys extends JOSEError {
  static override readonly name: string = "JWKSMultipleMatchingKeys";
  static override code: string = "ERR_JWKS_MULTIPLE_MATCHING_KEYS";

  constructor(message = "multiple matching keys found in the JSON Web Key Set", options?: { cause?: unknown }) {
    super(message, options);
  }
}

/** Never thrown here. */
export class JWKSTimeout extends JOSEError {
  static override readonly name: string = "JWKSTimeout";
  static override code: string = "ERR_JWKS_TIMEOUT";

  constructor(message = "request timed out", options?: { cause?: unknown }) {
    super(message, options);
  }
}
