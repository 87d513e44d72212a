/** An option of a command. */
export interface Option {
  /** What stands for its value in help; without, it is a flag. */
  value?: string;
  /** Whether it may be given several times. */
  many?: true;
  about: string;
}

/** What was given: options by name, and the one argument. */
export interface Given {
  argument: string | undefined;
  one(name: string): string | undefined;
  many(name: string): readonly string[] | undefined;
  has(name: string): boolean;
}

/** What a command says. */
export interface Answer {
  /** Whether it holds: exit code 0 or 1. */
  holds: boolean;
  text: string;
  json: object;
}

/** A command of the table in `commands.ts`, of which help is made too. */
export interface Command {
  summary: string;
  /** What its one argument is, where it takes one. */
  argument?: string;
  about: string;
  options: Readonly<Record<string, Option>>;
  examples: readonly string[];
  run(given: Given): Answer | Promise<Answer>;
}

/** How the command was called is at fault: exit code 2. Its message repeats nothing of what was given. */
export class UsageError extends Error {}
