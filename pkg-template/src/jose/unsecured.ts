import { JOSENotSupported } from "./errors.js";
import { ClaimsBuilder } from "./produce.js";
import type { JWTClaimVerificationOptions, JWTPayload } from "./types.js";

const refused = (): JOSENotSupported =>
  new JOSENotSupported('Unsecured JWTs ("alg": "none") are refused by edgeseal/jose: use SignJWT and jwtVerify');

/**
 * jose's class for tokens without a signature. Anybody can forge such tokens (RFC 8725 §3.1), so they are refused here.
 */
export class UnsecuredJWT extends ClaimsBuilder {
  /** @throws `errors.JOSENotSupported`, always. */
  encode(): string {
    throw refused();
  }

  /** @throws `errors.JOSENotSupported`, always. */
  static decode<Payload = JWTPayload>(
    _jwt: string,
    _options?: JWTClaimVerificationOptions,
  ): { payload: Payload & JWTPayload; header: { alg: "none" } } {
    throw refused();
  }
}
