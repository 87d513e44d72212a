import { runtime } from "./boot.js";
import { isBytes } from "./bytes.js";
import { createEngine } from "./engine.js";
import { PasswordError } from "./errors.js";
import { type Given, misuse } from "./options.js";
import {
  type GivenHashOptions,
  type HashPasswordOptions,
  type VerifyPasswordOptions,
  withHashPolicy,
  withVerifyPolicy,
} from "./policy.js";
import { ask } from "./refusal.js";
import { readBytes, writeParts } from "./buffer.js";
import { hasLoneSurrogate } from "./secret.js";

/** In UTF-8 bytes, of which a text has at least as many as it has UTF-16 units. */
const MAX_PASSWORD_LENGTH = 4096;
const MAX_STORED_LENGTH = 512;

/**
 * Hashes a password into the string to store: bcrypt with cost 12, `$2b$12$…`, unless the options
 * name another algorithm. A password's bytes are used exactly: nothing is trimmed, folded,
 * normalised or cut off.
 *
 * On Node, Bun and Deno a worker thread does the work and the event loop stays free. Elsewhere, and
 * where threads can't be had, it is done here: see `docs/guide/passwords.md` for what that costs.
 *
 * @throws {@link PasswordError} `ERR_PASSWORD_INVALID` for an empty password or text with a lone
 * surrogate, `ERR_PASSWORD_TOO_LONG` over 4096 bytes, or over the 72 that bcrypt reads,
 * `ERR_PASSWORD_PARAMS_REFUSED` for parameters below their floor or above their ceiling.
 */
export async function hashPassword<const O extends GivenHashOptions<O> = HashPasswordOptions>(
  password: string | Uint8Array,
  options?: O,
): Promise<string> {
  return (await finished(beginHash(password, options))) as string;
}

/** {@link hashPassword} at once, on this thread. */
export function hashPasswordSync<const O extends GivenHashOptions<O> = HashPasswordOptions>(
  password: string | Uint8Array,
  options?: O,
): string {
  return finishedHere(beginHash(password, options)) as string;
}

/**
 * Whether a password is the one behind a stored hash, whichever system made it: bcrypt, Argon2,
 * scrypt and PBKDF2 in their own spellings and in those of Better Auth, Django, Werkzeug, passlib
 * and crypt(3). A wrong password is `false`.
 *
 * @throws {@link PasswordError} `ERR_PASSWORD_HASH_INVALID` for a stored hash of no known format,
 * `ERR_PASSWORD_PARAMS_REFUSED` for one that asks for more memory or time than any honest one,
 * `ERR_KEY_UNKNOWN` for one whose pepper is not given. None of these costs work.
 */
export async function verifyPassword<const O extends Given<O, VerifyPasswordOptions> = VerifyPasswordOptions>(
  password: string | Uint8Array,
  storedHash: string,
  options?: O,
): Promise<boolean> {
  return (await finished(beginVerify(password, storedHash, options))) as boolean;
}

/** {@link verifyPassword} at once, on this thread. */
export function verifyPasswordSync<const O extends Given<O, VerifyPasswordOptions> = VerifyPasswordOptions>(
  password: string | Uint8Array,
  storedHash: string,
  options?: O,
): boolean {
  return finishedHere(beginVerify(password, storedHash, options)) as boolean;
}

/**
 * Whether a stored hash is to be replaced by one with these options at the next sign-in: another
 * algorithm, less of any cost, a shorter salt or hash, another system's spelling, another pepper
 * than the first. Costs no work.
 *
 * @throws {@link PasswordError} `ERR_PASSWORD_HASH_INVALID` for a stored hash of no known format.
 */
export function needsRehash<const O extends GivenHashOptions<O> = HashPasswordOptions>(
  storedHash: string,
  options?: O,
): boolean {
  checkStored(storedHash);
  return withHashPolicy(options, (policy) => policy.needsRehash(storedHash));
}

