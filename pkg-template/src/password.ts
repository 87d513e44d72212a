import { runtime } from "./boot.js";
import { readBytes, writeParts } from "./buffer.js";
import { isBytes } from "./bytes.js";
import { createEngine } from "./engine.js";
import { PasswordError } from "./errors.js";
import { type Given, misuse } from "./options.js";
import {
  type CheckedVerifyOptions,
  checkVerifyOptions,
  formatOf,
  type GivenHashOptions,
  type HashPasswordOptions,
  type VerifyPasswordOptions,
  withHashPolicy,
  withVerifyPolicy,
} from "./policy.js";
import { phcBytes, saltAndKey } from "./phc.js";
import { callCore } from "./refusal.js";
import { hasLoneSurrogate } from "./secret.js";

/** In UTF-8 bytes. If a string's `length` is over this limit, so is its number of UTF-8 bytes. */
const MAX_PASSWORD_LENGTH = 4096;
const MAX_STORED_LENGTH = 512;

/**
 * Hashes a password and returns the string to store. Default: bcrypt with cost 12, `$2b$12$…`. The password's bytes are
 * used exactly as they are: they are never trimmed, case-folded, normalised or truncated.
 *
 * On Node, Bun and Deno, a worker thread does the work, so the event loop stays free. If there are no threads, the
 * calling thread does the work. `docs/guide/passwords.md` shows how long that takes.
 *
 * @throws {@link PasswordError} `ERR_PASSWORD_INVALID` for an empty password or text with a lone surrogate,
 * `ERR_PASSWORD_TOO_LONG` if the password is longer than 4096 bytes (72 with bcrypt), `ERR_PASSWORD_PARAMS_REFUSED` for
 * parameters that are below the minimum or above the maximum; {@link KeyError} `ERR_KEY_WEAK` for a weak pepper;
 * {@link EdgesealError} `ERR_OPTION_INVALID` for a wrong option.
 */
export async function hashPassword<const O extends GivenHashOptions<O> = HashPasswordOptions>(
  password: string | Uint8Array,
  options?: O,
): Promise<string> {
  return (await finish(beginHash(password, options))) as string;
}

/** Same as {@link hashPassword}, but synchronous and on the calling thread. */
export function hashPasswordSync<const O extends GivenHashOptions<O> = HashPasswordOptions>(
  password: string | Uint8Array,
  options?: O,
): string {
  return finishSync(beginHash(password, options)) as string;
}

/**
 * Returns whether a password matches a stored hash. The hash may be bcrypt, Argon2, scrypt, PBKDF2, SHA-crypt,
 * phpass or LDAP's salted SHA, in the formats of about 25 systems: see `docs/guide/passwords.md`.
 *
 * @throws {@link PasswordError} `ERR_PASSWORD_HASH_INVALID` if the stored hash has an unknown format,
 * `ERR_PASSWORD_PARAMS_REFUSED` if it needs more memory or time than the limits allow, `ERR_KEY_UNKNOWN` if you didn't
 * pass its pepper; these three are thrown before any hashing. `ERR_PASSWORD_TOO_LONG` for a password longer than 4096
 * bytes, `ERR_PASSWORD_INVALID` for text with a lone surrogate. {@link KeyError} `ERR_KEY_WEAK` for a weak pepper,
 * {@link EdgesealError} `ERR_OPTION_INVALID` for a wrong option.
 */
export async function verifyPassword<const O extends Given<O, VerifyPasswordOptions> = VerifyPasswordOptions>(
  password: string | Uint8Array,
  storedHash: string,
  options?: O,
): Promise<boolean> {
  const checked = checkVerify(password, storedHash, options);
  const own = formatOf(checked, storedHash);
  if (own) return (await own.verify(password, storedHash)) === true;
  for (const [given, stored] of readings(password, storedHash, checked)) {
    if (await finish(beginVerify(given, stored, checked))) return true;
  }
  return false;
}

