import type { Core } from "./boot.js";
import { JwtError } from "./errors.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** What the longest token of the default cap needs, and four bytes to see that one is longer. */
const ROOM = 8192 + 4;

/**
 * @internal Writes a token where the core reads it; gives its length in bytes. Of a token longer
 * than `limit` at least one byte more is counted, and no more than that is written.
 */
export function write(core: Core, token: string, limit: number): number {
  // Here, where every token comes by: what rollup knows of its callers' calls must not take it away.
  if (typeof token !== "string") throw new JwtError("ERR_JWT_MALFORMED", "the token is not a string");
  if (token.length > limit) return limit + 1;
  const needed = Math.min(limit, token.length * 3) + 4;
  // Empty at first, and where the memory has grown.
  if (core.view.length < needed) take(core, needed);
  return encoder.encodeInto(token, core.view).written;
}

/** @internal Writes a text of any length there. */
export function writeAll(core: Core, text: string): number {
  return write(core, text, text.length * 3);
}

/** @internal Writes ASCII text and bytes there, one after the other. Of other text nothing is to be hoped for. */
export function writeParts(core: Core, ...parts: readonly (string | Uint8Array)[]): void {
  let needed = 0;
  for (const { length } of parts) needed += length;
  if (core.view.length < needed) take(core, needed);
  const { view } = core;
  let at = 0;
  for (const part of parts) {
    // What is longer as UTF-8 than as text has no room, and is no token.
    if (typeof part === "string") encoder.encodeInto(part, at === 0 ? view : view.subarray(at, at + part.length));
    else view.set(part, at);
    at += part.length;
  }
}

/** @internal A copy of the bytes that the core left there. */
export function readBytes(core: Core, length: number): Uint8Array {
  // The core may have grown its memory on the way.
  if (core.view.length < length) take(core, length);
  return core.view.slice(0, length);
}

/** @internal Reads what the core left there. */
export function read(core: Core, length: number): string {
  if (core.view.length < length) take(core, length);
  return decoder.decode(core.view.subarray(0, length));
}

/** @internal Reads what the core left there, having moved the room. */
export function readMoved(core: Core, length: number): string {
  take(core, length);
  return read(core, length);
}

function take(core: Core, length: number): void {
  const wanted = Math.max(length, ROOM);
  const address = core.room(wanted);
  if (address !== core.view.byteOffset || core.view.length < wanted) {
    core.view = new Uint8Array(core.memory.buffer, address, wanted);
  }
}
