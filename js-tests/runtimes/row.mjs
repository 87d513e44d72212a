// One row of docs/reference/runtimes.md, and the test that makes it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { at, run } from "../../scripts/run.mjs";
import { CASES } from "../package/cases.mjs";

export const RUNTIMES = "js-tests/runtimes";
export const bin = (name) => at(RUNTIMES, "node_modules/.bin", name);
export const versionOf = (name, folder = RUNTIMES) =>
  JSON.parse(readFileSync(at(folder, "node_modules", name, "package.json"), "utf8")).version;

/** Rows are asked for by a part of their names: all where nothing is. */
const asked = JSON.parse(process.env.RUNTIME_ROWS ?? "[]");
export const isAsked = (name) =>
  asked.length === 0 || asked.some((part) => name.toLowerCase().includes(part.toLowerCase()));

/** `work` gives what the fixture reported, and as `resolved` the paths among which the package's entries are. */
export function row({ runtime, by, entry }, work) {
  const name = `${runtime}, ${by}`;
  if (!isAsked(name)) return;
  test(name, async (t) => {
    const { cases, imported, verified, resolved } = await work();
    assert.equal(cases, CASES);
    assert.deepEqual(entriesAmong(resolved), [entry]);
    t.diagnostic(JSON.stringify({ runtime, by, entry, imported, verified }));
  });
}

const ENTRY = /node_modules\/edgeseal\/(index\.[\w.-]*?js)$/;

/** Two would be a second instance of the package, which is as wrong as another one. */
const entriesAmong = (paths) => [...new Set(paths.flatMap((path) => ENTRY.exec(path)?.[1] ?? []))];

/** What a fixture printed as its last line of JSON. */
export function reported(output) {
  const line = output.split("\n").findLast((one) => one.startsWith("{"));
  assert.ok(line, output);
  return JSON.parse(line);
}

/** The report of a command that runs a fixture. */
export async function reportOf(command, args, options) {
  const { code, output } = await run(command, args, { ...options, quiet: true });
  assert.equal(code, 0, output);
  return reported(output);
}
