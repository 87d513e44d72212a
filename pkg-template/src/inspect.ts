import { checkStored } from "./password.js";
import { callCore } from "./refusal.js";

/**
 * The format of a stored hash. `crypt` is the format of crypt(3), for bcrypt (`$2b$…`) and scrypt (`$7$…`). `phc` is
 * the PHC string format (`$argon2id$…`). The others are named after the systems that write them.
 * `docs/guide/passwords.md` shows an example of each format.
 */
export type StoredHashFormat = "crypt" | "phc" | "passlib" | "better-auth" | "django" | "werkzeug";

interface Described {
  /** The hash's format. */
  format: StoredHashFormat;
  /** Length of the salt in bytes. If the salt is text, this is the length of that text. */
  saltLength: number;
  /** Length of the hash in bytes. */
  hashLength: number;
  /** The id of the pepper's key, if the hash has a pepper. */
  pepper?: string;
  /**
   * What was done to the password before it was hashed: Unicode normalization NFKC (Better Auth), or SHA-256 as
   * hexadecimal text (Django's `bcrypt_sha256`).
   */
  prehash?: "nfkc" | "sha256";
}

/** The description of a stored hash. Costs have the names and units of `hashPassword`'s options. */
export type StoredHash = Described &
  (
    | { algorithm: "bcrypt"; version: "2a" | "2b" | "2x" | "2y"; params: { cost: number } }
    | {
        algorithm: "argon2id" | "argon2i" | "argon2d";
        version: 16 | 19;
        params: { memoryCost: number; timeCost: number; parallelism: number };
      }
    | { algorithm: "scrypt"; params: { N: number; r: number; p: number } }
    | { algorithm: "pbkdf2-sha256" | "pbkdf2-sha512"; params: { iterations: number } }
  );

/**
 * Describes a stored hash: its algorithm, parameters, lengths and format, but never the salt or the hash itself. This
 * function doesn't compute a hash, and doesn't check whether a verifier accepts the parameters. {@link needsRehash} returns
 * whether to replace the hash.
 *
 * @throws {@link PasswordError} `ERR_PASSWORD_HASH_INVALID` for a stored hash in an unknown format.
 */
export function inspectHash(storedHash: string): StoredHash {
  checkStored(storedHash);
  const numbers = callCore((core) => core.inspectHash(storedHash));
  const end = storedHash.startsWith(PEPPER) ? storedHash.indexOf("$", PEPPER.length) : 0;
  const pepper = end > 0 ? storedHash.slice(PEPPER.length, end) : undefined;
  const spelled = storedHash.slice(end);
  const [saltLength, hashLength] = numbers.subarray(5) as unknown as [number, number];
  const format = formatOf(spelled);
  const prehash = format === "better-auth" ? "nfkc" : spelled.startsWith("bcrypt_sha256") ? "sha256" : undefined;
  return {
    ...algorithmOf(numbers, spelled),
    format,
    saltLength,
    hashLength,
    ...(pepper === undefined ? {} : { pepper }),
    ...(prehash === undefined ? {} : { prehash }),
  };
}

/** The beginning of a hash with a pepper. */
const PEPPER = "$hmac-sha256$keyid=";

/** The kinds are numbered in the core's order. `a` to `d` mean the same as in `src/password/scheme.rs`. */
function algorithmOf(numbers: Uint32Array, spelled: string) {
  const [kind, a, b, c, d] = numbers as unknown as [number, number, number, number, number];
  if (kind === 0) {
    const at = spelled.indexOf("$2") + 1;
    const version = spelled.slice(at, at + 2) as "2b";
    return { algorithm: "bcrypt", version, params: { cost: a } } as const;
  }
  if (kind === 4) return { algorithm: "scrypt", params: { N: 2 ** a, r: b, p: c } } as const;
  if (kind === 5) {
    return { algorithm: a === 32 ? "pbkdf2-sha256" : "pbkdf2-sha512", params: { iterations: b } } as const;
  }
  const algorithm = (["argon2d", "argon2i", "argon2id"] as const)[(kind - 1) as 0 | 1 | 2];
  return { algorithm, version: a as 16 | 19, params: { memoryCost: b, timeCost: c, parallelism: d } } as const;
}

/** The core has already parsed the hash strictly, so looking at its beginning is enough. */
function formatOf(spelled: string): StoredHashFormat {
  if (spelled.startsWith("$2") || spelled.startsWith("$7$")) return "crypt";
  // In the PHC format, the parameters contain `i=`.
  if (spelled.startsWith("$pbkdf2-") && !spelled.includes("=")) return "passlib";
  if (spelled.startsWith("$")) return "phc";
  if (spelled.startsWith("pbkdf2:") || spelled.startsWith("scrypt:")) return "werkzeug";
  return spelled.includes("$") ? "django" : "better-auth";
}
