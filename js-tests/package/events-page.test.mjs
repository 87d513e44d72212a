// Tests docs/guide/events.md: runs each receiver and sends it real requests.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { errorCodes } from "edgeseal";
import { signWebhook } from "edgeseal/webhooks";
import { at } from "../../scripts/run.mjs";
import { readPage } from "../docs.mjs";

// This folder is in js-tests, so that imports resolve to the real packages and the packed tarball.
const FOLDER = at("js-tests/.events-page");
rmSync(FOLDER, { recursive: true, force: true });
after(() => rmSync(FOLDER, { recursive: true, force: true }));
const { fences } = readPage("docs/guide/events.md");
const unused = new Set();
for (const { language, code } of fences.filter((fence) => fence.language === "ts")) {
  const name = /^\/\/ (\S+)\n/.exec(code)?.[1] ?? "send.ts";
  assert.equal(language, "ts");
  assert.ok(!unused.has(name), `two blocks are ${name}`);
  unused.add(name);
  mkdirSync(dirname(join(FOLDER, name)), { recursive: true });
  writeFileSync(join(FOLDER, name), code);
}

/** Loads a file from the page as a module that is bundled with its own copy of `lib/events.ts`. */
async function load(name) {
  unused.delete(name);
  const outfile = join(FOLDER, "out", name.replace(/ts$/, "mjs"));
  const external = ["edgeseal/*", "express", "hono"];
  await build({
    entryPoints: [join(FOLDER, name)],
    outfile,
    bundle: true,
    format: "esm",
    external,
    alias: { "@": FOLDER },
    logLevel: "error",
  });
  return import(pathToFileURL(outfile).href);
}

const secret = (process.env.WEBHOOK_SECRET = `whsec_${randomBytes(32).toString("base64")}`);
let handled;
beforeEach((t) => {
  handled = [];
  t.mock.method(console, "log", (line) => handled.push(line));
});
const deleted = JSON.stringify({ type: "user.deleted", data: { id: "user_1", name: "Zoë" } });

/** Sends webhooks through `send(init)`, which returns the response. */
async function receives(send) {
  const post = async (options, changed = {}) => {
    const { body = deleted, id = "msg_1" } = options;
    const headers = {
      "content-type": "application/json",
      ...signWebhook({ id, body, secret, ...options }),
      ...changed,
    };
    const response = await send({ method: "POST", headers, body });
    return response.status === 204 ? 204 : [response.status, (await response.json()).code];
  };
  assert.equal(await post({}), 204);
  assert.equal(handled.length, 1);
  assert.equal(await post({}), 204, "the same one again");
  assert.equal(handled.length, 1, "it is processed once");
  assert.equal(await post({ id: "msg_2" }, { "content-type": "text/plain" }), 204, "whatever its content type");
  assert.equal(handled.length, 2);
  assert.equal(await post({ id: "msg_3", body: `{"n":"${"x".repeat(50_000)}"}` }), 204);

  const other = `whsec_${randomBytes(32).toString("base64")}`;
  for (const [code, ...given] of [
    ["ERR_WEBHOOK_SIGNATURE_INVALID", { secret: other }],
    ["ERR_WEBHOOK_SIGNATURE_INVALID", {}, { "webhook-id": "msg_4" }],
    ["ERR_WEBHOOK_TIMESTAMP_INVALID", { timestamp: new Date(Date.now() - 302_000) }],
    ["ERR_WEBHOOK_HEADER_INVALID", {}, { "webhook-id": "a.b" }],
    ["ERR_WEBHOOK_HEADER_MISSING", {}, { "webhook-signature": "" }],
    ["ERR_WEBHOOK_PAYLOAD_INVALID", { body: "[]" }],
    ["ERR_WEBHOOK_PAYLOAD_INVALID", { body: "" }],
  ]) {
    assert.deepEqual(await post(...given), [400, code]);
  }
  assert.equal(handled.length, 2, "no refused webhook is handled");
}

const ORIGIN = "http://localhost:3000";

test("the Next.js route handler", async () => {
  const { POST } = await load("app/webhooks/route.ts");
  await receives((init) => POST(new Request(`${ORIGIN}/webhooks`, init)));
});

test("Hono", async () => {
  const { app } = await load("hono.ts");
  await receives((init) => app.request("/webhooks", init, { WEBHOOK_SECRET: secret }));
});

test("Express, and the webhook for tests", async (t) => {
  const { app } = await load("express.ts");
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  after(() => server.close());
  const origin = `http://127.0.0.1:${server.address().port}`;
  await receives((init) => fetch(`${origin}/webhooks`, init));

  const { fetch: real } = globalThis;
  const statuses = [];
  t.mock.method(globalThis, "fetch", async (url, init) => {
    const response = await real(url.replace(ORIGIN, origin), init);
    statuses.push(response.status);
    return response;
  });
  await load("send.ts");
  assert.deepEqual(statuses, [204]);
});

test("every block of the page ran, and the page names every code", () => {
  unused.delete("lib/events.ts");
  assert.deepEqual([...unused], []);
  const page = readPage("docs/guide/events.md");
  const codes = errorCodes.filter((code) => code.startsWith("ERR_WEBHOOK_"));
  assert.equal(codes.length, 5);
  for (const code of codes) assert.ok(page.text.includes(`\`${code}\``), code);
});
