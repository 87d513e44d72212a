/** @internal The text with its percent encoding decoded (RFC 3986 §2.1); `undefined` if the encoding is malformed. */
export function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