/** Same as {@link verifyPassword}, but synchronous and on the calling thread. */
export function verifyPasswordSync<const O extends Given<O, VerifyPasswordOptions> = VerifyPasswordOptions>(
  password: string | Uint8Array,
  storedHash: string,
  options?: O,
): boolean {
  const checked = checkVerify(password, storedHash, options);
  const own = formatOf(checked, storedHash);
  if (own) {
    const verdict = own.verify(password, storedHash);
    if (typeof verdict !== "boolean") {
      // Nothing awaits the promise, so this prevents an unhandled rejection.
      Promise.resolve(verdict).catch(() => undefined);
      throw misuse("the format's verify", "a synchronous function that returns a boolean");
    }
    return verdict;
  }
  for (const [given, stored] of readings(password, storedHash, checked)) {
    if (finishSync(beginVerify(given, stored, checked))) return true;
  }
  return false;
}

/**
 * Returns whether to replace a stored hash, at the next sign-in, with a hash made with these options. Returns `true` if
 * the stored hash has a different algorithm, a lower cost, a shorter salt or hash, another system's format, or a pepper
 * other than the first one. This function doesn't compute a hash.
 *
 * @throws {@link PasswordError} `ERR_PASSWORD_HASH_INVALID` for a stored hash in an unknown format,
 * `ERR_PASSWORD_PARAMS_REFUSED` for options that {@link hashPassword} refuses; {@link EdgesealError} `ERR_OPTION_INVALID`
 * for a wrong option.
 */
export function needsRehash<const O extends GivenHashOptions<O> = HashPasswordOptions>(
  storedHash: string,
  options?: O,
): boolean {
  const { formats } = (options ?? {}) as VerifyPasswordOptions;
  if (typeof storedHash === "string" && formats && formatOf(checkVerifyOptions({ formats }), storedHash)) return true;
  checkStored(storedHash);
  return withHashPolicy(options, (policy) => policy.needsRehash(storedHash));
}

/**
 * @internal Computes bcrypt with a given salt, for `edgeseal/bcrypt`, which checks the arguments: a cost from 4 to 31
 * and a salt of 16 bytes. Zeroises the password's bytes.
 */
export async function bcryptWithSalt(password: Uint8Array, salt: Uint8Array, cost: number): Promise<string> {
  return (await finish(beginBcrypt(password, salt, cost))) as string;
}

/** @internal Same as {@link bcryptWithSalt}, but synchronous and on the calling thread. */
export function bcryptWithSaltSync(password: Uint8Array, salt: Uint8Array, cost: number): string {
  return finishSync(beginBcrypt(password, salt, cost)) as string;
}

/** The core's description of a piece of work. Any instance of the core can do that work. */
type Message = Uint8Array;

function beginBcrypt(password: Uint8Array, salt: Uint8Array, cost: number): Message {
  try {
    const message = callCore((core) => core.bcrypt(password, salt, cost));
    if (!message) throw misuse("salt", "16 bytes");
    return message;
  } finally {
    password.fill(0);
  }
}

function beginHash(password: string | Uint8Array, options: HashPasswordOptions | undefined): Message {
  return withHashPolicy(options, (policy) => withBytes(password, (bytes) => policy.hash(bytes)));
}

function checkVerify(
  password: string | Uint8Array,
  storedHash: string,
  options: VerifyPasswordOptions | undefined,
): CheckedVerifyOptions {
  const checked = checkVerifyOptions(options);
  checkPassword(password);
  if (typeof storedHash !== "string") throw misuse("storedHash", "a string");
  return checked;
}

/** Yields the password and the stored hash as given, and then the other ways to read them that `alsoTry` allows. */
function* readings(
  password: string | Uint8Array,
  storedHash: string,
  { alsoTry = [] }: CheckedVerifyOptions,
): Generator<[string | Uint8Array, string]> {
  yield [password, storedHash];
  if (alsoTry.includes("node-scrypt") && BETTER_AUTH.test(storedHash)) {
    const [salt, key] = saltAndKey(storedHash)!;
    yield [password, `$scrypt$ln=14,r=8,p=1$${phcBytes("salt", salt, "text")}$${phcBytes("key", key, "hex")}`];
  }
  if (alsoTry.includes("latin1") && typeof password === "string" && IS_LATIN1.test(password)) {
    yield [Uint8Array.from(password, (letter) => letter.charCodeAt(0)), storedHash];
  }
}

