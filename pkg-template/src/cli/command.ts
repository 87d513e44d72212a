/** An option of a command. */
export interface Option {
  /** How the help refers to the option's value. An option that doesn't have a value is a flag. */
  value?: string;
  /** Whether the option may be given several times. */
  many?: true;
  about: string;
}

/** The parsed command line: its options by name, and its only argument. */
export interface Given {
  argument: string | undefined;
  one(name: string): string | undefined;
  many(name: string): readonly string[] | undefined;
  has(name: string): boolean;
}

/** The result of a command, as text and as JSON. A command that writes rows has neither. */
export interface Answer {
  /** Whether the exit code is 0, not 1. */
  ok: boolean;
  text?: string;
  json?: object;
}

/** A command in the table in `commands.ts`. Help is generated from that table. */
export interface Command {
  summary: string;
  /** The name of the command's only argument, if it has one. */
  argument?: string;
  about: string;
  options: Readonly<Record<string, Option>>;
  examples: readonly string[];
  run(given: Given): Answer | Promise<Answer>;
}

/**
 * Thrown if the command was called incorrectly. The exit code is then 2. The message doesn't repeat anything from the
 * command line that may be a secret.
 */
export class UsageError extends Error {}