/**
 * @internal bcrypt with a salt of the caller's, for `edgeseal/bcrypt`, which checks what is given: a cost of 4 to 31,
 * 16 bytes of salt. The password's bytes are zeroised.
 */
export async function bcryptWithSalt(password: Uint8Array, salt: Uint8Array, cost: number): Promise<string> {
  return (await finished(beginBcrypt(password, salt, cost))) as string;
}

/** @internal {@link bcryptWithSalt} at once, on this thread. */
export function bcryptWithSaltSync(password: Uint8Array, salt: Uint8Array, cost: number): string {
  return finishedHere(beginBcrypt(password, salt, cost)) as string;
}

/** Work that waits to be done, as the core wrote it: any instance can do it. */
type Message = Uint8Array;

function beginBcrypt(password: Uint8Array, salt: Uint8Array, cost: number): Message {
  try {
    const message = ask((core) => core.bcrypt(password, salt, cost));
    if (!message) throw misuse("salt", "16 bytes");
    return message;
  } finally {
    password.fill(0);
  }
}

function beginHash(password: string | Uint8Array, options: HashPasswordOptions | undefined): Message {
  return withHashPolicy(options, (policy) => withBytes(password, (bytes) => policy.hash(bytes)));
}

function beginVerify(
  password: string | Uint8Array,
  storedHash: string,
  options: VerifyPasswordOptions | undefined,
): Message {
  checkStored(storedHash);
  checkPassword(password);
  const given = ask((core) => core.wantsNfkc(storedHash)) ? normalised(password) : password;
  return withVerifyPolicy(options, (policy) => withBytes(given, (bytes) => policy.verify(bytes, storedHash)));
}

/** @internal Before anything is copied into wasm, whose memory never shrinks. */
export function checkStored(storedHash: unknown): void {
  if (typeof storedHash !== "string") throw misuse("storedHash", "a string");
  if (storedHash.length > MAX_STORED_LENGTH) {
    throw new PasswordError("ERR_PASSWORD_HASH_INVALID", "the stored hash has an unknown format or is damaged");
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

/** Of a message the first number: the memory that its work takes, in bytes. */
const memoryOf = ({ buffer, byteOffset }: Message) => new DataView(buffer, byteOffset).getUint32(0, true);

function finishedHere(message: Message): string | boolean {
  const { module, platform } = runtime();
  return concluded(memoryOf(message) <= platform.keptMemory ? derive(message) : createEngine(module)(message));
}

async function finished(message: Message): Promise<string | boolean> {
  const { module, platform } = runtime();
  const kept = memoryOf(message) <= platform.keptMemory;
  const elsewhere = platform.deriveElsewhere?.(module, message, kept);
  return elsewhere ? concluded(await elsewhere) : finishedHere(message);
}

/** In the package's own instance. */
function derive(message: Message): Uint8Array {
  return ask((core) => {
    try {
      writeParts(core, message);
    } finally {
      message.fill(0);
    }
    return readBytes(core, core.derive(message.length));
  });
}

/** A stored string, or of a verification one byte. */
function concluded(answer: Uint8Array): string | boolean {
  if (answer.length === 0) throw new Error("edgeseal: this is no work of the core's");
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

/** The bytes of a password. Always a copy, to be zeroised. */
function passwordBytes(password: string | Uint8Array): Uint8Array {
  checkPassword(password);
  if (typeof password !== "string") return new Uint8Array(password);
  if (hasLoneSurrogate(password)) {
    throw new PasswordError("ERR_PASSWORD_INVALID", "the password is not well-formed text");
  }
  return new TextEncoder().encode(password);
}

/** As Better Auth normalises. Bytes that are no text have no such form, and stay what they are. */
function normalised(password: string | Uint8Array): string | Uint8Array {
  if (typeof password === "string") return password.normalize("NFKC");
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(password).normalize("NFKC");
  } catch {
    return password;
  }
}
