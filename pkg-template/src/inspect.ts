import { checkStored } from "./password.js";
import type { AlsoTry } from "./policy.js";
import { callCore } from "./refusal.js";

/** The core's formats, in the order of `src/password/stored/format.rs`. */
const FORMATS = [
  "crypt",
  "phc",
  "passlib",
  "better-auth",
  "django",
  "werkzeug",
  "prehashed",
  "phpass",
  "wordpress",
  "drupal",
  "aspnet",
  "spring",
  "ldap",
  "lucia",
  "nextcloud",
  "jupyter",
  "mattermost",
  "mediawiki",
  "clerk",
  "scrypt-kdf",
  "firebase",
  "ruby-scrypt",
  "grub",
] as const;

/** The core's prehashes, in the order of `src/password/stored/prehash.rs`. */
const PREHASHES = [
  undefined,
  "nfkc",
  "md5",
  "sha1",
  "sha256",
  "sha512",
  "sha256-base64",
  "sha384-base64",
  "hmac-sha256-base64",
  "hmac-sha384-base64",
  "hmac-sha512-base64",
  "suffix",
] as const;

/**
 * The format of a stored hash. `crypt` is the format of crypt(3), for bcrypt (`$2b$…`), scrypt (`$7$…`) and SHA-crypt
 * (`$5$…`, `$6$…`). `phc` is the PHC string format (`$argon2id$…`). `prehashed` is what `convertHash` writes for
 * systems that change the password before hashing it. The others are named after the systems that write them.
 * `docs/guide/passwords.md` shows an example of each format.
 */
export type StoredHashFormat = (typeof FORMATS)[number];

interface Described {
  /** The hash's format. */
  format: StoredHashFormat;
  /** Length of the salt in bytes. If the salt is text, this is the length of that text. */
  saltLength: number;
  /** Length of the hash in bytes. */
  hashLength: number;
  /** The id of the pepper's key, if the hash has a pepper. */
  pepper?: string;
  /** The id of the key that the hash needs in the `legacyKeys` option. */
  legacyKey?: string;
  /**
   * How the password was changed before it was hashed: normalized to NFKC (Better Auth), replaced with a digest or HMAC
   * (as hexadecimal text, unless the name says base64), or extended with a key (`suffix`, Devise).
   */
  prehash?: Exclude<(typeof PREHASHES)[number], undefined>;
  /**
   * Other ways to read the same string. `verifyPassword` tries only those that are in the `alsoTry` option.
   */
  ambiguous?: AlsoTry[];
  /**
   * Whether `verifyPassword` accepts the hash's parameters under the default limits of Node (256 MiB) and of edge
   * runtimes (64 MiB).
   */
  verifies: { node: boolean; edge: boolean };
  /** The memory that verification needs, in MiB. Left out for algorithms that need hardly any memory. */
  memory?: number;
}

/** The description of a stored hash. Costs have the names and units of `hashPassword`'s options. */
export type StoredHash = Described &
  (
    | { algorithm: "bcrypt"; version: "2" | "2a" | "2b" | "2x" | "2y"; params: { cost: number } }
    | {
        algorithm: "argon2id" | "argon2i" | "argon2d";
        version: 16 | 19;
        params: { memoryCost: number; timeCost: number; parallelism: number };
      }
    | { algorithm: "scrypt"; params: { N: number; r: number; p: number } }
    | { algorithm: "pbkdf2-sha1" | "pbkdf2-sha256" | "pbkdf2-sha512"; params: { iterations: number } }
    | { algorithm: "sha256-crypt" | "sha512-crypt"; params: { rounds: number } }
    | { algorithm: "phpass-md5" | "phpass-sha512"; params: { rounds: number } }
    | { algorithm: "salted-sha1" | "salted-sha256" | "salted-sha512"; params: Record<never, never> }
  );

/**
 * Describes a stored hash: its algorithm, parameters, lengths and format, but never the salt or the hash itself. This
 * function doesn't compute a hash, and doesn't refuse parameters that cost too much. {@link needsRehash}
 * returns whether to replace the hash.
 *
 * @throws {@link PasswordError} `ERR_PASSWORD_HASH_INVALID` for a stored hash in an unknown format.
 */
export function inspectHash(storedHash: string): StoredHash {
  checkStored(storedHash);
  const numbers = callCore((core) => core.inspectHash(storedHash));
  const end = storedHash.startsWith(PEPPER) ? storedHash.indexOf("$", PEPPER.length) : 0;
  const pepper = end > 0 ? storedHash.slice(PEPPER.length, end) : undefined;
  const spelled = storedHash.slice(end);
  const [saltLength, hashLength, format, prehash, memory] = numbers.subarray(5) as unknown as Tail;
  const legacyKey = /^\$(?:hmac-sha512-base64|suffix|fbscrypt)\$.*?\bkeyid=([^$]+)\$/.exec(spelled)?.[1];
  return {
    ...algorithmOf(numbers, spelled),
    format: FORMATS[format]!,
    saltLength,
    hashLength,
    ...(pepper !== undefined && { pepper }),
    ...(legacyKey !== undefined && { legacyKey }),
    ...(PREHASHES[prehash] && { prehash: PREHASHES[prehash] }),
    ...(FORMATS[format] === "better-auth" && { ambiguous: ["node-scrypt" as const] }),
    verifies: { node: memory <= 256, edge: memory <= 64 },
    ...(memory > 0 && memory <= 1024 && { memory }),
  };
}

/** What the core reports besides the algorithm. */
type Tail = [saltLength: number, hashLength: number, format: number, prehash: number, memory: number];

/** The beginning of a hash with a pepper. */
const PEPPER = "$hmac-sha256$keyid=";

/** The kinds are numbered in the core's order. `a` to `d` mean the same as in `src/password/scheme.rs`. */
function algorithmOf(numbers: Uint32Array, spelled: string) {
  const [kind, a, b, c, d] = numbers as unknown as [number, number, number, number, number];
  const bits = a === 20 ? "1" : a === 32 ? "256" : "512";
  switch (kind) {
    case 0: {
      const version = (/[$=](2[abxy]?)[$,]/.exec(spelled)?.[1] ?? "2b") as "2b";
      return { algorithm: "bcrypt", version, params: { cost: a } } as const;
    }
    case 4:
      return { algorithm: "scrypt", params: { N: 2 ** a, r: b, p: c } } as const;
    case 5:
      return { algorithm: `pbkdf2-sha${bits}`, params: { iterations: b } } as const;
    case 6:
      return { algorithm: `sha${bits as "256" | "512"}-crypt`, params: { rounds: b } } as const;
    case 7:
      return { algorithm: a === 0 ? "phpass-md5" : "phpass-sha512", params: { rounds: 2 ** b } } as const;
    case 8:
      return { algorithm: `salted-sha${bits}`, params: {} } as const;
    default: {
      const algorithm = (["argon2d", "argon2i", "argon2id"] as const)[(kind - 1) as 0 | 1 | 2];
      return { algorithm, version: a as 16 | 19, params: { memoryCost: b, timeCost: c, parallelism: d } } as const;
    }
  }
}
