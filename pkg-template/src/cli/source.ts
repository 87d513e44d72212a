import { Buffer } from "node:buffer";
import { fstatSync, readFileSync } from "node:fs";
import process from "node:process";
import { type Given, type Option, UsageError } from "./command.js";
import { prompt } from "./prompt.js";

const ALIASES = ["EDGESEAL_SECRET", "AUTH_SECRET", "BETTER_AUTH_SECRET"];
const MAX_INPUT = 1 << 20;

export const secretOptions: Readonly<Record<string, Option>> = {
  "secret-env": {
    value: "NAME",
    about:
      "The variable with the secret. Default: the first of EDGESEAL_SECRET, AUTH_SECRET, BETTER_AUTH_SECRET that is set.",
  },
  "secret-file": {
    value: "PATH",
    about: "The file with the secret; - is standard input. One newline at the end of a text is dropped.",
  },
  "secret-encoding": {
    value: "NAME",
    about: "How the secret's bytes are encoded: text (default), base64, base64url or hex.",
  },
};

export const passwordOptions: Readonly<Record<string, Option>> = {
  "password-env": { value: "NAME", about: "The variable with the password." },
  "password-file": {
    value: "PATH",
    about: "The file with the password; - is standard input. One newline at the end of a text is dropped.",
  },
};

/** A value that must not be shown, and where it comes from. */
export interface Hidden {
  value: string | Uint8Array;
  from: string;
}

export async function secretOf(given: Given): Promise<Hidden> {
  const missing = "no secret: set EDGESEAL_SECRET, or use --secret-env NAME or --secret-file PATH";
  const found = fromOptions(given, "secret") ?? ALIASES.map(fromEnvironment).find((one) => one);
  return decoded(found ?? (await fromPrompt("Secret: ", missing)), given.one("secret-encoding") ?? "text");
}

const ENCODINGS = {
  base64: /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=?|[A-Za-z0-9+/]{2})?$/,
  base64url: /^[\w-]+$/,
  hex: /^(?:[0-9A-Fa-f]{2})+$/,
};

function decoded(secret: Hidden, encoding: string): Hidden {
  if (encoding === "text") return secret;
  if (!Object.hasOwn(ENCODINGS, encoding)) {
    throw new UsageError("--secret-encoding must be text, base64, base64url or hex");
  }
  const form = encoding as keyof typeof ENCODINGS;
  const text = typeof secret.value === "string" ? secret.value : new TextDecoder().decode(secret.value);
  if (!ENCODINGS[form].test(text)) throw new UsageError(`the secret of ${secret.from} is not ${form}`);
  return { ...secret, value: new Uint8Array(Buffer.from(text, form)) };
}

/**
 * Returns the password. If `twice` is set, a prompt asks for it a second time, because a typing error would otherwise
 * go unnoticed.
 */
export async function passwordOf(given: Given, twice = false): Promise<Hidden> {
  const found = fromOptions(given, "password");
  if (found) return found;
  const missing = "no password: use --password-env NAME or --password-file PATH, or run it in a terminal";
  return fromPrompt("Password: ", missing, ...(twice ? ["Again: "] : []));
}

async function fromPrompt(question: string, missing: string, ...again: string[]): Promise<Hidden> {
  const [value, repeated = value] = await prompt([question, ...again], missing);
  if (value !== repeated) throw new UsageError("the two entries don't match");
  if (!value) throw new UsageError(missing);
  return { value, from: "the prompt" };
}

function fromOptions(given: Given, what: string): Hidden | undefined {
  const [name, path] = [given.one(`${what}-env`), given.one(`${what}-file`)];
  if (name !== undefined && path !== undefined) {
    throw new UsageError(`--${what}-env and --${what}-file are two sources: use one`);
  }
  if (path !== undefined) return { value: file(path, `--${what}-file`), from: `--${what}-file` };
  return name === undefined ? undefined : fromVariable(name, `--${what}-env`);
}

/** Returns the value of the environment variable that an option names. */
export function fromVariable(name: string, option: string): Hidden {
  const found = fromEnvironment(name);
  // The message doesn't repeat the name, because somebody may have passed the secret itself.
  if (!found) throw new UsageError(`${option} names a variable that is not set or is empty`);
  return { ...found, from: option };
}

function fromEnvironment(name: string): Hidden | undefined {
  const value = process.env[name];
  return value ? { value, from: name } : undefined;
}

function file(path: string, option: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path === "-" ? claimInput() : path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`the file of ${option} can't be read (${(error as { code?: string }).code})`);
  }
  const end = bytes.at(-1) === 10 ? (bytes.at(-2) === 13 ? -2 : -1) : undefined;
  const line = bytes.subarray(0, end);
  // If the file contains random bytes, a newline at the end may be one of them.
  return isText(line) ? line : bytes;
}

function isText(bytes: Uint8Array): boolean {
  try {
    return !/\p{Cc}/u.test(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return false;
  }
}

/**
 * Returns the argument. If it is `-`, or if it is left out and something is piped in, returns standard input instead.
 */
export async function argumentOf(given: Given): Promise<string | undefined> {
  const { argument } = given;
  if (argument !== undefined && argument !== "-") return argument;
  if (argument === undefined && !isPiped()) return undefined;
  claimInput();
  let text = "";
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const bytes of process.stdin) {
      text += decoder.decode(bytes, { stream: true });
      if (text.length > MAX_INPUT) throw new UsageError("standard input is longer than 1 MiB");
    }
    return (text + decoder.decode()).trim();
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError("standard input is not readable as UTF-8 text");
  }
}

/** Same as {@link argumentOf}, but the argument is required. */
export async function requiredOf(given: Given, what: string): Promise<string> {
  const found = await argumentOf(given);
  if (!found) throw new UsageError(`no ${what}: pass it as the argument or on standard input`);
  return found;
}

let isClaimed = false;

/** Reserves standard input, which can be used for only one value. Returns its file descriptor. */
function claimInput(): 0 {
  if (isClaimed) throw new UsageError("standard input can be used for only one value");
  isClaimed = true;
  return 0;
}

/** Returns whether standard input is a file or a pipe. */
export function isPiped(): boolean {
  try {
    const input = fstatSync(0);
    return input.isFIFO() || input.isFile() || input.isSocket();
  } catch {
    return false;
  }
}
