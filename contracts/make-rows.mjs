// node contracts/make-rows.mjs appends the rows from contracts/rows/ (ids `es-…`) to the others in jwt_corpus.jsonl.
// With --print, it prints the new file instead.
import { readFileSync, writeFileSync } from "node:fs";

const FILE = new URL("jwt_corpus.jsonl", import.meta.url);
const PARTS = ["header", "form", "payload", "claims"];

const kept = readFileSync(FILE, "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith('{"id":"es-'));
const parts = await Promise.all(PARTS.map((part) => import(`./rows/${part}.mjs`)));
const made = parts.flatMap(({ rows }) => rows.map((row) => JSON.stringify(row)));
const text = `${[...kept, ...made].join("\n")}\n`;
if (process.argv.includes("--print")) process.stdout.write(text);
else {
  writeFileSync(FILE, text);
  console.log(`${kept.length - 1} rows kept, ${made.length} made`);
}
