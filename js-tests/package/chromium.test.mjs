// Tests the tarball in headless Chromium, both as plain modules with an import map and in an esbuild bundle.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { launchChromium } from "../chromium.mjs";
import { CASES } from "./cases.mjs";

const PAGE = (script) => `<!doctype html><title>edgeseal</title>
<script type="importmap">{ "imports": { "edgeseal": "/node_modules/edgeseal/index.js" } }</script>
<script type="module">${script}</script>`;
const ASK = `import * as edgeseal from "edgeseal"; import { runCases } from "/package/cases.mjs";
  runCases(edgeseal).then((names) => { globalThis.found = names; }, (error) => { globalThis.found = error.message; });`;
const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript" };
const folder = fileURLToPath(new URL("..", import.meta.url));
let server, browser, origin, bundle;

before(async () => {
  const contents = ASK.replace('"/package/cases.mjs"', '"./package/cases.mjs"');
  const bundled = await build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
  });
  bundle = bundled.outputFiles[0].text;
  server = createServer(async ({ url }, response) => {
    const answer = (type, body) => response.setHeader("content-type", `${type}; charset=utf-8`).end(body);
    if (url === "/plain") return answer("text/html", PAGE(ASK));
    if (url === "/bundled") return answer("text/html", PAGE('import "/bundle.js";'));
    if (url === "/bundle.js") return answer(TYPES[".js"], bundle);
    try {
      return answer(TYPES[extname(url)] ?? "application/octet-stream", await readFile(join(folder, url)));
    } catch {
      return response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  server?.close();
});

for (const page of ["plain", "bundled"]) {
  test(`cases in Chromium, ${page}`, async () => {
    const tab = await browser.newPage();
    const errors = [];
    tab.on("pageerror", (error) => errors.push(error.message));
    await tab.goto(`${origin}/${page}`);
    const found = await tab.waitForFunction("globalThis.found").then((handle) => handle.jsonValue());
    assert.deepEqual(errors, []);
    assert.ok(Array.isArray(found), String(found));
    assert.equal(found.length, CASES);
  });
}
