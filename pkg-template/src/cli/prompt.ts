import { openSync } from "node:fs";
import process from "node:process";
import { ReadStream } from "node:tty";
import { UsageError } from "./command.js";

/**
 * Asks questions on the terminal, even if input and output are redirected, and doesn't show what the user types.
 * `noTerminal` is the error message if there is no terminal.
 */
export function prompt(questions: readonly string[], noTerminal: string): Promise<string[]> {
  const terminal = open(noTerminal);
  const answers: string[] = [];
  let typed = "";
  terminal.setRawMode(true);
  process.stderr.write(questions[0]!);
  return new Promise<string[]>((resolve, reject) => {
    const decoder = new TextDecoder();
    terminal.on("end", () => reject(new UsageError(noTerminal)));
    terminal.on("data", (bytes) => {
      // Ignore arrow keys and similar keys, because they are not text.
      for (const character of decoder.decode(bytes, { stream: true }).replaceAll(/\x1b\[[\d;]*[~A-Za-z]/g, "")) {
        if (character === "\x03" || character === "\x04") return reject(new UsageError("cancelled"));
        if (character === "\r" || character === "\n") {
          process.stderr.write("\n");
          answers.push(typed);
          typed = "";
          if (answers.length === questions.length) return resolve(answers);
          process.stderr.write(questions[answers.length]!);
        } else if (character === "\x7f" || character === "\b") typed = [...typed].slice(0, -1).join("");
        else if (character === "\x15") typed = "";
        else if (character >= " ") typed += character;
      }
    });
  }).finally(() => {
    terminal.setRawMode(false);
    terminal.destroy();
  });
}

function open(noTerminal: string): ReadStream {
  try {
    if (process.stdin.isTTY) return process.stdin as unknown as ReadStream;
    return new ReadStream(openSync("/dev/tty", "r"));
  } catch {
    throw new UsageError(noTerminal);
  }
}
