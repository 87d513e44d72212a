/** @internal The text with its percent encoding decoded (RFC 3986 §2.1); `undefined` where that is malformed. */
export function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
