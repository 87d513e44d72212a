import { encodeBase64url } from "./base64url.js";
import { ask } from "./refusal.js";

/** A new secret: 32 random bytes as 43 characters of base64url. */
export function generateSecret(): string {
  return encodeBase64url(ask((core) => core.randomBytes(32)));
}
