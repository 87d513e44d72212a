import { randomBytes } from "./edgeseal_bg.js";

/** A fresh secret: 32 random bytes as 43 characters of base64url. */
export function generateSecret(): string {
  const base64 = btoa(String.fromCharCode(...randomBytes(32)));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
