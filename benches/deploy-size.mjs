// Checks what wrangler would upload for each environment in wrangler.toml. Exits with 1 unless all environments have
// the same bindings and the Worker fits its size budget.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { at, isMain, run } from "../scripts/run.mjs";

/** The Worker's size budget in bytes. Every plan allows more, but a larger Worker starts more slowly. */
export const MOST_UPLOADED = 700_000;

/**
 * A deployed environment doesn't have these bindings until its domain may send e-mail; wrangler.toml explains how to
 * set this up.
 */
const OPTIONAL = ["EMAIL", "EMAIL_FROM", "APP_NAME"];

const ENVIRONMENTS = ["", "staging", "production"];

/** Returns the gzipped size of the Worker as wrangler bundles it, and the names of its bindings. */
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

if (isMain(import.meta.url)) {
  let wanted;
  for (const environment of ENVIRONMENTS) {
    const { bytes, bindings } = await upload(environment);
    wanted ??= bindings;
    const lacks = wanted.filter((name) => !bindings.includes(name) && !OPTIONAL.includes(name));
    const fits = bytes <= MOST_UPLOADED && lacks.length === 0 && wanted.length > 0;
    console.log(`${fits ? "ok" : "not ok"} - ${environment || "local"}: ${bytes} bytes of at most ${MOST_UPLOADED}`);
    if (lacks.length > 0) console.log(`  missing bindings: ${lacks.join(", ")}`);
    if (!fits) process.exitCode = 1;
  }
}
