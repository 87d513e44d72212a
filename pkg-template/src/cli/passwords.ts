import {
  type HashPasswordOptions,
  hashPasswordSync,
  inspectHash,
  needsRehash,
  passwordPresets,
  type Pepper,
  type StoredHash,
  verifyPasswordSync,
} from "edgeseal";
import { integer } from "./arguments.js";
import { type Command, type Given, type Option, UsageError } from "./command.js";
import { fromVariable, passwordOf, passwordOptions, requiredOf } from "./source.js";

const STORED = "stored hash";

/** The options of a policy that are whole numbers, each with its name in the API. */
const NUMBERS = {
  cost: "cost",
  "memory-cost": "memoryCost",
  "time-cost": "timeCost",
  parallelism: "parallelism",
  N: "N",
  r: "r",
  p: "p",
  iterations: "iterations",
  "salt-length": "saltLength",
  "hash-length": "hashLength",
} as const;

const pepperOption: Readonly<Record<string, Option>> = {
  "pepper-env": {
    value: "ID=NAME",
    many: true,
    about: "A pepper's key: its id, and the variable with the key. New hashes use the first.",
  },
};

const policyOptions: Readonly<Record<string, Option>> = {
  algorithm: { value: "NAME", about: "bcrypt, argon2id, scrypt, pbkdf2-sha256 or pbkdf2-sha512. Default bcrypt." },
  cost: { value: "N", about: "bcrypt: 10 to 16. Default 12." },
  "memory-cost": { value: "KIB", about: "argon2id: memory. Default 19456." },
  "time-cost": { value: "N", about: "argon2id: passes. Default 2." },
  parallelism: { value: "N", about: "argon2id: lanes. Default 1." },
  N: { value: "N", about: "scrypt: a power of two. Default 131072." },
  r: { value: "N", about: "scrypt: block size. Default 8." },
  p: { value: "N", about: "scrypt: repetitions. Default 1." },
  iterations: { value: "N", about: "pbkdf2. Default 600000 with SHA-256, 210000 with SHA-512." },
  "salt-length": { value: "BYTES", about: "16 to 64; not for bcrypt. Default 16." },
  "hash-length": { value: "BYTES", about: "16 to 64; not for bcrypt. Default 32, for pbkdf2-sha512 64." },
  "allow-weak-params": { about: "Allow less than the minimum of OWASP and ASVS. Only for tests." },
  ...pepperOption,
};

export const hash: Command = {
  summary: "Hash a password; print the string to store.",
  about: "A prompt asks for the password twice, or it comes from a variable or a file.",
  options: { ...policyOptions, ...passwordOptions },
  examples: ["npx edgeseal hash", "npx edgeseal hash --algorithm argon2id --password-file ./password --json"],
  async run(given) {
    const policy = policyOf(given);
    const { value } = await passwordOf(given, true);
    const stored = hashPasswordSync(value, policy);
    return { ok: true, text: stored, json: { hash: stored, ...inspectHash(stored) } };
  },
};

export const check: Command = {
  summary: "Check a password against a stored hash.",
  argument: "HASH",
  about:
    "HASH is a stored hash of any known format, as the argument (in single quotes, because of its $) or on standard input.",
  options: { ...pepperOption, ...passwordOptions },
  examples: ["npx edgeseal check '$2b$12$…'", "npx edgeseal check --password-env PASSWORD < hash.txt && echo right"],
  async run(given) {
    const stored = await requiredOf(given, STORED);
    inspectHash(stored);
    const { value } = await passwordOf(given);
    const matches = verifyPasswordSync(value, stored, pepperOf(given));
    return {
      ok: matches,
      text: matches ? "right: the password matches the hash" : "wrong: the password does not match the hash",
      json: { matches },
    };
  },
};

export const inspect: Command = {
  summary: "Describe a stored hash, and say whether to upgrade it.",
  argument: "HASH",
  about: "The options are the policy to compare with. It needs no password and computes no hash.",
  options: policyOptions,
  examples: ["npx edgeseal inspect '$2a$10$…'", "npx edgeseal inspect --algorithm argon2id < hash.txt"],
  async run(given) {
    const policy = policyOf(given);
    const stored = await requiredOf(given, STORED);
    const described = inspectHash(stored);
    const upgrade = needsRehash(stored, policy);
    const why = upgrade ? reasons(described, policy) : [];
    const { algorithm, params, ...rest } = described;
    const rows = Object.entries({ algorithm, ...params, ...rest }).map(([name, value]) => `${name}: ${value}`);
    const verdict = upgrade ? `upgrade at the next sign-in: ${why.join("; ")}` : "up to date";
    return { ok: !upgrade, text: [...rows, verdict].join("\n"), json: { ...described, upgrade, why } };
  },
};

/** An arbitrary hash, used to check a policy. */
const EXAMPLE = `$2b$10$${"a".repeat(21)}u${"a".repeat(30)}u`;

const PRESETS = Object.values(passwordPresets);

/** Returns the reasons for replacing a hash, in words. */
function reasons(described: StoredHash, policy: HashPasswordOptions): string[] {
  const { algorithm = "bcrypt" } = policy;
  if (described.algorithm !== algorithm) return [`the algorithm is ${described.algorithm}, not ${algorithm}`];
  const wanted: Record<string, unknown> = { ...PRESETS.find((preset) => preset.algorithm === algorithm), ...policy };
  const has: Record<string, unknown> = { ...described.params, ...described };
  const less = Object.values(NUMBERS)
    .filter((name) => (has[name] as number) < (wanted[name] as number))
    .map((name) => `${name} is ${has[name]}, not ${wanted[name]}`);
  const pepper = Object.keys(policy.pepper ?? {})[0];
  if (described.pepper !== pepper) less.push("its pepper is not the policy's pepper");
  return less.length > 0 ? less : ["its format or limits differ from those of new hashes"];
}

function policyOf(given: Given): HashPasswordOptions {
  const policy: Record<string, unknown> = { ...pepperOf(given) };
  const algorithm = given.one("algorithm");
  if (algorithm !== undefined) {
    if (!PRESETS.some((preset) => preset.algorithm === algorithm)) {
      throw new UsageError("--algorithm must be bcrypt, argon2id, scrypt, pbkdf2-sha256 or pbkdf2-sha512");
    }
    policy["algorithm"] = algorithm;
  }
  for (const [option, name] of Object.entries(NUMBERS)) {
    const value = integer(given, option);
    if (value !== undefined) policy[name] = value;
  }
  if (given.has("allow-weak-params")) policy["allowWeakParams"] = true;
  // Refuse an invalid policy before asking anybody for a password.
  needsRehash(EXAMPLE, policy as HashPasswordOptions);
  return policy as HashPasswordOptions;
}

function pepperOf(given: Given): { pepper?: Pepper } {
  const pairs = given.many("pepper-env")?.map((pair) => {
    const [, id, name] = pair.match(/^([^=]+)=(.+)$/) ?? [];
    if (!id || !name) throw new UsageError("--pepper-env must be ID=NAME: a key's id, and the variable with the key");
    return [id, fromVariable(name, "--pepper-env").value] as const;
  });
  return pairs ? { pepper: Object.fromEntries(pairs) } : {};
}
