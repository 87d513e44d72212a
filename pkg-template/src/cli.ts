#!/usr/bin/env node
import { isEdgesealError } from "edgeseal";
import { readFileSync } from "node:fs";
import process from "node:process";
import { parseArguments } from "./cli/arguments.js";
import { type Answer, type Command, UsageError } from "./cli/command.js";
import { commands } from "./cli/commands.js";
import { help, helpOf } from "./cli/help.js";

// What reads the answer may close before it is written: `edgeseal --help | head -1`.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", ({ code }) => process.exit(code === "EPIPE" ? process.exitCode : 2));
}
process.exitCode = await main(process.argv.slice(2));

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined) return failed(`there is no command\n\n${help().trimEnd()}`, false);
  if (name === "--help" || name === "-h" || name === "help") return said(help());
  if (name === "--version" || name === "-v") return said(`${version()}\n`);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  const json = args.includes("--json");
  if (!command) return failed(`no such command; there are ${Object.keys(commands).join(", ")}`, json);
  try {
    return await run(name, command, args);
  } catch (error) {
    return explained(error, name, json);
  }
}

async function run(name: string, command: Command, args: string[]): Promise<number> {
  const given = parseArguments(name, command, args);
  if (given.has("help")) return said(helpOf(name, command));
  const { holds, text, json }: Answer = await command.run(given);
  said(given.has("json") ? `${JSON.stringify(json)}\n` : `${coloured(text, holds)}\n`);
  return holds ? 0 : 1;
}

/** Only the refusals of this package are told in their words: what else is thrown might repeat what was given. */
function explained(error: unknown, name: string, json: boolean): number {
  if (error instanceof UsageError) return failed(`${error.message} (see edgeseal ${name} --help)`, json);
  if (!isEdgesealError(error)) return failed("this is an error of edgeseal itself: please report it", json);
  const { code, message } = error;
  // A policy that is refused was given by options; parameters that `check` refuses are the stored hash's.
  const wrongly =
    code === "ERR_OPTION_INVALID" ||
    code === "ERR_KEY_WEAK" ||
    (code === "ERR_PASSWORD_PARAMS_REFUSED" && name !== "check");
  return failed(message, json, code, wrongly ? 2 : 1);
}

function said(text: string): 0 {
  process.stdout.write(text);
  return 0;
}

function failed(message: string, json: boolean, code = "USAGE", exit = 2): number {
  if (json) process.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`);
  else process.stderr.write(code === "USAGE" ? `edgeseal: ${message}\n` : `edgeseal: ${message} (${code})\n`);
  return exit;
}

/** The first line's verdict. */
function coloured(text: string, holds: boolean): string {
  if (!process.stdout.isTTY || process.env["NO_COLOR"]) return text;
  return text.replace(/^(valid|right|refused|wrong|untrusted)\b/, `\x1b[${holds ? 32 : 31}m$1\x1b[0m`);
}

function version(): string {
  return JSON.parse(new TextDecoder().decode(readFileSync(new URL("./package.json", import.meta.url)))).version;
}
