// What ROUTES can say, and what passes through: headers, bodies, sockets, both ways.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, request as httpRequest } from "node:http";
import { createServer as createSocketServer } from "node:net";
import { after, before, test } from "node:test";
import { jwtVerify } from "jose";
import { WebSocket, WebSocketServer } from "ws";
import { cookieHeader, ORIGIN, read, SECRET, startEdge, WEAK } from "./edge.mjs";

const TASKS_SECRET = "a-secret-of-the-tasks-api-of-32-bytes";
let edge, upstream, base, ann, bob;

/** An upstream that does what a path says; `told` is what it was asked. */
async function startOdd() {
  const told = [];
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    const seen = { method, url, headers };
    told.push(seen);
    const path = url.split("?")[0].split("/").at(-1);
    response.setHeader("upstream", "1");
    if (path === "hang") return;
    if (path === "die") {
      response.writeHead(200, { "content-length": "1000" });
      response.write("some of it");
      setTimeout(() => response.destroy(), 50);
      return;
    }
    if (path === "slow") {
      for (const part of ["one ", "two ", "three"]) {
        response.write(part);
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
      response.end();
      return;
    }
    if (path === "echo") {
      response.setHeader("content-type", headers["content-type"] ?? "text/plain");
      request.pipe(response);
      return;
    }
    if (path === "answer") {
      response.writeHead(201, {
        "set-cookie": ["a=1; Path=/", "better-auth.session_token=stolen"],
        "clear-site-data": '"cookies"',
        server: "secret/1.0",
        "x-powered-by": "secret",
        "set-auth-jwt": "x.y.z",
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "*",
        "access-control-expose-headers": "x-secret",
        "access-control-max-age": "86400",
        "timing-allow-origin": "*",
        "cdn-cache-control": "max-age=60",
        "cloudflare-cdn-cache-control": "max-age=60",
        "surrogate-control": "max-age=60",
        "cache-control": "public, max-age=3600",
        etag: '"1"',
        "x-own": "kept",
      });
      response.end("made");
      return;
    }
    if (path === "private") response.setHeader("cache-control", "private, max-age=60");
    if (path === "away") {
      response.writeHead(307, { location: `${base}/api/elsewhere?x=1` });
      response.end();
      return;
    }
    if (path === "abroad") {
      response.writeHead(302, { location: "https://other.example/" });
      response.end();
      return;
    }
    const parts = await all(request);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ ...seen, body: parts.toString() }));
  });
  const sockets = new WebSocketServer({ server, handleProtocols: (offered) => [...offered][0] });
  sockets.on("connection", (socket, { url, headers }) => {
    told.push({ method: "UPGRADE", url, headers });
    socket.on("message", (data, binary) => socket.send(binary ? data : `heard ${data}`, { binary }));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    told,
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
    },
  };
}

before(async () => {
  upstream = await startOdd();
  base = upstream.url;
  const routes = () => [
    { path: "/api/me", upstream: base },
    { path: "/public/mine/*", upstream: base },
    { path: "/public/@me/*", upstream: base },
    { path: "/public/*", upstream: base, public: true },
    { path: "/api/:owner/read/*", upstream: base, methods: ["GET"] },
    { path: "/api/:owner/read/*", upstream: base, methods: ["PATCH"], aud: "patches" },
    { path: "/api/:owner/own/*", upstream: base, aud: "tasks", secret: "TASKS_SECRET" },
    { path: "/api/:owner/service/*", service: "TASKS" },
    { path: "/api/:owner/quick/*", upstream: base, timeout: 1 },
    { path: "/api/:owner/*", upstream: base },
  ];
  const services = {
    TASKS: (request) => {
      const headers = { "content-type": "application/json", upstream: "1" };
      const seen = { url: request.url, headers: Object.fromEntries(request.headers) };
      return new Response(JSON.stringify(seen), { headers });
    },
  };
  edge = await startEdge({ ...WEAK, TASKS_SECRET }, { routes, services });
  [ann, bob] = await Promise.all(["ann", "bob"].map(someone));
});
after(async () => {
  await edge.stop();
  upstream.stop();
});

async function someone(name) {
  const body = { name, email: `${name}@example.com`, password: "correct horse battery" };
  const response = await edge.post("/api/auth/sign-up/email", body);
  const { token, user } = await response.json();
  return { id: user.id, bearer: { authorization: `Bearer ${token}` }, token, cookie: cookieHeader(response) };
}
const get = (path, headers = ann.bearer, init = {}) => edge.fetch(path, { headers, ...init });
const code = async (response) => [response.status, (await response.json()).code];
const sentTo = async (response) => (await response.json()).headers.authorization.replace("Bearer ", "");

