// Tests a Worker that imports the package. It is bundled once by esbuild and once by wrangler, and runs in workerd.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { compatibilityDate } from "../compatibility.mjs";
import { at, run } from "../../scripts/run.mjs";
import { assertHolds, filesOf } from "./bundle.mjs";
import { row, RUNTIMES, versionOf } from "./row.mjs";

const cwd = at(RUNTIMES, "worker");
const runtime = `workerd ${versionOf("workerd", ".").replace(/^1\.|\.\d+$/g, "")}`;

/** One function per bundler. Each function builds into a folder, and returns the paths of the resolved modules. */
const bundlers = {
  [`esbuild ${versionOf("esbuild", ".")}, condition workerd`]: async (folder) => {
    const { metafile } = await build({
      entryPoints: [join(cwd, "index.js")],
      outdir: folder,
      bundle: true,
      format: "esm",
      conditions: ["workerd"],
      loader: { ".wasm": "copy" },
      metafile: true,
    });
    return Object.keys(metafile.inputs);
  },
  [`wrangler ${versionOf("wrangler", ".")}, deploy --dry-run`]: async (folder) => {
    await run("wrangler", ["deploy", "--dry-run", "--outdir", folder, "--metafile", join(folder, "meta.json")], {
      cwd,
    });
    return Object.keys(JSON.parse(readFileSync(join(folder, "meta.json"), "utf8")).inputs);
  },
};

for (const [by, bundle] of Object.entries(bundlers)) {
  row({ runtime, by, entry: "index.workerd.js" }, async () => {
    const folder = at("target/runtimes", by.split(" ")[0], "worker");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const resolved = await bundle(folder);
    assertHolds(filesOf(folder), "index.workerd.js");
    return { ...(await inWorkerd(folder)), resolved };
  });
}

/** Runs a bundled Worker, and returns its response. */
async function inWorkerd(folder) {
  const miniflare = new Miniflare({
    compatibilityDate,
    cf: false,
    modules: true,
    modulesRoot: folder,
    scriptPath: join(folder, "index.js"),
    modulesRules: [{ type: "CompiledWasm", include: ["**/*.wasm"] }],
  });
  try {
    const response = await miniflare.dispatchFetch("http://localhost/");
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return JSON.parse(text);
  } finally {
    await miniflare.dispose();
  }
}
