// Tests which headers pass through the gateway in each direction, and which additional ones a route forwards or exposes
// with its `headers` and `expose` options.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CLOCK, ORIGIN, startWorker, WEAK } from "./local-worker.mjs";
import { raw, startOdd } from "./odd-upstream.mjs";
import { someone } from "./someone.mjs";

let worker, upstream, base, ann;

before(async () => {
  upstream = await startOdd();
  base = upstream.url;
  const routes = () => [
    { path: "/api/me", upstream: base },
    { path: "/public/*", upstream: base, public: true },
    {
      path: "/api/:owner/named/*",
      upstream: base,
      methods: ["GET", "PUT"],
      headers: ["X-Tenant-Id", "x-client-*", "x-request-*", "x-session-id", "x-real-ip"],
      expose: ["X-Total-Count", "link"],
    },
    { path: "/api/:owner/named/*", upstream: base, methods: ["DELETE"], headers: ["x-reason"] },
    { path: "/api/:owner/*", upstream: base },
  ];
  worker = await startWorker(WEAK, { routes, clock: true });
  ann = await someone(worker, "ann");
});
after(async () => {
  await worker.stop();
  upstream.stop();
});

const get = (path, headers = ann.bearer, init = {}) => worker.fetch(path, { headers, ...init });

/** Sends a request with these headers. Returns the headers that the upstream receives. */
async function seenBy(path, headers) {
  const { status, body } = await raw(worker, path, { headers: { ...ann.bearer, ...headers } });
  assert.equal(status, 200, body);
  return JSON.parse(body).headers;
}

/** Sends a request with these headers. Returns the names of the headers that reach the upstream unchanged. */
async function reached(path, headers) {
  const seen = await seenBy(path, headers);
  return Object.keys(headers).filter((name) => seen[name.toLowerCase()] === headers[name]);
}

test("what reaches the upstream: the request, and no header that imitates the gateway's own", async () => {
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
    "x-vouch-user": "root",
    "ngrok-auth-user-email": "root",
    "teleport-jwt-assertion": "root",
    "x-accel-mapping": "/=/root/",
    "x-run-as": "root",
    "x-tenant-id": "root",
    "x-hop": "1",
    connection: "keep-alive, X-Hop, Authorization",
    cookie: ann.cookie,
  };
  const kept = {
    "x-csrf-token": "1",
    "idempotency-key": "k",
    accept: "text/x",
    "if-none-match": '"1"',
    "user-agent": "me",
  };
  const { body } = await raw(worker, "/api/me?q=%2e&a=b%2fc", { headers: { ...ann.bearer, ...spoofed, ...kept } });
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
  const expected = new Set([...Object.keys(kept), ...Object.keys(ours), "x-request-id"]);
  const others = Object.keys(seen.headers).filter((name) => !expected.has(name));
  // workerd adds these headers. The Fetch standard requires `cache-control` and `pragma` for the `no-store` cache mode.
  assert.deepEqual(
    others.filter((name) => !/^(connection|accept-encoding|mf-.*|cf-worker|cache-control|pragma)$/.test(name)),
    [],
  );
});

