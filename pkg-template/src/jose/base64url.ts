import { isBytes } from "../bytes.js";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The bytes of base64url text, strictly: no padding, white space or stray bits (RFC 7515 §2). */
export function decode(input: Uint8Array | string): Uint8Array<ArrayBuffer> {
  const text: unknown = isBytes(input) ? new TextDecoder().decode(input) : input;
  if (typeof text === "string" && /^[\w-]*$/.test(text) && isWhole(text)) {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
    return bytes;
  }
  throw new TypeError("The input to be decoded is not correctly encoded.");
}

/** Whether the last character has no bits that belong to no byte. */
function isWhole(text: string): boolean {
  const unused = [0, 63, 15, 3][text.length % 4]!;
  return text.length % 4 !== 1 && (ALPHABET.indexOf(text.at(-1) ?? "A") & unused) === 0;
}

/** Bytes, or a text's UTF-8, as base64url. */
export function encode(input: Uint8Array | string): string {
  const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
