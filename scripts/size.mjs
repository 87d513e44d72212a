// npm run size: what the wasm weighs as it is downloaded, against its budget. Ends with 1 where it is over.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "./build.mjs";
import { at, run, step, wasmFlags } from "./run.mjs";

const SLIM = "target/wasm-pack-slim";

await build();
await step("verifier alone", async () => {
  const options = ["--release", "--target", "bundler", "--no-typescript", "--no-pack", "--out-dir", at(SLIM)];
  const features = ["--no-default-features", "--features", "js-verify", "--locked"];
  await run("wasm-pack", ["build", at(), ...options, ...features], { env: wasmFlags() });
});

let over = 0;
for (const [name, file, budget] of [
  ["everything", "pkg/edgeseal_bg.wasm", 80_000],
  ["verifier alone, HS256", `${SLIM}/edgeseal_bg.wasm`, 30_000],
]) {
  const bytes = gzipSync(readFileSync(at(file)), { level: 9 }).length;
  const fits = bytes <= budget;
  console.log(`${fits ? "ok" : "not ok"} - ${name}: ${bytes} bytes gzip of at most ${budget}`);
  if (!fits) over += 1;
}
process.exit(over === 0 ? 0 : 1);
