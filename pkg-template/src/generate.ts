import { ask } from "./refusal.js";

/** A fresh secret: 32 random bytes as 43 characters of base64url. */
export function generateSecret(): string {
  const base64 = btoa(String.fromCharCode(...ask((core) => core.randomBytes(32))));
  return base64.slice(0, 43).replaceAll("+", "-").replaceAll("/", "_");
}
