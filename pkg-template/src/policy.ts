import { type Core, core, runtime } from "./boot.js";
import { isBytes } from "./bytes.js";
import type { Policy } from "./edgeseal_bg.js";
import type { NamedSecret } from "./key-ring.js";
import {
  checkOptions,
  copyOf,
  flag,
  type Given,
  integer,
  isPlain,
  type KeyOf,
  misuse,
  oneOf,
  texts,
} from "./options.js";
import { callCore } from "./refusal.js";
import { prepareSecrets } from "./secret.js";

/**
 * A pepper: the server's secret keys, by id. HMAC-SHA256 with one of the keys is applied to a password before it is
 * hashed. New hashes use the first key, and all keys can verify. A key has at least 32 random bytes. An id has 1 to 32
 * characters from `A-Z a-z 0-9 / + . -`, and is part of the stored string: `$hmac-sha256$keyid=2026a$2b$12$…`.
 */
export type Pepper = readonly NamedSecret[] | { readonly [keyid: string]: string | Uint8Array };

/**
 * A format of your own, for stored hashes that Edgeseal can't read. `needsRehash` returns `true` for hashes in this
 * format.
 */
export interface PasswordFormat {
  /** Returns whether a stored hash has this format. */
  matches(storedHash: string): boolean;
  /** Returns whether the password matches. `verifyPasswordSync` doesn't accept a promise. */
  verify(password: string | Uint8Array, storedHash: string): boolean | Promise<boolean>;
}

/**
 * What {@link verifyPassword} may try if a password doesn't match. `node-scrypt` reads `salt:key` as the result of
 * Node's `crypto.scrypt` with its default parameters, not as Better Auth's hash. `latin1` encodes the password in
 * ISO 8859-1 instead of UTF-8, as old PHP and Java applications do.
 */
export type AlsoTry = "node-scrypt" | "latin1";

/** Options of {@link verifyPassword}. */
export interface VerifyPasswordOptions {
  /** The keys for stored hashes that have a pepper. */
  pepper?: Pepper;
  /** How much memory a hash may use, in bytes, from 1 MiB to 1 GiB. Default 256 MiB, or 64 MiB on edge runtimes. */
  maxMemory?: number;
  /**
   * The keys that another system used for its hashes, by the ids in the converted hashes: Devise's pepper, Firebase's
   * signer key or Flask-Security's password salt. See {@link convertHash}.
   */
  legacyKeys?: { readonly [keyid: string]: string | Uint8Array };
  /** Other ways to read the stored hash or the password. Trying one takes as long as another verification. */
  alsoTry?: readonly AlsoTry[];
  /** Formats of your own. The first one that matches the stored hash verifies it. */
  formats?: readonly PasswordFormat[];
}

interface CommonOptions extends VerifyPasswordOptions {
  /** Allows parameters below the minimums that OWASP and ASVS require. Only for tests. */
  allowWeakParams?: boolean;
}

interface Lengths {
  /** Length of the salt in bytes, from 16 to 64. Default 16. */
  saltLength?: number;
  /** Length of the hash in bytes, from 16 to 64. Default 32, or 64 for pbkdf2-sha512. */
  hashLength?: number;
}

/** bcrypt, the default: `$2b$12$…`. */
export interface BcryptOptions extends CommonOptions {
  algorithm?: "bcrypt";
  /** From 10 to 16. Each step doubles the time. Default 12. */
  cost?: number;
}

/** Argon2id (RFC 9106): `$argon2id$v=19$m=19456,t=2,p=1$…`. */
export interface Argon2idOptions extends CommonOptions, Lengths {
  algorithm: "argon2id";
  /** Memory in KiB. Default 19456. The minimum is 47104 with one pass, 19456 with two, and 12288 with more. */
  memoryCost?: number;
  /** The number of passes over the memory. Default 2. */
  timeCost?: number;
  /** The number of lanes, which are computed one after another. Default 1. */
  parallelism?: number;
}

