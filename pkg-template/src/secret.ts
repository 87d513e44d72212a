import { isBytes } from "./bytes.js";
import { Secrets } from "./edgeseal_bg.js";
import { refusing } from "./errors.js";
import { misuse } from "./options.js";

/**
 * An HMAC secret: random bytes, at least as many as the algorithm's hash has (32 for HS256, 48 for
 * HS384, 64 for HS512), or a string whose UTF-8 bytes are that many. Keep it in the environment;
 * make one with `generateSecret()`.
 *
 * For rotation an object of 1 to 8 secrets by `kid`: the first signs, every one verifies.
 */
export type Secret = string | Uint8Array | { readonly [kid: string]: string | Uint8Array };

/** An HMAC algorithm of RFC 7518 §3.2. */
export type HmacAlgorithm = "HS256" | "HS384" | "HS512";

/** Set by scripts/build-package.mjs: whether this is for the core that knows HS256 alone. */
declare const SLIM: boolean;

/** @internal Every algorithm there is, in the core's order. */
export const hmacAlgorithms: readonly HmacAlgorithm[] = SLIM ? ["HS256"] : ["HS256", "HS384", "HS512"];

/** @internal A secret's keys, prepared in the core for these algorithms. */
export function prepareSecrets(secret: Secret, algorithms: readonly HmacAlgorithm[], name = "secret"): Secrets {
  const secrets = new Secrets(Uint8Array.from(algorithms, (one) => hmacAlgorithms.indexOf(one)));
  try {
    for (const [kid, one] of byKid(secret, name)) {
      const bytes = secretBytes(one, name);
      try {
        refusing(() => secrets.add(kid, bytes));
      } finally {
        bytes.fill(0);
      }
    }
    return secrets;
  } catch (cause) {
    secrets.free();
    throw cause;
  }
}

function byKid(secret: Secret, option: string): readonly (readonly [string | undefined, string | Uint8Array])[] {
  if (typeof secret === "string" || isBytes(secret)) return [[undefined, secret]];
  const prototype = typeof secret === "object" && secret !== null ? Object.getPrototypeOf(secret) : undefined;
  // Plain objects only: an array, a JWK object's class or a Buffer's shape is a mistake.
  if (prototype === null || (prototype !== undefined && Object.getPrototypeOf(prototype) === null)) {
    const secrets = Object.entries(secret);
    // JavaScript puts such names in front, in order of size: the first would not be the one that was written first.
    const moved = secrets.length > 1 && secrets.some(([kid]) => /^(0|[1-9]\d*)$/.test(kid));
    if (moved) throw misuse(option, 'without ids that are whole numbers, as their order is lost: "k2" instead of "2"');
    return secrets;
  }
  throw misuse(option, "a string or Uint8Array of at least 32 random bytes, or an object of these by kid");
}

/** The bytes of a secret. Always a copy: it is the core's to zeroise. */
function secretBytes(secret: string | Uint8Array, option: string): Uint8Array {
  if (typeof secret === "string") {
    if (hasLoneSurrogate(secret)) throw misuse(option, "well-formed text");
    return new TextEncoder().encode(secret);
  }
  if (isBytes(secret)) return new Uint8Array(secret);
  throw misuse(option, "a string or Uint8Array of at least 32 random bytes, by each kid");
}

/** @internal Text that has no UTF-8 form: encoders replace it, so two texts would become one. */
export function hasLoneSurrogate(value: string): boolean {
  return /\p{Surrogate}/u.test(value);
}