test("a route has its methods; a wider one after it takes nothing over", async () => {
  const path = `/api/${ann.id}/read/x`;
  const asked = (method) => get(path, ann.bearer, { method });
  for (const method of ["GET", "HEAD", "PATCH"]) assert.equal((await asked(method)).status, 200, method);
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    const response = await asked(method);
    assert.deepEqual(await code(response), [405, "METHOD_NOT_ALLOWED"], method);
    assert.equal(response.headers.get("allow"), "GET, HEAD, PATCH");
  }
  assert.equal((await get(`/api/${ann.id}/other`, ann.bearer, { method: "DELETE" })).status, 200);
});

test("a method that nobody listed is no other method", async () => {
  const before = upstream.told.length;
  for (const method of ["PROPFIND", "REPORT", "MKCOL", "TRACE"]) {
    for (const [path, expected] of [
      [`/api/${ann.id}/other`, [405, 501]],
      ["/api/auth/get-session", [404, 501]],
    ]) {
      const answer = await raw(path, { method, headers: { ...ann.bearer, cookie: ann.cookie } });
      assert.ok(expected.includes(answer.status), `${method} ${path}: ${answer.status}`);
    }
  }
  assert.equal(upstream.told.length, before, "none reached the upstream");
});

test("a public route asks for nobody, and tells the upstream of who is there", async () => {
  const anonymous = await (await get("/public/x", {})).json();
  assert.equal(anonymous.headers.authorization, undefined);
  const { claims } = read(await sentTo(await get("/public/x", { cookie: ann.cookie })));
  assert.equal(claims.sub, ann.id);
  assert.equal((await get("/public/x", { cookie: "better-auth.session_data=stale" })).status, 200);
  assert.deepEqual(await code(await get("/public/x", { authorization: "Bearer stale" })), [401, "UNAUTHORIZED"]);
  const write = (headers) => get("/public/x", headers, { method: "POST", body: "x" });
  assert.equal((await write({})).status, 200);
  assert.deepEqual(await code(await write({ cookie: ann.cookie })), [403, "MISSING_OR_NULL_ORIGIN"]);
});

test("a guarded part of a public route is guarded in every spelling", async () => {
  const told = upstream.told.length;
  const asked = async (spelling) => {
    const { status, body } = await raw(`/public/${spelling}/x`);
    return [status, JSON.parse(body).code];
  };
  for (const spelling of ["%6dine", "%6Dine", "min%65", "m%69n%65", "%2emine", "%", "%zz", "%2"])
    assert.deepEqual(await asked(spelling), [404, "PATH_INVALID"], spelling);
  for (const spelling of ["mine", "@me", "%40me"])
    assert.deepEqual(await asked(spelling), [401, "UNAUTHORIZED"], spelling);
  assert.equal(upstream.told.length, told, "none reached the upstream");
  assert.equal((await get("/public/a%20b%40c", {})).status, 200);
});

test("a route's own secret and audience: its token opens that upstream and nothing here", async () => {
  for (const headers of [ann.bearer, { cookie: ann.cookie }]) {
    const token = await sentTo(await get(`/api/${ann.id}/own/x`, headers));
    assert.notEqual(token, ann.token);
    const key = new TextEncoder().encode(TASKS_SECRET);
    const { payload } = await jwtVerify(token, key, { issuer: ORIGIN, audience: "tasks", algorithms: ["HS256"] });
    assert.equal(payload.sub, ann.id);
    assert.ok(payload.exp <= read(ann.token).claims.exp + 1, "it lives no longer than what it was made of");
    assert.deepEqual(await code(await get("/api/me", { authorization: `Bearer ${token}` })), [401, "UNAUTHORIZED"]);
  }
  const patched = await sentTo(await get(`/api/${ann.id}/read/x`, ann.bearer, { method: "PATCH" }));
  const key = new TextEncoder().encode(SECRET);
  await jwtVerify(patched, key, { issuer: ORIGIN, audience: "patches", algorithms: ["HS256"] });
  assert.equal((await get("/api/me", { authorization: `Bearer ${patched}` })).status, 401);
  assert.equal(await sentTo(await get("/api/me")), ann.token, "without them the caller's own token goes on");
});

test("a service binding is called like a URL", async () => {
  const seen = await (await get(`/api/${ann.id}/service/a%20b?q=1`)).json();
  assert.equal(seen.url, `${ORIGIN}/api/${ann.id}/service/a%20b?q=1`);
  assert.equal(seen.headers.authorization, `Bearer ${ann.token}`);
});

