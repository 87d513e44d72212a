// Tests what proxyWith and withAuth do with a handler's response. There is no server: the tests check the headers that
// Next.js would read.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { signJwt } from "edgeseal";
import { createAuth } from "edgeseal/next";
import { NextRequest, NextResponse } from "next/server.js";

const BASE = "https://app.example";
const secret = "0123456789abcdef0123456789abcdef-handler";
const auth = createAuth({ secret, baseURL: BASE, publicPaths: ["/", "/docs/*"] });
const session = { id: "s", userId: "ann", expiresAt: new Date(Date.now() + 60_000).toISOString() };
const data = signJwt({ session, user: { id: "ann", name: "Ann" } }, secret, { typ: false, expiresIn: 60 });
const COOKIE = `__Secure-better-auth.session_data=${data}; __Secure-better-auth.session_token=REFRESH`;

/** Returns the request headers that a route would get, and the response. */
async function passed(handler, headers = {}, by = auth) {
  const request = new NextRequest(`${BASE}/mine`, { headers: { cookie: COOKIE, accept: "x", ...headers } });
  const answer = await by.proxyWith(handler)(request, {});
  const names = answer.headers.get("x-middleware-override-headers")?.split(",") ?? [];
  const route = Object.fromEntries(names.map((name) => [name, answer.headers.get(`x-middleware-request-${name}`)]));
  return { answer, route };
}

function without(headers, name) {
  const others = new Headers(headers);
  others.delete(name);
  return others;
}

test("a handler that sets no headers passes on the request's, without identities that the client sent", async () => {
  const forged = {
    "x-user-id": "eve",
    x_user_id: "eve",
    "x-edgeseal-seal": "x",
    "remote-user": "eve",
    "x-auth-user": "eve",
  };
  for (const handler of [() => {}, () => NextResponse.next(), (request) => void request.headers.set("x-own", "1")]) {
    const { route } = await passed(handler, { ...forged, "x-user-agent": "grpc-web" });
    for (const name of Object.keys(forged).filter((one) => one !== "x-edgeseal-seal"))
      assert.ok(!(name in route), name);
    assert.equal(route.cookie, COOKIE);
    assert.equal(route["x-user-agent"], "grpc-web");
    assert.match(route["x-edgeseal-seal"], /^ey/);
  }
});

test("a handler's own changes stay: headers added, removed, renamed", async () => {
  const { route, answer } = await passed((request, { user }) => {
    const headers = new Headers(request.headers);
    headers.set("x-user-id", user.id);
    headers.delete("accept");
    return NextResponse.next({ request: { headers } });
  });
  assert.equal(route["x-user-id"], "ann");
  assert.ok(!("accept" in route));
  assert.match(route["x-edgeseal-seal"], /^ey/);
  assert.equal(answer.headers.get("x-middleware-next"), "1");
});