/** scrypt (RFC 7914): `$scrypt$ln=17,r=8,p=1$…`. */
export interface ScryptOptions extends CommonOptions, Lengths {
  algorithm: "scrypt";
  /**
   * The number of blocks in memory, a power of two. Default 131072, which needs 128 MiB. Edge runtimes don't have that
   * much.
   */
  N?: number;
  /** Block size: a block has 128 × r bytes. Default 8. */
  r?: number;
  /**
   * The number of repetitions. Default 1. More repetitions allow a smaller N: 65536 with 2, 32768 with 3, 16384 with 5,
   * and 8192 with 10.
   */
  p?: number;
}

/** PBKDF2 (RFC 8018): `$pbkdf2-sha256$i=600000,l=32$…`. */
export interface Pbkdf2Options extends CommonOptions, Lengths {
  algorithm: "pbkdf2-sha256" | "pbkdf2-sha512";
  /** The default is also the minimum: 600000 with SHA-256, and 210000 with SHA-512. */
  iterations?: number;
}

/** How to hash a password. */
export type HashPasswordOptions = BcryptOptions | Argon2idOptions | ScryptOptions | Pbkdf2Options;

/** {@link HashPasswordOptions} as a caller writes them: only the chosen algorithm's options are allowed. */
export type GivenHashOptions<O> = Given<O, HashPasswordOptions, never, KeyOf<Chosen<O>>>;
type Chosen<O> = O extends { algorithm: infer A } ? Extract<HashPasswordOptions, { algorithm?: A }> : BcryptOptions;

/** The name of an algorithm for new hashes. */
export type PasswordAlgorithm = NonNullable<HashPasswordOptions["algorithm"]>;

/** Named {@link HashPasswordOptions}, as recommended by OWASP and ASVS. */
export const passwordPresets = {
  bcrypt: { algorithm: "bcrypt", cost: 12 },
  /** Needs so little memory that it works in every edge runtime. */
  argon2id: { algorithm: "argon2id", memoryCost: 19456, timeCost: 2, parallelism: 1 },
  /** The minimum that ASVS requires. */
  argon2id46MiB: { algorithm: "argon2id", memoryCost: 47104, timeCost: 1, parallelism: 1 },
  scrypt: { algorithm: "scrypt", N: 131072, r: 8, p: 1 },
  pbkdf2Sha256: { algorithm: "pbkdf2-sha256", iterations: 600_000 },
  pbkdf2Sha512: { algorithm: "pbkdf2-sha512", iterations: 210_000 },
} as const satisfies Record<string, HashPasswordOptions>;

/** Each algorithm's costs, in the core's order. */
const costs = {
  bcrypt: ["cost"],
  argon2id: ["memoryCost", "timeCost", "parallelism"],
  scrypt: ["N", "r", "p"],
  "pbkdf2-sha256": ["iterations"],
  "pbkdf2-sha512": ["iterations"],
} as const satisfies Record<PasswordAlgorithm, readonly string[]>;

const algorithms = Object.keys(costs) as PasswordAlgorithm[];

type Costs<Options> = Omit<Options, "algorithm">;
type EveryOption = Costs<BcryptOptions> &
  Costs<Argon2idOptions> &
  Costs<ScryptOptions> &
  Costs<Pbkdf2Options> & {
    algorithm?: PasswordAlgorithm;
  };

const positive = integer(1, 2 ** 32 - 1);

const verifyChecks = {
  pepper: (value: unknown) => {
    // All other values are checked together with the keys.
    if (typeof value === "string" || isBytes(value)) throw misuse("pepper", "an object of secrets by key id");
    return value;
  },
  maxMemory: integer(2 ** 20, 2 ** 30),
  legacyKeys: (value: unknown) => {
    if (!isPlain(value)) throw misuse("legacyKeys", "an object of keys by id");
    return Object.entries(value).map(([id, key]) => {
      if ((typeof key !== "string" && !isBytes(key)) || key.length === 0) {
        throw misuse("every member of legacyKeys", "a non-empty string or Uint8Array");
      }
      return [id, typeof key === "string" ? new TextEncoder().encode(key) : new Uint8Array(key)] as const;
    });
  },
  alsoTry: (value: unknown, name: string) => {
    const names = texts(value, name) as AlsoTry[];
    if (!names.every((one) => one === "node-scrypt" || one === "latin1")) {
      throw misuse(name, 'an array of "node-scrypt" and "latin1"');
    }
    return names;
  },
  formats: (value: unknown, name: string) => {
    const formats = copyOf(value) as PasswordFormat[] | undefined;
    const isFormat = (one: PasswordFormat) => typeof one?.matches === "function" && typeof one.verify === "function";
    if (!formats?.every(isFormat)) throw misuse(name, "an array of objects with the functions matches and verify");
    return formats;
  },
};

