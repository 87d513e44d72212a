import { decodeBase64url } from "../base64url.js";
import { EdgesealError, KeyError } from "../errors.js";
import { copyOf, misuse } from "../options.js";

/**
 * A secret in the format that the Standard Webhooks specification defines (§Signature scheme): `whsec_` followed by 24
 * to 64 random bytes in base64. For rotation, pass up to 8 secrets: webhooks are signed with all of them, and a
 * signature made with any of them is accepted.
 */
export type WebhookSecret = string | readonly string[];

const MAX_SECRETS = 8;
const FORM = '"whsec_" and the base64 of 24 to 64 random bytes';

/**
 * @internal Calls `use` with the keys, and zeroises them afterwards.
 *
 * @throws {@link KeyError} `ERR_KEY_WEAK`, {@link EdgesealError} `ERR_OPTION_INVALID`
 */
export function withKeys<T>(secret: WebhookSecret, use: (keys: readonly Uint8Array[]) => T): T {
  const keys: Uint8Array[] = [];
  try {
    for (const [name, one] of named(secret)) keys.push(keyOf(one, name));
    return use(keys);
  } finally {
    for (const key of keys) key.fill(0);
  }
}

function named(secret: unknown): [name: string, secret: unknown][] {
  const list = copyOf(secret);
  if (list === undefined) return [["secret", secret]];
  if (list.length === 0 || list.length > MAX_SECRETS) throw misuse("secret", `a list of 1 to ${MAX_SECRETS} secrets`);
  return list.map((one, index) => [`secret[${index}]`, one]);
}

function keyOf(secret: unknown, name: string): Uint8Array {
  if (secret === undefined) {
    const variable = name === "secret" ? "WEBHOOK_SECRET" : "its variable";
    throw new EdgesealError("ERR_OPTION_INVALID", `${name} is undefined: is ${variable} set?`);
  }
  const base64 = typeof secret === "string" && secret.startsWith("whsec_") ? secret.slice("whsec_".length) : "-";
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0) throw misuse(name, FORM);
  const key = decodeBase64url(base64);
  if (key.length >= 24 && key.length <= 64 && key.some((byte) => byte !== key[0])) return key;
  key.fill(0);
  if (key.length > 64) throw misuse(name, FORM);
  const flaw = key.length < 24 ? `has ${key.length} bytes` : "is one repeated byte";
  throw new KeyError("ERR_KEY_WEAK", `${name} ${flaw}; it must be ${FORM}`);
}
