// npm run size: what the wasm weighs as it is downloaded, against its budget. Ends with 1 where it is over.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "./build.mjs";
import { at } from "./run.mjs";

await build();

let over = 0;
for (const [name, file, budget] of [
  ["everything", "pkg/edgeseal_bg.wasm", 80_000],
  ["verifier alone, HS256", "pkg/edgeseal_slim_bg.wasm", 30_000],
]) {
  const bytes = gzipSync(readFileSync(at(file)), { level: 9 }).length;
  const fits = bytes <= budget;
  console.log(`${fits ? "ok" : "not ok"} - ${name}: ${bytes} bytes gzip of at most ${budget}`);
  if (!fits) over += 1;
}
process.exit(over === 0 ? 0 : 1);