test("a rewrite to another server has no forged identity and no seal; cookies only if the handler passes them", async () => {
  const away = (init) => NextResponse.rewrite("https://third.example/x", init);
  const forged = { "x-user-id": "eve", "x-auth-user": "eve", "x-edgeseal-seal": "forged", "x-tenant": "t" };
  for (const [handler, cookie] of [
    [() => away(), undefined],
    [(request) => away({ request: { headers: new Headers(request.headers) } }), COOKIE],
    [(request) => away({ request: { headers: without(request.headers, "cookie") } }), undefined],
  ]) {
    const { route, answer } = await passed(handler, forged);
    assert.deepEqual(
      Object.keys(route).filter((name) => /edgeseal|user/.test(name)),
      [],
    );
    assert.doesNotMatch(JSON.stringify([...answer.headers]), /"ey/);
    assert.equal(route.cookie, cookie);
    assert.equal(route["x-tenant"], "t");
  }
  const { route } = await passed(() => away({ request: { headers: new Headers() } }), forged);
  assert.deepEqual(route, { accept: "*/*" }, "Next.js reads an empty list as none, and would pass on all headers");
});

test("a rewrite to the auth server has the seal and the cookies", async () => {
  const options = { secret, baseURL: BASE, authURL: "https://auth.example", publicPaths: ["/"] };
  const { route } = await passed(() => NextResponse.rewrite("https://auth.example/x"), {}, createAuth(options));
  assert.match(route["x-edgeseal-seal"], /^ey/);
  assert.equal(route.cookie, COOKIE);
});

test("the longest path is sealed, and its seal is accepted", async () => {
  const url = `${BASE}/mine?${"q".repeat(12_000)}`;
  const answer = await auth.proxy(new NextRequest(url, { headers: { cookie: COOKIE } }), {});
  const seal = answer.headers.get("x-middleware-request-x-edgeseal-seal");
  const sealed = await auth.getSeal(new Request(url, { headers: { "x-edgeseal-seal": seal, cookie: COOKIE } }));
  assert.equal(sealed.subject, "ann");
  assert.equal(sealed.path.length, "/mine?".length + 12_000);
});

test("the auth server is asked for every path except those that are passed on to it", async (t) => {
  let calls = 0;
  const server = createServer((_, response) => {
    calls += 1;
    response.setHeader("content-type", "application/json").end("null");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const at = `http://127.0.0.1:${server.address().port}`;
  let people = 0;
  const asked = async (authURL, baseURL, path) => {
    calls = 0;
    people += 1;
    const prefix = baseURL.startsWith("https") ? "__Secure-" : "";
    const cookie = `${prefix}better-auth.session_token=REFRESH${people}`;
    await createAuth({ secret, baseURL, authURL, publicPaths: ["/*"] }).proxy(
      new NextRequest(new URL(path, baseURL), { headers: { cookie } }),
      {},
    );
    return calls;
  };
  for (const [authURL, baseURL, path, expected] of [
    [at, BASE, "/dashboard", 1],
    [at, BASE, "/api/auth/get-session", 0],
    [at, BASE, "/docs/api/auth/setup", 1],
    [`${at}/api`, BASE, "/api/me", 1],
    [`${at}/api`, BASE, "/api/auth/ok", 0],
    [`${at}/auth`, BASE, "/auth/profile", 1],
    [`${at}/auth`, at, "/auth/profile", 0],
    [`${at}/auth`, at, "/authors", 1],
  ]) {
    assert.equal(await asked(authURL, baseURL, path), expected, `${authURL} ${path}`);
  }
});

test("a handler never seals a request that it didn't get", async () => {
  const { route } = await passed((request) => {
    const headers = new Headers(request.headers);
    headers.set("x-edgeseal-seal", "forged");
    headers.set("x-middleware-subrequest", "middleware");
    return NextResponse.next({ request: { headers } });
  });
  assert.match(route["x-edgeseal-seal"], /^ey/);
  assert.ok(!("x-middleware-subrequest" in route));
});

test("a handler's own response, and its event", async () => {
  const event = { waitUntil: () => {} };
  const given = [];
  const request = new NextRequest(`${BASE}/mine`, { headers: { cookie: COOKIE } });
  const handler = (...all) => (given.push(...all.slice(1)), new Response("teapot", { status: 418 }));
  assert.equal((await auth.proxyWith(handler)(request, event)).status, 418);
  assert.equal(given[0].user.id, "ann");
  assert.equal(given[1], event);
});

test("responses of withAuth are not cached unless the handler allows it", async () => {
  const ask = (response) =>
    auth.withAuth(() => response)(new NextRequest(`${BASE}/x`, { headers: { cookie: COOKIE } }), {});
  assert.equal((await ask(Response.json({}))).headers.get("cache-control"), "private, no-store");
  const said = new Response("", { headers: { "cache-control": "private, max-age=9" } });
  assert.equal((await ask(said)).headers.get("cache-control"), "private, max-age=9");
});

test("withAuth refuses only changes by cookie that a page of another origin requests", async () => {
  const trusting = createAuth({ secret, baseURL: BASE, trustedOrigins: ["https://admin.example"] });
  const guarded = trusting.withAuth(() => new Response("done"));
  const ask = async (method, headers) =>
    (await guarded(new NextRequest(`${BASE}/x`, { method, headers: { cookie: COOKIE, ...headers } }), {})).status;
  const foreign = [
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: `${BASE}.evil.example` },
    { origin: BASE.replace("//", "//sub.") },
    { origin: "https://evil.example", "sec-fetch-site": "same-origin" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ];
  const own = [{ origin: BASE }, { origin: "https://admin.example" }, { "sec-fetch-site": "same-origin" }, {}];
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
    for (const headers of foreign) assert.equal(await ask(method, headers), 403, JSON.stringify([method, headers]));
    for (const headers of own) assert.equal(await ask(method, headers), 200, JSON.stringify([method, headers]));
  }
  assert.equal(await ask("GET", foreign[0]), 200, "CORS decides about reading");
  const refused = await guarded(
    new NextRequest(`${BASE}/x`, { method: "POST", headers: { cookie: COOKIE, origin: "https://evil.example" } }),
    {},
  );
  assert.equal((await refused.json()).code, "INVALID_ORIGIN");
  // Browsers never add a Bearer token by themselves.
  const token = signJwt({ sub: "ann" }, secret, { issuer: BASE, audience: BASE, expiresIn: 60 });
  const bearer = { method: "POST", headers: { authorization: `Bearer ${token}`, origin: "https://evil.example" } };
  assert.equal((await guarded(new NextRequest(`${BASE}/x`, bearer), {})).status, 200);
});
