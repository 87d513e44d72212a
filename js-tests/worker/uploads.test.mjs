// Tests that uploads have time limits, and that responses to a particular caller aren't cached.
import assert from "node:assert/strict";
import { createServer as createSocketServer } from "node:net";
import { createServer, request as httpRequest } from "node:http";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { ORIGIN, startWorker, WEAK } from "./local-worker.mjs";
import { all, startOdd } from "./odd-upstream.mjs";
import { someone } from "./someone.mjs";

/** Makes a test fail instead of hanging if the Worker doesn't enforce a time limit. */
const WITHIN = { timeout: 60_000 };
const anybody = (upstream, timeout) => [{ path: "/*", upstream, public: true, timeout }];

async function start(t, routes, options) {
  const worker = await startWorker(WEAK, { routes: () => routes, clock: true, ...options });
  t.after(() => worker.stop());
  return worker;
}

/** Sends each piece of a body as soon as `pieces` yields it. Returns the response. */
async function send(worker, path, pieces, headers = {}) {
  const { hostname, port } = await worker.ready;
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ agent: false, method: "POST", hostname, port, path, headers }, async (answer) => {
      resolve({ status: answer.statusCode, body: String(await all(answer)) });
    });
    sent.on("error", reject);
    void (async () => {
      for await (const piece of pieces) sent.write(piece);
      sent.end();
    })();
  });
}
async function* slowly(count, milliseconds) {
  for (let index = 0; index < count; index++) {
    yield "piece ";
    await pause(milliseconds);
  }
}
async function* stalled(first) {
  yield first;
  await new Promise(() => {});
}
const code = ({ status, body }) => [status, JSON.parse(body).code];

test("a slow upload uses none of the upstream's time limit", WITHIN, async (t) => {
  const upstream = await startOdd();
  t.after(() => upstream.stop());
  const worker = await start(t, anybody(upstream.url, 1));
  for (const headers of [{}, { "content-length": "36" }]) {
    const { status, body } = await send(worker, "/x", slowly(6, 800), headers);
    assert.equal(status, 200, body);
    const seen = JSON.parse(body);
    assert.equal(seen.body, "piece ".repeat(6));
    assert.equal(seen.headers["content-length"], headers["content-length"], "a known length is passed on");
  }
  assert.deepEqual(code(await send(worker, "/hang", slowly(2, 800))), [504, "UPSTREAM_TIMEOUT"], "after the body");
});

test(
  "an upstream that accepts no byte is 504 after its time limit, and a client that stalls is 408 after its own",
  WITHIN,
  async (t) => {
    const deaf = createSocketServer({ pauseOnConnect: true });
    await once(deaf.listen(0, "127.0.0.1"), "listening");
    t.after(() => deaf.close());
    const upstream = await startOdd();
    t.after(() => upstream.stop());
    const worker = await start(t, [
      ...anybody(`http://127.0.0.1:${deaf.address().port}`, 1).map((route) => ({ ...route, path: "/deaf/*" })),
      ...anybody(upstream.url, 1),
    ]);
    // This is more data than all of the buffers along the way can hold.
    const much = Array.from({ length: 64 }, () => Buffer.alloc(1 << 20));
    // The Worker resets the connection while the client is still sending, so only the log shows the status.
    const began = Date.now();
    await send(worker, "/deaf/x", much).catch(() => {});
    while (!worker.log.includes('"status":504,"code":"UPSTREAM_TIMEOUT"') && Date.now() - began < 20_000)
      await pause(100);
    assert.ok(Date.now() - began < 20_000, worker.log);
    assert.deepEqual(code(await send(worker, "/x", stalled("some of it"))), [408, "REQUEST_TIMEOUT"]);
  },
);

test(
  "an upstream that has started its response may read the rest of an upload without a time limit",
  WITHIN,
  async (t) => {
    const late = createServer(async (request, response) => {
      response.write("begun ");
      await pause(3500);
      let bytes = 0;
      for await (const piece of request) bytes += piece.length;
      response.end(String(bytes));
    });
    await once(late.listen(0, "127.0.0.1"), "listening");
    t.after(() => late.close());
    const worker = await start(t, anybody(`http://127.0.0.1:${late.address().port}`, 1));
    // This is more data than all of the buffers along the way can hold.
    const much = Array.from({ length: 64 }, () => Buffer.alloc(1 << 20));
    assert.deepEqual(await send(worker, "/x", much), { status: 200, body: `begun ${64 << 20}` });
  },
);

test("Cloudflare's cache stores no response to a caller, whatever the path's extension", async (t) => {
  const image = createServer((request, response) => {
    response.writeHead(200, { "cache-control": "public, max-age=3600", upstream: "1" });
    response.end(request.headers.authorization ?? "nobody");
  });
  await once(image.listen(0, "127.0.0.1"), "listening");
  t.after(() => image.close());
  const base = `http://127.0.0.1:${image.address().port}`;
  const asked = [];
  // Receives the Worker's subrequests. Their `cf` property contains the instructions for Cloudflare's cache.
  const outbound = (request) => {
    asked.push({ cf: request.cf, caching: request.headers.get("cache-control") });
    return fetch(request.url, { headers: [...request.headers] });
  };
  const routes = [
    { path: "/public/*", upstream: base, public: true },
    { path: "/hooks/*", upstream: base, public: true, authorization: "pass" },
    { path: "/api/:owner/*", upstream: base },
  ];
  const worker = await start(t, routes, { outbound });
  const ann = await someone(worker, "ann");
  const cacheOf = async (path, headers = {}) => {
    assert.equal((await worker.fetch(path, { headers })).status, 200);
    return asked.at(-1);
  };
  const kept = [await cacheOf("/public/x.png"), await cacheOf("/public/x.css")];
  const unkept = [
    await cacheOf(`/api/${ann.id}/x.png`, ann.bearer),
    await cacheOf(`/api/${ann.id}/x.js`, { cookie: ann.cookie, origin: ORIGIN }),
    await cacheOf("/public/x.png", ann.bearer),
    await cacheOf("/hooks/x.png", { authorization: "Basic eDp5" }),
  ];
  for (const { cf } of kept) assert.equal(cf?.cacheTtl, undefined, JSON.stringify(cf));
  for (const { cf } of unkept) assert.equal(cf?.cacheTtl, -1, JSON.stringify(cf));
});
