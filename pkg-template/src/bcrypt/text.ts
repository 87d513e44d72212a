/** The number of bytes that bcrypt reads from a password; it ignores the rest. */
export const MAX_LENGTH = 72;

/**
 * Returns the UTF-8 bytes of a password. For a long password, returns only a few more bytes than bcrypt reads. A lone
 * surrogate becomes three bytes, as in bcryptjs, because replacing it would make different passwords equal.
 */
export function passwordBytes(password: string): Uint8Array {
  const bytes: number[] = [];
  // A surrogate pair may straddle the last byte that bcrypt reads.
  for (const character of password.slice(0, MAX_LENGTH + 1)) {
    const code = character.codePointAt(0)!;
    if (code < 0x80) bytes.push(code);
    else {
      const more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
      bytes.push(((0xf00 >> (more + 1)) & 0xff) | (code >> (6 * more)));
      for (let i = more - 1; i >= 0; i--) bytes.push(0x80 | ((code >> (6 * i)) & 63));
    }
  }
  const array = Uint8Array.from(bytes);
  bytes.fill(0);
  return array;
}

/** Returns whether two strings are equal. How long this takes depends only on their lengths. */
export function isSame(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}
