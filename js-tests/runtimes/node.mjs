// Tests Node, Bun and Deno, without a bundler.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { at } from "../../scripts/run.mjs";
import { bin, reportOf, row, RUNTIMES, versionOf } from "./row.mjs";

const cwd = at(RUNTIMES, "script");
const clock = at(RUNTIMES, "clock.mjs");

const installed = readdirSync(at(RUNTIMES, "node_modules"));
/** On npm, Node has a separate package for each platform, such as `node-24-linux-x64`. */
const nodePackage = (major) => installed.find((name) => name.startsWith(`node-${major}-`));
export const nodeBinary = (major) => at(RUNTIMES, "node_modules", nodePackage(major), "bin/node");

const nodes = [20, 22, 24, 26].map((major) => {
  assert.ok(
    nodePackage(major),
    `no Node ${major} for ${process.platform} on ${process.arch} in ${RUNTIMES}/package.json`,
  );
  return { runtime: `Node ${versionOf(nodePackage(major))}`, command: nodeBinary(major), flags: ["--import"] };
});

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
