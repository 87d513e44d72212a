import { encodeBase64url } from "./base64url.js";
import { callCore } from "./refusal.js";

/** Returns a new secret: 32 random bytes as 43 characters of base64url. */
export function generateSecret(): string {
  return encodeBase64url(callCore((core) => core.randomBytes(32)));
}
