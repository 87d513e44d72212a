// Tests what the Worker waits for, and what happens to requests that wait: the module that workerd loads does all the
// waiting for upstreams, and other requests can end or fail in the meantime.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request as httpRequest } from "node:http";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { FAULT, ORIGIN, startWorker, WEAK } from "./local-worker.mjs";
import { someone } from "./someone.mjs";

/** An upstream that responds only when a test says so. */
async function startHeld(t) {
  const held = [];
  const server = createServer((request, response) => {
    const one = { request, isClosed: false, respond: () => response.setHeader("upstream", "1").end("released") };
    response.on("close", () => (one.isClosed = true));
    held.push(one);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.after(() => server.close());
  t.after(() => server.closeAllConnections());
  return { held, url: `http://127.0.0.1:${server.address().port}` };
}

async function until(condition, what) {
  for (let tries = 0; !condition(); tries += 1) {
    assert.ok(tries < 200, what);
    await pause(50);
  }
}

async function start(t, options = {}) {
  const upstream = await startHeld(t);
  const routes = () => [
    { path: "/api/:owner/quick/*", upstream: upstream.url, timeout: 1 },
    { path: "/api/:owner/*", upstream: upstream.url },
  ];
  const worker = await startWorker(WEAK, { routes, clock: true, ...options });
  t.after(() => worker.stop());
  const ann = await someone(worker, "ann");
  return { ...upstream, worker, ann, path: (rest) => `/api/${ann.id}/${rest}` };
}

test("requests that wait for an upstream survive another request's trap or panic", async (t) => {
  const { held, worker, ann, path } = await start(t);
  for (const kind of ["trap", "panic"]) {
    const waiting = [worker.fetch(path("a"), { headers: ann.bearer }), worker.post(path("b"), {}, ann.bearer)];
    await until(() => held.length === 2, "both requests reach the upstream");
    assert.equal((await worker.fetch("/api/auth/ok", { headers: { [FAULT]: kind } })).status, 500);
    for (const { respond } of held.splice(0)) respond();
    for (const answer of await Promise.all(waiting)) {
      assert.deepEqual([answer.status, await answer.text()], [200, "released"], kind);
      assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
    }
  }
  const lines = worker.log.split("\n").filter((line) => line.includes('"route":"/api/:owner/*"'));
  assert.equal(lines.length, 4, "each request has its log line");
  for (const line of lines) assert.match(line, new RegExp(`"status":200,"user":"${ann.id}"`));
});

test("the connection to a late upstream is closed, and clients that disconnect affect nobody else", async (t) => {
  const { held, worker, ann, path } = await start(t);
  assert.equal((await worker.fetch(path("quick/x"), { headers: ann.bearer })).status, 504);
  assert.equal((await worker.post(path("quick/x"), { a: 1 }, ann.bearer)).status, 504);
  await until(() => held.length === 2 && held.every(({ isClosed }) => isClosed), "after the time limit");

  const { hostname, port } = await worker.ready;
  const sent = Array.from({ length: 20 }, () => {
    const one = httpRequest({ agent: false, hostname, port, path: path("x"), headers: ann.bearer });
    one.on("error", () => {});
    one.end();
    return one;
  });
  await until(() => held.length === 22, "all requests reach the upstream");
  for (const one of sent) one.destroy();
  await pause(100);
  for (const { respond } of held.slice(2)) respond();
  const next = worker.fetch(path("x"), { headers: ann.bearer });
  await until(() => held.length === 23, "the next request reaches the upstream");
  held.at(-1).respond();
  assert.equal((await next).status, 200);
});

test("a small body is sent complete, however slowly it arrives; one that stalls is 408", async (t) => {
  const { held, worker, ann, path } = await start(t);
  const { hostname, port } = await worker.ready;
  const open = (length) => {
    const headers = { ...ann.bearer, "content-length": length };
    return httpRequest({ agent: false, method: "POST", hostname, port, path: path("x"), headers });
  };
  const slow = open(6);
  for (const piece of ["ab", "cd", "ef"]) {
    slow.write(piece);
    await pause(2000);
  }
  slow.end();
  await until(() => held.length === 1, "the request reaches the upstream");
  assert.equal(held[0].request.headers["content-length"], "6");
  assert.equal(Buffer.concat(await held[0].request.toArray()).toString(), "abcdef");
  held[0].respond();
  const [answer] = await once(slow, "response");
  assert.equal(answer.statusCode, 200);
  answer.resume();

  const stalled = open(6).on("error", () => {});
  stalled.write("ab");
  const [refused] = await once(stalled, "response");
  assert.equal(refused.statusCode, 408);
  refused.resume();
  stalled.destroy();
  const gone = open(6).on("error", () => {});
  gone.write("ab", () => gone.destroy());
  await new Promise((resolve) => gone.on("close", resolve));
  assert.equal((await worker.fetch("/api/auth/ok")).status, 200, "after a client that disconnects");
  assert.equal(held.length, 1, "no incomplete body reaches the upstream");
});

test("a response that needs no waiting is not a promise", async (t) => {
  const { worker, ann, path } = await start(t, { record: true });
  const asked = async (url, headers = {}) => {
    const answer = await worker.navigate(url, undefined, { "x-awaited": "1", ...headers });
    return answer.json();
  };
  const { cookie } = ann;
  for (const [url, headers, status] of [
    ["/api/auth/ok", {}, 200],
    ["/api/auth/get-session", { cookie }, 200],
    ["/api/auth/token", { cookie }, 200],
    ["/api/auth/get-session", {}, 200],
    ["/api/auth/none", {}, 404],
    ["/healthz", {}, 200],
    [path("x"), {}, 401],
    [`/api/${"x".repeat(32)}/x`, ann.bearer, 403],
    ["/none", ann.bearer, 404],
  ])
    assert.deepEqual(await asked(url, headers), { isPromise: false, status }, url);
  assert.equal((await asked("/api/auth/get-session?disableCookieCache=1", { cookie })).isPromise, true);
});

test("other Workers can call nothing but fetch", async (t) => {
  const contents = `export default {
    async fetch(request, env) {
      const name = new URL(request.url).searchParams.get("name");
      try {
        await env.EDGESEAL[name]("x", "y", {});
        return new Response("called");
      } catch (cause) {
        return new Response(cause.message);
      }
    },
  };`;
  const caller = {
    name: "caller",
    script: contents,
    serviceBindings: { EDGESEAL: "main" },
    routes: ["http://caller/*"],
  };
  const { worker } = await start(t, { beside: [caller] });
  for (const name of ["decide", "finish", "fail", "scheduled", "queue", "alarm", "__wbg_reset_state"]) {
    const answer = await worker.fetch(`/openapi?name=${name}`, { by: "http://caller" });
    const said = await answer.text();
    assert.notEqual(said, "called", name);
    assert.match(said, /RPC|does not implement|not a function/, `${name}: ${said}`);
  }
  assert.equal((await worker.fetch("/api/auth/ok", { by: ORIGIN })).status, 200);
});
