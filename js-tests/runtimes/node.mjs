// Node, Bun and Deno, with nothing between them and node_modules.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { at } from "../../scripts/run.mjs";
import { bin, reportOf, row, RUNTIMES, versionOf } from "./row.mjs";

const cwd = at(RUNTIMES, "script");
const clock = at(RUNTIMES, "clock.mjs");

/** Node's builds come one package a platform: `node-24-linux-x64`. */
const nodes = readdirSync(at(RUNTIMES, "node_modules"))
  .filter((name) => /^node-\d+-/.test(name))
  .map((name) => ({
    runtime: `Node ${versionOf(name)}`,
    command: at(RUNTIMES, "node_modules", name, "bin/node"),
    flags: ["--import"],
  }));
assert.equal(nodes.length, 4, "20, 22, 24 and 26 for this machine's platform");

for (const { runtime, command, flags } of [
  ...nodes,
  { runtime: `Bun ${versionOf("bun")}`, command: bin("bun"), flags: ["run", "--preload"] },
  { runtime: `Deno ${versionOf("deno")}`, command: bin("deno"), flags: ["run", "--no-prompt", "--preload"] },
]) {
  for (const [by, entry, file] of [
    ["import", "index.js", "index.mjs"],
    ["require", "index.cjs", "index.cjs"],
  ]) {
    row({ runtime, by, entry }, async () => {
      const found = await reportOf(command, [...flags, clock, file], { cwd });
      return { ...found, resolved: [found.entry] };
    });
  }
}
