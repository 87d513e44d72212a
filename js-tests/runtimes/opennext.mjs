// Tests OpenNext for Cloudflare: a Next.js app runs as a Worker in `wrangler dev`.
import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { listening } from "../../scripts/examples.mjs";
import { at, environment, run } from "../../scripts/run.mjs";
import { visit } from "./browser.mjs";
import { assertHolds, filesOf } from "./bundle.mjs";
import { ask, bundled, served, sourcesOf } from "./next.mjs";
import { nodeBinary } from "./node.mjs";
import { row, versionOf } from "./row.mjs";

const app = "js-tests/runtimes/opennext";
const cwd = at(app);
// OpenNext's version of wrangler doesn't run on Node 20.
const env = { PATH: [dirname(nodeBinary(24)), environment.PATH].join(delimiter) };
const by = `OpenNext ${versionOf("@opennextjs/cloudflare", app)}, wrangler dev`;
const version = versionOf("next", app);

async function serve() {
  for (const made of [".next", ".open-next"]) rmSync(join(cwd, made), { recursive: true, force: true });
  const { code, output } = await run(at(app, "node_modules/.bin/opennextjs-cloudflare"), ["build"], {
    ...{ cwd, env, quiet: true },
  });
  assert.equal(code, 0, output);
  const node = nodeBinary(24);
  return listening(["node_modules/wrangler/bin/wrangler.js", "dev", "--port", "0"], { cwd, env, node });
}
const origin = async () => (await served(app, serve)).origin;

row({ runtime: `Next.js ${version}, middleware.ts`, by, entry: "index.edge-light.js" }, async () => {
  const found = await ask(`${await origin()}/middleware`);
  assertHolds(filesOf(join(cwd, ".open-next/middleware")), "index.edge-light.js", app);
  return { ...found, resolved: sourcesOf(bundled(join(cwd, ".next"), "edge")) };
});

for (const [name, path, get] of [
  ["route handler", "/node", ask],
  ["server component", "/component", visit],
]) {
  row(
    { runtime: `Next.js ${version}, ${name}`, by: `${by}, serverExternalPackages`, entry: "index.workerd.js" },
    async () => {
      const found = await get(`${await origin()}${path}`);
      const handler = join(cwd, ".open-next/server-functions/default/handler.mjs");
      // Look for our module specifically, because Next.js's own code in this file also contains base64.
      const ours = readFileSync(at(app, "node_modules/edgeseal/edgeseal_bg.wasm")).toString("base64").slice(0, 200);
      assert.ok(!readFileSync(handler, "utf8").includes(ours), "the module as base64");
      return { ...found, resolved: Object.keys(JSON.parse(readFileSync(`${handler}.meta.json`, "utf8")).inputs) };
    },
  );
}
