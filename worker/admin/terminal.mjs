// Reads typed and piped input.
import { createInterface } from "node:readline/promises";
import { Failure } from "./failure.mjs";

/** Reads all of stdin, without the newline that `echo` adds. */
export async function readInput(stdin = process.stdin) {
  const chunks = [];
  for await (const chunk of stdin) chunks.push(chunk);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(Buffer.concat(chunks))
      .replace(/\r?\n$/, "");
  } catch {
    throw new Failure("TEXT_INVALID", "The input on stdin is not UTF-8.");
  }
}

/** Asks for a password twice, without showing it. */
export async function askPassword() {
  if (!process.stdin.isTTY) {
    throw new Failure("NO_TERMINAL", "No terminal to ask for a password: use --password-stdin or --generate.");
  }
  const first = await askHidden("Password: ");
  if ((await askHidden("Once more: ")) !== first) throw new Failure("NOT_THE_SAME", "The passwords don't match.");
  return first;
}

/** Asks the operator to type an address, as confirmation of an action that can't be undone. */
export async function askAddress(question) {
  if (!process.stdin.isTTY) throw new Failure("NO_TERMINAL", "No terminal to ask for a confirmation: use --yes.");
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
      // Pasted text arrives in one piece.
      for (const key of text) {
        if (key === "\r" || key === "\n") return end(() => resolve(typed));
        if (key === "\u0003" || key === "\u0004")
          return end(() => reject(new Failure("CANCELLED", "Nothing was changed.")));
        if (key === "\u007f" || key === "\b") typed = [...typed].slice(0, -1).join("");
        else typed += key;
      }
    };
    // Echo is turned off before the question appears, because otherwise the terminal would show text that is typed
    // ahead.
    stdin.setRawMode(true).setEncoding("utf8").on("data", take).resume();
    stderr.write(question);
  });
}
