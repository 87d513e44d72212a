// Tests the options in ROUTES, and that bodies and WebSockets pass through the gateway. Headers are tested in
// headers.test.mjs.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createSocketServer } from "node:net";
import { after, before, test } from "node:test";
import { jwtVerify } from "jose";
import { WebSocket } from "ws";
import { cookieHeader, ORIGIN, read, SECRET, startWorker, WEAK } from "./local-worker.mjs";
import { raw, startOdd } from "./odd-upstream.mjs";
import { someone } from "./someone.mjs";

const TASKS_SECRET = "a-secret-of-the-tasks-api-of-32-bytes";
let worker, upstream, base, ann, bob;

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
  worker = await startWorker({ ...WEAK, TASKS_SECRET }, { routes, services });
  [ann, bob] = await Promise.all(["ann", "bob"].map((name) => someone(worker, name)));
});
after(async () => {
  await worker.stop();
  upstream.stop();
});

const get = (path, headers = ann.bearer, init = {}) => worker.fetch(path, { headers, ...init });
const code = async (response) => [response.status, (await response.json()).code];
const sentTo = async (response) => (await response.json()).headers.authorization.replace("Bearer ", "");

test("a route accepts only its methods; a wider route after it does not accept the others", async () => {
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

test("a method that no route lists is refused", async () => {
  const before = upstream.requests.length;
  for (const method of ["PROPFIND", "REPORT", "MKCOL", "TRACE"]) {
    for (const [path, expected] of [
      [`/api/${ann.id}/other`, [405, 501]],
      ["/api/auth/get-session", [404, 501]],
    ]) {
      const answer = await raw(worker, path, { method, headers: { ...ann.bearer, cookie: ann.cookie } });
      assert.ok(expected.includes(answer.status), `${method} ${path}: ${answer.status}`);
    }
  }
  assert.equal(upstream.requests.length, before, "none reached the upstream");
});

test("a public route requires no user, and passes a signed-in user on to the upstream", async () => {
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

test("a protected part of a public route is protected in every encoding", async () => {
  const before = upstream.requests.length;
  const asked = async (spelling) => {
    const { status, body } = await raw(worker, `/public/${spelling}/x`);
    return [status, JSON.parse(body).code];
  };
  for (const spelling of [
    "%6dine",
    "%6Dine",
    "min%65",
    "m%69n%65",
    "%2emine",
    "%",
    "%zz",
    "%2",
    "..%09",
    "%c0%aemine",
    "mine%0a",
    "..%20",
  ])
    assert.deepEqual(await asked(spelling), [404, "PATH_INVALID"], spelling);
  for (const spelling of ["mine", "@me", "%40me"])
    assert.deepEqual(await asked(spelling), [401, "UNAUTHORIZED"], spelling);
  assert.equal(upstream.requests.length, before, "none reached the upstream");
  assert.equal((await get("/public/a%20b%40c", {})).status, 200);
});

test("a route's own secret and audience: its token is accepted by that upstream, and not by the Worker", async () => {
  for (const headers of [ann.bearer, { cookie: ann.cookie }]) {
    const token = await sentTo(await get(`/api/${ann.id}/own/x`, headers));
    assert.notEqual(token, ann.token);
    const key = new TextEncoder().encode(TASKS_SECRET);
    const { payload } = await jwtVerify(token, key, { issuer: ORIGIN, audience: "tasks", algorithms: ["HS256"] });
    assert.equal(payload.sub, ann.id);
    assert.ok(payload.exp <= read(ann.token).claims.exp + 1, "it lives no longer than the token it was made from");
    assert.deepEqual(await code(await get("/api/me", { authorization: `Bearer ${token}` })), [401, "UNAUTHORIZED"]);
  }
  const patched = await sentTo(await get(`/api/${ann.id}/read/x`, ann.bearer, { method: "PATCH" }));
  const key = new TextEncoder().encode(SECRET);
  await jwtVerify(patched, key, { issuer: ORIGIN, audience: "patches", algorithms: ["HS256"] });
  assert.equal((await get("/api/me", { authorization: `Bearer ${patched}` })).status, 401);
  assert.equal(await sentTo(await get("/api/me")), ann.token, "without them the caller's own token is passed on");
});

test("a token that was made for one route is not sent to another, nor for another user", async () => {
  const sent = async ({ id, cookie }, rest) => sentTo(await get(`/api/${id}/${rest}`, { cookie }));
  for (let turn = 0; turn < 2; turn += 1) {
    const tokens = [];
    for (const user of [ann, bob])
      for (const rest of ["x", "own/x", "read/x"]) tokens.push([user.id, rest, read(await sent(user, rest)).claims]);
    for (const [id, rest, { sub, aud }] of tokens) {
      assert.equal(sub, id, rest);
      assert.equal(aud, rest === "own/x" ? "tasks" : ORIGIN, rest);
    }
  }
});

test("every token says whether the address is verified, as stored in the database", async () => {
  const carol = await someone(worker, "carol");
  for (const verified of [false, true]) {
    const update = worker.database.prepare(`UPDATE "user" SET "emailVerified" = ? WHERE "id" = ?`);
    await update.bind(Number(verified), carol.id).run();
    const body = { email: "carol@example.com", password: "correct horse battery" };
    const answer = await worker.post("/api/auth/sign-in/email", body);
    const { token, user } = await answer.json();
    const cookie = cookieHeader(answer);
    const session = await get("/api/auth/get-session", { cookie });
    assert.deepEqual([user.emailVerified, (await session.json()).user.emailVerified], [verified, verified]);
    const tokens = { "sign-in": token, "set-auth-jwt": session.headers.get("set-auth-jwt") };
    for (const path of ["own/x", "x"])
      for (const headers of [{ cookie }, { authorization: `Bearer ${token}` }])
        tokens[`${path} by ${Object.keys(headers)}`] = await sentTo(await get(`/api/${carol.id}/${path}`, headers));
    for (const [name, one] of Object.entries(tokens)) assert.equal(read(one).claims.email_verified, verified, name);
  }
});

test("a service binding works like a URL", async () => {
  const seen = await (await get(`/api/${ann.id}/service/a%20b?q=1`)).json();
  assert.equal(seen.url, `${ORIGIN}/api/${ann.id}/service/a%20b?q=1`);
  assert.equal(seen.headers.authorization, `Bearer ${ann.token}`);
});

test("a Bearer token and a cookie of two users are refused", async () => {
  const both = { ...ann.bearer, cookie: bob.cookie };
  assert.deepEqual(await code(await get("/api/me", both)), [400, "IDENTITY_CONFLICT"]);
  assert.deepEqual(await code(await get(`/api/${bob.id}/x`, both)), [400, "IDENTITY_CONFLICT"]);
  // Send each of the two cookies by itself, as browsers do after the other one has expired.
  for (const cookie of bob.cookie.split("; ").filter((pair) => pair.includes("session_"))) {
    assert.deepEqual(await code(await get("/api/me", { ...ann.bearer, cookie })), [400, "IDENTITY_CONFLICT"], cookie);
  }
  assert.equal((await get("/api/me", { ...ann.bearer, cookie: ann.cookie })).status, 200);
  // Invalid cookies are ignored.
  const [, token] = /better-auth\.session_token=([^;]+)/.exec(bob.cookie);
  for (const cookie of ["session_data=stale", "session_token=stale", `session_token=${token.slice(0, -1)}`]) {
    const sent = { ...ann.bearer, cookie: `better-auth.${cookie}` };
    assert.equal((await get("/api/me", sent)).status, 200, cookie);
  }
});

test("bodies stream in both directions", async () => {
  const { times, body } = await raw(worker, `/api/${ann.id}/slow`, { headers: ann.bearer });
  assert.equal(body, "one two three");
  assert.ok(times.length > 1 && times.at(-1) - times[0] > 100, "the chunks arrive one by one");

  const big = Buffer.alloc(3_000_000, "0123456789");
  const headers = { ...ann.bearer, "content-type": "application/octet-stream" };
  const echoed = await raw(worker, `/api/${ann.id}/echo`, { method: "PUT", headers, body: big });
  assert.equal(echoed.status, 200);
  assert.ok(Buffer.from(echoed.bytes).equals(big));
  const withBody = await raw(worker, `/api/${ann.id}/x`, {
    method: "GET",
    headers: ann.bearer,
    body: Buffer.from("odd"),
  });
  assert.deepEqual([withBody.status, JSON.parse(withBody.body).body], [200, ""], "a GET has no body");
});

test("an upstream that hangs is 504; one that dies breaks only its own response", async () => {
  assert.deepEqual(await code(await get(`/api/${ann.id}/quick/hang`)), [504, "UPSTREAM_TIMEOUT"]);
  const slow = await get(`/api/${ann.id}/quick/slow`);
  assert.equal(await slow.text(), "one two three", "the time limit is for the start of a response");
  await assert.rejects(async () => {
    await raw(worker, `/api/${ann.id}/die`, { headers: ann.bearer });
  });
  assert.equal((await get("/api/me")).status, 200);
});

test("an invalid status is 502", async (t) => {
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
  const gateway = await startWorker(WEAK, { routes });
  t.after(() => gateway.stop());
  for (const status of ["600", "999", "199", "103", "100"])
    assert.deepEqual(await code(await gateway.fetch(`/${status}`)), [502, "UPSTREAM_UNAVAILABLE"], status);
  const unread = await fetch(new URL("/599", await gateway.ready));
  assert.deepEqual([unread.status, await unread.text()], [599, "ok"]);
});

test("a WebSocket passes for its owner and from a trusted page", async () => {
  const url = new URL(`/api/${ann.id}/socket?q=1`, await worker.ready);
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
    const { headers: seen } = upstream.requests.findLast(({ method }) => method === "UPGRADE");
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

test("with an invalid entry in ROUTES every route is refused, and the log names the entry", async () => {
  for (const [entry, problem] of [
    [{ path: "/api/:onwer/*", upstream: "https://x.example" }, "ROUTES entry 1: the only variable is :owner"],
    [{ path: "/x", service: "NOBODY" }, "ROUTES entry 1: service must be the name of a service binding"],
    [{ path: "/x", upstream: "https://x.example", secret: "NO_SECRET" }, "ROUTES entry 1: secret must be the name"],
    [{ path: "/x", upstream: "https://x.example", secret: "SHORT" }, "ROUTES entry 1: SHORT: the secret has 5"],
    [{ path: "/x", upstream: "https://x.example", method: "GET" }, "ROUTES entry 1: unknown field `method`"],
    [{ path: "/x", upstream: "https://x.example", headers: ["cookie"] }, "ROUTES entry 1: headers can't have cookie"],
    [{ path: "/x", upstream: "https://x.example", authorization: "pass" }, 'needs \\"public\\": true'],
    [
      { path: "/x", upstream: "https://x.example", public: true, authorization: "pass", aud: "x" },
      "ROUTES entry 1: aud can't be combined with",
    ],
    [{ path: "/api/a%2Fb", upstream: "https://x.example" }, "ROUTES entry 1: path must not contain a broken escape"],
    ["hunter2-secret", "ROUTES entry 1: it must be an object"],
    [{ path: "/x", upstream: "https://x.example", public: "hunter2-secret" }, "ROUTES entry 1: public must be true"],
    [{ path: "/api/hooks/*", upstream: "https://x.example", public: true }, "ROUTES entry 1: entry 0 matches all"],
  ]) {
    const routes = (url) => [{ path: "/api/:owner/*", upstream: url }, entry];
    const broken = await startWorker({ SHORT: "short" }, { routes });
    try {
      assert.deepEqual(await code(await broken.fetch("/api/auth/ok")), [500, "CONFIG_INVALID"]);
      assert.ok(broken.log.includes(problem), broken.log);
      assert.ok(!broken.log.includes("hunter2"), broken.log);
    } finally {
      await broken.stop();
    }
  }
});

test("the example in docs/guide/gateway.md works unchanged", async (t) => {
  const page = readFileSync(new URL("../../docs/guide/gateway.md", import.meta.url), "utf8");
  const entries = /^ROUTES = \[\n(.*?)^\]/ms.exec(page)[1].matchAll(/^ {2}\{(.*)\},$/gm);
  const routes = (url) =>
    [...entries].map(([, members]) => ({
      ...JSON.parse(`{${members.replaceAll(/(\w+) = /g, '"$1": ')}}`),
      ...(!members.includes("service") && { upstream: url }),
    }));
  const HOOKS = () => new Response("taken", { headers: { upstream: "1" } });
  const example = await startWorker({ ...WEAK, TASKS_SECRET }, { routes, services: { HOOKS } });
  t.after(() => example.stop());
  const hook = await example.post("/api/hooks/paid", {});
  assert.deepEqual([hook.status, await hook.text()], [200, "taken"]);
  assert.deepEqual(await code(await example.fetch("/api/hooks/paid")), [405, "METHOD_NOT_ALLOWED"]);
  assert.equal((await example.fetch("/api/me", { headers: ann.bearer })).status, 200);
  assert.equal((await example.fetch(`/api/${ann.id}/tasks`, { headers: ann.bearer })).status, 200);
});
