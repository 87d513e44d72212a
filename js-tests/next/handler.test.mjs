// What proxyWith and withAuth make of a handler's answer, without a server: the headers by which Next.js is told of it.
import assert from "node:assert/strict";
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

/** The request headers that a route gets, and the answer. */
async function passed(handler, headers = {}) {
  const request = new NextRequest(`${BASE}/mine`, { headers: { cookie: COOKIE, accept: "x", ...headers } });
  const answer = await auth.proxyWith(handler)(request, {});
  const names = answer.headers.get("x-middleware-override-headers")?.split(",") ?? [];
  const route = Object.fromEntries(names.map((name) => [name, answer.headers.get(`x-middleware-request-${name}`)]));
  return { answer, route };
}

test("a handler that says nothing of headers goes on with the request's, client-sent identities taken out", async () => {
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

test("what a handler says itself stays: added, taken out, renamed", async () => {
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

test("a rewrite to another server has what the handler gave it, and neither cookies nor the seal", async () => {
  const { route } = await passed((request) => {
    const headers = new Headers(request.headers);
    headers.delete("cookie");
    headers.delete("x-edgeseal-seal");
    return NextResponse.rewrite("https://third.example/x", { request: { headers } });
  });
  assert.ok(!("cookie" in route));
  assert.ok(!("x-edgeseal-seal" in route));
});

test("a handler cannot be made to seal what it did not see", async () => {
  const { route } = await passed((request) => {
    const headers = new Headers(request.headers);
    headers.set("x-edgeseal-seal", "forged");
    headers.set("x-middleware-subrequest", "middleware");
    return NextResponse.next({ request: { headers } });
  });
  assert.match(route["x-edgeseal-seal"], /^ey/);
  assert.ok(!("x-middleware-subrequest" in route));
});

test("its own answer, and its event", async () => {
  const event = { waitUntil: () => {} };
  const given = [];
  const request = new NextRequest(`${BASE}/mine`, { headers: { cookie: COOKIE } });
  const handler = (...all) => (given.push(...all.slice(1)), new Response("teapot", { status: 418 }));
  assert.equal((await auth.proxyWith(handler)(request, event)).status, 418);
  assert.equal(given[0].user.id, "ann");
  assert.equal(given[1], event);
});

test("what withAuth guards is kept by no cache unless its handler says so", async () => {
  const ask = (response) =>
    auth.withAuth(() => response)(new NextRequest(`${BASE}/x`, { headers: { cookie: COOKIE } }), {});
  assert.equal((await ask(Response.json({}))).headers.get("cache-control"), "private, no-store");
  const said = new Response("", { headers: { "cache-control": "private, max-age=9" } });
  assert.equal((await ask(said)).headers.get("cache-control"), "private, max-age=9");
});

test("withAuth refuses a change by cookie that a page of another origin asked for, and nothing else", async () => {
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
  assert.equal(await ask("GET", foreign[0]), 200, "reading is CORS's matter");
  const refused = await guarded(
    new NextRequest(`${BASE}/x`, { method: "POST", headers: { cookie: COOKIE, origin: "https://evil.example" } }),
    {},
  );
  assert.equal((await refused.json()).code, "INVALID_ORIGIN");
  // A browser sends no token by itself.
  const token = signJwt({ sub: "ann" }, secret, { issuer: BASE, audience: BASE, expiresIn: 60 });
  const bearer = { method: "POST", headers: { authorization: `Bearer ${token}`, origin: "https://evil.example" } };
  assert.equal((await guarded(new NextRequest(`${BASE}/x`, bearer), {})).status, 200);
});