test("Bearer and cookie of two users are nobody", async () => {
  const both = { ...ann.bearer, cookie: bob.cookie };
  assert.deepEqual(await code(await get("/api/me", both)), [400, "IDENTITY_CONFLICT"]);
  assert.deepEqual(await code(await get(`/api/${bob.id}/x`, both)), [400, "IDENTITY_CONFLICT"]);
  // Each of the two cookies by itself, as when session data has ended.
  for (const cookie of bob.cookie.split("; ").filter((pair) => pair.includes("session_"))) {
    assert.deepEqual(await code(await get("/api/me", { ...ann.bearer, cookie })), [400, "IDENTITY_CONFLICT"], cookie);
  }
  assert.equal((await get("/api/me", { ...ann.bearer, cookie: ann.cookie })).status, 200);
  // What does not hold says nothing.
  const [, token] = /better-auth\.session_token=([^;]+)/.exec(bob.cookie);
  for (const cookie of ["session_data=stale", "session_token=stale", `session_token=${token.slice(0, -1)}`]) {
    const sent = { ...ann.bearer, cookie: `better-auth.${cookie}` };
    assert.equal((await get("/api/me", sent)).status, 200, cookie);
  }
});

test("what reaches the upstream: the request, and nothing that could pass for our word", async () => {
  const spoofed = {
    "x-user-id": "root",
    X_User_Id: "root",
    x_kept: "2",
    "tailscale-user-login": "root",
    OIDC_CLAIM_email: "root",
    "iv-user": "root",
    "client-cert": ":root:",
    "x-authenticated-user": "root",
    "remote-user": "root",
    "x-forwarded-for": "10.0.0.1",
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "gopher",
    forwarded: "for=10.0.0.1",
    "x-real-ip": "10.0.0.1",
    "true-client-ip": "10.0.0.1",
    "x-original-url": "/admin",
    "x-rewrite-url": "/admin",
    "x-http-method-override": "DELETE",
    "x-method-override": "DELETE",
    "x-middleware-subrequest": "middleware",
    "x-edgeseal-seal": "x",
    "x-request-id": "mine",
    "proxy-authorization": "Basic x",
    "x-hop": "1",
    connection: "keep-alive, X-Hop, Authorization",
    cookie: ann.cookie,
  };
  const kept = { "x-kept": "1", "idempotency-key": "k", accept: "text/x", "if-none-match": '"1"', "user-agent": "me" };
  const { body } = await raw("/api/me?q=%2e&a=b%2fc", { headers: { ...ann.bearer, ...spoofed, ...kept } });
  const seen = JSON.parse(body);
  assert.equal(seen.url, "/api/me?q=%2e&a=b%2fc");
  for (const [name, value] of Object.entries(kept)) assert.equal(seen.headers[name], value, name);
  const ours = {
    authorization: `Bearer ${ann.token}`,
    host: new URL(base).host,
    "x-forwarded-for": "127.0.0.1",
    "x-forwarded-host": new URL(ORIGIN).host,
    "x-forwarded-proto": "http",
  };
  for (const [name, value] of Object.entries(ours)) assert.equal(seen.headers[name], value, name);
  assert.match(seen.headers["x-request-id"], /^[0-9a-f]{32}$/);
  const told = new Set([...Object.keys(kept), ...Object.keys(ours), "x-request-id"]);
  const others = Object.keys(seen.headers).filter((name) => !told.has(name));
  // workerd's own.
  assert.deepEqual(
    others.filter((name) => !/^(connection|accept-encoding|mf-.*|cf-worker)$/.test(name)),
    [],
  );
});

test("what comes back: the answer, less what is not the upstream's to say", async () => {
  const response = await get(`/api/${ann.id}/answer`, { ...ann.bearer, origin: ORIGIN });
  assert.deepEqual([response.status, await response.text()], [201, "made"]);
  const { headers } = response;
  for (const name of ["set-cookie", "clear-site-data", "server", "x-powered-by", "set-auth-jwt"])
    assert.equal(headers.get(name), null, name);
  assert.deepEqual([headers.get("etag"), headers.get("x-own")], ['"1"', "kept"]);
  assert.equal(headers.get("access-control-allow-origin"), ORIGIN);
  assert.doesNotMatch(headers.get("access-control-expose-headers"), /x-secret/);
  const ours = ["allow-origin", "allow-credentials", "expose-headers"].map((name) => `access-control-${name}`);
  const told = /^(access-control-|timing-allow-|surrogate-)|cdn-cache-control$/;
  assert.deepEqual(
    [...headers.keys()].filter((name) => told.test(name) && !ours.includes(name)),
    [],
  );
  assert.equal(headers.get("cache-control"), "no-store");
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.equal(headers.get("referrer-policy"), "no-referrer");
  assert.match(headers.get("x-request-id"), /^[0-9a-f]{32}$/);
  assert.equal((await get(`/api/${ann.id}/private`)).headers.get("cache-control"), "private, max-age=60");
  const { headers: shared } = await get("/public/answer", {});
  assert.equal(shared.get("cache-control"), "public, max-age=3600");
  assert.equal(shared.get("cdn-cache-control"), "max-age=60");
  assert.equal(shared.get("access-control-expose-headers"), null, "nor for a page that is not trusted");
  const away = await get(`/api/${ann.id}/away`);
  assert.deepEqual([away.status, away.headers.get("location")], [307, `${ORIGIN}/api/elsewhere?x=1`]);
  assert.equal((await get(`/api/${ann.id}/abroad`)).headers.get("location"), "https://other.example/");
});

