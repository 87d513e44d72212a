import type { Core } from "./boot.js";
import { readBytes, writeParts } from "./buffer.js";
import { callCore } from "./refusal.js";

/** Enough that calls cost nothing, and so little that the core's memory stays small, whatever the message's length. */
const MAX_PART = 65_536;

/** @internal The HMAC-SHA256 tag of a message in parts. The caller has checked the key. */
export function signMac(key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  return callMac(key, parts, (core) => readBytes(core, core.finishMac()));
}

/** @internal Whether one of these tags, of 32 bytes each, is the message's. They are compared in constant time. */
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
