// Tests the headers that the proxy passes to a route: only the proxy can set them, and they are valid only for the
// current request.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { generateSecret } from "edgeseal";
import { DATA, PAST_PROXY, startApp } from "./app.mjs";

let app, ann, bob;

before(async () => {
  app = await startApp();
  ann = await app.signUp("Ann");
  bob = await app.signUp("Bob");
});
after(() => app.stop());

const raw = async (path, { cookies, headers, method } = {}) =>
  (await app.ask(path, { cookies, headers, method })).json();

/** Returns the headers that a handler received from the proxy. */
const sealOf = ({ headers }) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => /^x-edgeseal-/.test(name)));

test("a client's identity headers are removed, with a session or without", async () => {
  const names = [
    ...["x-edgeseal-user", "x-edgeseal-user-id", "x-edgeseal-subject", "x-edgeseal-seal", "x-edgeseal-session"],
    ...["X-Edgeseal-Anything", "x-edgeseal-client-ip", "x-user", "x-user-id", "X-User-Id", "x-user-email"],
    ...["x-user-name", "x-user-role", "x-auth-user", "x-auth-request-user", "x-auth-request-email"],
    ...["x-userid", "x-username", "x-userinfo", "x_userid", "x-user.id", "x-authuser", "x-auth0-user", "remote-email"],
    ...["x-authentik-username", "x-authorized-user", "x-remoteuser", "x-edgesealed", "x-middleware-rewrite"],
    ...["x-authenticated-user", "x-forwarded-user", "x-forwarded-email", "x-remote-user", "remote-user"],
  ];
  const headers = Object.fromEntries(names.map((name) => [name, "client-wrote-this"]));
  for (const [path, cookies] of [
    ["/docs/raw", {}],
    ["/docs/raw", ann.cookies],
    ["/api/raw", ann.cookies],
  ]) {
    const arriving = (await raw(path, { cookies, headers })).headers;
    const arrived = Object.keys(arriving).filter((name) => arriving[name].includes("client-wrote-this"));
    assert.deepEqual(arrived, [], path);
  }
});

test("other headers arrive as they were sent", async () => {
  const headers = { accept: "text/x-test", "x-request-id": "r-1", "x-custom": "c" };
  const arriving = (await raw("/docs/raw", { headers })).headers;
  for (const [name, value] of Object.entries(headers)) assert.equal(arriving[name], value);
});

test("the seal proves that the proxy ran for this request", async () => {
  for (const method of ["GET", "POST"]) {
    const { seal, session } = await raw("/api/raw?x=1", { cookies: ann.cookies, method });
    assert.equal(seal.method, method);
    assert.equal(seal.path.split("?")[0], "/api/raw");
    assert.equal(seal.subject, ann.user.id);
    assert.ok("clientIP" in seal);
    assert.equal(session.user.id, ann.user.id);
  }
  const open = await raw("/docs/raw");
  assert.equal(open.seal.path, "/docs/raw", "a public path is sealed too");
  assert.ok(!open.seal.subject, "of nobody");
});

test("without the proxy there is no seal, and the session is still verified", async () => {
  const { seal, session } = await raw("/api/raw", { cookies: ann.cookies, headers: PAST_PROXY });
  assert.equal(seal, null);
  assert.equal(session.user.id, ann.user.id);
});

test("a seal is invalid for another path, method or subject, or when changed", async () => {
  const taken = sealOf(await raw("/api/raw", { cookies: ann.cookies }));
  assert.ok(Object.keys(taken).length > 0, "it comes in x-edgeseal-* headers");
  const again = (path, given = {}) =>
    raw(path, { cookies: ann.cookies, ...given, headers: { ...PAST_PROXY, ...taken, ...given.headers } });
  assert.equal((await again("/api/raw")).seal.subject, ann.user.id, "unchanged it is accepted");

  assert.equal((await again("/docs/raw")).seal, null, "another path");
  assert.equal((await again("/api/raw", { method: "POST" })).seal, null, "another method");
  for (const [why, cookies] of Object.entries({ "another user": bob.cookies, nobody: {} })) {
    const { seal, session } = await again("/api/raw", { cookies });
    assert.equal(seal, null, why);
    assert.equal(session?.user.id, cookies === bob.cookies ? bob.user.id : undefined, why);
  }
  for (const [name, value] of Object.entries(taken)) {
    for (const place of [0, value.length >> 1, value.length - 1]) {
      const changed = value.slice(0, place) + (value[place] === "A" ? "B" : "A") + value.slice(place + 1);
      assert.equal((await again("/api/raw", { headers: { [name]: changed } })).seal, null, `${name} at ${place}`);
    }
    for (const other of ["", "null", "{}", "%", "a".repeat(5000), value.replaceAll(ann.user.id, bob.user.id) + "x"]) {
      const { seal, session } = await again("/api/raw", { headers: { [name]: other } });
      assert.equal(seal, null, `${name} as ${other.slice(0, 10)}`);
      assert.equal(session.user.id, ann.user.id);
    }
  }
});

test("a seal never makes a session", async () => {
  const taken = sealOf(await raw("/api/raw", { cookies: ann.cookies }));
  for (const cookies of [{}, { [DATA]: app.forge(ann.cookies, undefined, { key: generateSecret() }) }]) {
    const headers = { ...PAST_PROXY, ...taken };
    assert.equal((await raw("/api/raw", { cookies, headers })).session, null);
    assert.equal((await app.ask("/api/me", { cookies, headers })).status, 401);
    assert.ok([307, 401].includes((await app.ask("/dashboard", { cookies, headers })).status));
    assert.equal((await app.ask("/api/me", { cookies, headers: taken })).status, 401, "by the proxy");
  }
});

/** Returns environment variables that shift a Node process's clock by `off` milliseconds, which may be negative. */
const clock = (off) => {
  const shift = `globalThis.Date = class extends Date {
    constructor(...given) { given.length > 0 ? super(...given) : super(Date.now()) }
    static now() { return super.now() + ${off} }
  }`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(shift)}` };
};

test("a seal of another secret, or from ten minutes ago or ahead, is refused", async () => {
  const path = "/docs/raw";
  const same = { BETTER_AUTH_SECRET: app.secret, BETTER_AUTH_URL: app.baseURL };
  const others = {
    "the same secret and clock": [same, true],
    "another secret": [{ BETTER_AUTH_URL: app.baseURL }, false],
    "ten minutes behind": [{ ...same, ...clock(-600_000) }, false],
    "ten minutes ahead": [{ ...same, ...clock(600_000) }, false],
  };
  for (const [why, [env, believed]] of Object.entries(others)) {
    const other = await startApp(env);
    try {
      const taken = sealOf((await other.ask(path)).json());
      const { seal } = await raw(path, { headers: { ...PAST_PROXY, ...taken } });
      assert.equal(seal !== null, believed, why);
    } finally {
      await other.stop();
    }
  }
});
