// npm run corpus -- FILE…: runs every row in these files with five builds of the verifier, which must all agree.
// Without arguments, runs contracts/jwt_corpus.jsonl and, if EDGESEAL_VECTORS is set to its folder, the shared corpus.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { load } from "../../contracts/expand.mjs";
import { installPackage } from "../../scripts/build-package.mjs";
import { build } from "../../scripts/build.mjs";
import { BARS, compare } from "./builds/compare.mjs";
import { at, isMain, onToolNode, step, stop } from "../../scripts/run.mjs";
import { npmPackages } from "../../scripts/toolchain.mjs";

const defaults = () =>
  [at("contracts/jwt_corpus.jsonl"), join(process.env.EDGESEAL_VECTORS ?? "", "jwt_corpus.jsonl")].filter(
    (path, index) => index === 0 || (process.env.EDGESEAL_VECTORS && existsSync(path)),
  );

/** Runs the corpus, prints the results, and returns `{ code, output }` for `npm test`. Install the packages first. */
export async function corpus(paths = defaults()) {
  const cases = paths.flatMap((path) => read(path));
  const answers = {};
  // Import these modules only now, because they need packages that the setup installs. Run them one after another,
  // because they measure times.
  for (const file of ["native", "node", "workerd", "next-edge", "chromium"]) {
    const { name, prepare, run } = await import(`./builds/${file}.mjs`);
    await prepare?.();
    await step(`${cases.length} rows in ${name}`, async () => {
      answers[name] = await run(cases);
    });
  }
  const { rows, problems, slow } = compare(cases, answers);
  const lines = [
    table(rows),
    "slowest: median of 5, in ms; workerd and Next.js edge measured from outside, below 25 ms including the request",
    ...[...problems].map(([one, texts]) => `not ok - ${one.id}: ${texts.join("; ")}`),
    ...slow.map((text) => `over ${BARS.ms} ms - ${text}`),
    `# pass ${cases.length - problems.size}`,
    `# fail ${problems.size}`,
  ];
  const output = `${lines.join("\n")}\n`;
  console.log(`\n${output}`);
  return { code: problems.size === 0 ? 0 : 1, output };
}

function read(path) {
  const { cases, unread } = load(path);
  if (cases.length === 0) throw new Error(`${path}: no rows`);
  console.log(`- ${path}: ${cases.length} rows`);
  if (unread.length > 0) console.log(`  unknown fields: ${unread.join(", ")}`);
  return cases;
}

function table(rows) {
  const ratio = ({ passed, total }, strength) => `${passed[strength]}/${total[strength]}`;
  const cells = [
    ["build", "must", "should", "choice", "traps", "slowest", "row"],
    ...rows.map((row) => [
      row.name,
      ...["must", "should", "choice"].map((strength) => ratio(row, strength)),
      String(row.traps),
      row.ms.toFixed(2),
      row.slowest,
    ]),
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

if (isMain(import.meta.url)) {
  // npm runs scripts in the project's folder; INIT_CWD is the folder in which the user ran npm.
  const paths = process.argv.slice(2).map((path) => resolve(process.env.INIT_CWD ?? "", path));
  for (const path of paths) if (!existsSync(path)) stop(`File not found: ${path}.`);
  await build();
  await onToolNode();
  await npmPackages("js-tests");
  await installPackage("js-tests");
  const { code } = await corpus(paths.length > 0 ? paths : undefined).catch((cause) => stop(cause.message));
  process.exit(code);
}
