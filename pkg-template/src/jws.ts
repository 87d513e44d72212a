import type { Core } from "./boot.js";
import { readBytes, readMovedText, readText, writeParts, writeText } from "./buffer.js";
import { callCore } from "./refusal.js";
import { type HmacAlgorithm, hmacAlgorithms } from "./secret.js";

/** @internal Which part of a token is invalid. */
export type JwsFlaw = "header" | "signature" | "payload" | "mac" | "claims";

/**
 * The parts in the order that the core uses: it returns -1 if the first part is invalid, -2 if the second part is, and
 * so on.
 */
const flaws: readonly JwsFlaw[] = ["header", "signature", "payload", "mac", "claims"];

/** @internal */
export type JwsResult<T> = { flaw: JwsFlaw } | { flaw: undefined; payload: T };

/**
 * @internal Either the secret with which the core verifies a token, or `"done"` if the caller has already verified it.
 */
export type Verification = { secret: Uint8Array; algorithm: HmacAlgorithm } | "done";

/**
 * @internal Verifies a token and returns its claims as JSON text. The token must be ASCII, and the caller must have
 * checked its header.
 *
 * @throws {@link KeyError}
 */
export function verifyJwsClaims(token: string, by: Verification): JwsResult<string> {
  return verified(token, by, 1, readText);
}

/** @internal Same as {@link verifyJwsClaims}, but the payload may be any bytes, and may be unencoded (RFC 7797). */
export function verifyJwsBytes(token: string, by: Verification, encoded: boolean): JwsResult<Uint8Array> {
  return verified(token, by, encoded ? 0 : 2, readBytes);
}

function verified<T>(
  token: string,
  by: Verification,
  payload: 0 | 1 | 2,
  read: (core: Core, length: number) => T,
): JwsResult<T> {
  return callCore((core) => {
    const length = by === "done" ? openVerified(core, token, payload) : verifyAndOpen(core, token, by, payload);
    const flaw = flaws[-1 - length];
    return flaw === undefined ? { flaw, payload: read(core, length) } : { flaw };
  });
}

function openVerified(core: Core, token: string, payload: number): number {
  writeParts(core, token);
  return core.openVerifiedJws(token.length, payload);
}

function verifyAndOpen(
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
 * @internal Signs a payload. `header` is JSON.
 *
 * @throws {@link KeyError}
 */
export function signJws(header: Uint8Array, payload: Uint8Array, key: Uint8Array, algorithm: HmacAlgorithm): string {
  return callCore((core) => {
    writeParts(core, header, payload, key);
    try {
      const place = hmacAlgorithms.indexOf(algorithm);
      return readMovedText(core, core.sealJws(header.length, payload.length, key.length, place));
    } finally {
      core.scrubStack();
    }
  });
}

/**
 * @internal Returns whether text, passed as a string or as UTF-8 bytes, is a single JSON object. The check is strict:
 * for example, it refuses duplicate members (RFC 7519 §4).
 */
export function isStrictObject(json: string | Uint8Array): boolean {
  return callCore((core) => {
    if (typeof json === "string") return core.isStrictObject(writeText(core, json));
    writeParts(core, json);
    return core.isStrictObject(json.length);
  });
}
