const DIGITS = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export function encodeBase64(bytes: Readonly<ArrayLike<number>>, length: number): string {
  if (length <= 0 || length > bytes.length) throw new Error(`Illegal len: ${length}`);
  let text = "";
  for (let i = 0, rest = 0, bits = 0; i < length; i++) {
    rest = (rest << 8) | (bytes[i]! & 255);
    for (bits += 8; bits >= 6; bits -= 6) text += DIGITS[(rest >> (bits - 6)) & 63];
    if (i + 1 >= length && bits > 0) text += DIGITS[(rest << (6 - bits)) & 63];
  }
  return text;
}

/** Decodes text up to the first character that is not base64; leftover bits are dropped. */
export function decodeBase64(text: string, length: number): number[] {
  if (length <= 0) throw new Error(`Illegal len: ${length}`);
  const bytes: number[] = [];
  for (let i = 0, rest = 0, bits = 0; i < text.length && bytes.length < length; i++) {
    const digit = DIGITS.indexOf(text[i]!);
    if (digit < 0) break;
    rest = (rest << 6) | digit;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((rest >> bits) & 255);
  }
  return bytes;
}
