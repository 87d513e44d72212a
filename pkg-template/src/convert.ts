import { PasswordError } from "./errors.js";
import { inspectHash } from "./inspect.js";
import { misuse, text } from "./options.js";
import { hashPasswordSync } from "./password.js";
import { type BytesEncoding, phcBytes, saltAndKey, unreadable } from "./phc.js";
import { type HashPasswordOptions, passwordPresets } from "./policy.js";

/** The salt and the key of a recipe with Node's `crypto`, and how they are stored. */
interface NodeFields {
  /** The key, or `salt:key`, or `key.salt`. */
  hash: string;
  /** The salt, if `hash` is only the key. */
  salt?: string;
  /**
   * Whether the salt was used as the text that is stored (the default: `scryptSync(password, salt, 64)` with a salt in
   * hexadecimal text), or decoded first.
   */
  saltEncoding?: "text" | "hex" | "base64";
  /** How the key is stored. Default `hex`. */
  keyEncoding?: "hex" | "base64";
}

interface NodeScryptFields extends NodeFields {
  /** The `cost` or `N` of `crypto.scrypt`. Default 16384. */
  N?: number;
  /** The `blockSize` or `r` of `crypto.scrypt`. Default 8. */
  r?: number;
  /** The `parallelization` or `p` of `crypto.scrypt`. Default 1. */
  p?: number;
}

interface NodePbkdf2Fields extends NodeFields {
  iterations: number;
  digest: "sha1" | "sha256" | "sha512";
}

/** A hash as a system stores it, in several columns or in a spelling that doesn't say what it is. */
export type HashFields =
  /** A credential of Keycloak's export: `secretData` and `credentialData`, as JSON text or parsed. */
  | { from: "keycloak"; credential: string | object }
  /** A user of `firebase auth:export` with the project's hash parameters. `signerKeyId` is an id in `legacyKeys`. */
  | {
      from: "firebase";
      passwordHash: string;
      salt: string;
      saltSeparator: string;
      rounds: number;
      memCost: number;
      signerKeyId: string;
    }
  /** Auth0's `custom_password_hash`, or the `passwordHash` of its own export. */
  | { from: "auth0"; hash: string | object }
  /** Clerk's `password_digest` and `password_hasher`. */
  | { from: "clerk"; digest: string; hasher: string }
  | ({ from: "node-scrypt" } & NodeScryptFields)
  | ({ from: "node-pbkdf2" } & NodePbkdf2Fields)
  /** passport-local-mongoose and Payload: a salt and a key in two columns. */
  | { from: "passport-local-mongoose" | "payload"; hash: string; salt: string; iterations?: number }
  /** Devise with a pepper. `pepperId` is an id in `legacyKeys`. */
  | { from: "devise"; hash: string; pepperId: string }
  /** Flask-Security. `saltId` is an id in `legacyKeys`: the key is SECURITY_PASSWORD_SALT. */
  | { from: "flask-security"; hash: string; saltId: string }
  /** BCrypt.Net's `EnhancedHashPassword`, with SHA-384. */
  | { from: "bcrypt-net-enhanced"; hash: string }
  /** Meteor's `services.password.bcrypt`. */
  | { from: "meteor"; hash: string }
  /** Symfony's `pbkdf2` hasher, with the salt in its own column. */
  | { from: "symfony"; hash: string; salt: string; iterations?: number; digest?: "sha1" | "sha256" | "sha512" }
  /** Magento 2 with Argon2: `key:salt:3_32_2_67108864`. */
  | { from: "magento"; hash: string }
  | { from: "web2py"; hash: string }
  /** An unsalted digest in hexadecimal. It is hashed once more, by default with bcrypt, and SHA-512 with argon2id. */
  | { from: "md5" | "sha1" | "sha256" | "sha512"; hash: string; policy?: HashPasswordOptions };

/** The systems that {@link convertHash} converts from. */
export type HashSystem = HashFields["from"];

/**
 * Converts a hash that another system stores in several columns, or in a spelling that several functions share, to one
 * string that {@link verifyPassword} accepts. The string says how it was made.
 *
 * @throws {@link PasswordError} `ERR_PASSWORD_HASH_INVALID` if a field is damaged, or the system's hash can't be
 * verified; {@link EdgesealError} `ERR_OPTION_INVALID` for an unknown system, or a field that is missing or has the wrong
 * type.
 */
export function convertHash(fields: HashFields): string {
  const { from } = fields;
  if (!Object.hasOwn(systems, from)) throw misuse("from", `one of ${Object.keys(systems).join(", ")}`);
  const converted = systems[from](fields as never);
  // Refuses a hash that doesn't verify now, not at its user's next sign-in.
  inspectHash(converted);
  return converted;
}

/** @internal The systems' names. */
export const hashSystems = (): HashSystem[] => Object.keys(systems) as HashSystem[];

