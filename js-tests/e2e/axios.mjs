// Runs the code in examples/nextjs/README.md, unchanged, in a browser, against the whole stack.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "../../node_modules/esbuild/lib/main.js";
import { expire, revoke } from "./ended.mjs";
import { dashboard, person, stack } from "./stack.mjs";

const page = readFileSync(new URL("../../examples/nextjs/README.md", import.meta.url), "utf8");
const [, code] = /```ts\n(\/\/ lib\/api\.ts\n.*?)```/s.exec(page);

test("the Axios client of the docs: calls, one refresh for all of them, and sign-in without a session", async () => {
  const { outputFiles } = await build({
    stdin: { contents: code, loader: "ts", resolveDir: fileURLToPath(new URL("..", import.meta.url)) },
    bundle: true,
    write: false,
    format: "iife",
    globalName: "client",
    platform: "browser",
  });
  // `bypassCSP` is needed because the Content Security Policy rightly blocks injected scripts.
  const ann = await person("Ann", { bypassCSP: true });
  const on = await dashboard(ann.context);
  await on.addScriptTag({ content: outputFiles[0].text });
  const path = `/api/${ann.id}/tasks`;

  const added = await on.evaluate(
    (url) => client.api.post(url, { title: "By Axios" }).then(({ status }) => status),
    path,
  );
  assert.equal(added, 201);
  const foreign = await on.evaluate(() =>
    client.api.get("/api/somebody/tasks").catch(({ response }) => [response.status, response.data.code]),
  );
  assert.deepEqual(foreign, [403, "FORBIDDEN"]);

  await expire(ann.context);
  const refreshes = [];
  on.on(
    "request",
    (request) => request.url().includes("/get-session?disableCookieCache=true") && refreshes.push(request),
  );
  const titles = await on.evaluate(async (url) => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => client.api.get(url)));
    return answers.map(({ data }) => data[0].title);
  }, path);
  assert.deepEqual(titles, Array(5).fill("By Axios"));
  assert.equal(refreshes.length, 1);

  await revoke(ann);
  await on.evaluate((url) => void client.api.get(url).catch(() => {}), path);
  await on.waitForURL(`${stack.app}/sign-in?callbackUrl=%2Fdashboard`);
  await ann.context.close();
});
