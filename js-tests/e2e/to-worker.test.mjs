// Tests the example's rewrite to the Worker: one build works with any Worker URL, and request bodies, events and
// WebSockets get through.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { createServer, request as send } from "node:http";
import { after, before, test } from "node:test";
import { WebSocketServer, WebSocket } from "ws";
import { EXAMPLE, startNext } from "../../scripts/examples.mjs";
import { freePorts } from "../../scripts/ports.mjs";
import { cookieHeader, SECRET, startWorker } from "../worker/local-worker.mjs";

const MB = 1024 * 1024;
const digest = (bytes) => createHash("sha256").update(bytes).digest("hex");
let upstream, origin, worker, app, user, cookie;

before(async () => {
  upstream = await startUpstream();
  const [port] = await freePorts(1);
  origin = `http://localhost:${port}`;
  worker = await startWorker(
    { BASE_URL: origin },
    { routes: () => [{ path: "/api/:owner/*", upstream: upstream.url }] },
  );
  const env = { AUTH_SECRET: SECRET, BASE_URL: origin, AUTH_URL: (await worker.ready).origin };
  app = await startNext(EXAMPLE, { env, port });
  const data = { name: "Ann", email: "ann@example.com", password: "correct horse battery" };
  const answer = await ask("/api/auth/sign-up/email", { method: "POST", body: JSON.stringify(data) });
  ({ user } = await answer.json());
  cookie = cookieHeader(answer);
});
after(async () => {
  await app?.stop();
  await worker?.stop();
  await upstream?.stop();
});

const ask = (path, { headers, ...init } = {}) =>
  fetch(origin + path, {
    redirect: "manual",
    ...init,
    headers: { origin, "content-type": "application/json", ...(cookie && { cookie }), ...headers },
  });

/**
 * Starts an upstream that returns the digest of an upload, sends one event and keeps the event stream open until `goOn`
 * is called, and echoes WebSocket messages.
 */
async function startUpstream() {
  const events = new Set();
  const server = createServer((request, response) => {
    if (request.url.endsWith("/events")) {
      response.writeHead(200, { "content-type": "text/event-stream" }).write("data: first\n\n");
      return events.add(response);
    }
    const hash = createHash("sha256");
    let length = 0;
    request.on("data", (chunk) => hash.update(chunk) && (length += chunk.length));
    request.on("end", () => response.end(JSON.stringify({ url: request.url, length, digest: hash.digest("hex") })));
  });
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) => socket.on("message", (data) => socket.send(`echo ${data}`)));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    goOn: () => events.forEach((response) => response.end("data: last\n\n")),
    stop: () => {
      server.closeAllConnections();
      sockets.close();
      server.close();
    },
  };
}

test("the Worker's URL is read at run time: cookies come back, and the gateway sees path and query as sent", async () => {
  assert.equal(cookie.split("; ").filter((pair) => pair.startsWith("better-auth.session_")).length, 2);
  const answer = await ask(`/api/${user.id}/a%20b/c?x=1&y=%2F`);
  assert.equal((await answer.json()).url, `/api/${user.id}/a%20b/c?x=1&y=%2F`);
  assert.equal((await ask(`/api/${user.id}/x`, { headers: { cookie: "" } })).status, 401);
  const elsewhere = await startNext(EXAMPLE, { env: { AUTH_SECRET: SECRET, BASE_URL: origin } });
  // If another server routes these paths, Next.js itself doesn't serve anything under /api.
  assert.equal((await fetch(`${elsewhere.origin}/api/${user.id}/x`)).status, 404);
  await elsewhere.stop();
});

test("an upload of 20 MB arrives complete", async () => {
  const body = randomBytes(20 * MB);
  const answer = await ask(`/api/${user.id}/files`, { method: "POST", body });
  assert.equal(answer.status, 200);
  assert.deepEqual(await answer.json(), {
    url: `/api/${user.id}/files`,
    length: body.length,
    digest: digest(body),
  });
});

test("a body that Next.js would truncate is refused: 413 if too long, 411 without a length", async () => {
  const post = (headers, body) =>
    new Promise((resolve, reject) => {
      const path = `/api/${user.id}/files`;
      const sent = send(origin + path, { method: "POST", headers: { cookie, origin, ...headers } }, (answer) => {
        answer.resume().on("end", () => resolve(answer.statusCode));
      });
      sent.on("error", reject).end(body);
    });
  assert.equal(await post({ "transfer-encoding": "chunked" }, "part"), 411);
  assert.equal(await post({}, Buffer.alloc(50 * MB + 1)), 413);
});

for (const encoding of ["identity", "gzip"]) {
  test(`events arrive one by one, also where a browser takes ${encoding}`, async () => {
    const headers = { accept: "text/event-stream", "accept-encoding": encoding };
    const answer = await ask(`/api/${user.id}/events`, { headers, signal: AbortSignal.timeout(10_000) });
    assert.equal(answer.headers.get("content-type"), "text/event-stream");
    const events = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    assert.equal((await events.read()).value, "data: first\n\n");
    upstream.goOn();
    assert.equal((await events.read()).value, "data: last\n\n");
  });
}

test("a WebSocket reaches the upstream", async () => {
  const socket = new WebSocket(`${origin.replace("http", "ws")}/api/${user.id}/socket`, {
    headers: { cookie, origin },
  });
  const said = new Promise((resolve, reject) => {
    socket.on("open", () => socket.send("hello")).on("message", (data) => resolve(String(data)));
    socket.on("error", reject).on("close", () => reject(new Error("closed")));
    setTimeout(() => reject(new Error("silent")), 10_000).unref();
  });
  assert.equal(await said, "echo hello");
  socket.close();
});
