// Serves a folder, opens one of its pages in Chromium, and reads the fixture's report from the console.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { launchChromium } from "../chromium.mjs";
import { reported } from "./row.mjs";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript" };

async function serve(folder) {
  const server = createServer(async ({ url }, response) => {
    try {
      const file = await readFile(join(folder, new URL(url, "http://localhost").pathname));
      response.setHeader("content-type", TYPES[extname(url)] ?? "application/octet-stream").end(file);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** Returns the report from `page`, a page in `folder`, and the URLs that the page requested. */
export async function inChromium(folder, page) {
  const server = await serve(folder);
  try {
    return await visit(`http://127.0.0.1:${server.address().port}${page}`);
  } finally {
    server.close();
  }
}

export async function visit(address) {
  const browser = await launchChromium();
  try {
    const tab = await browser.newPage();
    tab.setDefaultTimeout(120_000);
    const [errors, requested] = [[], []];
    tab.on("pageerror", (error) => errors.push(error.message));
    tab.on("request", (request) => requested.push(request.url()));
    const printed = tab.waitForEvent("console", { predicate: (message) => message.text().startsWith("{") });
    const failed = tab.waitForEvent("pageerror").then((error) => Promise.reject(error));
    await tab.goto(address);
    const message = await Promise.race([printed, failed]);
    assert.deepEqual(errors, []);
    return { ...reported(message.text()), requested };
  } finally {
    await browser.close();
  }
}
