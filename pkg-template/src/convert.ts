import { PasswordError } from "./errors.js";
import { FIELDS, type HashFields, type HashSystem, type NodeFields, type NodeScryptFields } from "./hash-systems.js";
import { inspectHash } from "./inspect.js";
import { isPlain, misuse, text } from "./options.js";
import { hashPasswordSync } from "./password.js";
import { type BytesEncoding, phcBytes, saltAndKey, unreadable } from "./phc.js";
import { type HashPasswordOptions, passwordPresets } from "./policy.js";

/**
 * Converts a hash that another system stores in several columns, or in an ambiguous format, to a single string that
 * {@link verifyPassword} accepts. This string says how the hash was made.
 *
 * @throws {@link PasswordError} `ERR_PASSWORD_HASH_INVALID` if a field is damaged or the hash can't be verified;
 * {@link EdgesealError} `ERR_OPTION_INVALID` if the system is unknown, or if a field is missing or has the wrong type.
 */
export function convertHash(fields: HashFields): string {
  if (!isPlain(fields)) throw misuse("the argument", "a plain object");
  const { from } = fields;
  if (typeof from !== "string" || !Object.hasOwn(systems, from)) {
    throw misuse("from", `one of ${Object.keys(systems).join(", ")}`);
  }
  const unknown = Object.keys(fields).find((name) => name !== "from" && !FIELDS[from].includes(name));
  if (unknown !== undefined) throw misuse("every field", `one of ${FIELDS[from].join(", ")}`);
  const converted = systems[from](fields as never);
  // A hash that exceeds every limit is refused now, not when its user next signs in.
  const { verifies, memory = 0 } = inspectHash(converted);
  if (!verifies.node && memory === 0) throw unreadable("the hash", "costs more than verifyPassword allows");
  return converted;
}

const unchanged = ({ hash }: { hash: string }): string => required("hash", hash);

