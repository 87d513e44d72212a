import { base64 } from "./wasm-bytes.js";

/** Compiles the bytes that this package carries: no file, no fetch, no bundler setting. */
export function inlineModule(): WebAssembly.Module {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return new WebAssembly.Module(bytes);
}
