import { parseArgs } from "node:util";
import { secondsOf } from "../duration.js";
import { type Command, type Given, type Option, UsageError } from "./command.js";

/** Options that people may try, but that would reveal a secret in the shell's history and the list of processes. */
const forbidden: Readonly<Record<string, string>> = {
  secret:
    "a secret is never an argument: set EDGESEAL_SECRET, use --secret-env NAME or --secret-file PATH, or leave it out and you are asked",
  password:
    "a password is never an argument: use --password-env NAME or --password-file PATH, or leave it out and you are asked",
  pepper: "a pepper's key is never an argument: use --pepper-env ID=NAME",
};
/** Options that every command has. */
export const common: Readonly<Record<string, Option>> = {
  json: { about: "Answer in JSON." },
  help: { about: "Show this help." },
};

/** Parses the arguments of a command. Errors name a wrong argument by its position, because it may be a secret. */
export function parseArguments(name: string, command: Command, args: readonly string[]): Given {
  const known: Readonly<Record<string, Option>> = { ...command.options, ...common };
  const types = Object.entries(known).map(([option, { value }]) => [option, { type: value ? "string" : "boolean" }]);
  for (const option of Object.keys(forbidden)) types.push([option, { type: "string" }]);
  const options = { ...Object.fromEntries(types), help: { type: "boolean", short: "h" } };
  const { tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true });

  const values = new Map<string, string[]>();
  let argument: string | undefined;
  for (const token of tokens) {
    const place = `(argument ${token.index + 1})`;
    if (token.kind === "positional") {
      if (!command.argument) throw new UsageError(`${name} accepts options only ${place}`);
      if (argument !== undefined)
        throw new UsageError(`too many arguments: only ${command.argument} is accepted ${place}`);
      argument = token.value;
    }
    if (token.kind !== "option") continue;
    const option = token.name ?? "";
    if (!Object.hasOwn(known, option)) {
      if (Object.hasOwn(forbidden, option)) throw new UsageError(forbidden[option]!);
      // The message names the argument only if it looks like an option, because it may be a pasted secret.
      const isLike = Object.keys(known).some((one) => one.slice(0, 3) === option.slice(0, 3));
      const isName = isLike && token.rawName === `--${option}` && /^[a-z-]{3,20}$/.test(option);
      throw new UsageError(`unknown option ${isName ? `--${option}` : place}`);
    }
    const { value, many } = known[option]!;
    const earlier = values.get(option);
    if (earlier && !many) throw new UsageError(`--${option} is given more than once`);
    // parseArgs reads the next argument as the value even if that argument is another option.
    const isMissing = !token.value || (!token.inlineValue && /^-./.test(token.value));
    if (value && isMissing) throw new UsageError(`--${option} needs a value: --${option}=${value}`);
    if (!value && token.value !== undefined) throw new UsageError(`--${option} takes no value`);
    values.set(option, [...(earlier ?? []), token.value ?? ""]);
  }
  return {
    argument,
    one: (option) => values.get(option)?.[0],
    many: (option) => values.get(option),
    has: (option) => values.has(option),
  };
}

/** Returns an option's value as a whole number. */
export function integer(given: Given, option: string): number | undefined {
  const text = given.one(option);
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text)) throw new UsageError(`--${option} must be a whole number`);
  return Number(text);
}

/** Returns an option's value in seconds. The value must be a duration, such as `15m`. */
export function duration(given: Given, option: string): number | undefined {
  const text = given.one(option);
  if (text === undefined) return undefined;
  const seconds = secondsOf(/\d$/.test(text) ? `${text}s` : text);
  if (seconds === undefined) throw new UsageError(`--${option} must be a duration: 90s, 15m, 2h, 7d or 4w`);
  return seconds;
}
