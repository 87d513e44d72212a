import { decodeBase64url } from "../base64url.js";

/**
 * Returns the claims of a token without verifying it. Use them only as a hint, never for a decision. If the text is not
 * a JWT, this function may throw, or may return any JSON value.
 */
export function unverifiedClaims(token: string) {
  return JSON.parse(new TextDecoder().decode(decodeBase64url(token.split(".")[1] ?? "")));
}
