import { checkStored } from "./password.js";
import { ask } from "./refusal.js";

/**
 * Whose spelling a stored hash has: `crypt` is crypt(3)'s, of bcrypt (`$2b$…`) and of scrypt (`$7$…`), `phc` the PHC
 * string format (`$argon2id$…`), the others are those of the systems they name. `docs/guide/passwords.md` shows each.
 */
export type StoredHashFormat = "crypt" | "phc" | "passlib" | "better-auth" | "django" | "werkzeug";

interface Described {
  /** Whose spelling it is. */
  format: StoredHashFormat;
  /** Length of the salt in bytes; of a salt that is text, its length as it stands there. */
  saltLength: number;
  /** Length of the hash in bytes. */
  hashLength: number;
  /** The id of the pepper's key that was put over the password, where one was. */
  pepper?: string;
  /**
   * What was made of the password before it was hashed: Unicode's NFKC (Better Auth), or the hexadecimal text of
   * its SHA-256 (Django's `bcrypt_sha256`).
   */
  prehash?: "nfkc" | "sha256";
}

/** What a stored hash is. Costs have the names and units of `hashPassword`'s options. */
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
 * What a stored hash is: its algorithm, parameters, lengths and spelling, never its salt or hash. Costs no work, and
 * says nothing of whether a verifier takes such parameters; {@link needsRehash} says whether to replace it.
 *
 * @throws {@link PasswordError} `ERR_PASSWORD_HASH_INVALID` for a stored hash of no known format.
 */
export function inspectHash(storedHash: string): StoredHash {
  checkStored(storedHash);
  const numbers = ask((core) => core.inspectHash(storedHash));
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

/** In front of a hash whose password has a pepper. */
const PEPPER = "$hmac-sha256$keyid=";

/** In the core's order; `a` to `d` mean what they do in `src/password/scheme.rs`. */
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

/** The core has read it strictly, so its beginning tells. */
function formatOf(spelled: string): StoredHashFormat {
  if (spelled.startsWith("$2") || spelled.startsWith("$7$")) return "crypt";
  // The PHC form has `i=` there.
  if (spelled.startsWith("$pbkdf2-") && !spelled.includes("=")) return "passlib";
  if (spelled.startsWith("$")) return "phc";
  if (spelled.startsWith("pbkdf2:") || spelled.startsWith("scrypt:")) return "werkzeug";
  return spelled.includes("$") ? "django" : "better-auth";
}