test("bodies stream, both ways", async () => {
  const { times, body } = await raw(`/api/${ann.id}/slow`, { headers: ann.bearer });
  assert.equal(body, "one two three");
  assert.ok(times.length > 1 && times.at(-1) - times[0] > 100, "in pieces, as they come");

  const big = Buffer.alloc(3_000_000, "0123456789");
  const headers = { ...ann.bearer, "content-type": "application/octet-stream" };
  const echoed = await raw(`/api/${ann.id}/echo`, { method: "PUT", headers, body: big });
  assert.equal(echoed.status, 200);
  assert.ok(Buffer.from(echoed.bytes).equals(big));
  const withBody = await raw(`/api/${ann.id}/x`, { method: "GET", headers: ann.bearer, body: Buffer.from("odd") });
  assert.deepEqual([withBody.status, JSON.parse(withBody.body).body], [200, ""], "a GET has none");
});

test("an upstream that hangs is 504, one that dies breaks its own answer only", async () => {
  assert.deepEqual(await code(await get(`/api/${ann.id}/quick/hang`)), [504, "UPSTREAM_TIMEOUT"]);
  const slow = await get(`/api/${ann.id}/quick/slow`);
  assert.equal(await slow.text(), "one two three", "the limit is for the beginning of an answer");
  await assert.rejects(async () => {
    await raw(`/api/${ann.id}/die`, { headers: ann.bearer });
  });
  assert.equal((await get("/api/me")).status, 200);
});

test("a status that is none is 502", async (t) => {
  const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  const odd = createSocketServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (request) => {
      const status = /^GET \/(\d+)/.exec(request)[1];
      socket.end(`${OK.replace("200", status)}${status === "103" ? OK : ""}`);
    });
  });
  await once(odd.listen(0, "127.0.0.1"), "listening");
  t.after(() => odd.close());
  const routes = () => [{ path: "/*", upstream: `http://127.0.0.1:${odd.address().port}`, public: true }];
  const gateway = await startEdge(WEAK, { routes });
  t.after(() => gateway.stop());
  for (const status of ["600", "999", "199", "103", "100"])
    assert.deepEqual(await code(await gateway.fetch(`/${status}`)), [502, "UPSTREAM_UNAVAILABLE"], status);
  const unread = await fetch(new URL("/599", await gateway.ready));
  assert.deepEqual([unread.status, await unread.text()], [599, "ok"]);
});

test("a WebSocket passes, for its owner and from a trusted page", async () => {
  const url = new URL(`/api/${ann.id}/socket?q=1`, await edge.ready);
  url.protocol = "ws:";
  const open = (headers, protocols = []) => new WebSocket(url, protocols, { headers });
  for (const headers of [ann.bearer, { cookie: ann.cookie, origin: ORIGIN }]) {
    const socket = open(headers, ["tasks.v1"]);
    await once(socket, "open");
    assert.equal(socket.protocol, "tasks.v1");
    socket.send("hello");
    const [text] = await once(socket, "message");
    assert.equal(String(text), "heard hello");
    socket.send(Buffer.from([1, 2, 3]));
    const [bytes] = await once(socket, "message");
    assert.deepEqual([...bytes], [1, 2, 3]);
    socket.close(1000);
    await once(socket, "close");
    const { headers: seen } = upstream.told.findLast(({ method }) => method === "UPGRADE");
    assert.equal(seen.cookie, undefined);
    assert.equal(read(seen.authorization.replace("Bearer ", "")).claims.sub, ann.id);
  }
  for (const [headers, status] of [
    [{}, 401],
    [{ cookie: ann.cookie }, 403],
    [{ cookie: ann.cookie, origin: "https://evil.example" }, 403],
    [bob.bearer, 403],
  ]) {
    const [, answer] = await once(
      open(headers).on("error", () => {}),
      "unexpected-response",
    );
    assert.equal(answer.statusCode, status, JSON.stringify(headers));
  }
});

