import type { Core } from "./boot.js";
import type { Secrets } from "./edgeseal_bg.js";
import { byKid, type Secret } from "./key-ring.js";
import { misuse } from "./options.js";
import { ask } from "./refusal.js";

/** An HMAC algorithm of RFC 7518 §3.2. */
export type HmacAlgorithm = "HS256" | "HS384" | "HS512";

/** Set by scripts/build-package.mjs: whether this is for the core that knows HS256 alone. */
declare const SLIM: boolean;

/** @internal Every algorithm there is, in the core's order. */
export const hmacAlgorithms: readonly HmacAlgorithm[] = SLIM ? ["HS256"] : ["HS256", "HS384", "HS512"];

/**
 * @internal The bytes of a secret, or of each by its `kid`, for as long as keys are made of them: a core that broke is
 * followed by another one, which needs them again. {@link free} zeroises them.
 */
export class SecretBytes {
  readonly #algorithms: readonly HmacAlgorithm[];
  #kept = false;
  #secrets: readonly (readonly [kid: string | undefined, bytes: Uint8Array])[];

  constructor(secret: Secret, algorithms: readonly HmacAlgorithm[], name = "secret") {
    this.#algorithms = algorithms;
    this.#secrets = byKid(secret, name).map(([kid, one]) => [kid, secretBytes(one, name)]);
  }

  /** Once they are to last: then the garbage collector zeroises them where {@link free} does not. */
  keep(): void {
    collected?.register(this, this.#secrets, this);
    this.#kept = true;
  }

  /** Keys of them in this core, which are to be freed, or given to what takes them over. */
  prepare(core: Core): Secrets {
    return ask(() => {
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
    if (this.#kept) collected?.unregister(this);
  }
}

function zeroise(secrets: readonly (readonly [kid: string | undefined, bytes: Uint8Array])[]): void {
  for (const [, bytes] of secrets) bytes.fill(0);
}

const collected = typeof FinalizationRegistry === "undefined" ? undefined : new FinalizationRegistry(zeroise);

/** @internal Keys that one call needs, and no other. */
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

/** The bytes of a secret. Always a copy, to be zeroised. */
function secretBytes(secret: string | Uint8Array, option: string): Uint8Array {
  if (typeof secret === "string") {
    if (hasLoneSurrogate(secret)) throw misuse(option, "well-formed text");
    return new TextEncoder().encode(secret);
  }
  return new Uint8Array(secret);
}

/** @internal Text that has no UTF-8 form: encoders replace it, so two texts would become one. */
export function hasLoneSurrogate(value: string): boolean {
  for (const symbol of value) {
    const code = symbol.codePointAt(0) as number;
    if (code >= 0xd800 && code <= 0xdfff) return true;
  }
  return false;
}
