// A user as the Worker makes one: the rules of worker/src/user.rs and worker/src/password.rs, for who is no browser.
import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { at } from "../../scripts/run.mjs";
import { Failure } from "./failure.mjs";

const EMAIL = /^(?!\.)(?!.*\.\.)[A-Za-z0-9_'+.-]*[A-Za-z0-9_+-]@(?:[A-Za-z0-9][A-Za-z0-9-]*\.)+[A-Za-z]{2,}$/;

/** An e-mail address in the one form that is stored and looked up. */
export function parseEmail(text) {
  if (!EMAIL.test(text) || text.length > 254) {
    throw new Failure("INVALID_EMAIL", "That is not an e-mail address that the Worker takes.");
  }
  return text.toLowerCase();
}

export function checkName(text) {
  if (text.length > 256 || /\p{Cc}/u.test(text) || !text.isWellFormed()) {
    throw new Failure("INVALID_NAME", "A name has at most 256 characters and no control characters.");
  }
  return text;
}

const MAX_MEMORY = 64 * 2 ** 20;

/** Options for `hashPassword` as the Worker has them of `PASSWORD_ALGORITHM` and `PASSWORD_PARAMS`. */
export function hashing({ PASSWORD_ALGORITHM, PASSWORD_PARAMS = {} }) {
  const algorithm = PASSWORD_ALGORITHM || "bcrypt";
  let params = PASSWORD_PARAMS;
  try {
    if (typeof params === "string") params = JSON.parse(params);
  } catch {
    throw new Failure("CONFIG_INVALID", "PASSWORD_PARAMS is not JSON.");
  }
  // The one default that is not the package's: an isolate has not the memory for that.
  const defaults = algorithm === "scrypt" ? { N: 2 ** 15, r: 8, p: 3 } : {};
  return { algorithm, ...defaults, ...params, maxMemory: MAX_MEMORY };
}

/** The string to store for a new password, which is refused where the Worker refuses it. */
export async function hash(password, options) {
  if (password.length > 128) throw new Failure("PASSWORD_TOO_LONG", "A password has at most 128 characters.");
  if (password.length < 8) throw new Failure("PASSWORD_TOO_SHORT", "A password has at least 8 characters.");
  if (password.includes("\0")) throw new Failure("VALIDATION_ERROR", "A password can't contain NUL.");
  const text = password.normalize("NFKC");
  const common = readFileSync(at("worker/src/password/common.txt"), "utf8").split("\n");
  if (common.includes(text.toLowerCase())) {
    throw new Failure("PASSWORD_COMPROMISED", "Many people have that password: take another one.");
  }
  const { hashPassword } = await built();
  try {
    return await hashPassword(text, options);
  } catch (cause) {
    if (cause.code === "ERR_PASSWORD_TOO_LONG") {
      throw new Failure("PASSWORD_TOO_LONG", "With bcrypt a password has at most 72 bytes.");
    }
    if (/^ERR_(OPTION|PASSWORD_PARAMS)/.test(cause.code)) {
      throw new Failure("CONFIG_INVALID", `PASSWORD_PARAMS: ${cause.message}`);
    }
    throw cause;
  }
}

/** The built package: what hashes in the Worker hashes here. */
export async function built() {
  try {
    return await import("../../pkg/index.js");
  } catch (cause) {
    if (cause.code !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new Failure("NOT_BUILT", "The package that hashes is not built. Run: npm run build");
  }
}

const ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** Random letters and digits: 32 are an id in Better Auth's shape, 20 a password of 119 bits. */
export const random = (length) => Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");

export const isSessionId = (text) => /^[A-Za-z0-9]{32}$/.test(text);
