// Every environment of wrangler.toml as wrangler would upload it: none lacks a binding that the others have, and the
// Worker fits. Ends with 1 where one does not.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { at, run } from "./run.mjs";

/** Every plan takes more; but a start takes longer the more there is to compile. */
export const MOST_UPLOADED = 1_000_000;

const ENVIRONMENTS = ["", "staging", "production"];

/** Gzip bytes of the Worker by wrangler's own bundler, and what it is bound to. */
export async function upload(environment = "") {
  const folder = at("target/dry-run");
  rmSync(folder, { recursive: true, force: true });
  const { output } = await run("wrangler", ["deploy", "--dry-run", "--env", environment, "--outdir", folder]);
  const files = readdirSync(folder).filter((name) => /\.(js|wasm)$/.test(name));
  const bytes = files.reduce(
    (total, name) => total + gzipSync(readFileSync(join(folder, name)), { level: 9 }).length,
    0,
  );
  return { bytes, bindings: [...output.matchAll(/^env\.(\w+)/gm)].map(([, name]) => name).sort() };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  let wanted;
  for (const environment of ENVIRONMENTS) {
    const { bytes, bindings } = await upload(environment);
    wanted ??= bindings;
    const lacks = wanted.filter((name) => !bindings.includes(name));
    const fits = bytes <= MOST_UPLOADED && lacks.length === 0 && wanted.length > 0;
    console.log(`${fits ? "ok" : "not ok"} - ${environment || "local"}: ${bytes} bytes of at most ${MOST_UPLOADED}`);
    if (lacks.length > 0) console.log(`  not bound: ${lacks.join(", ")}`);
    if (!fits) process.exitCode = 1;
  }
}
