import { epoch, seconds } from "./duration.js";
import { JWTClaimValidationFailed, JWTExpired } from "./errors.js";
import type { JWTClaimVerificationOptions, JWTPayload } from "./types.js";

type Header = { typ?: unknown };

/**
 * Validates verified claims according to jose's rules: `exp` is optional, and `aud` is checked only if `audience` is
 * set.
 */
export function checkClaims(header: Header, claims: JWTPayload, options: JWTClaimVerificationOptions = {}): void {
  const { typ, issuer, subject, audience, maxTokenAge } = options;
  const fail = (message: string, claim: string, reason: string): never => {
    throw new JWTClaimValidationFailed(message, claims, claim, reason);
  };
  if (typ !== undefined && (typeof header.typ !== "string" || mediaType(typ) !== mediaType(header.typ))) {
    fail('unexpected "typ" JWT header value', "typ", "check_failed");
  }
  const required = new Set<string>();
  if (issuer !== undefined) required.add("iss");
  if (subject !== undefined) required.add("sub");
  if (audience !== undefined) required.add("aud");
  if (maxTokenAge !== undefined) required.add("iat");
  const { requiredClaims = [] } = options;
  for (const claim of [...requiredClaims].reverse()) required.add(claim);
  for (const claim of required) {
    if (!Object.hasOwn(claims, claim)) fail(`missing required "${claim}" claim`, claim, "missing");
  }

  const unexpected = (claim: string): never => fail(`unexpected "${claim}" claim value`, claim, "check_failed");
  if (issuer !== undefined && !asArray(issuer).includes(claims.iss)) unexpected("iss");
  if (subject !== undefined && claims.sub !== subject) unexpected("sub");
  if (audience !== undefined && !isFor(claims.aud, audience)) unexpected("aud");
  checkTimes(claims, options);
}

function checkTimes(claims: JWTPayload, options: JWTClaimVerificationOptions): void {
  const { maxTokenAge } = options;
  const tolerance = toleranceOf(options.clockTolerance);
  const now = finite(epoch(options.currentDate === undefined ? new Date() : options.currentDate), "currentDate option");
  const date = (claim: "iat" | "nbf" | "exp", required = false): number | undefined => {
    const value: unknown = claims[claim];
    if (typeof value === "number" || (value === undefined && !required)) return value;
    throw new JWTClaimValidationFailed(`"${claim}" claim must be a number`, claims, claim, "invalid");
  };
  const failed = (claim: string, more = ""): [message: string, ...details: [JWTPayload, string, string]] => [
    `"${claim}" claim timestamp check failed${more}`,
    claims,
    claim,
    "check_failed",
  ];
  const issued = date("iat", maxTokenAge !== undefined);
  const notBefore = date("nbf");
  if (notBefore !== undefined && notBefore > now + tolerance) throw new JWTClaimValidationFailed(...failed("nbf"));
  const expires = date("exp");
  if (expires !== undefined && expires <= now - tolerance) throw new JWTExpired(...failed("exp"));
  if (maxTokenAge === undefined || issued === undefined) return;
  const age = now - issued;
  const limit = finite(typeof maxTokenAge === "number" ? maxTokenAge : seconds(maxTokenAge), "maxTokenAge option");
  if (limit < 0) throw new TypeError("Invalid maxTokenAge option input");
  if (age - tolerance > limit) throw new JWTExpired(...failed("iat", " (too far in the past)"));
  if (age < -tolerance) throw new JWTClaimValidationFailed(...failed("iat", " (it should be in the past)"));
}

function toleranceOf(option: unknown): number {
  if (option !== undefined && typeof option !== "number" && typeof option !== "string") {
    throw new TypeError("Invalid clockTolerance option type");
  }
  const tolerance = typeof option === "string" ? seconds(option) : (option ?? 0);
  if (finite(tolerance, "clockTolerance option") < 0) throw new TypeError("Invalid clockTolerance option input");
  return tolerance;
}

/** @throws `TypeError` unless the number is finite. */
export function finite(value: number, label: string): number {
  if (!Number.isFinite(value)) throw new TypeError(`Invalid ${label} input`);
  return value;
}

/**
 * Returns whether `aud`, which is a string or an array of strings (RFC 7519 §4.1.3), contains one of the expected
 * values.
 */
function isFor(aud: unknown, option: string | string[]): boolean {
  const expected = typeof option === "string" ? [option] : option;
  if (typeof aud === "string") return expected.includes(aud);
  return Array.isArray(aud) && expected.some((one) => aud.includes(one));
}

const asArray = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

/**
 * Normalizes a media type so that it can be compared: case is ignored, and `application/` may be left out (RFC 7515
 * §4.1.9).
 */
function mediaType(value: string): string {
  const name = value.toLowerCase();
  return name.includes("/") ? name : `application/${name}`;
}