const systems: { readonly [S in HashSystem]: (fields: Extract<HashFields, { from: S }>) => string } = {
  keycloak: ({ credential }) => keycloak(parsed("credential", credential)),
  firebase: ({ passwordHash, salt, saltSeparator, rounds, memCost, signerKeyId }) => {
    const [n, r] = [number("memCost", memCost), number("rounds", rounds)];
    const separator = padded("saltSeparator", saltSeparator);
    const parts = [padded("salt", salt), padded("passwordHash", passwordHash)].join("$");
    return `$fbscrypt$v=1,n=${n},r=${r},p=1,ss=${separator},keyid=${keyId("signerKeyId", signerKeyId)}$${parts}`;
  },
  auth0: ({ hash }) => (typeof hash === "string" && !hash.startsWith("{") ? hash : auth0(parsed("hash", hash))),
  clerk: ({ digest, hasher }) => {
    const given = required("digest", digest);
    switch (required("hasher", hasher)) {
      case "bcrypt_peppered":
        throw unreadable("hasher", "bcrypt_peppered needs Clerk's own key; let the user set a new password");
      case "bcrypt_sha256_django":
        return given.startsWith("bcrypt_sha256$") ? given : `bcrypt_sha256$${given}`;
      case "ldap_ssha":
        return given.startsWith("{") ? given : `{SSHA}${given}`;
      default:
        return given;
    }
  },
  "node-scrypt": (fields) => scrypt(fields, fields),
  "node-pbkdf2": (fields) => pbkdf2(fields, fields.digest, fields.iterations),
  "passport-local-mongoose": mongoose,
  payload: mongoose,
  devise: ({ hash, pepperId }) => `$suffix$keyid=${keyId("pepperId", pepperId)}${required("hash", hash)}`,
  "flask-security": ({ hash, saltId }) =>
    `$hmac-sha512-base64$keyid=${keyId("saltId", saltId)}${required("hash", hash)}`,
  "bcrypt-net-enhanced": ({ hash }) => `$sha384-base64${required("hash", hash)}`,
  meteor: ({ hash }) => `$sha256-hex${required("hash", hash)}`,
  symfony: ({ hash, salt, iterations = 1000, digest = "sha512" }) =>
    pbkdf2({ hash, salt, keyEncoding: "base64" }, digest, iterations),
  magento: ({ hash }) => magento(required("hash", hash)),
  web2py: ({ hash }) => {
    const [, iterations, , digest, salt, key] =
      /^pbkdf2\((\d+),(\d+),(sha1|sha256|sha512)\)\$([^$]+)\$([0-9a-f]+)$/.exec(required("hash", hash)) ?? [];
    if (!salt || !key) throw unreadable("hash", "must be pbkdf2(iterations,length,digest)$salt$key");
    return pbkdf2({ hash: key, salt }, digest as "sha512", Number(iterations));
  },
  md5: (fields) => again(fields, 32),
  sha1: (fields) => again(fields, 40),
  sha256: (fields) => again(fields, 64),
  sha512: (fields) => again(fields, 128),
};

const LENGTHS = { sha1: 20, sha256: 32, sha512: 64 } as const;

/** PBKDF2 computes each block of a long key by itself, so the first block is enough and takes the least time. */
function pbkdf2(fields: NodeFields, digest: keyof typeof LENGTHS, iterations: number): string {
  if (!Object.hasOwn(LENGTHS, digest ?? "")) throw misuse("digest", "sha1, sha256 or sha512");
  const [salt, key] = parts(fields, LENGTHS[digest]);
  const length = Math.floor((key.length * 3) / 4);
  return `$pbkdf2-${digest}$i=${number("iterations", iterations)},l=${length}$${salt}$${key}`;
}

function scrypt(fields: NodeFields, { N = 16384, r = 8, p = 1 }: Omit<NodeScryptFields, "hash">): string {
  const log = Math.log2(number("N", N));
  if (!Number.isInteger(log)) throw misuse("N", "a power of two");
  const [salt, key] = parts(fields, 64);
  return `$scrypt$ln=${log},r=${number("r", r)},p=${number("p", p)}$${salt}$${key}`;
}

/** Salt and key in base64; the key has at most `maxLength` bytes. */
function parts(fields: NodeFields, maxLength: number): [salt: string, key: string] {
  const { hash, saltEncoding = "text", keyEncoding = "hex" } = fields;
  const [salt, key] = fields.salt === undefined ? (saltAndKey(required("hash", hash)) ?? []) : [fields.salt, hash];
  if (!salt || !key) throw unreadable("hash", "must be salt:key or key.salt, or the salt must be given");
  return [phcBytes("salt", salt, encoding(saltEncoding)), phcBytes("key", key, encoding(keyEncoding), maxLength)];
}

function encoding(name: string): BytesEncoding {
  if (name === "text" || name === "hex" || name === "base64") return name;
  throw misuse("saltEncoding and keyEncoding", "text, hex or base64");
}

function mongoose(fields: { hash: string; salt: string; iterations?: number }): string {
  const { hash, salt, iterations = 25_000 } = fields;
  return pbkdf2({ hash, salt: required("salt", salt) }, "sha256", iterations);
}

