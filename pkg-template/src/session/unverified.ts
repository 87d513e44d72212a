import { decodeBase64url } from "../base64url.js";

/**
 * The claims of a token that nobody has verified: good for a hint, never for a decision. Throws, and gives anything, for
 * what is not a JWT.
 */
export function unverifiedClaims(token: string) {
  return JSON.parse(new TextDecoder().decode(decodeBase64url(token.split(".")[1] ?? "")));
}
