import { memory } from "./boot.js";
import { JwtError } from "./errors.js";
import { room } from "./edgeseal_bg.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** What the longest token of the default cap needs, and four bytes to see that one is longer. */
const ROOM = 8192 + 4;

/** The bytes that both sides of the boundary see. Empty at first, and where the memory has grown. */
let view = new Uint8Array(0);

/**
 * @internal Writes a token where the core reads it; gives its length in bytes. Of a token longer
 * than `limit` at least one byte more is counted, and no more than that is written.
 */
export function write(token: string, limit: number): number {
  // Here, where every token comes by: what rollup knows of its callers' calls must not take it away.
  if (typeof token !== "string") throw new JwtError("ERR_JWT_MALFORMED", "the token is not a string");
  if (token.length > limit) return limit + 1;
  const needed = Math.min(limit, token.length * 3) + 4;
  if (view.length < needed) take(needed);
  return encoder.encodeInto(token, view).written;
}

/** @internal Writes a text of any length there. */
export function writeAll(text: string): number {
  return write(text, text.length * 3);
}

/** @internal Writes ASCII text and bytes there, one after the other. Of other text nothing is to be hoped for. */
export function writeParts(...parts: readonly (string | Uint8Array)[]): void {
  let needed = 0;
  for (const { length } of parts) needed += length;
  if (view.length < needed) take(needed);
  let at = 0;
  for (const part of parts) {
    // What is longer as UTF-8 than as text has no room, and is no token.
    if (typeof part === "string") encoder.encodeInto(part, at === 0 ? view : view.subarray(at, at + part.length));
    else view.set(part, at);
    at += part.length;
  }
}

/** @internal A copy of the bytes that the core left there. */
export function readBytes(length: number): Uint8Array {
  if (view.length < length) take(length);
  return view.slice(0, length);
}

/** @internal Reads what the core left there. */
export function read(length: number): string {
  // The core may have grown its memory on the way.
  if (view.length < length) take(length);
  return decoder.decode(view.subarray(0, length));
}

/** @internal Reads what the core left there, having moved the room. */
export function readMoved(length: number): string {
  take(length);
  return read(length);
}

function take(length: number): void {
  const wanted = Math.max(length, ROOM);
  const address = room(wanted);
  if (address !== view.byteOffset || view.length < wanted) view = new Uint8Array(memory().buffer, address, wanted);
}
