// npm run fuzz: `fuzz.mjs [SECONDS] [TARGET…]` runs each target for that many seconds (600 by default). Each target's
// corpus is kept in target/fuzz-corpus for the next run. Inputs that make a target fail are written to fuzz/artifacts.
import { mkdirSync } from "node:fs";
import { targets, writeSeeds } from "./seeds.mjs";
import { at, run, stop, version } from "../scripts/run.mjs";
import { cargoFuzz, prerequisites } from "../scripts/toolchain.mjs";

const asked = process.argv.slice(2);
const seconds = /^\d+$/.test(asked[0] ?? "") ? Number(asked.shift()) : 600;
const wanted = asked.length > 0 ? asked : targets;
const unknown = wanted.filter((name) => !targets.includes(name));
if (unknown.length > 0) stop(`Unknown target ${unknown.join(", ")}. Targets are ${targets.join(", ")}.`);

await prerequisites();
if (!(await version("c++"))) stop("Missing on this machine: a C++ compiler (libFuzzer is built with it).");
await cargoFuzz();
const seeds = writeSeeds(at("contracts/jwt_corpus.jsonl"), at("target/fuzz-seeds"));
// Uses the committed lockfile.
await run("cargo", ["fetch", "--locked", "--manifest-path", at("fuzz/Cargo.toml")], { show: true });

const lines = [];
let failed = 0;
for (const target of wanted) {
  console.log(`\n── ${target}, ${seconds} s`);
  const learnt = at("target/fuzz-corpus", target);
  mkdirSync(learnt, { recursive: true });
  const { code, output } = await run(
    "cargo-fuzz",
    [
      ...["fuzz", "run", "--target-dir", at("target/fuzz"), target, learnt, seeds[target], "--"],
      ...[`-max_total_time=${seconds}`, `-dict=${at("fuzz/json.dict")}`],
      ...[
        "-max_len=4096",
        "-timeout=5",
        "-rss_limit_mb=2048",
        "-print_final_stats=1",
        "-verbosity=0",
        "-print_funcs=0",
      ],
    ],
    // RUSTC_BOOTSTRAP makes stable Rust accept the sanitizer flag, which otherwise requires nightly. Both toolchains
    // have the same sanitizer runtime.
    { cwd: at("fuzz"), env: { RUSTC_BOOTSTRAP: "1" }, show: true, quiet: true },
  );
  const executions = output.match(/number_of_executed_units: *(\d+)/)?.[1] ?? "no";
  // A run that didn't execute anything must fail.
  const held = code === 0 && Number(executions) > 0;
  if (!held) failed += 1;
  lines.push(`${target}: ${executions} executions, ${held ? "no finding" : "FAILED"}`);
}
console.log(`\n${lines.join("\n")}`);
process.exit(failed === 0 ? 0 : 1);
