/** @internal Decodes a text's percent encoding (RFC 3986 §2.1). Returns `undefined` if the encoding is malformed. */
export function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
