import { isBytes } from "../bytes.js";
import { misuse } from "../options.js";

/** @internal Returns the bytes of a body. */
export function bodyBytes(body: unknown): Uint8Array {
  if (typeof body === "string") return new TextEncoder().encode(body);
  if (isBytes(body)) return body;
  throw misuse("body", "the raw body, as text or a Uint8Array: neither parsed nor serialised again");
}

/** @internal Returns the parts of the signed content: `id.timestamp.body` (§Signature scheme). */
export const signedContent = (id: string, timestamp: string, body: Uint8Array): readonly Uint8Array[] => [
  new TextEncoder().encode(`${id}.${timestamp}.`),
  body,
];