test("a preflight grants what the gateway lets through", async () => {
  const preflight = async (wanted, origin = ORIGIN) => {
    const headers = { origin, "access-control-request-method": "PUT", "access-control-request-headers": wanted };
    const { headers: granted } = await edge.fetch("/api/me", { method: "OPTIONS", headers });
    return granted.get("access-control-allow-headers");
  };
  assert.equal(await preflight("authorization,content-type,x-kept"), "authorization, content-type, x-kept");
  assert.equal(await preflight("X-Kept, X-User-Id, cookie, *"), "x-kept");
  assert.equal(await preflight("x-kept", "https://evil.example"), null);
});

test("a bad entry of ROUTES refuses every route, and the log says which", async () => {
  for (const [entry, told] of [
    [{ path: "/api/:onwer/*", upstream: "https://x.example" }, "ROUTES entry 1: the one variable is :owner"],
    [{ path: "/x", service: "NOBODY" }, "ROUTES entry 1: service must be the name of a service binding"],
    [{ path: "/x", upstream: "https://x.example", secret: "NO_SECRET" }, "ROUTES entry 1: secret must be the name"],
    [{ path: "/x", upstream: "https://x.example", secret: "SHORT" }, "ROUTES entry 1: its secret: the secret has 5"],
    [{ path: "/x", upstream: "https://x.example", method: "GET" }, "ROUTES entry 1: unknown field `method`"],
    [{ path: "/api/a%2Fb", upstream: "https://x.example" }, "ROUTES entry 1: path must have no escape"],
    ["hunter2-secret", "ROUTES entry 1: it must be an object"],
    [{ path: "/x", upstream: "https://x.example", public: "hunter2-secret" }, "ROUTES entry 1: public must be true"],
    [{ path: "/api/hooks/*", upstream: "https://x.example", public: true }, "ROUTES entry 1: entry 0 takes all"],
  ]) {
    const routes = (url) => [{ path: "/api/:owner/*", upstream: url }, entry];
    const broken = await startEdge({ SHORT: "short" }, { routes });
    try {
      assert.deepEqual(await code(await broken.fetch("/api/auth/ok")), [500, "CONFIG_INVALID"]);
      assert.ok(broken.log.includes(told), broken.log);
      assert.ok(!broken.log.includes("hunter2"), broken.log);
    } finally {
      await broken.stop();
    }
  }
});

test("docs/gateway.md's own example works, as it stands there", async (t) => {
  const page = readFileSync(new URL("../../docs/gateway.md", import.meta.url), "utf8");
  const entries = /^ROUTES = \[\n(.*?)^\]/ms.exec(page)[1].matchAll(/^ {2}\{(.*)\},$/gm);
  const routes = (url) =>
    [...entries].map(([, members]) => ({
      ...JSON.parse(`{${members.replaceAll(/(\w+) = /g, '"$1": ')}}`),
      ...(!members.includes("service") && { upstream: url }),
    }));
  const HOOKS = () => new Response("taken", { headers: { upstream: "1" } });
  const example = await startEdge({ ...WEAK, TASKS_SECRET }, { routes, services: { HOOKS } });
  t.after(() => example.stop());
  const hook = await example.post("/api/hooks/paid", {});
  assert.deepEqual([hook.status, await hook.text()], [200, "taken"]);
  assert.deepEqual(await code(await example.fetch("/api/hooks/paid")), [405, "METHOD_NOT_ALLOWED"]);
  assert.equal((await example.fetch("/api/me", { headers: ann.bearer })).status, 200);
  assert.equal((await example.fetch(`/api/${ann.id}/tasks`, { headers: ann.bearer })).status, 200);
});

/** The bytes of a stream. */
async function all(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

/** A request with just these headers and this body, over the wire. */
async function raw(path, { method = "GET", headers = {}, body } = {}) {
  const url = new URL(path, await edge.ready);
  return new Promise((resolve, reject) => {
    const length = body ? { "content-length": String(body.length) } : {};
    const options = { method, path, headers: { ...length, ...headers }, host: url.hostname, port: url.port };
    const sent = httpRequest(options, async (answer) => {
      const times = [];
      answer.on("data", () => times.push(Date.now()));
      try {
        const bytes = await all(answer);
        resolve({ status: answer.statusCode, headers: answer.headers, times, bytes, body: bytes.toString() });
      } catch (error) {
        reject(error);
      }
    });
    sent.on("error", reject).end(body);
  });
}
