import { internal, PasswordError } from "edgeseal";
import { checkOptions, flag, integer } from "../options.js";
import { decodeBase64, encodeBase64 } from "./base64.js";
import { DEFAULT_COST, genSaltSync, parseSetting, setRandomFallback, type Setting } from "./setting.js";
import { isSame, MAX_LENGTH, passwordBytes } from "./text.js";
import type { Bcrypt, BcryptRules, Callback, ProgressCallback } from "./types.js";

export type { Bcrypt, BcryptRules } from "./types.js";

const checks = { allowTruncate: flag, maxCost: integer(4, 31) };
const HASH_LENGTH = 60;
/** The length of a hash's prefix, which consists of the version, rounds and salt. */
const SETTING_LENGTH = 29;

/**
 * Returns bcryptjs's functions with your own rules: `const bcrypt = createBcrypt({ allowTruncate: true })`.
 *
 * @throws {@link EdgesealError} `ERR_OPTION_INVALID` for an invalid option.
 */
export function createBcrypt(rules?: BcryptRules): Bcrypt {
  const checked = checkOptions(rules, checks);
  const maxCost = (checked.maxCost as number | undefined) ?? 16;

  /** Checks the arguments before doing any work. */
  const prepare = (password: string, salt: string, allowTruncate: unknown): Setting & { password: Uint8Array } => {
    const setting = parseSetting(salt);
    if (setting.cost > maxCost) {
      const message = `the cost is above ${maxCost}: to allow it, raise maxCost of createBcrypt`;
      throw new PasswordError("ERR_PASSWORD_PARAMS_REFUSED", message);
    }
    const bytes = passwordBytes(password);
    if (bytes.length > MAX_LENGTH && allowTruncate !== true) {
      bytes.fill(0);
      throw new PasswordError("ERR_PASSWORD_TOO_LONG", `the password is longer than ${MAX_LENGTH} bytes`);
    }
    return { ...setting, password: bytes };
  };

  const computeSync = (text: string, setting: string, allowTruncate: unknown): string => {
    const { version, cost, salt, password } = prepare(text, setting, allowTruncate);
    return version + internal.bcryptWithSaltSync(password, salt, cost).slice(version.length);
  };

  const compute = async (text: string, setting: string, allowTruncate: unknown, progress?: ProgressCallback) => {
    const { version, cost, salt, password } = prepare(text, setting, allowTruncate);
    progress?.(0);
    const hash = await internal.bcryptWithSalt(password, salt, cost);
    progress?.(1);
    return version + hash.slice(version.length);
  };

  const hashSync = (password: unknown, salt: unknown = DEFAULT_COST): string => {
    const setting = typeof salt === "number" ? genSaltSync(salt) : salt;
    if (typeof password !== "string" || typeof setting !== "string") throw illegal(password, setting);
    return computeSync(password, setting, checked.allowTruncate);
  };

  const hash = async (password: unknown, salt: unknown, progress?: ProgressCallback): Promise<string> => {
    if (typeof password !== "string") throw illegal(password, salt);
    const setting = typeof salt === "number" ? genSaltSync(salt) : salt;
    if (typeof setting !== "string") throw illegal(password, salt);
    return compute(password, setting, checked.allowTruncate, progress);
  };

  const compareSync = (password: unknown, hash: unknown): boolean => {
    if (typeof password !== "string" || typeof hash !== "string") throw illegal(password, hash);
    if (hash.length !== HASH_LENGTH) return false;
    return isSame(computeSync(password, hash.slice(0, SETTING_LENGTH), true), hash);
  };

  const compare = async (password: unknown, hash: unknown, progress?: ProgressCallback): Promise<boolean> => {
    if (typeof password !== "string" || typeof hash !== "string") throw illegal(password, hash);
    if (hash.length !== HASH_LENGTH) return false;
    return isSame(await compute(password, hash.slice(0, SETTING_LENGTH), true, progress), hash);
  };

  return {
    hashSync,
    hash: (password: unknown, salt: unknown, callback?: unknown, progress?: ProgressCallback) =>
      withCallback(callback, () => hash(password, salt, progress)),
    compareSync,
    compare: (password: unknown, stored: unknown, callback?: unknown, progress?: ProgressCallback) =>
      withCallback(callback, () => compare(password, stored, progress)),
    genSaltSync,
    genSalt,
    getRounds,
    getSalt,
    truncates,
    encodeBase64,
    decodeBase64,
    setRandomFallback,
  } as Bcrypt;
}

function genSalt(...given: unknown[]): unknown {
  const at = given.slice(0, 2).findIndex((one) => typeof one === "function");
  const callback = given[at < 0 ? 2 : at];
  const rounds = at === 0 ? undefined : given[0];
  if (rounds !== undefined && typeof rounds !== "number") throw new Error(`illegal arguments: ${typeof rounds}`);
  return withCallback(callback, async () => genSaltSync(rounds));
}

function getRounds(hash: unknown): number {
  if (typeof hash !== "string") throw illegal(hash);
  return Number.parseInt(hash.split("$")[2]!, 10);
}

function getSalt(hash: unknown): string {
  if (typeof hash !== "string") throw illegal(hash);
  if (hash.length !== HASH_LENGTH) throw new Error(`Illegal hash length: ${hash.length} != ${HASH_LENGTH}`);
  return hash.slice(0, SETTING_LENGTH);
}

function truncates(password: unknown): boolean {
  if (typeof password !== "string") throw illegal(password);
  const bytes = passwordBytes(password);
  bytes.fill(0);
  return bytes.length > MAX_LENGTH;
}

/** Calls the callback with the result, or returns a promise if there is no callback. */
function withCallback<T>(callback: unknown, work: () => Promise<T>): Promise<T> | undefined {
  if (!callback) return work();
  if (typeof callback !== "function") throw new Error(`Illegal callback: ${typeof callback}`);
  // The callback is called outside the promise, so that an error that it throws reaches the process.
  const call = (...given: Parameters<Callback<T>>) => queueMicrotask(() => callback(...given));
  work().then(
    (result) => call(null, result),
    (error) => call(error),
  );
  return undefined;
}

const illegal = (...given: unknown[]) => new Error(`Illegal arguments: ${given.map((one) => typeof one).join(", ")}`);
