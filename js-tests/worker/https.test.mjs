// Tests that the Worker neither accepts nor issues tokens over http if BASE_URL uses https.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CLOCK, FAULT, startWorker, WEAK } from "./local-worker.mjs";
import { raw, startOdd } from "./odd-upstream.mjs";
import { someone } from "./someone.mjs";

const BASE_URL = "https://app.example.org";
const PLAIN = "http://app.example.org";
let worker, upstream, ann;

before(async () => {
  upstream = await startOdd();
  const routes = () => [
    { path: "/public/*", upstream: upstream.url, public: true },
    { path: "/api/:owner/*", upstream: upstream.url },
  ];
  worker = await startWorker({ ...WEAK, BASE_URL }, { routes, clock: true });
  ann = await someone(worker, "ann");
});
after(async () => {
  await worker.stop();
  upstream.stop();
});

test("over http no token is read or set: reads are redirected to https, writes are refused", async () => {
  const reached = upstream.requests.length;
  const credentials = [{}, ann.bearer, { cookie: ann.cookie, origin: BASE_URL }];
  // A proxy reports the scheme in these headers, but anybody else can send them, too.
  credentials.push({ ...ann.bearer, "x-forwarded-proto": "https", forwarded: "proto=https" });
  for (const headers of credentials) {
    for (const path of ["/api/auth/get-session", "/api/auth/token", `/api/${ann.id}/x?q=1`, "/public/x", "/nowhere"]) {
      for (const method of ["GET", "HEAD"]) {
        const answer = await raw(worker, path, { method, headers });
        assert.deepEqual([answer.status, answer.headers.location], [308, `${BASE_URL}${path}`], `${method} ${path}`);
        assertBare(answer);
      }
      for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
        const answer = await raw(worker, path, { method, headers });
        assert.deepEqual([answer.status, JSON.parse(answer.body).code], [403, "HTTPS_REQUIRED"], `${method} ${path}`);
        assertBare(answer);
      }
    }
  }
  const body = Buffer.from(JSON.stringify({ email: "ann@example.com", password: "correct horse battery" }));
  const signIn = await raw(worker, "/api/auth/sign-in/email", {
    method: "POST",
    headers: { "content-type": "application/json", origin: BASE_URL },
    body,
  });
  assert.deepEqual([signIn.status, JSON.parse(signIn.body).code], [403, "HTTPS_REQUIRED"]);
  assertBare(signIn);
  assert.equal(upstream.requests.length, reached, "none reached the upstream");
});

/**
 * Asserts that a response doesn't set a cookie, contain a token or allow caching. It also must not have an HSTS header,
 * which servers must not send over http (RFC 6797 §7.2).
 */
function assertBare({ headers }) {
  for (const name of ["set-cookie", "set-auth-jwt", "strict-transport-security"])
    assert.equal(headers[name], undefined);
  assert.equal(headers["cache-control"], "no-store");
}

test("over https everything is served, and /healthz over both", async () => {
  assert.equal((await worker.fetch(`/api/${ann.id}/x`, { headers: ann.bearer })).status, 200);
  const session = await worker.fetch("/api/auth/get-session", { headers: { cookie: ann.cookie } });
  assert.equal((await session.json()).user.id, ann.id);
  for (const by of [BASE_URL, PLAIN]) assert.equal((await worker.fetch("/healthz", { by })).status, 200, by);
});

test("over http HEALTH_SECRET is ignored", async (t) => {
  const HEALTH_SECRET = "a-secret-for-those-who-watch-this-worker";
  const watched = await startWorker({ ...WEAK, BASE_URL, HEALTH_SECRET });
  t.after(() => watched.stop());
  const headers = { authorization: `Bearer ${HEALTH_SECRET}` };
  const read = async (by) => (await watched.fetch("/healthz", { by, headers })).json();
  assert.equal((await read(BASE_URL)).database, "ok");
  assert.deepEqual(await read(PLAIN), { status: "ok" });
});

test("if BASE_URL is http, as in development, http is served, and no response has HSTS, not even after a fault", async (t) => {
  const local = await startWorker(WEAK, { clock: true });
  t.after(() => local.stop());
  for (const [headers, status] of [
    [{}, 200],
    [{ [FAULT]: "trap" }, 500],
  ]) {
    const answer = await raw(local, "/api/auth/ok", { headers });
    assert.deepEqual([answer.status, answer.headers["strict-transport-security"]], [status, undefined]);
  }
});

test("HSTS covers subdomains if HSTS_INCLUDE_SUBDOMAINS is set, also after a fault", async (t) => {
  for (const [given, expected] of [
    [undefined, "max-age=31536000"],
    ["false", "max-age=31536000"],
    ["true", "max-age=31536000; includeSubDomains"],
    [true, "max-age=31536000; includeSubDomains"],
  ]) {
    const bindings = given === undefined ? {} : { HSTS_INCLUDE_SUBDOMAINS: given };
    const one = await startWorker({ ...WEAK, BASE_URL, ...bindings }, { clock: true });
    t.after(() => one.stop());
    const said = async (headers) =>
      (await one.fetch("/api/auth/ok", { headers })).headers.get("strict-transport-security");
    assert.equal(await said({ [CLOCK]: "0" }), expected, String(given));
    assert.equal(await said({ [FAULT]: "trap" }), expected, `${given} after a fault`);
  }
  const wrong = await startWorker({ ...WEAK, BASE_URL, HSTS_INCLUDE_SUBDOMAINS: "yes" });
  t.after(() => wrong.stop());
  assert.equal((await wrong.fetch("/api/auth/ok")).status, 500);
  assert.match(wrong.log, /HSTS_INCLUDE_SUBDOMAINS must be true or false/);
});
