// Runs the package in workerd, in a Worker whose bundle imports the compiled module (through the `workerd` condition).
import { readFileSync } from "node:fs";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { compatibilityDate } from "../../compatibility.mjs";
import { at } from "../../../scripts/run.mjs";
import { fromOutside, poster } from "./outside.mjs";

export const name = "workerd";

const WORKER = `import * as edgeseal from "edgeseal"; import { answer } from "./judge.mjs";
  export default { fetch: async (request) => Response.json(answer(edgeseal, await request.json())) };`;

export async function run(cases) {
  const bundled = await build({
    stdin: { contents: WORKER, resolveDir: at("js-tests/corpus") },
    bundle: true,
    format: "esm",
    conditions: ["workerd"],
    external: ["*.wasm"],
    write: false,
  });
  const wasm = readFileSync(at("js-tests/node_modules/edgeseal/edgeseal_bg.wasm"));
  const miniflare = new Miniflare({
    compatibilityDate,
    cf: false,
    modules: [
      { type: "ESModule", path: "worker.mjs", contents: bundled.outputFiles[0].text },
      { type: "CompiledWasm", path: "edgeseal_bg.wasm", contents: wasm },
    ],
  });
  try {
    return await fromOutside(poster(await miniflare.ready), cases);
  } finally {
    await miniflare.dispose();
  }
}
