// Defines a row in docs/reference/runtimes.md, and the test for it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { at, run } from "../../scripts/run.mjs";
import { CASES } from "../package/cases.mjs";

export const RUNTIMES = "js-tests/runtimes";
export const bin = (name) => at(RUNTIMES, "node_modules/.bin", name);
export const versionOf = (name, folder = RUNTIMES) =>
  JSON.parse(readFileSync(at(folder, "node_modules", name, "package.json"), "utf8")).version;

/** A row runs only if its name contains one of these texts. If the list is empty, all rows run. */
const asked = JSON.parse(process.env.RUNTIME_ROWS ?? "[]");
export const isAsked = (name) =>
  asked.length === 0 || asked.some((part) => name.toLowerCase().includes(part.toLowerCase()));

/**
 * `work` returns the fixture's report. Its `resolved` property contains the resolved paths, including those of the
 * package's entries.
 */
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

/**
 * Returns all entries, not only the first one. A second entry means that the package was loaded twice, which must not
 * happen.
 */
const entriesAmong = (paths) => [...new Set(paths.flatMap((path) => ENTRY.exec(path)?.[1] ?? []))];

/** Parses the last line of JSON in a fixture's output. */
export function reported(output) {
  const line = output.split("\n").findLast((one) => one.startsWith("{"));
  assert.ok(line, output);
  return JSON.parse(line);
}

/** Runs a fixture with this command, and returns the fixture's report. */
export async function reportOf(command, args, options) {
  const { code, output } = await run(command, args, { ...options, quiet: true });
  assert.equal(code, 0, output);
  return reported(output);
}