type Members = Readonly<Record<string, unknown>>;

function keycloak(credential: Members): string {
  const secret = parsed("secretData", credential["secretData"] ?? credential);
  const data = parsed("credentialData", credential["credentialData"] ?? credential);
  const salt = phcBytes("salt", String(secret["salt"] ?? ""), "base64");
  const value = String(secret["value"] ?? secret["hashedSaltedValue"] ?? "");
  const iterations = Number(data["hashIterations"]);
  const algorithm = String(data["algorithm"] ?? "");
  if (algorithm === "argon2") {
    const additional = parsed("additionalParameters", data["additionalParameters"]);
    const of = (name: string) => String([additional[name]].flat()[0] ?? "");
    const version = of("version") === "1.0" ? 16 : 19;
    const costs = `m=${of("memory")},t=${iterations},p=${of("parallelism")}`;
    return `$argon2${of("type")}$v=${version}$${costs}$${salt}$${phcBytes("value", value, "base64")}`;
  }
  const digest = { pbkdf2: "sha1", "pbkdf2-sha256": "sha256", "pbkdf2-sha512": "sha512" }[algorithm];
  if (!digest) throw unreadable("algorithm", "must be argon2, pbkdf2, pbkdf2-sha256 or pbkdf2-sha512");
  return pbkdf2({ hash: value, salt, keyEncoding: "base64", saltEncoding: "base64" }, digest as "sha256", iterations);
}

function auth0(custom: Members): string {
  const { algorithm } = custom;
  const hash = parsed("hash", custom["hash"]);
  const value = required("hash.value", hash["value"]);
  if (algorithm === "scrypt") {
    const salt = parsed("salt", custom["salt"]);
    const cost = (name: string) => Number(custom[name]);
    return scrypt(
      {
        hash: value,
        salt: required("salt.value", salt["value"]),
        saltEncoding: encodingOf(salt["encoding"]),
        keyEncoding: encodingOf(hash["encoding"]) === "hex" ? "hex" : "base64",
      },
      { N: cost("cost"), r: cost("blockSize"), p: cost("parallelization") },
    );
  }
  if (["argon2", "bcrypt", "pbkdf2", "ldap"].includes(String(algorithm))) return value;
  throw unreadable("algorithm", "is a digest of one round, which is not verified; let the user set a new password");
}

const encodingOf = (name: unknown): BytesEncoding => (name === "hex" || name === "base64" ? name : "text");

function magento(hash: string): string {
  const [key = "", salt = "", version = ""] = hash.split(":");
  const [kind, length = "32", passes = "2", memory = "67108864"] = version.split("_");
  if ((kind !== "2" && kind !== "3") || hash.split(":").length !== 3) {
    throw unreadable("hash", "must be key:salt:2 or key:salt:3_…; older ones are digests of one round");
  }
  // libsodium's salts have 16 bytes. Magento repeats a shorter one.
  const exact = salt.length < 16 ? (salt + salt.repeat(16)).slice(0, 16) : salt.slice(0, 16);
  const costs = `m=${Number(memory) / 1024},t=${passes},p=1`;
  return `$argon2id$v=19$${costs}$${phcBytes("salt", exact, "text")}$${phcBytes("key", key, "hex", Number(length))}`;
}

function again({ from, hash, policy }: { from: string; hash: string; policy?: HashPasswordOptions }, length: number) {
  const digest = required("hash", hash).toLowerCase();
  if (digest.length !== length || !/^[0-9a-f]+$/.test(digest)) {
    throw unreadable("hash", `must be ${length} hexadecimal digits`);
  }
  // bcrypt reads 72 bytes, and SHA-512 has 128 digits.
  const chosen = policy ?? (length > 72 ? passwordPresets.argon2id : passwordPresets.bcrypt);
  return `$${from}-hex${hashPasswordSync(digest, chosen as never)}`;
}

function required(name: string, value: unknown): string {
  return text(value, name) as string;
}

function number(name: string, value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 1) throw misuse(name, "a positive whole number");
  return value as number;
}

function keyId(name: string, value: unknown): string {
  if (typeof value !== "string" || !/^[A-Za-z0-9/+.-]{1,32}$/.test(value)) {
    throw misuse(name, "an id of 1 to 32 letters, digits or / + . -");
  }
  return value;
}

/** Base64 with padding, from any base64. */
function padded(name: string, value: unknown): string {
  const bare = phcBytes(name, required(name, value), "base64");
  return bare.padEnd(Math.ceil(bare.length / 4) * 4, "=");
}

function parsed(name: string, value: unknown): Members {
  if (typeof value === "object" && value !== null) return value as Members;
  try {
    const members: unknown = JSON.parse(required(name, value));
    if (typeof members === "object" && members !== null) return members as Members;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw new PasswordError("ERR_PASSWORD_HASH_INVALID", `can't convert this hash: ${name} is not a JSON object`);
}
