// Runs the package in headless Chromium, with plain modules and an import map instead of a bundler.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { launchChromium } from "../../chromium.mjs";
import { at } from "../../../scripts/run.mjs";
import { chromium } from "../../../scripts/toolchain.mjs";

export const name = "Chromium";

export async function prepare() {
  process.env.CHROMIUM_PATH = await chromium();
}

const PAGE = `<!doctype html><title>corpus</title>
<script type="importmap">{ "imports": { "edgeseal": "/node_modules/edgeseal/index.js" } }</script>
<script type="module">
  import * as edgeseal from "edgeseal";
  import { timed } from "/corpus/judge.mjs";
  globalThis.judgeCase = (one) => timed(edgeseal, one);
</script>`;

export async function run(cases) {
  const server = createServer(async ({ url }, response) => {
    if (url === "/") return response.setHeader("content-type", "text/html").end(PAGE);
    try {
      const file = await readFile(join(at("js-tests"), url));
      return response.setHeader("content-type", "text/javascript").end(file);
    } catch {
      return response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.waitForFunction("globalThis.judgeCase");
    const results = [];
    for (const one of cases) results.push(await page.evaluate((given) => globalThis.judgeCase(given), one));
    return results;
  } finally {
    await browser.close();
    server.close();
  }
}
