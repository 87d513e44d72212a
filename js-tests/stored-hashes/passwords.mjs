// npm run passwords -- FILE…: checks the stored hashes in JSON Lines files, under the memory limits of Node and of edge
// runtimes. Prints how many rows pass for each `want`, and exits with 1 if any row fails. A row without the salt or key
// that its conversion needs passes if the error says so.
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { installPackage } from "../../scripts/build-package.mjs";
import { build } from "../../scripts/build.mjs";
import { stop } from "../../scripts/run.mjs";
import { npmPackages } from "../../scripts/toolchain.mjs";

// npm runs scripts in the project's folder; INIT_CWD is the folder where the user ran npm.
const paths = process.argv.slice(2).map((path) => resolve(process.env.INIT_CWD ?? "", path));
if (paths.length === 0) stop("Usage: npm run passwords -- FILE…");
for (const path of paths) if (!existsSync(path)) stop(`File not found: ${path}.`);
await build();
await npmPackages("js-tests");
await installPackage("js-tests");
const { check, LIMITS } = await import("./check.mjs");

const rows = paths.flatMap((path) =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line)),
);
let failed = 0;
for (const [runtime, maxMemory] of Object.entries(LIMITS)) {
  const counts = new Map();
  for (const row of rows) {
    const count = counts.get(row.want) ?? { passed: 0, total: 0 };
    counts.set(row.want, count);
    count.total += 1;
    const reason = await check(row, maxMemory);
    if (reason === undefined || reason.startsWith("lacks")) count.passed += 1;
    if (reason !== undefined) console.log(`${runtime}: ${row.name} (${row.want}): ${reason}`);
  }
  for (const [want, { passed, total }] of counts) {
    console.log(`${runtime} ${want}: ${passed}/${total}`);
    failed += total - passed;
  }
}
process.exit(failed === 0 ? 0 : 1);
