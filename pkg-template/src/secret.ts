import { randomBytes } from "./edgeseal_bg.js";
import { misuse } from "./options.js";

/**
 * An HMAC secret: at least 32 random bytes, or a string whose UTF-8 bytes are
 * that many. Keep it in the environment; make one with {@link generateSecret}.
 */
export type Secret = string | Uint8Array;

/** @internal The bytes of a secret. Always a copy: it is the core's to zeroise. */
export function secretBytes(secret: Secret): Uint8Array {
  if (typeof secret === "string") {
    if (hasLoneSurrogate(secret)) throw misuse("secret", "well-formed text");
    return new TextEncoder().encode(secret);
  }
  if (secret instanceof Uint8Array) return Uint8Array.from(secret);
  throw misuse("secret", "a string or Uint8Array of at least 32 random bytes");
}

/** @internal Text that has no UTF-8 form: encoders replace it, so two texts would become one. */
export function hasLoneSurrogate(value: string): boolean {
  return /\p{Surrogate}/u.test(value);
}

/** A fresh secret: 32 random bytes as 43 characters of base64url. */
export function generateSecret(): string {
  const base64 = btoa(String.fromCharCode(...randomBytes(32)));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
