/** An option of a command. */
export interface Option {
  /** The name of its value in help; an option without one is a flag. */
  value?: string;
  /** Whether it may be given several times. */
  many?: true;
  about: string;
}

/** The parsed command line: options by name, and the one argument. */
export interface Given {
  argument: string | undefined;
  one(name: string): string | undefined;
  many(name: string): readonly string[] | undefined;
  has(name: string): boolean;
}

/** The result of a command, as text and as JSON. */
export interface Answer {
  /** Whether the exit code is 0, not 1. */
  ok: boolean;
  text: string;
  json: object;
}

/** A command of the table in `commands.ts`. Help is generated from it. */
export interface Command {
  summary: string;
  /** The name of its one argument, if it has one. */
  argument?: string;
  about: string;
  options: Readonly<Record<string, Option>>;
  examples: readonly string[];
  run(given: Given): Answer | Promise<Answer>;
}

/** The command was called incorrectly: exit code 2. Its message repeats nothing from the command line. */
export class UsageError extends Error {}
