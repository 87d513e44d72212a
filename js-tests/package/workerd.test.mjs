// The tarball in workerd: a Worker bundled under the `workerd` condition.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { CASES } from "./cases.mjs";

test("cases in workerd, with the compiled module and no bytes", async () => {
  const bundled = await build({
    stdin: {
      contents: `import * as edgeseal from "edgeseal"; import { runCases } from "./cases.mjs";
        export default { async fetch() { return Response.json(await runCases(edgeseal)); } };`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    format: "esm",
    conditions: ["workerd"],
    external: ["*.wasm"],
    metafile: true,
    write: false,
  });
  const inputs = Object.keys(bundled.metafile.inputs);
  assert.ok(
    inputs.some((path) => path.endsWith("edgeseal/index.workerd.js")),
    "the workerd entry was resolved",
  );
  const contents = bundled.outputFiles[0].text;
  assert.doesNotMatch(contents, /new WebAssembly\.Module\(/);

  const wasm = readFileSync(new URL("../node_modules/edgeseal/edgeseal_bg.wasm", import.meta.url));
  const miniflare = new Miniflare({
    compatibilityDate: "2026-04-01",
    cf: false,
    modules: [
      { type: "ESModule", path: "worker.mjs", contents },
      { type: "CompiledWasm", path: "edgeseal_bg.wasm", contents: wasm },
    ],
  });
  try {
    const response = await miniflare.dispatchFetch("http://localhost/");
    const text = await response.text();
    assert.equal(response.status, 200, text);
    assert.equal(JSON.parse(text).length, CASES);
  } finally {
    await miniflare.dispose();
  }
});
