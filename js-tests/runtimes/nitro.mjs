// Tests Nitro, which Nuxt uses for deployment, with its presets for hosting platforms.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Miniflare } from "miniflare";
import { freePorts } from "../../scripts/ports.mjs";
import { at, run } from "../../scripts/run.mjs";
import { compatibilityDate } from "../compatibility.mjs";
import { CASES } from "../package/cases.mjs";
import { isAsked, versionOf } from "./row.mjs";

const folder = "js-tests/runtimes/nitro";
const cwd = at(folder);
const output = join(cwd, ".output/server");

async function build(preset, wasm) {
  for (const made of [".output", ".nitro"]) rmSync(join(cwd, made), { recursive: true, force: true });
  const env = { NITRO_WASM: wasm ? "on" : "", NODE_ENV: "production" };
  return run(join(cwd, "node_modules/.bin/nitro"), ["build", "--preset", preset], { cwd, env, quiet: true });
}

const nitro = (name, work) => {
  const whole = `Nitro ${versionOf("nitropack", folder)}: ${name}`;
  if (isAsked(whole)) test(whole, work);
};

nitro("node-server, without a setting", async (t) => {
  const { code, output: said } = await build("node-server", false);
  assert.equal(code, 0, said);
  const [port] = await freePorts(1);
  const server = spawn(process.execPath, [join(output, "index.mjs")], { env: { ...process.env, PORT: String(port) } });
  t.after(() => server.kill());
  await once(server.stdout, "data");
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  assert.deepEqual(await answer.json(), { cases: CASES });
});

for (const preset of ["bun", "vercel"]) {
  nitro(`${preset}, built without a setting`, async () => {
    const { code, output: said } = await build(preset, false);
    assert.equal(code, 0, said);
  });
}

// These presets and the setting are listed in docs/guide/faq.md.
for (const preset of ["cloudflare-module", "cloudflare-pages", "vercel-edge", "netlify-edge", "deno-deploy"]) {
  nitro(`${preset} needs experimental.wasm`, async () => {
    const { code, output: said } = await build(preset, false);
    assert.notEqual(code, 0);
    assert.match(said, /\.wasm/);
    const { code: status, output } = await build(preset, true);
    assert.equal(status, 0, output);
  });
}

nitro("cloudflare-module in workerd, with the compiled module and no bytes", async (t) => {
  assert.equal((await build("cloudflare-module", true)).code, 0);
  const files = readdirSync(output, { recursive: true }).filter((name) => /\.(mjs|wasm)$/.test(name));
  const modules = files.map((path) => ({
    type: path.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
    path: join(output, path),
    contents: readFileSync(join(output, path)),
  }));
  modules.sort(({ path }) => (path === join(output, "index.mjs") ? -1 : 1));
  const miniflare = new Miniflare({
    modules,
    modulesRoot: output,
    compatibilityDate,
    compatibilityFlags: ["nodejs_compat"],
  });
  t.after(() => miniflare.dispose());
  const answer = await miniflare.dispatchFetch("http://localhost/");
  assert.deepEqual(await answer.json(), { cases: CASES });
});
