// What a person types, and what comes through a pipe.
import { createInterface } from "node:readline/promises";
import { Failure } from "./failure.mjs";

/** All of stdin, less the newline that `echo` ends it with. */
export async function readInput(stdin = process.stdin) {
  const chunks = [];
  for await (const chunk of stdin) chunks.push(chunk);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(Buffer.concat(chunks))
      .replace(/\r?\n$/, "");
  } catch {
    throw new Failure("TEXT_INVALID", "What came on stdin is not UTF-8.");
  }
}

/** Asks for a password, twice, and shows nothing of it. */
export async function askPassword() {
  if (!process.stdin.isTTY) {
    throw new Failure("NO_TERMINAL", "There is no terminal to ask on: use --password-stdin or --generate.");
  }
  const first = await askHidden("Password: ");
  if ((await askHidden("Once more: ")) !== first) throw new Failure("NOT_THE_SAME", "Those were two passwords.");
  return first;
}

/** Asks for an address by which somebody confirms what can't be undone. */
export async function askAddress(question) {
  if (!process.stdin.isTTY) throw new Failure("NO_TERMINAL", "There is no terminal to confirm on: use --yes.");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim().toLowerCase();
  } finally {
    terminal.close();
  }
}

function askHidden(question) {
  const { stdin, stderr } = process;
  return new Promise((resolve, reject) => {
    let typed = "";
    const end = (settle) => {
      stdin.off("data", take).setRawMode(false).pause();
      stderr.write("\n");
      settle();
    };
    const take = (text) => {
      // One by one: what is pasted arrives at once.
      for (const key of text) {
        if (key === "\r" || key === "\n") return end(() => resolve(typed));
        if (key === "\u0003" || key === "\u0004")
          return end(() => reject(new Failure("CANCELLED", "Nothing was done.")));
        if (key === "\u007f" || key === "\b") typed = [...typed].slice(0, -1).join("");
        else typed += key;
      }
    };
    // No echo before the question is there: what is typed ahead would be shown.
    stdin.setRawMode(true).setEncoding("utf8").on("data", take).resume();
    stderr.write(question);
  });
}