test("what comes back: the response, without headers that affect the whole origin", async () => {
  const response = await get(`/api/${ann.id}/answer`, { ...ann.bearer, origin: ORIGIN });
  assert.deepEqual([response.status, await response.text()], [201, "made"]);
  const { headers } = response;
  const never = `set-cookie clear-site-data server x-powered-by set-auth-jwt service-worker-allowed alt-svc nel report-to
    reporting-endpoints refresh accept-ch strict-transport-security www-authenticate`;
  for (const name of never.split(/\s+/)) assert.equal(headers.get(name), null, name);
  assert.deepEqual([headers.get("etag"), headers.get("x-own")], ['"1"', "kept"]);
  assert.equal(headers.get("access-control-allow-origin"), ORIGIN);
  assert.doesNotMatch(headers.get("access-control-expose-headers"), /x-secret/);
  const ours = ["allow-origin", "allow-credentials", "expose-headers"].map((name) => `access-control-${name}`);
  const forbidden = /^(access-control-|timing-allow-|surrogate-)|cdn-cache-control$/;
  assert.deepEqual(
    [...headers.keys()].filter((name) => forbidden.test(name) && !ours.includes(name)),
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
  assert.equal(shared.get("access-control-expose-headers"), null, "nor for an untrusted page");
});

test("a route's own headers reach its upstream; a pattern adds none that is ours, that servers trust or that is ambiguous", async () => {
  const named = {
    "x-tenant-id": "t",
    "x-client-info": "i",
    "X-Client-Version": "2",
    "x-session-id": "s",
    "x-real-ip": "r",
  };
  const believed = {
    "x-client-cert": "root",
    "x-client-ip": "10.0.0.1",
    "x-client-user": "root",
    "x-client-auth-role": "root",
    "x-client-real_ip": "10.0.0.1",
    x_client_info: "2",
    "x-tenant-id2": "t",
    "x-reason": "r",
  };
  const sent = { ...named, ...believed };
  assert.deepEqual(await reached(`/api/${ann.id}/named/x`, sent), Object.keys(named));
  assert.deepEqual(await reached(`/api/${ann.id}/x`, sent), []);
  assert.deepEqual(await reached("/public/x", sent), []);
  const { "x-request-id": id } = await seenBy(`/api/${ann.id}/named/x`, { "x-request-id": "mine" });
  assert.match(id, /^[0-9a-f]{32}$/, "only our own id");
});

test("a header that the client's Connection names is removed, even one of the route's own", async () => {
  const sent = { "x-tenant-id": "t", "x-client-info": "i", connection: "keep-alive, X-Tenant-Id" };
  assert.deepEqual(await reached(`/api/${ann.id}/named/x`, sent), ["x-client-info"]);
});

test("a preflight allows what the route forwards", async () => {
  const preflight = async (path, wanted, { method = "PUT", origin = ORIGIN } = {}) => {
    const headers = { origin, "access-control-request-method": method, "access-control-request-headers": wanted };
    const { headers: granted } = await worker.fetch(path, { method: "OPTIONS", headers });
    return granted.get("access-control-allow-headers");
  };
  const standard = "authorization,content-type,x-csrf-token";
  assert.equal(await preflight("/api/me", standard), "authorization, content-type, x-csrf-token");
  assert.equal(await preflight("/api/me", "X-CSRF-Token, X-Tenant-Id, X-User-Id, cookie, *"), "x-csrf-token");
  assert.equal(await preflight("/api/me", "x-csrf-token", { origin: "https://evil.example" }), null);
  const named = `/api/${ann.id}/named/x`;
  const asked = "X-Tenant-Id, x-client-info, x-client-ip, x-reason";
  assert.equal(await preflight(named, asked), "x-tenant-id, x-client-info");
  assert.equal(await preflight(named, asked, { method: "DELETE" }), "x-reason");
  assert.equal(await preflight(named, asked, { method: "PATCH" }), null, "a method that the route does not have");
  assert.equal(await preflight("/api/auth/sign-in/email", "x-app-version, cookie, a b"), "x-app-version");
  assert.equal(await preflight("/api/authors", "x-app-version"), null, "not a path of the auth API");
});

test("other origins can read what the route exposes", async () => {
  const exposed = async (path, headers) => {
    const response = await get(path, { ...ann.bearer, ...headers });
    return response.headers.get("access-control-expose-headers");
  };
  const usual = await exposed(`/api/${ann.id}/x`, { origin: ORIGIN });
  assert.equal(usual, "retry-after, set-auth-jwt, x-request-id, x-retry-after");
  assert.equal(await exposed(`/api/${ann.id}/named/x`, { origin: ORIGIN }), `${usual}, x-total-count, link`);
  assert.equal(await exposed(`/api/${ann.id}/named/x`, { origin: "https://evil.example" }), null);
});

test("names of dropped headers are logged once an hour for each route, without values", async () => {
  const lines = () => {
    const own = worker.log.split("\n").filter((line) => line.includes('"headers_dropped"'));
    return own.map((line) => JSON.parse(line)).filter(({ route }) => route === "/public/*");
  };
  const send = async (headers, minutes) => {
    const { status } = await raw(worker, "/public/x", { headers: { ...headers, [CLOCK]: String(minutes * 60_000) } });
    assert.equal(status, 200);
  };
  // Earlier tests in this file may already have logged such lines.
  const earlier = lines().length;
  const noise = { "x-forwarded-for": "1", "cf-ipcountry": "x", "x-real-ip": "1", via: "1.1 x" };
  await send({ "x-dropped-a": "hunter2", ...noise }, 70);
  await send({ "x-dropped-b": "hunter2" }, 80);
  await send(Object.fromEntries(Array.from({ length: 90 }, (_, index) => [`x-many-${index}`, "1"])), 90);
  const first = lines().slice(earlier);
  assert.equal(first.length, 1);
  assert.deepEqual(Object.keys(first[0]), ["event", "route", "names"]);
  assert.ok(first[0].names.includes("x-dropped-a"), first[0].names.join());
  await send({ "x-dropped-b": "hunter2" }, 140);
  const [, second, ...more] = lines().slice(earlier);
  assert.deepEqual(more, []);
  assert.ok(second.names.includes("x-dropped-b") && second.names.length === 32, second.names.join());
  const all = lines().flatMap(({ names }) => names);
  for (const name of Object.keys(noise)) assert.ok(!all.includes(name), name);
  assert.ok(!worker.log.includes("hunter2"));
});
