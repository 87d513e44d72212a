// Runs the cases in native Rust, with the `corpus` Cargo example, which reads and writes one line of JSON per case.
import { spawn } from "node:child_process";
import { at, run as command, step } from "../../../scripts/run.mjs";

export const name = "native Rust";

export const prepare = () =>
  step("native corpus runner", async () => {
    await command("cargo", ["build", "--release", "--locked", "--quiet", "--example", "corpus"]);
  });

export async function run(cases) {
  const results = [];
  while (results.length < cases.length) {
    const { lines, ended } = await feed(cases.slice(results.length));
    results.push(...lines);
    // A panic or stack overflow ends the process. The first case without output caused it; the remaining cases run in a
    // new process.
    if (results.length < cases.length) results.push({ verdict: "reject", trap: `the process ended with ${ended}` });
  }
  return results;
}

function feed(cases) {
  const folder = process.env.CARGO_TARGET_DIR ?? at("target");
  return new Promise((resolve, reject) => {
    const child = spawn(`${folder}/release/examples/corpus`, { stdio: ["pipe", "pipe", "ignore"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const lines = output.split("\n").slice(0, -1);
      if (code === 0 && lines.length !== cases.length) reject(new Error("the native runner skipped a case"));
      else resolve({ lines: lines.map((line) => JSON.parse(line)), ended: signal ?? code });
    });
    // If the process ends early, writing the rest of the input fails.
    child.stdin.on("error", () => {});
    // A lone surrogate can't be encoded in UTF-8, so native Rust and wasm both get U+FFFD instead.
    const lines = cases.map((one) => JSON.stringify({ ...one, token: one.token.toWellFormed() }));
    child.stdin.end(lines.map((line) => `${line}\n`).join(""));
  });
}
