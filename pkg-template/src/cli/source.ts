import { Buffer } from "node:buffer";
import { fstatSync, readFileSync } from "node:fs";
import process from "node:process";
import { type Given, type Option, UsageError } from "./command.js";
import { ask } from "./prompt.js";

const ALIASES = ["EDGESEAL_SECRET", "AUTH_SECRET", "BETTER_AUTH_SECRET"];
const MAX_INPUT = 1 << 20;

export const secretOptions: Readonly<Record<string, Option>> = {
  "secret-env": {
    value: "NAME",
    about:
      "The variable that holds the secret. Default: the first set of EDGESEAL_SECRET, AUTH_SECRET, BETTER_AUTH_SECRET.",
  },
  "secret-file": {
    value: "PATH",
    about: "A file that is the secret, - is standard input. Of a text one newline at its end is dropped.",
  },
  "secret-encoding": {
    value: "NAME",
    about: "How the secret's bytes are written: text (the default), base64, base64url or hex.",
  },
};

export const passwordOptions: Readonly<Record<string, Option>> = {
  "password-env": { value: "NAME", about: "The variable that holds the password." },
  "password-file": {
    value: "PATH",
    about: "A file that is the password, - is standard input. Of a text one newline at its end is dropped.",
  },
};

/** A value that must not be shown, and where it is from. */
export interface Hidden {
  value: string | Uint8Array;
  from: string;
}

export async function secretOf(given: Given): Promise<Hidden> {
  const without = "there is no secret: set EDGESEAL_SECRET, or use --secret-env NAME or --secret-file PATH";
  const found = stored(given, "secret") ?? ALIASES.map(fromEnvironment).find((one) => one);
  return decoded(found ?? (await asked("Secret: ", without)), given.one("secret-encoding") ?? "text");
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

/** `twice` where a slip of the finger would not be seen later. */
export async function passwordOf(given: Given, twice = false): Promise<Hidden> {
  const found = stored(given, "password");
  if (found) return found;
  const without = "there is no password: use --password-env NAME or --password-file PATH, or a terminal to be asked on";
  return asked("Password: ", without, ...(twice ? ["Once more: "] : []));
}

async function asked(question: string, without: string, ...again: string[]): Promise<Hidden> {
  const [value, repeated = value] = await ask([question, ...again], without);
  if (value !== repeated) throw new UsageError("the two are not the same");
  if (!value) throw new UsageError(without);
  return { value, from: "the prompt" };
}

function stored(given: Given, what: string): Hidden | undefined {
  const [name, path] = [given.one(`${what}-env`), given.one(`${what}-file`)];
  if (name !== undefined && path !== undefined) {
    throw new UsageError(`--${what}-env and --${what}-file are two sources: name one`);
  }
  if (path !== undefined) return { value: file(path, `--${what}-file`), from: `--${what}-file` };
  return name === undefined ? undefined : named(name, `--${what}-env`);
}

/** What a variable holds that an option names. */
export function named(name: string, option: string): Hidden {
  const found = fromEnvironment(name);
  // A secret in the place of a name would be repeated here.
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
    bytes = readFileSync(path === "-" ? takeInput() : path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`the file of ${option} can't be read (${(error as { code?: string }).code})`);
  }
  const end = bytes.at(-1) === 10 ? (bytes.at(-2) === 13 ? -2 : -1) : undefined;
  const line = bytes.subarray(0, end);
  // Random bytes may end in one, which is theirs.
  return isText(line) ? line : bytes;
}

function isText(bytes: Uint8Array): boolean {
  try {
    return !/\p{Cc}/u.test(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return false;
  }
}

/** The argument, or what comes by standard input where it is `-` or left out and something is piped in. */
export async function argumentOf(given: Given): Promise<string | undefined> {
  const { argument } = given;
  if (argument !== undefined && argument !== "-") return argument;
  if (argument === undefined && !isPiped()) return undefined;
  takeInput();
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

/** {@link argumentOf} where there is no doing without. */
export async function requiredOf(given: Given, what: string): Promise<string> {
  const found = await argumentOf(given);
  if (!found) throw new UsageError(`there is no ${what}: give it as the argument, or by standard input`);
  return found;
}

let taken = false;

/** Standard input, which is one thing only. */
function takeInput(): 0 {
  if (taken) throw new UsageError("standard input is asked for twice: give one of the two otherwise");
  taken = true;
  return 0;
}

function isPiped(): boolean {
  try {
    const input = fstatSync(0);
    return input.isFIFO() || input.isFile() || input.isSocket();
  } catch {
    return false;
  }
}
