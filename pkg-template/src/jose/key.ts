import { type HmacAlgorithm, KeyError } from "edgeseal";
import { isBytes } from "../bytes.js";
import { decode } from "./base64url.js";
import { isObject } from "./header.js";

/**
 * Either a secret's bytes, which are passed to the core, or a `CryptoKey` that is not extractable, which is passed to
 * WebCrypto.
 */
export type PreparedKey = Uint8Array | globalThis.CryptoKey;

type Use = "sign" | "verify";

/**
 * Exported bytes, keyed by key object. Keeping them is safe, because a key object never changes. The map is weak, so
 * that the bytes are garbage-collected together with their key object.
 */
const exported = new WeakMap<object, Uint8Array>();

/**
 * Prepares a caller's key for an algorithm.
 *
 * @throws `TypeError` with jose's message for anything that is not a key, or for a key that doesn't allow this use.
 */
export function prepareKey(alg: HmacAlgorithm, key: unknown, use: Use): PreparedKey | Promise<PreparedKey> {
  if (isBytes(key)) return key;
  if (isObject(key)) return jwkBytes(alg, key, use);
  if (isCryptoKey(key)) {
    checkType("CryptoKey", key, alg);
    checkCryptoKey(key, alg, use);
    return exported.get(key) ?? (key.extractable ? exportRaw(key) : key);
  }
  if (tag(key) === "KeyObject") {
    const object = key as { type: string; export(): Uint8Array };
    checkType("KeyObject", object, alg);
    return exported.get(object) ?? remember(object, object.export());
  }
  throw new TypeError(
    `Key for the ${alg} algorithm must be one of type CryptoKey, KeyObject, JSON Web Key, or Uint8Array.${received(key)}`,
  );
}

const tag = (key: unknown): unknown =>
  (key as { [Symbol.toStringTag]?: unknown } | null | undefined)?.[Symbol.toStringTag];

export const isCryptoKey = (key: unknown): key is globalThis.CryptoKey => tag(key) === "CryptoKey";

async function exportRaw(key: globalThis.CryptoKey): Promise<Uint8Array> {
  return remember(key, new Uint8Array(await crypto.subtle.exportKey("raw", key)));
}

function remember(key: object, bytes: Uint8Array): Uint8Array {
  exported.set(key, bytes);
  return bytes;
}

function checkType(kind: string, { type }: { type: string }, alg: string): void {
  if (type !== "secret") throw new TypeError(`${kind} instances must be of type "secret" for the ${alg} algorithm`);
}

function checkCryptoKey({ algorithm, usages }: globalThis.CryptoKey, alg: HmacAlgorithm, use: Use): void {
  const unfit = (name: string, must: string): TypeError =>
    new TypeError(`CryptoKey does not support this operation, its ${name} must ${must}`);
  const hash = `SHA-${alg.slice(2)}`;
  if (algorithm.name !== "HMAC") throw unfit("algorithm.name", "be HMAC");
  const { hash: own, length } = algorithm as HmacKeyAlgorithm;
  if (own.name !== hash) throw unfit("algorithm.hash", `be ${hash}`);
  if (!usages.includes(use)) throw unfit("usages", `include ${use}.`);
  // RFC 7518 §3.2. WebCrypto reveals only the length of this key, so nothing else can be checked.
  if (length < Number(alg.slice(2))) {
    throw new KeyError(
      "ERR_KEY_WEAK",
      `the CryptoKey has ${length} bits; ${alg} needs at least ${alg.slice(2)} random bits`,
    );
  }
}

/** Returns the bytes of a JWK. Members that restrict the key's use are enforced (RFC 7517 §4). */
function jwkBytes(alg: HmacAlgorithm, key: Record<string, unknown>, use: Use): Uint8Array {
  const { kty, k, ext, key_ops: operations } = key;
  if (ext !== undefined && typeof ext !== "boolean") {
    throw new TypeError('"ext" (Extractable) Parameter must be a boolean');
  }
  const names = Array.isArray(operations) ? Array.from<unknown>(operations) : undefined;
  if (
    operations !== undefined &&
    !(names?.every((one) => typeof one === "string") && new Set(names).size === names.length)
  ) {
    throw new TypeError('"key_ops" (Key Operations) Parameter must be an array of unique strings');
  }
  if (typeof kty !== "string") {
    throw new TypeError(
      `Key for the ${alg} algorithm must be one of type CryptoKey, KeyObject, JSON Web Key, or Uint8Array.${received(key)}`,
    );
  }
  if (kty !== "oct" || typeof k !== "string") {
    throw new TypeError(
      'JSON Web Key for symmetric algorithms must have JWK "kty" (Key Type) equal to "oct" and the JWK "k" (Key Value) present',
    );
  }
  const unfit = (name: string, must: string): TypeError =>
    new TypeError(`Invalid key for this operation, its "${name}" must ${must} when present`);
  if (key["use"] !== undefined && key["use"] !== "sig") throw unfit("use", 'be "sig"');
  if (key["alg"] !== undefined && key["alg"] !== alg) throw unfit("alg", `be "${alg}"`);
  if (names && !names.includes(use)) throw unfit("key_ops", `include "${use}"`);
  return decode(k);
}

/** Describes the type of a value. Never repeats the value itself, because it may be a secret. */
function received(value: unknown): string {
  if (value === null || value === undefined) return ` Received ${value}`;
  if (typeof value === "function" && value.name) return ` Received function ${value.name}`;
  const name = typeof value === "object" ? value.constructor?.name : undefined;
  return name ? ` Received an instance of ${name}` : "";
}