/** @internal The checked options of {@link verifyPassword}. */
export interface CheckedVerifyOptions {
  readonly legacyKeys?: readonly (readonly [string, Uint8Array])[];
  readonly alsoTry?: readonly AlsoTry[];
  readonly formats?: readonly PasswordFormat[];
}

const hashChecks = {
  ...verifyChecks,
  algorithm: oneOf(...algorithms),
  allowWeakParams: flag,
  cost: positive,
  memoryCost: positive,
  timeCost: positive,
  parallelism: positive,
  N: (value: unknown, name: string) => {
    if (!Number.isInteger(Math.log2(positive(value, name) as number)) || value === 1) {
      throw misuse(name, "a power of two");
    }
    return Math.log2(value as number);
  },
  r: positive,
  p: positive,
  iterations: positive,
  saltLength: positive,
  hashLength: positive,
};

/** @internal Creates the core's policy for these options, and calls `use` with it. */
export function withHashPolicy<T>(options: HashPasswordOptions | undefined, use: (policy: Policy, core: Core) => T): T {
  const checked = checkOptions<EveryOption>(options, hashChecks);
  const algorithm = (checked.algorithm ?? "bcrypt") as PasswordAlgorithm;
  const own: readonly string[] = costs[algorithm];
  const foreign = Object.values(costs)
    .flat()
    .concat(algorithm === "bcrypt" ? (["saltLength", "hashLength"] as never[]) : [])
    .find((name) => name in checked && !own.includes(name));
  if (foreign) {
    const chosen = checked.algorithm === undefined ? `${algorithm}, the default,` : algorithm;
    throw misuse(foreign, `left out: ${chosen} has ${own.join(", ")}`);
  }
  return withPolicy(checked, algorithm, own, use);
}

/** @internal Checks the options of {@link verifyPassword}. */
export function checkVerifyOptions(options: VerifyPasswordOptions | undefined): CheckedVerifyOptions {
  return checkOptions<VerifyPasswordOptions>(options, verifyChecks) as CheckedVerifyOptions;
}

/** @internal Returns a stored hash's format if it is one of those in the `formats` option. */
export const formatOf = ({ formats }: CheckedVerifyOptions, storedHash: string): PasswordFormat | undefined =>
  formats?.find((format) => format.matches(storedHash) === true);

/** @internal Same as {@link withHashPolicy}, but only for verifying; the policy for new hashes is the default one. */
export function withVerifyPolicy<T>(checked: CheckedVerifyOptions, use: (policy: Policy, core: Core) => T): T {
  return withPolicy(checked, "bcrypt", [], use);
}

function withPolicy<T>(
  checked: { [name in keyof EveryOption]?: unknown },
  algorithm: PasswordAlgorithm,
  names: readonly string[],
  use: (policy: Policy, core: Core) => T,
): T {
  const number = (name: string) => (checked[name as keyof EveryOption] ?? 0) as number;
  const instance = core();
  const { pepper } = checked;
  const keys = pepper === undefined ? undefined : prepareSecrets(instance, pepper as Pepper, ["HS256"], "pepper");
  return callCore(() => {
    const policy = new instance.Policy(
      algorithms.indexOf(algorithm),
      Uint32Array.from(names, number),
      number("saltLength"),
      number("hashLength"),
      number("maxMemory") || runtime().platform.maxMemory,
      checked.allowWeakParams === true,
      keys,
    );
    try {
      for (const [id, key] of (checked.legacyKeys ?? []) as NonNullable<CheckedVerifyOptions["legacyKeys"]>) {
        policy.addLegacyKey(id, key);
      }
      return use(policy, instance);
    } finally {
      policy.free();
      // Copies of the pepper's key and the password's digests may be left on the stack.
      instance.scrubStack();
    }
  }, instance);
}
