import { parseArgs } from "node:util";
import { secondsOf } from "../duration.js";
import { type Command, type Given, type Option, UsageError } from "./command.js";

/** What people try, and must not: it would stand in the shell's history and in the list of processes. */
const forbidden: Readonly<Record<string, string>> = {
  secret:
    "a secret is never an argument: set EDGESEAL_SECRET, or use --secret-env NAME or --secret-file PATH, or leave it out to be asked",
  password:
    "a password is never an argument: use --password-env NAME or --password-file PATH, or leave it out to be asked",
  pepper: "a pepper's key is never an argument: use --pepper-env ID=NAME",
};
const MANY = "given more than once";

/** Options that every command has. */
export const common: Readonly<Record<string, Option>> = {
  json: { about: "Answer in JSON." },
  help: { about: "Show this help." },
};

/** Takes the arguments of a command apart. What is wrong is told by its place, as it may be a secret. */
export function parseArguments(name: string, command: Command, args: readonly string[]): Given {
  const known: Readonly<Record<string, Option>> = { ...command.options, ...common };
  const types = Object.entries(known).map(([option, { value }]) => [option, { type: value ? "string" : "boolean" }]);
  for (const option of Object.keys(forbidden)) types.push([option, { type: "string" }]);
  const options = { ...Object.fromEntries(types), help: { type: "boolean", short: "h" } };
  const { tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true });

  const values = new Map<string, string[]>();
  let argument: string | undefined;
  for (const token of tokens) {
    const place = `argument ${token.index + 1} of ${name}`;
    if (token.kind === "positional") {
      if (!command.argument) throw new UsageError(`${name} takes no argument besides its options`);
      if (argument !== undefined) throw new UsageError(`${place} is one too many: there is one, ${command.argument}`);
      argument = token.value;
    }
    if (token.kind !== "option") continue;
    const option = token.name ?? "";
    if (!Object.hasOwn(known, option)) {
      if (Object.hasOwn(forbidden, option)) throw new UsageError(forbidden[option]!);
      // By its name, but where a secret was pasted.
      const isLike = Object.keys(known).some((one) => one.slice(0, 3) === option.slice(0, 3));
      const isName = isLike && token.rawName === `--${option}` && /^[a-z-]{3,20}$/.test(option);
      throw new UsageError(isName ? `${name} has no option --${option}` : `${place} is no option that it has`);
    }
    const { value, many } = known[option]!;
    const earlier = values.get(option);
    if (earlier && !many) throw new UsageError(`--${option} is ${MANY}`);
    // The next argument is taken for a value even where it is an option.
    const forgotten = !token.value || (!token.inlineValue && /^-./.test(token.value));
    if (value && forgotten) throw new UsageError(`--${option} needs a value: --${option}=${value}`);
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

/** A whole number, as options have them. */
export function integer(given: Given, option: string): number | undefined {
  const text = given.one(option);
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text)) throw new UsageError(`--${option} must be a whole number`);
  return Number(text);
}

/** `15m` in seconds. */
export function duration(given: Given, option: string): number | undefined {
  const text = given.one(option);
  if (text === undefined) return undefined;
  const seconds = secondsOf(/\d$/.test(text) ? `${text}s` : text);
  if (seconds === undefined) throw new UsageError(`--${option} must be a duration: 90s, 15m, 2h, 7d or 4w`);
  return seconds;
}
