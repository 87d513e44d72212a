import { hashPassword as hash, verifyPassword as verify } from "./edgeseal_bg.js";
import { PasswordError, refusing } from "./errors.js";
import { flag, integer, misuse, only, take } from "./options.js";
import { hasLoneSurrogate } from "./secret.js";

/** How to hash a password. */
export interface HashPasswordOptions {
  /** bcrypt is the only one. */
  algorithm?: "bcrypt";
  /** bcrypt's cost, 10 to 16: one more doubles the time. Default 12. */
  cost?: number;
  /** Takes a cost from 4 on: for tests. */
  allowWeakParams?: boolean;
}

const checks = {
  algorithm: only("bcrypt"),
  cost: integer(0, 99),
  allowWeakParams: flag,
};

/**
 * Hashes a password with bcrypt: `$2b$12$…`, to be stored as it is. A password's bytes are used
 * exactly: nothing is trimmed, folded or cut off.
 *
 * Blocks the thread while it hashes, some 0.3 seconds at cost 12.
 *
 * @throws {@link PasswordError} for an empty password, one over 72 bytes, or a cost out of range.
 */
export function hashPasswordSync(password: string | Uint8Array, options?: HashPasswordOptions): string {
  const settings = take(options, checks);
  return withBytes(password, (bytes) => refusing(() => hash(bytes, settings)));
}

/**
 * Whether a password is the one behind a stored bcrypt hash.
 *
 * Blocks the thread while it hashes, some 0.3 seconds at cost 12.
 *
 * @throws {@link PasswordError} for a stored hash that is of no known format or asks for too much
 * work. A wrong password is `false`.
 */
export function verifyPasswordSync(password: string | Uint8Array, storedHash: string): boolean {
  if (typeof storedHash !== "string") throw misuse("storedHash", "a string");
  return withBytes(password, (bytes) => refusing(() => verify(bytes, storedHash)));
}

/** {@link hashPasswordSync} as a promise; refusals reject it. */
export async function hashPassword(password: string | Uint8Array, options?: HashPasswordOptions): Promise<string> {
  return hashPasswordSync(password, options);
}

/** {@link verifyPasswordSync} as a promise; refusals reject it. */
export async function verifyPassword(password: string | Uint8Array, storedHash: string): Promise<boolean> {
  return verifyPasswordSync(password, storedHash);
}

function withBytes<T>(password: string | Uint8Array, use: (bytes: Uint8Array) => T): T {
  const bytes = passwordBytes(password);
  try {
    return use(bytes);
  } finally {
    bytes.fill(0);
  }
}

function passwordBytes(password: string | Uint8Array): Uint8Array {
  if (password instanceof Uint8Array) return Uint8Array.from(password);
  if (typeof password !== "string") throw misuse("password", "a string or Uint8Array");
  if (hasLoneSurrogate(password)) {
    throw new PasswordError("ERR_PASSWORD_INVALID", "the password is not well-formed text");
  }
  return new TextEncoder().encode(password);
}
