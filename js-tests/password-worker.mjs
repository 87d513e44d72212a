// Starts a Worker in workerd that includes the packed package and hashes passwords on request.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { compatibilityDate } from "./compatibility.mjs";

/**
 * Starts the Worker. `ask({ call, with, count })` calls a function `count` times. It returns the function's last result
 * and the size of the wasm memory.
 */
export async function startPasswordWorker() {
  const bundled = await build({
    entryPoints: [fileURLToPath(new URL("password-worker-entry.mjs", import.meta.url))],
    bundle: true,
    format: "esm",
    conditions: ["workerd"],
    external: ["*.wasm"],
    write: false,
  });
  const wasm = readFileSync(new URL("node_modules/edgeseal/edgeseal_bg.wasm", import.meta.url));
  const worker = new Miniflare({
    compatibilityDate,
    cf: false,
    modules: [
      { type: "ESModule", path: "worker.mjs", contents: bundled.outputFiles[0].text },
      { type: "CompiledWasm", path: "edgeseal_bg.wasm", contents: wasm },
    ],
  });
  return {
    ask: async (asked) => {
      const response = await worker.dispatchFetch("http://localhost/", { method: "POST", body: JSON.stringify(asked) });
      const text = await response.text();
      if (response.status !== 200) throw new Error(text);
      return JSON.parse(text);
    },
    stop: () => worker.dispose(),
  };
}
