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

edgeseal <command> --help lists its options. edgeseal --version prints the version.

Secrets and passwords are never arguments, because the shell's history and the list of processes
show arguments. A secret comes from --secret-file, --secret-env, or the first of EDGESEAL_SECRET,
AUTH_SECRET and BETTER_AUTH_SECRET that is set; a password from --password-file or --password-env.
Without these, a prompt asks for it and shows nothing. One newline at the end of a text is dropped.
Tokens, claims and stored hashes are the argument, or standard input: "-", or piped in.

Exit codes:
  0  success: valid, right, up to date
  1  failure: refused, wrong, needs an upgrade
  2  incorrect call: wrong arguments, unreadable files, an invalid secret

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
