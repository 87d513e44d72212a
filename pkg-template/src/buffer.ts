// The buffer in the core's memory through which text is passed to and from the core.
import type { Core } from "./boot.js";
import { JwtError } from "./errors.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Long enough for the longest token that the default limit allows, plus four bytes to detect longer tokens. */
const MIN_LENGTH = 8192 + 4;

/**
 * @internal Writes a token to the core's buffer, and returns its length in bytes. If the token is longer than `limit`,
 * this function stops as soon as it detects that, and returns a length greater than `limit`.
 */
export function writeToken(core: Core, token: string, limit: number): number {
  // Check the type here, because every token passes through this function, and because rollup would remove the check
  // from the callers.
  if (typeof token !== "string") throw new JwtError("ERR_JWT_MALFORMED", "the token is not a string");
  if (token.length > limit) return limit + 1;
  const needed = Math.min(limit, token.length * 3) + 4;
  // The view is empty at first, and becomes empty whenever the memory grows.
  if (core.view.length < needed) reserve(core, needed);
  return encoder.encodeInto(token, core.view).written;
}

/** @internal Writes text of any length, and returns its length in bytes. */
export function writeText(core: Core, text: string): number {
  return writeToken(core, text, text.length * 3);
}

/** @internal Writes ASCII text and bytes, one after the other. Text that isn't ASCII may be cut off. */
export function writeParts(core: Core, ...parts: readonly (string | Uint8Array)[]): void {
  let needed = 0;
  for (const { length } of parts) needed += length;
  if (core.view.length < needed) reserve(core, needed);
  const { view } = core;
  let at = 0;
  for (const part of parts) {
    // Text that isn't ASCII needs more bytes as UTF-8, so its end may be cut off. It can't be a valid token anyway.
    if (typeof part === "string") encoder.encodeInto(part, at === 0 ? view : view.subarray(at, at + part.length));
    else view.set(part, at);
    at += part.length;
  }
}

/** @internal Returns a copy of the bytes that the core wrote. */
export function readBytes(core: Core, length: number): Uint8Array {
  // The core's memory may have grown in the meantime.
  if (core.view.length < length) reserve(core, length);
  return core.view.slice(0, length);
}

/** @internal Returns the text that the core wrote. */
export function readText(core: Core, length: number): string {
  if (core.view.length < length) reserve(core, length);
  return decoder.decode(core.view.subarray(0, length));
}

/** @internal Same as {@link readText}, for a buffer that the core may have moved. */
export function readMovedText(core: Core, length: number): string {
  reserve(core, length);
  return readText(core, length);
}

/** Makes the core reserve this many bytes, and updates the view if those bytes have moved. */
function reserve(core: Core, length: number): void {
  const wanted = Math.max(length, MIN_LENGTH);
  const address = core.room(wanted);
  if (address !== core.view.byteOffset || core.view.length < wanted) {
    core.view = new Uint8Array(core.memory.buffer, address, wanted);
  }
}
