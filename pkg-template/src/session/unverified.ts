import { decodeBase64url } from "../base64url.js";

/**
 * The claims of a token that nobody has verified. Use them for a hint, never for a decision. If the text is not a JWT,
 * this function throws, or returns any other JSON value.
 */
export function unverifiedClaims(token: string) {
  return JSON.parse(new TextDecoder().decode(decodeBase64url(token.split(".")[1] ?? "")));
}
