import { PasswordError } from "./errors.js";

/** In characters. No system uses a longer salt or key. */
const MAX_LENGTH = 2048;

/** @internal How the bytes of a salt or key are encoded. */
export type BytesEncoding = "text" | "hex" | "base64";

/** @internal Returns the bytes of a salt or key in base64 without padding, as in the PHC string format. */
export function phcBytes(name: string, value: string, encoding: BytesEncoding, maxLength = 512): string {
  if (typeof value !== "string") throw unreadable(name, "must be a string");
  if (value.length > MAX_LENGTH) throw unreadable(name, `is longer than ${MAX_LENGTH} characters`);
  if (value !== value.trim()) throw unreadable(name, "begins or ends with whitespace");
  const binary = binaryOf(value, encoding);
  if (!binary) throw unreadable(name, `must be ${encoding === "text" ? "text" : `in ${encoding}`}, and not empty`);
  return btoa(binary.slice(0, maxLength)).replace(/=+$/, "");
}

/** @internal The error for a field that can't be converted. It doesn't repeat the field's value. */
export const unreadable = (name: string, reason: string): PasswordError =>
  new PasswordError("ERR_PASSWORD_HASH_INVALID", `can't convert this hash: ${name} ${reason}`);

/** Decodes a value to a binary string. Returns `undefined` if the value isn't in this encoding. */
function binaryOf(value: string, encoding: BytesEncoding): string | undefined {
  if (encoding === "text") return String.fromCharCode(...new TextEncoder().encode(value));
  if (encoding === "hex") {
    if (!/^(?:[0-9a-f]{2})+$/i.test(value)) return undefined;
    return value.replace(/../g, (digits) => String.fromCharCode(Number.parseInt(digits, 16)));
  }
  try {
    return atob(value.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return undefined;
  }
}

/**
 * @internal Splits `salt:key` or `key.salt`. Recipes that use a dot differ in the order of the parts, so the longer
 * part is taken as the key.
 */
export function saltAndKey(hash: string): [salt: string, key: string] | undefined {
  const [first, second, more] = hash.split(/[:.]/);
  if (!first || !second || more !== undefined) return undefined;
  if (hash.includes(":")) return [first, second];
  if (first.length === second.length) return undefined;
  return first.length > second.length ? [second, first] : [first, second];
}
