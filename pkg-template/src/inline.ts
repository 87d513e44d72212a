/**
 * The decoders that Node, Bun, Deno and recent browsers provide. They are declared here because the package doesn't
 * depend on those platforms' types.
 */
interface Decoders {
  Buffer?: { from(text: string, encoding: "base64"): Uint8Array<ArrayBuffer> };
  Uint8Array: { fromBase64?(text: string): Uint8Array<ArrayBuffer> };
}

/** Compiles the wasm. The package contains it as text, so that no file, fetch or bundler setting is needed. */
export function inlineModule(base64: string): WebAssembly.Module {
  return new WebAssembly.Module(decode(base64));
}

// Decoding with `atob` and a loop adds about 10 ms to a process's startup; the other two decoders add less than 1 ms.
function decode(base64: string): Uint8Array<ArrayBuffer> {
  const { Buffer, Uint8Array: Bytes } = globalThis as unknown as Decoders;
  if (Bytes.fromBase64) return Bytes.fromBase64(base64);
  if (Buffer) return Buffer.from(base64, "base64");
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
