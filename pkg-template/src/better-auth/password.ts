import {
  hashPassword,
  type HashPasswordOptions,
  isEdgesealError,
  needsRehash,
  type PasswordAlgorithm,
  passwordPresets,
  verifyPassword,
} from "edgeseal";
import { isPlain, misuse } from "../options.js";

/** How new passwords are hashed: {@link HashPasswordOptions} with a required `algorithm`. */
export type PasswordPolicy = HashPasswordOptions & { algorithm: PasswordAlgorithm };

/** The functions for Better Auth's `emailAndPassword.password` and {@link rehashOnSignIn}. */
export interface PasswordHooks {
  /**
   * Normalizes the password to NFKC, as Better Auth does, and hashes it according to the policy.
   *
   * @throws Better Auth's error with status 400: `PASSWORD_TOO_LONG` if the password is too long for the algorithm,
   * `INVALID_PASSWORD` if it is malformed text.
   */
  readonly hash: (password: string) => Promise<string>;
  /**
   * Returns whether the password matches a stored hash, which may be in any supported format. If the stored hash is
   * damaged, or costs more than the limits allow, the function logs a line and returns `false`.
   *
   * @throws the errors of {@link hash}, unless the password matches; {@link PasswordError} `ERR_KEY_UNKNOWN` if the
   * policy doesn't include the pepper that the hash was made with.
   */
  readonly verify: (given: { hash: string; password: string }) => Promise<boolean>;
  /**
   * Returns whether the stored hash should be replaced with a new hash of this password. Returns `false` if the
   * password is too long for the policy. Doesn't compute a hash.
   */
  readonly needsRehash: (given: { hash: string; password: string }) => boolean;
}

/**
 * Returns the hooks for Better Auth's `emailAndPassword.password`. They verify Better Auth's own hashes, and hashes in
 * every other format that {@link verifyPassword} supports. New hashes follow the policy. The default policy is
 * argon2id. It reads all 128 characters that Better Auth allows, and its memory use is low enough for every edge
 * runtime.
 *
 * @throws {@link PasswordError} `ERR_PASSWORD_PARAMS_REFUSED` for a weak or too costly policy, {@link EdgesealError}
 * `ERR_OPTION_INVALID` for an invalid option, {@link KeyError} `ERR_KEY_WEAK` for a weak pepper.
 */
export function password(policy: PasswordPolicy = passwordPresets.argon2id): PasswordHooks {
  if (!isPlain(policy) || !Object.hasOwn(policy, "algorithm")) {
    throw misuse("algorithm", 'named: password({ algorithm: "argon2id" })');
  }
  needsRehash(ANY_HASH, policy);
  // Copy the options, because later changes to the caller's object must not change the policy.
  const options = Object.freeze({ ...policy });
  const { pepper, maxMemory, legacyKeys, alsoTry, formats } = options;
  const reading = {
    ...(pepper && { pepper }),
    ...(maxMemory !== undefined && { maxMemory }),
    ...(legacyKeys && { legacyKeys }),
    ...(alsoTry && { alsoTry }),
    ...(formats && { formats }),
  };
  const isTooLong = (given: string) => options.algorithm === "bcrypt" && utf8Length(nfkc(given)) > BCRYPT_LENGTH;
  /** Responses for unknown addresses must take as long as responses for known addresses. */
  const spendTime = () => hashPassword("edgeseal", options);

  const hash = async (given: string): Promise<string> => {
    if (isTooLong(given)) {
      await spendTime();
      throw tooLong();
    }
    // If NFKC changes a password, `verify` below tries both forms, which takes twice as long. Hashing such a password
    // must take just as long.
    if (nfkc(given) !== given) await spendTime();
    return badRequests(() => hashPassword(nfkc(given), options));
  };
  const verify = async ({ hash, password }: { hash: string; password: string }): Promise<boolean> => {
    try {
      const normal = nfkc(password);
      let matches = await badRequests(() => verifyPassword(normal, hash, reading));
      // Other systems hash the password as it was typed.
      if (!matches && normal !== password) matches = await verifyPassword(password, hash, reading);
      // For unknown addresses, Better Auth calls `hash`, which throws this error. A different result here would reveal
      // which addresses are known.
      if (!matches && isTooLong(password)) throw tooLong();
      return matches;
    } catch (cause) {
      if (!isEdgesealError(cause) || !OF_STORED_HASH.has(cause.code)) throw cause;
      warn(`a stored hash was refused (${cause.code}): its user needs a new password`);
      await spendTime();
      if (isTooLong(password)) throw tooLong();
      return false;
    }
  };
  return {
    hash,
    verify,
    needsRehash: ({ hash, password }) => needsRehash(hash, options) && !isTooLong(password),
  };
}

/** The number of bytes that bcrypt reads from a password; it ignores the rest. */
const BCRYPT_LENGTH = 72;
const ANY_HASH = `$2b$12$${".".repeat(53)}`;
/**
 * Errors that concern a single stored hash. A missing pepper isn't one of them: it is a configuration error that
 * affects all users.
 */
const OF_STORED_HASH: ReadonlySet<string> = new Set(["ERR_PASSWORD_HASH_INVALID", "ERR_PASSWORD_PARAMS_REFUSED"]);

/**
 * Normalizes a password as Better Auth does: different keyboards may encode the same password differently, and NFKC
 * makes the results equal.
 */
const nfkc = (given: string) => (typeof given === "string" ? given.normalize("NFKC") : given);
const utf8Length = (text: string) => new TextEncoder().encode(text).length;

async function badRequests<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = isEdgesealError(cause) ? cause.code : undefined;
    if (code === "ERR_PASSWORD_TOO_LONG") throw tooLong();
    if (code === "ERR_PASSWORD_INVALID") throw badRequest("INVALID_PASSWORD", "Invalid password");
    throw cause;
  }
}

const tooLong = () => badRequest("PASSWORD_TOO_LONG", "Password too long");

/** Better Auth recognizes its own `APIError` by this name, too, and responds with this status and body. */
function badRequest(code: string, message: string): Error {
  const answer = { name: "APIError", status: "BAD_REQUEST", statusCode: 400, headers: {}, body: { code, message } };
  return Object.assign(new Error(message), answer);
}

let warned = 0;

/**
 * Logs at most once a minute, because otherwise anybody who knows the address of an affected user could fill the log.
 */
function warn(reason: string): void {
  if (Date.now() - warned < 60_000) return;
  warned = Date.now();
  console.error(`edgeseal/better-auth: ${reason}`);
}
