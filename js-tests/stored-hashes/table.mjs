// Writes the table of systems in docs/guide/passwords.md: `node js-tests/stored-hashes/table.mjs`.
// stored-hashes.test.mjs checks that the table is up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { inspectHash } from "edgeseal";
import { isMain } from "../../scripts/run.mjs";
import { SYSTEMS } from "./systems.mjs";

export const PAGE = new URL("../../docs/guide/passwords.md", import.meta.url);
const START = "<!-- systems -->\n\n";
const END = "\n\n<!-- end of systems -->";

const lines = readFileSync(new URL("../../contracts/passwords.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n");
const stored = new Map(lines.map((line) => JSON.parse(line)).map((row) => [row.name, row.stored]));

/** Returns the cells that say what happens to the system's hash on Node and on edge runtimes. */
function results({ row, from }) {
  if (from) return [`converts, \`--from ${from}\``, "the same"];
  try {
    const { verifies, memory } = inspectHash(stored.get(row));
    const edge = verifies.edge ? "verifies" : `needs ${memory} MiB`;
    return [verifies.node ? "verifies" : `needs ${memory} MiB`, edge];
  } catch {
    return ["is named in the error", "the same"];
  }
}

/** Returns the page with an up-to-date table. */
export function withTable(page) {
  const [before, rest = ""] = page.split(START);
  const [, after] = rest.split(END);
  if (after === undefined)
    throw new Error(`docs/guide/passwords.md has no text between ${START.trim()} and ${END.trim()}`);
  const rows = SYSTEMS.map((one) => {
    if (!stored.has(one.row)) throw new Error(`contracts/passwords.jsonl has no row ${one.row}`);
    return `| ${one.system} | \`${one.looks}\` | ${results(one).join(" | ")} |`;
  });
  const head = "| system | what its hash looks like | Node | edge runtimes |\n| --- | --- | --- | --- |";
  return `${before}${START}${head}\n${rows.join("\n")}${END}${after}`;
}

if (isMain(import.meta.url)) writeFileSync(PAGE, withTable(readFileSync(PAGE, "utf8")));
