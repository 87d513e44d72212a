import type { Core } from "./boot.js";
import { ask } from "./refusal.js";
import { read, readBytes, readMoved, writeAll, writeParts } from "./buffer.js";
import { type HmacAlgorithm, hmacAlgorithms } from "./secret.js";

/** @internal What of a token does not hold: the core's numbers by name. */
export type JwsFlaw = "header" | "signature" | "payload" | "mac" | "claims";

const flaws: readonly JwsFlaw[] = ["header", "signature", "payload", "mac", "claims"];

/** @internal */
export type Opened<T> = { flaw: JwsFlaw } | { flaw: undefined; payload: T };

/** @internal What verifies a token: the core, by a secret; or something else has, before. */
export type Verification = { secret: Uint8Array; algorithm: HmacAlgorithm } | "done";

/**
 * @internal Verifies a token of ASCII text whose header the caller has read; gives its claims as JSON text.
 *
 * @throws {@link KeyError}
 */
export function openClaims(token: string, by: Verification): Opened<string> {
  return opened(token, by, 1, read);
}

/** @internal The same for a payload of any bytes, and for one that is not encoded (RFC 7797). */
export function openBytes(token: string, by: Verification, encoded: boolean): Opened<Uint8Array> {
  return opened(token, by, encoded ? 0 : 2, readBytes);
}

function opened<T>(
  token: string,
  by: Verification,
  payload: 0 | 1 | 2,
  take: (core: Core, length: number) => T,
): Opened<T> {
  return ask((core) => {
    const length = by === "done" ? openVerified(core, token, payload) : open(core, token, by, payload);
    const flaw = flaws[-1 - length];
    return flaw === undefined ? { flaw, payload: take(core, length) } : { flaw };
  });
}

function openVerified(core: Core, token: string, payload: number): number {
  writeParts(core, token);
  return core.openVerifiedJws(token.length, payload);
}

function open(
  core: Core,
  token: string,
  { secret, algorithm }: Exclude<Verification, "done">,
  payload: number,
): number {
  writeParts(core, token, secret);
  try {
    return core.openJws(token.length, secret.length, hmacAlgorithms.indexOf(algorithm), payload);
  } finally {
    core.scrubStack();
  }
}

/**
 * @internal Signs a payload under a header, which is JSON.
 *
 * @throws {@link KeyError}
 */
export function sealJws(header: Uint8Array, payload: Uint8Array, key: Uint8Array, algorithm: HmacAlgorithm): string {
  return ask((core) => {
    writeParts(core, header, payload, key);
    try {
      const place = hmacAlgorithms.indexOf(algorithm);
      return readMoved(core, core.sealJws(header.length, payload.length, key.length, place));
    } finally {
      core.scrubStack();
    }
  });
}

/** @internal Whether a text is one JSON object as RFC 8725 wants it read. */
export function isStrictObject(json: string): boolean {
  return ask((core) => core.isStrictObject(writeAll(core, json)));
}