const systems: { readonly [S in HashSystem]: (fields: Extract<HashFields, { from: S }>) => string } = {
  "aspnet-identity": unchanged,
  django: unchanged,
  laravel: unchanged,
  "spring-security": unchanged,
  wordpress: unchanged,
  keycloak: ({ credential }) => keycloak(parsed("credential", credential)),
  firebase: ({ passwordHash, salt, saltSeparator, rounds, memCost, signerKeyId }) => {
    const [n, r] = [number("memCost", memCost), number("rounds", rounds)];
    // A project may have no salt separator.
    const separator = saltSeparator === "" ? "" : padded("saltSeparator", saltSeparator);
    const parts = [padded("salt", salt), padded("passwordHash", passwordHash)].join("$");
    return `$fbscrypt$v=1,n=${n},r=${r},p=1,ss=${separator},keyid=${keyId("signerKeyId", signerKeyId)}$${parts}`;
  },
  auth0: ({ hash }) => (typeof hash === "string" && !hash.startsWith("{") ? hash : auth0(parsed("hash", hash))),
  clerk: ({ digest, hasher }) => clerk(required("digest", digest), required("hasher", hasher)),
  "node-scrypt": (fields) => scrypt(fields, fields),
  "node-pbkdf2": (fields) => pbkdf2(fields, fields.digest, fields.iterations),
  "passport-local-mongoose": mongoose,
  payload: mongoose,
  devise: ({ hash, pepperId }) =>
    pepperId === undefined ? prefixed(hash) : `$suffix$keyid=${keyId("pepperId", pepperId)}${prefixed(hash)}`,
  "flask-security": ({ hash, saltId }) => `$hmac-sha512-base64$keyid=${keyId("saltId", saltId)}${prefixed(hash)}`,
  "bcrypt-net-enhanced": ({ hash }) => `$sha384-base64${prefixed(hash)}`,
  meteor: ({ hash }) => `$sha256-hex${prefixed(hash)}`,
  symfony: ({ hash, salt, iterations = 1000, digest = "sha512" }) =>
    pbkdf2({ hash, salt: required("salt", salt), keyEncoding: isHex(hash) ? "hex" : "base64" }, digest, iterations),
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

/**
 * Keeps only a key's first block. PBKDF2 computes each block independently, so one block is enough, and is the fastest
 * to verify.
 */
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

/** Returns the salt and the key in base64, with at most the first `maxLength` bytes of the key. */
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

/** Returns whether a key is hexadecimal. Shorter text is base64: Symfony's keys have 40 bytes, which are 56 characters. */
const isHex = (hash: string): boolean => /^(?:[0-9a-f]{2}){32,}$/.test(hash);

/**
 * Checks a hash from a system that may change the password before hashing it. Such a hash is in the crypt(3) or PHC
 * format.
 */
function prefixed(hash: unknown): string {
  const given = required("hash", hash);
  if (!given.startsWith("$")) throw unreadable("hash", "must begin with $, as bcrypt and argon2 hashes do");
  return given;
}

function mongoose(fields: { hash: string; salt: string; iterations?: number }): string {
  const { hash, salt, iterations = 25_000 } = fields;
  return pbkdf2({ hash, salt: required("salt", salt) }, "sha256", iterations);
}

type Members = Readonly<Record<string, unknown>>;

function keycloak(given: Members): string {
  const credential = passwordOf(Array.isArray(given) ? given : given["credentials"]) ?? given;
  const of = (...names: string[]) => names.map((name) => credential[name]).find((value) => value !== undefined);
  const secret = parsed("secretData", of("secretData", "secret_data") ?? credential);
  const data = parsed("credentialData", of("credentialData", "credential_data") ?? credential);
  const salt = phcBytes("salt", required("secretData.salt", secret["salt"]), "base64");
  const value = required("secretData.value", secret["value"] ?? secret["hashedSaltedValue"]);
  const iterations = number("credentialData.hashIterations", Number(data["hashIterations"]));
  const algorithm = required("credentialData.algorithm", data["algorithm"]);
  if (algorithm === "argon2") {
    const additional = parsed("additionalParameters", data["additionalParameters"]);
    const parameter = (name: string) => required(`additionalParameters.${name}`, [additional[name]].flat()[0]);
    const version = { "1.0": 16, "1.3": 19 }[parameter("version")];
    if (!version) throw unreadable("additionalParameters.version", "must be 1.0 or 1.3");
    const costs = `m=${parameter("memory")},t=${iterations},p=${parameter("parallelism")}`;
    return `$argon2${parameter("type")}$v=${version}$${costs}$${salt}$${phcBytes("value", value, "base64")}`;
  }
  const digest = { pbkdf2: "sha1", "pbkdf2-sha256": "sha256", "pbkdf2-sha512": "sha512" }[algorithm];
  if (!digest) throw unreadable("algorithm", "must be argon2, pbkdf2, pbkdf2-sha256 or pbkdf2-sha512");
  return pbkdf2({ hash: value, salt, keyEncoding: "base64", saltEncoding: "base64" }, digest as "sha256", iterations);
}

/** Finds the password among a user's credentials, which may also include a credential for one-time codes. */
function passwordOf(credentials: unknown): Members | undefined {
  if (!Array.isArray(credentials)) return undefined;
  const found = credentials.find((one) => one?.type === undefined || one.type === "password");
  if (!found) throw unreadable("credentials", "has no password");
  return found as Members;
}

/**
 * Converts the formats that `password_hasher` can name in Clerk's API. A digest that already says how it was made is
 * not changed.
 */
function clerk(digest: string, hasher: string): string {
  const parts = digest.split("$");
  switch (hasher) {
    case "bcrypt":
    case "argon2i":
    case "argon2id":
    case "pbkdf2_sha256_django":
    case "scrypt_firebase":
      return digest;
    case "bcrypt_sha256_django":
      return digest.startsWith("bcrypt_sha256$") ? digest : `bcrypt_sha256$${digest}`;
    case "ldap_ssha":
      return digest.startsWith("{") ? digest : `{SSHA}${digest}`;
    case "scrypt_werkzeug":
      return digest.replace(/^\$/, "");
    case "pbkdf2_sha1":
    case "pbkdf2_sha256":
    case "pbkdf2_sha512":
    case "pbkdf2_sha512_hex": {
      // `pbkdf2_sha256$<iterations>$<salt>$<key>`. For SHA-1, the key's length follows.
      const [, iterations, salt, key] = parts;
      if (!salt || !key) throw unreadable("digest", `must be ${hasher}$iterations$salt$key`);
      const name = hasher.split("_")[1] as "sha1" | "sha256" | "sha512";
      const isHex = hasher.endsWith("_hex") || name === "sha1";
      const [saltEncoding, keyEncoding] = isHex
        ? ([/^(?:[0-9a-f]{2})+$/i.test(salt) ? "hex" : "text", "hex"] as const)
        : (["base64", "base64"] as const);
      return pbkdf2({ hash: key, salt, saltEncoding, keyEncoding }, name, Number(iterations));
    }
    default:
      throw unreadable("hasher", "is not supported; send these users a reset link");
  }
}

function auth0(given: Members): string {
  const custom = parsed("custom_password_hash", given["custom_password_hash"] ?? given);
  const { algorithm } = custom;
  const hash = parsed("hash", custom["hash"]);
  const value = required("hash.value", hash["value"]);
  const password = parsed("password", custom["password"] ?? {});
  if (password["encoding"] !== undefined && password["encoding"] !== "utf8") {
    throw unreadable("password.encoding", "must be utf8");
  }
  if (algorithm === "scrypt") {
    const salt = parsed("salt", custom["salt"]);
    const cost = (name: string) => Number(custom[name]);
    const keyEncoding = encodingOf("hash.encoding", hash["encoding"]);
    if (keyEncoding === "text") throw unreadable("hash.encoding", "must be hex or base64");
    return scrypt(
      {
        hash: value,
        salt: required("salt.value", salt["value"]),
        saltEncoding: encodingOf("salt.encoding", salt["encoding"] ?? "utf8"),
        keyEncoding,
      },
      { N: cost("cost"), r: cost("blockSize"), p: cost("parallelization") },
    );
  }
  if (["argon2", "bcrypt", "pbkdf2", "ldap"].includes(String(algorithm))) return value;
  throw unreadable("algorithm", "must be argon2, bcrypt, ldap, pbkdf2 or scrypt; other algorithms can't be verified");
}

function encodingOf(name: string, value: unknown): BytesEncoding {
  if (value === "hex" || value === "base64") return value;
  if (value === "utf8") return "text";
  throw unreadable(name, "must be hex, base64 or utf8");
}

function magento(hash: string): string {
  const [key = "", salt = "", version = ""] = hash.split(":");
  const [kind, length = "32", passes = "2", memory = "67108864"] = version.split("_");
  if ((kind !== "2" && kind !== "3") || hash.split(":").length !== 3) {
    throw unreadable("hash", "must be key:salt:2 or key:salt:3_…; older Magento hashes are single-round digests");
  }
  // libsodium's salts have 16 bytes. Magento repeats a shorter salt.
  const exact = salt.length < 16 ? (salt + salt.repeat(16)).slice(0, 16) : salt.slice(0, 16);
  if (!Number.isInteger(Number(memory) / 1024) || !(Number(length) > 0)) throw unreadable("hash", "has invalid costs");
  const costs = `m=${Number(memory) / 1024},t=${passes},p=1`;
  return `$argon2id$v=19$${costs}$${phcBytes("salt", exact, "text")}$${phcBytes("key", key, "hex", Number(length))}`;
}

function again({ from, hash, policy }: { from: string; hash: string; policy?: HashPasswordOptions }, length: number) {
  if (policy?.pepper) throw misuse("policy", "a policy without a pepper");
  const digest = required("hash", hash).toLowerCase();
  if (digest.length !== length || !/^[0-9a-f]+$/.test(digest)) {
    throw unreadable("hash", `must be ${length} hexadecimal digits`);
  }
  // bcrypt reads only 72 bytes, but a SHA-512 digest has 128 hexadecimal digits.
  const chosen = policy ?? (length > 72 ? passwordPresets.argon2id : passwordPresets.bcrypt);
  return `$${from}-hex${hashPasswordSync(digest, chosen as never)}`;
}

function required(name: string, value: unknown): string {
  const given = text(value, name) as string;
  if (given !== given.trim()) throw unreadable(name, "begins or ends with whitespace");
  return given;
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

/** Converts any base64 to base64 with padding. */
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
