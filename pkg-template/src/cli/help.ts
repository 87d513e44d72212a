import { common } from "./arguments.js";
import type { Command } from "./command.js";
import { commands } from "./commands.js";

const WIDTH = 100;

export function help(): string {
  const table = Object.entries(commands).map(([name, { summary }]) => [name, summary] as const);
  return `Edgeseal: HS256 tokens and password hashes.

Usage: edgeseal <command> [options]

Commands:
${rows(table)}

edgeseal <command> --help tells its options. edgeseal --version tells the version.

Secrets and passwords are never arguments, as arguments stand in the shell's history and in the list
of processes. A secret comes from --secret-file, --secret-env or the first set of EDGESEAL_SECRET,
AUTH_SECRET and BETTER_AUTH_SECRET; a password from --password-file or --password-env; both, where
none of these is there, from a prompt that shows nothing. Of a text one newline at its end is dropped.
Tokens, claims and stored hashes are the argument, or standard input: "-", or something piped in.

Exit codes:
  0  it holds: valid, right, up to date, done
  1  it does not: refused, wrong, to be upgraded
  2  it was called wrongly: arguments, files, a secret that is none

Examples:
  export EDGESEAL_SECRET=$(npx edgeseal secret)
  npx edgeseal sign --subject user_1 --expires-in 15m | npx edgeseal verify
`;
}

export function helpOf(name: string, { summary, argument, about, options, examples }: Command): string {
  const all = Object.entries({ ...options, ...common });
  const listed = all.map(([option, { value, about }]) => [`--${option}${value ? ` ${value}` : ""}`, about] as const);
  return `${summary}

Usage: edgeseal ${name}${argument ? ` [${argument}]` : ""} [options]

${wrapped(about, 0)}

Options:
${rows(listed)}

Examples:
${examples.map((example) => `  ${example}`).join("\n")}
`;
}

function rows(pairs: readonly (readonly [string, string])[]): string {
  const left = Math.max(...pairs.map(([name]) => name.length)) + 4;
  return pairs.map(([name, about]) => `  ${name.padEnd(left - 2)}${wrapped(about, left)}`).join("\n");
}

function wrapped(text: string, left: number): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line && left + line.length + 1 + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines.join(`\n${" ".repeat(left)}`);
}
