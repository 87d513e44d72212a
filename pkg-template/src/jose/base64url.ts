import { decodeBase64url, encodeBase64url } from "../base64url.js";
import { isBytes } from "../bytes.js";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Decodes base64url text. Refuses padding, white space and leftover bits (RFC 7515 §2). */
export function decode(input: Uint8Array | string): Uint8Array<ArrayBuffer> {
  const text: unknown = isBytes(input) ? new TextDecoder().decode(input) : input;
  if (typeof text === "string" && /^[\w-]*$/.test(text) && isWhole(text)) return decodeBase64url(text);
  throw new TypeError("The input to be decoded is not correctly encoded.");
}

/** Returns whether every bit of the last character belongs to a byte, so that no bits are left over. */
function isWhole(text: string): boolean {
  const unused = [0, 63, 15, 3][text.length % 4]!;
  return text.length % 4 !== 1 && (ALPHABET.indexOf(text.at(-1) ?? "A") & unused) === 0;
}

/** Encodes bytes, or the UTF-8 bytes of a string, as base64url. */
export function encode(input: Uint8Array | string): string {
  return encodeBase64url(typeof input === "string" ? new TextEncoder().encode(input) : input);
}
