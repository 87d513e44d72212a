// npm run attack -- FILE…: runs the HTTP attack rows in the given files against the real stack. Without files, it runs
// contracts/http_attacks.jsonl. With --json, it prints the results as JSON to stdout, and everything else to stderr.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { load } from "./rows.mjs";
import { installPackage } from "../../scripts/build-package.mjs";
import { buildClockedWorker } from "../../scripts/build-worker.mjs";
import { build } from "../../scripts/build.mjs";
import { at, onToolNode, stop } from "../../scripts/run.mjs";
import { npmPackages, pythonPackages } from "../../scripts/toolchain.mjs";

const asked = process.argv.slice(2);
const json = asked.includes("--json");
if (json) console.log = console.error;
const unknown = asked.filter((one) => one.startsWith("--") && one !== "--json");
if (unknown.length > 0) stop(`Unknown option ${unknown.join(", ")}. The only option is --json.`);
// npm runs scripts in the project's root folder. INIT_CWD is the folder from which the user ran npm.
const paths = asked.filter((one) => !one.startsWith("--")).map((path) => resolve(process.env.INIT_CWD ?? "", path));
for (const path of paths) if (!existsSync(path)) stop(`File not found: ${path}.`);
const rows = (paths.length > 0 ? paths : [at("contracts/http_attacks.jsonl")]).flatMap(read);

await build();
await onToolNode();
await npmPackages("js-tests");
await installPackage("js-tests");
await pythonPackages();
await buildClockedWorker();
// Import run.mjs only now, because it needs packages that the setup installs.
const { attack, report } = await import("./run.mjs");
const result = await attack(rows, ({ passed, id, name, strength, expected, got }) => {
  if (!passed) console.log(`not ok - ${id} (${name}), ${strength}: expected ${expected}; got ${got}`);
});
console.log(`\n${report(result)}`);
if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(result.holds ? 0 : 1);

function read(path) {
  try {
    return load(path);
  } catch (cause) {
    return stop(cause.message);
  }
}