/** Better Auth's format, which other systems use with different functions. */
const BETTER_AUTH = /^[0-9a-f]{32}:[0-9a-f]{128}$/;
/** Text that both ISO 8859-1 and UTF-8 can encode, but as different bytes. */
const IS_LATIN1 = /^[\0-\xff]*[\x80-\xff][\0-\xff]*$/;

function beginVerify(password: string | Uint8Array, storedHash: string, checked: CheckedVerifyOptions): Message {
  checkStored(storedHash);
  const given = callCore((core) => core.wantsNfkc(storedHash)) ? normalised(password) : password;
  return withVerifyPolicy(checked, (policy) => withBytes(given, (bytes) => policy.verify(bytes, storedHash)));
}

/** @internal Checks the length of a stored hash before it is copied into wasm, because wasm memory never shrinks. */
export function checkStored(storedHash: unknown): void {
  if (typeof storedHash !== "string") throw misuse("storedHash", "a string");
  if (storedHash.length > MAX_STORED_LENGTH) {
    throw new PasswordError(
      "ERR_PASSWORD_HASH_INVALID",
      `the stored hash is longer than ${MAX_STORED_LENGTH} characters; if its key is that long, convert it: see npx edgeseal convert --help`,
    );
  }
}

function checkPassword(password: unknown): void {
  if (typeof password !== "string" && !isBytes(password)) {
    throw misuse("password", "a string or Uint8Array");
  }
  if (password.length > MAX_PASSWORD_LENGTH) {
    throw new PasswordError("ERR_PASSWORD_TOO_LONG", `the password is longer than ${MAX_PASSWORD_LENGTH} bytes`);
  }
}

/** Returns how many bytes of memory the work needs. This is the first number in the message. */
const memoryOf = ({ buffer, byteOffset }: Message) => new DataView(buffer, byteOffset).getUint32(0, true);

function finishSync(message: Message): string | boolean {
  const { module, platform } = runtime();
  return toResult(memoryOf(message) <= platform.keptMemory ? derive(message) : createEngine(module)(message));
}

async function finish(message: Message): Promise<string | boolean> {
  const { module, platform } = runtime();
  const kept = memoryOf(message) <= platform.keptMemory;
  const elsewhere = platform.deriveElsewhere?.(module, message, kept);
  return elsewhere ? toResult(await elsewhere) : finishSync(message);
}

/** Does the work in the package's own instance. */
function derive(message: Message): Uint8Array {
  return callCore((core) => {
    try {
      writeParts(core, message);
    } finally {
      message.fill(0);
    }
    return readBytes(core, core.derive(message.length));
  });
}

/** Converts the result to the string to store. For a verification, converts its only byte to a boolean. */
function toResult(answer: Uint8Array): string | boolean {
  if (answer.length === 0) throw new Error("edgeseal: the core did not write this message");
  return answer.length === 1 ? answer[0] === 1 : new TextDecoder().decode(answer);
}

function withBytes<T>(password: string | Uint8Array, use: (bytes: Uint8Array) => T): T {
  const bytes = passwordBytes(password);
  try {
    return use(bytes);
  } finally {
    bytes.fill(0);
  }
}

/** Returns the bytes of a password. This is always a copy, because it is zeroised later. */
function passwordBytes(password: string | Uint8Array): Uint8Array {
  checkPassword(password);
  if (typeof password !== "string") return new Uint8Array(password);
  if (hasLoneSurrogate(password)) {
    throw new PasswordError("ERR_PASSWORD_INVALID", "the password is not well-formed text");
  }
  return new TextEncoder().encode(password);
}

/** Normalises a password as Better Auth does. Bytes that are not text stay unchanged. */
function normalised(password: string | Uint8Array): string | Uint8Array {
  if (typeof password === "string") return password.normalize("NFKC");
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(password).normalize("NFKC");
  } catch {
    return password;
  }
}
