import { decode } from "./base64url.js";
import { JWTInvalid } from "./errors.js";
import { decodeObject, isObject } from "./header.js";
import type { JWTPayload, ProtectedHeaderParameters } from "./types.js";

/** Returns the claims of a token WITHOUT verifying it. Never base a decision on them. */
export function decodeJwt<Payload = JWTPayload>(jwt: string): Payload & JWTPayload {
  if (typeof jwt !== "string") {
    throw new JWTInvalid("JWTs must use Compact JWS serialization, JWT must be a string");
  }
  const parts = jwt.split(".");
  if (parts.length === 5) throw new JWTInvalid("Only JWTs using Compact JWS serialization can be decoded");
  if (parts.length !== 3) throw new JWTInvalid("Invalid JWT");
  const encoded = parts[1];
  if (!encoded) throw new JWTInvalid("JWTs must contain a payload");
  const bytes = attempt("Failed to base64url decode the payload", () => decode(encoded));
  const claims = attempt("Failed to parse the decoded payload as JSON", () => {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return JSON.parse(text) as unknown;
  });
  if (!isObject(claims)) throw new JWTInvalid("Invalid JWT Claims Set");
  return claims as Payload & JWTPayload;
}

function attempt<T>(message: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new JWTInvalid(message, { cause });
  }
}

/** Returns the header of a compact JWS or JWE, or the `protected` header of a flattened one, WITHOUT verifying it. */
export function decodeProtectedHeader(token: string | object): ProtectedHeaderParameters {
  const invalid = "Invalid Token or Protected Header formatting";
  let encoded: unknown;
  if (typeof token === "string") {
    const parts = token.split(".");
    if (parts.length === 3 || parts.length === 5) encoded = parts[0];
  } else if (typeof token === "object" && token !== null) {
    if (!("protected" in token)) throw new TypeError("Token does not contain a Protected Header");
    encoded = token.protected;
  }
  if (typeof encoded !== "string" || encoded === "") throw new TypeError(invalid);
  try {
    return decodeObject(encoded);
  } catch (cause) {
    throw new TypeError(invalid, { cause });
  }
}
