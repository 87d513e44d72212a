#!/usr/bin/env node
import { isEdgesealError } from "edgeseal";
import { readFileSync } from "node:fs";
import process from "node:process";
import { parseArguments } from "./cli/arguments.js";
import { type Answer, type Command, UsageError } from "./cli/command.js";
import { commands } from "./cli/commands.js";
import { help, helpOf } from "./cli/help.js";

// The reader may close the pipe early: `edgeseal --help | head -1`.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", ({ code }) => process.exit(code === "EPIPE" ? process.exitCode : 2));
}
process.exitCode = await main(process.argv.slice(2));

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined) return fail(`no command given\n\n${help().trimEnd()}`, false);
  if (name === "--help" || name === "-h" || name === "help") return print(help());
  if (name === "--version" || name === "-v") return print(`${version()}\n`);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  const json = args.includes("--json");
  if (!command) return fail(`unknown command; the commands are ${Object.keys(commands).join(", ")}`, json);
  try {
    return await run(name, command, args);
  } catch (error) {
    return failWith(error, name, json);
  }
}

async function run(name: string, command: Command, args: string[]): Promise<number> {
  const given = parseArguments(name, command, args);
  if (given.has("help")) return print(helpOf(name, command));
  const { ok, text, json }: Answer = await command.run(given);
  if (json && given.has("json")) print(`${JSON.stringify(json)}\n`);
  else if (text !== undefined) print(`${coloured(text, ok)}\n`);
  return ok ? 0 : 1;
}

/** Prints only this package's own error messages, because other messages might repeat a secret. */
function failWith(error: unknown, name: string, json: boolean): number {
  if (error instanceof UsageError) return fail(`${error.message} (see edgeseal ${name} --help)`, json);
  if (!isEdgesealError(error)) return fail("this is a bug in edgeseal: please report it", json);
  const { code, message } = error;
  // Parameters that are refused come from the options, except in the `check` command, where they come from the stored
  // hash.
  const isUsage =
    code === "ERR_OPTION_INVALID" ||
    code === "ERR_KEY_WEAK" ||
    (code === "ERR_PASSWORD_PARAMS_REFUSED" && name !== "check");
  return fail(message, json, code, isUsage ? 2 : 1);
}

function print(text: string): 0 {
  process.stdout.write(text);
  return 0;
}

function fail(message: string, json: boolean, code = "USAGE", exit = 2): number {
  if (json) process.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`);
  else process.stderr.write(code === "USAGE" ? `edgeseal: ${message}\n` : `edgeseal: ${message} (${code})\n`);
  return exit;
}

/** Colours the verdict at the beginning of the first line. */
function coloured(text: string, ok: boolean): string {
  if (!process.stdout.isTTY || process.env["NO_COLOR"]) return text;
  return text.replace(/^(valid|right|refused|wrong|untrusted)\b/, `\x1b[${ok ? 32 : 31}m$1\x1b[0m`);
}

function version(): string {
  return JSON.parse(new TextDecoder().decode(readFileSync(new URL("./package.json", import.meta.url)))).version;
}
