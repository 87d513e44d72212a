import type { Core } from "./boot.js";
import type { Secrets } from "./edgeseal_bg.js";
import { byKid, type Secret } from "./key-ring.js";
import { misuse } from "./options.js";
import { callCore } from "./refusal.js";

/** An HMAC algorithm (RFC 7518 §3.2). */
export type HmacAlgorithm = "HS256" | "HS384" | "HS512";

/** Whether this code is for the smaller core, which supports only HS256. scripts/build-package.mjs sets this value. */
declare const SLIM: boolean;

/** @internal The algorithms, in the core's order. */
export const hmacAlgorithms: readonly HmacAlgorithm[] = SLIM ? ["HS256"] : ["HS256", "HS384", "HS512"];

/**
 * @internal The bytes of a secret, or of several secrets keyed by `kid`. They are kept for as long as their verifier or
 * signer exists, because a new core needs them if the old one breaks. {@link free} zeroises them.
 */
export class SecretBytes {
  readonly #algorithms: readonly HmacAlgorithm[];
  #kept = false;
  #secrets: readonly (readonly [kid: string | undefined, bytes: Uint8Array])[];

  constructor(secret: Secret, algorithms: readonly HmacAlgorithm[], name = "secret") {
    this.#algorithms = algorithms;
    this.#secrets = byKid(secret, name).map(([kid, one]) => [kid, secretBytes(one, name)]);
  }

  /**
   * Call this if the bytes must outlive one call. They are then zeroised on garbage collection, unless {@link free} has
   * already done so.
   */
  keep(): void {
    registry?.register(this, this.#secrets, this);
    this.#kept = true;
  }

  /** Creates keys in this core from these bytes. The caller must free the keys, or pass them on to an owner. */
  prepare(core: Core): Secrets {
    return callCore(() => {
      const secrets = new core.Secrets(Uint8Array.from(this.#algorithms, (one) => hmacAlgorithms.indexOf(one)));
      try {
        for (const [kid, bytes] of this.#secrets) secrets.add(kid, bytes);
        return secrets;
      } catch (cause) {
        secrets.free();
        throw cause;
      }
    }, core);
  }

  free(): void {
    zeroise(this.#secrets);
    this.#secrets = [];
    if (this.#kept) registry?.unregister(this);
  }
}

function zeroise(secrets: readonly (readonly [kid: string | undefined, bytes: Uint8Array])[]): void {
  for (const [, bytes] of secrets) bytes.fill(0);
}

const registry = typeof FinalizationRegistry === "undefined" ? undefined : new FinalizationRegistry(zeroise);

/** @internal Creates keys for a single call. */
export function prepareSecrets(
  core: Core,
  secret: Secret,
  algorithms: readonly HmacAlgorithm[],
  name?: string,
): Secrets {
  const bytes = new SecretBytes(secret, algorithms, name);
  try {
    return bytes.prepare(core);
  } finally {
    bytes.free();
  }
}

/** Returns the bytes of a secret. This is always a copy, because it is zeroised later. */
function secretBytes(secret: string | Uint8Array, option: string): Uint8Array {
  if (typeof secret === "string") {
    if (hasLoneSurrogate(secret)) throw misuse(option, "well-formed text");
    return new TextEncoder().encode(secret);
  }
  return new Uint8Array(secret);
}

/**
 * @internal Returns whether a text can't be encoded as UTF-8. Encoders replace lone surrogates, so two different texts
 * could become the same bytes.
 */
export function hasLoneSurrogate(value: string): boolean {
  for (const symbol of value) {
    const code = symbol.codePointAt(0) as number;
    if (code >= 0xd800 && code <= 0xdfff) return true;
  }
  return false;
}
