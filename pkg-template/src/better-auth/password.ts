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

/** How new passwords are hashed: {@link HashPasswordOptions} with the algorithm named. */
export type PasswordPolicy = HashPasswordOptions & { algorithm: PasswordAlgorithm };

/** What Better Auth calls, as `emailAndPassword.password`, and what {@link rehashOnSignIn} goes by. */
export interface PasswordHooks {
  /**
   * A new hash by the policy, of the password's Unicode form NFKC, as Better Auth hashes it.
   *
   * @throws Better Auth's error of status 400: `PASSWORD_TOO_LONG` for what is too long for the algorithm,
   * `INVALID_PASSWORD` for what is no text.
   */
  readonly hash: (password: string) => Promise<string>;
  /**
   * Whether the password is the one behind a stored hash of any known format. A stored hash that is damaged, or costs
   * more than the limits allow, is nobody's password: `false`, and a line in the log.
   *
   * @throws the same where {@link hash} throws it, unless the password is right all the same; {@link PasswordError} with
   * `ERR_KEY_UNKNOWN` where the hash's pepper is not among the policy's.
   */
  readonly verify: (given: { hash: string; password: string }) => Promise<boolean>;
  /** Whether the stored hash is to be replaced by a new one of this password, and can be. Costs no work. */
  readonly needsRehash: (given: { hash: string; password: string }) => boolean;
}

/**
 * The password hooks of Better Auth's `emailAndPassword.password`. They verify its own hashes and every other format
 * that {@link verifyPassword} knows, and write those of the policy: by default argon2id, which reads the whole of the
 * 128 characters that Better Auth allows, and fits into every edge runtime.
 *
 * @throws {@link PasswordError} `ERR_PASSWORD_PARAMS_REFUSED`, {@link EdgesealError} `ERR_OPTION_INVALID`,
 * {@link KeyError} for a weak pepper: at once.
 */
export function password(policy: PasswordPolicy = passwordPresets.argon2id): PasswordHooks {
  if (!isPlain(policy) || !Object.hasOwn(policy, "algorithm")) {
    throw misuse("algorithm", 'named: password({ algorithm: "argon2id" })');
  }
  needsRehash(ANY_HASH, policy);
  // Later changes of the caller's object would be a second policy.
  const options = Object.freeze({ ...policy });
  const { pepper, maxMemory } = options;
  const reading = { ...(pepper && { pepper }), ...(maxMemory !== undefined && { maxMemory }) };
  const isTooLong = (given: string) => options.algorithm === "bcrypt" && utf8Length(nfkc(given)) > BCRYPT_LENGTH;
  /** What answers for an address that nobody has is not to be faster than for the others. */
  const spendTime = () => hashPassword("edgeseal", options);

  const hash = async (given: string): Promise<string> => {
    if (isTooLong(given)) {
      await spendTime();
      throw tooLong();
    }
    // As long as verifying takes, in both forms, for the same reason.
    if (nfkc(given) !== given) await spendTime();
    return badRequests(() => hashPassword(nfkc(given), options));
  };
  const verify = async ({ hash, password }: { hash: string; password: string }): Promise<boolean> => {
    try {
      const normal = nfkc(password);
      let right = await badRequests(() => verifyPassword(normal, hash, reading));
      // As it is typed, by systems that hashes were taken over from.
      if (!right && normal !== password) right = await verifyPassword(password, hash, reading);
      // Better Auth hashes what is given for unknown addresses: answered in another way, it would tell who is known.
      if (!right && isTooLong(password)) throw tooLong();
      return right;
    } catch (cause) {
      if (!isEdgesealError(cause) || !OF_STORED_HASH.has(cause.code)) throw cause;
      warn(`a stored hash was refused, ${cause.code}: its user needs a new password`);
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

/** In bytes. */
const BCRYPT_LENGTH = 72;
const ANY_HASH = `$2b$12$${".".repeat(53)}`;
/** Faults of one stored hash. That of a pepper is the configuration's, and everybody's. */
const OF_STORED_HASH: ReadonlySet<string> = new Set(["ERR_PASSWORD_HASH_INVALID", "ERR_PASSWORD_PARAMS_REFUSED"]);

/** A password is its Unicode form NFKC, as Better Auth has it: what keyboards type differently is one password. */
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

/** Better Auth knows its `APIError` by this name too, and answers what stands in it. */
function badRequest(code: string, message: string): Error {
  const answer = { name: "APIError", status: "BAD_REQUEST", statusCode: 400, headers: {}, body: { code, message } };
  return Object.assign(new Error(message), answer);
}

let warned = 0;

/** Once a minute: whoever knows such an address could fill the log. */
function warn(reason: string): void {
  if (Date.now() - warned < 60_000) return;
  warned = Date.now();
  console.error(`edgeseal/better-auth: ${reason}`);
}
