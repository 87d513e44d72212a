// npm run test:runtimes: tests the package in every runtime and bundler. `-- "Node 20" vite` runs the rows whose names
// contain one of these texts; `-- --write` updates the table in docs/reference/runtimes.md.
import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { installPackage } from "../../scripts/build-package.mjs";
import { build } from "../../scripts/build.mjs";
import { prepareAppFixture } from "../../scripts/examples.mjs";
import { at, isMain, run, stop } from "../../scripts/run.mjs";
import { chromium, npmPackages } from "../../scripts/toolchain.mjs";

const PROJECTS = ["", "/runtimes", "/runtimes/next15", "/runtimes/opennext", "/runtimes/nitro"].map(
  (of) => `js-tests${of}`,
);
const PAGE = "docs/reference/runtimes.md";
const MADE = ["<!-- made by npm run test:runtimes -- --write -->", "<!-- end -->"];

/** Runs the rows whose names contain one of these parts; by default, all rows. */
export async function runtimes(asked = []) {
  await prepareAppFixture();
  return rows("rows.mjs", PROJECTS, asked);
}

/** Runs one row of each family that the other parts of `npm test` do not cover. */
export const families = () =>
  rows("families.mjs", PROJECTS.slice(0, 2), ["Bun", "Deno", "rollup", "vite ", "environment node"]);

async function rows(file, projects, asked) {
  for (const project of projects) {
    await npmPackages(project);
    await installPackage(project);
  }
  const env = { CHROMIUM_PATH: await chromium(), RUNTIME_ROWS: JSON.stringify(asked) };
  const path = at("js-tests/runtimes", file);
  return run("node", ["--test-reporter=tap", path], { env, show: true, quiet: true });
}

async function main(given) {
  const write = given.includes("--write");
  const asked = given.filter((word) => word !== "--write");
  if (write && asked.length > 0) stop("The table needs every row: --write accepts no names.");
  await build();
  const { code, output } = await runtimes(asked);
  if (!/^# (pass|fail) [1-9]/m.test(output)) stop(`No row's name contains ${asked.join(" or ")}.`);
  if (code !== 0) process.exit(code);
  if (write) writeTable(output);
}

/** Builds the table from the rows' diagnostics, and writes it to the page. */
function writeTable(output) {
  const rows = [...output.matchAll(/^# (\{"runtime":.*\})$/gm)].map((match) => JSON.parse(match[1]));
  const machine = `The table has ${rows.length} rows, measured on ${cpus()[0]?.model.trim()}.`;
  put(PAGE, MADE, `${timed(rows)}\n\n${machine}`);
}

function put(path, [start, end], text) {
  const page = readFileSync(at(path), "utf8");
  const [before, after] = [page.indexOf(start) + start.length, page.indexOf(end)];
  assert.ok(before >= start.length && after >= before, `${path} has both marks`);
  writeFileSync(at(path), `${page.slice(0, before)}\n\n${text}\n\n${page.slice(after)}`);
  console.log(path);
}

function timed(rows) {
  // Some runtimes stop their clock while code runs, so the measured time is 0.
  const ms = (time) => (time > 0 ? time.toFixed(1) : "-");
  return table([
    ["runtime", "loaded with", "entry", "import, ms", "first verify, ms"],
    ["---", "---", "---", "--:", "--:"],
    ...rows.map(({ runtime, by, entry, imported, verified }) => [runtime, by, entry, ms(imported), ms(verified)]),
  ]);
}

const table = (lines) => lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");

if (isMain(import.meta.url)) await main(process.argv.slice(2));
