import { isBytes } from "../bytes.js";

/** The bytes of base64url text, strictly: no padding, white space or stray bits (RFC 7515 §2). */
export function decode(input: Uint8Array | string): Uint8Array {
  const text = isBytes(input) ? new TextDecoder().decode(input) : input;
  if (typeof text === "string" && /^[\w-]*$/.test(text) && text.length % 4 !== 1) {
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
    if (encode(bytes) === text) return bytes;
  }
  throw new TypeError("The input to be decoded is not correctly encoded.");
}

/** Bytes, or a text's UTF-8, as base64url. */
export function encode(input: Uint8Array | string): string {
  const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
