import type { Core } from "./boot.js";
import { readBytes, writeParts } from "./buffer.js";
import { callCore } from "./refusal.js";

/**
 * In bytes. Large enough that the cost of the calls doesn't matter, and small enough that even a long message takes up
 * only a little of the core's memory.
 */
const MAX_PART = 65_536;

/**
 * @internal Returns the HMAC-SHA256 tag of a message, which is passed in parts. The caller must have checked the key.
 */
export function signMac(key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  return callMac(key, parts, (core) => readBytes(core, core.finishMac()));
}

/**
 * @internal Returns whether any of these tags is the message's tag. Each tag has 32 bytes. The comparison takes
 * constant time.
 */
export function verifyMac(key: Uint8Array, parts: readonly Uint8Array[], tags: readonly Uint8Array[]): boolean {
  return callMac(key, parts, (core) => {
    writeParts(core, ...tags);
    return core.matchMac(tags.length * 32);
  });
}

function callMac<T>(key: Uint8Array, parts: readonly Uint8Array[], end: (core: Core) => T): T {
  return callCore((core) => {
    try {
      writeParts(core, key);
      core.startMac(key.length);
      for (const part of parts) {
        for (let at = 0; at < part.length; at += MAX_PART) {
          const piece = part.subarray(at, at + MAX_PART);
          writeParts(core, piece);
          core.updateMac(piece.length);
        }
      }
      return end(core);
    } finally {
      core.scrubStack();
    }
  });
}
