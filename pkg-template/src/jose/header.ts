import { type HmacAlgorithm } from "edgeseal";
import { decode } from "./base64url.js";
import { JOSEAlgNotAllowed, JOSENotSupported, JWSInvalid } from "./errors.js";
import type { CompactJWSHeaderParameters, JWSHeaderParameters, VerifyOptions } from "./types.js";

/**
 * In bytes. WebAssembly memory never shrinks, so without a limit, a single very long token would permanently increase
 * the process's memory usage.
 */
const MAX_TOKEN_LENGTH = 1 << 20;

export function checkLength(length: number): void {
  if (length > MAX_TOKEN_LENGTH) throw new JWSInvalid(`Compact JWS is longer than ${MAX_TOKEN_LENGTH} bytes`);
}

/** Returns whether a value is a plain object, not an instance of a class. The object may come from any realm. */
export function isObject(value: unknown): value is Record<string, unknown> {
  if (Object.prototype.toString.call(value) !== "[object Object]") return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes base64url text, and parses the JSON object in it. */
export function decodeObject(encoded: string): Record<string, unknown> {
  const object: unknown = JSON.parse(utf8.decode(decode(encoded)));
  if (!isObject(object)) throw new TypeError("not a JSON object");
  return object;
}

/**
 * The last header that was read, as base64url and as JSON. It is kept because tokens from the same issuer usually have
 * the same header.
 */
let last: [encoded: string, json: string] = ["", ""];

/** Parses a token's header, which is not verified yet. The core parses it again later, strictly. */
export function readHeader(encoded: string): JWSHeaderParameters {
  if (encoded === last[0]) return JSON.parse(last[1]) as JWSHeaderParameters;
  try {
    const header = decodeObject(encoded);
    last = [encoded, JSON.stringify(header)];
    return header;
  } catch (cause) {
    throw new JWSInvalid("JWS Protected Header is invalid", { cause });
  }
}

type Critical = VerifyOptions["crit"];

/** What a header's `alg` and `crit` say. */
export interface CheckedHeader {
  /** {@link hmac} checks this value later, because jose resolves the key first. */
  alg: string;
  /** Whether the payload is encoded as base64url (RFC 7797). */
  encoded: boolean;
}

/** Checks `crit`, `b64` and `alg` (RFC 7515 §4.1.1 and §4.1.11, RFC 7797 §3). */
export function checkHeader(
  header: JWSHeaderParameters,
  understood: Critical,
  refuseUnencoded?: () => never,
): CheckedHeader {
  const critical = criticalNames(header, understood);
  const encoded = critical.includes("b64") ? header.b64 : true;
  if (typeof encoded !== "boolean") {
    throw new JWSInvalid('The "b64" (base64url-encode payload) Header Parameter must be a boolean');
  }
  if (!encoded) refuseUnencoded?.();
  const { alg } = header;
  if (typeof alg !== "string" || alg === "") {
    throw new JWSInvalid('JWS "alg" (Algorithm) Header Parameter missing or invalid');
  }
  return { alg, encoded };
}

function criticalNames(header: JWSHeaderParameters, option: Critical): string[] {
  const critical: unknown = header.crit;
  if (critical === undefined) return [];
  const names = Array.isArray(critical) ? (critical as unknown[]) : [];
  if (names.length === 0 || names.some((name) => typeof name !== "string" || name === "")) {
    throw new JWSInvalid('"crit" (Critical) Header Parameter MUST be an array of non-empty strings when present');
  }
  // The copy has only the option's own properties, and none from a prototype.
  const understood = { ...option };
  for (const name of names as string[]) {
    if (name !== "b64" && !Object.hasOwn(understood, name)) {
      throw new JOSENotSupported(`Extension Header Parameter "${name}" is not recognized`);
    }
    // A compact token has only a protected header.
    if (!Object.hasOwn(header, name) || header[name] === undefined) {
      throw new JWSInvalid(`Extension Header Parameter "${name}" is missing`);
    }
  }
  return names as string[];
}

/** Checks the `algorithms` option. */
export function allowedAlgorithms(options: VerifyOptions | undefined): string[] | undefined {
  const allowed: unknown = options?.algorithms;
  if (allowed === undefined) return undefined;
  if (Array.isArray(allowed) && allowed.every((one) => typeof one === "string")) return allowed as string[];
  throw new TypeError('"algorithms" option must be an array of strings');
}

/** Refuses an `alg` that the option does not allow. */
export function checkAllowed(alg: string, allowed: string[] | undefined): void {
  if (allowed && !allowed.includes(alg)) {
    throw new JOSEAlgNotAllowed('"alg" (Algorithm) Header Parameter value not allowed');
  }
}

/** Refuses every `alg` that is not an HMAC algorithm, including `none` (RFC 8725 §3.1). */
export function hmac(alg: string): HmacAlgorithm {
  if (alg === "HS256" || alg === "HS384" || alg === "HS512") return alg;
  throw new JOSENotSupported(`alg ${alg} is not supported by edgeseal/jose: HS256, HS384 and HS512 are`);
}

/** Returns the header as verifiers will see it after they parse the JSON, together with that JSON. */
export function serializeHeader(header: CompactJWSHeaderParameters | undefined): [JWSHeaderParameters, string] {
  if (header === undefined) {
    throw new JWSInvalid("either setProtectedHeader or setUnprotectedHeader must be called before #sign()");
  }
  let json: string | undefined;
  let read: unknown;
  try {
    json = JSON.stringify(header);
    read = JSON.parse(json);
  } catch (cause) {
    throw new JWSInvalid("JOSE Header is not valid JSON", { cause });
  }
  if (!isObject(read)) throw new JWSInvalid("JOSE Header is not a JSON object");
  const { crit } = read;
  if (Array.isArray(crit) && new Set(crit).size !== crit.length) {
    throw new JWSInvalid('"crit" (Critical) Header Parameter MUST NOT contain duplicate values');
  }
  return [read, json];
}
