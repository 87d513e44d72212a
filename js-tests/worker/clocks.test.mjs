// Tests an installation in which the clocks differ by a few seconds. Nobody must be signed out, and tokens must not
// stay valid any longer than usual. If the Worker refuses a token because of clock skew, it logs the difference between
// the clocks.
import assert from "node:assert/strict";
import { hkdfSync } from "node:crypto";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { signJwt } from "edgeseal";
import { DATA } from "./browser.mjs";
import { CLOCK, cookieHeader, ORIGIN, SECRET, startWorker, WEAK } from "./local-worker.mjs";

const PASSWORD = "correct horse battery";
const SIGN_IN = "/api/auth/sign-in/email";
const limit = (attempts) => ({ attempts, window: 900 });
const FEW = { network: limit(2), account: limit(1000), device: limit(10) };

async function start(t, bindings = {}) {
  const worker = await startWorker({ ...WEAK, ...bindings }, { clock: true });
  t.after(() => worker.stop());
  const answer = await worker.post("/api/auth/sign-up/email", {
    name: "Ann",
    email: "ann@example.com",
    password: PASSWORD,
  });
  const { user, token } = await answer.json();
  const tasks = async (headers) => (await worker.fetch(`/api/${user.id}/tasks`, { headers })).status;
  return { worker, user, token, cookie: cookieHeader(answer), tasks };
}

/** The header that sets the Worker's clock back, so that the signer's clock is `ahead` seconds ahead of it. */
const behind = (ahead) => ({ [CLOCK]: String(-ahead * 1000) });
const access = (user, claims, options = {}) =>
  signJwt({ sub: user.id, ...claims }, SECRET, { issuer: ORIGIN, audience: ORIGIN, expiresIn: 900, ...options });
const droppedLines = (worker) =>
  worker.log
    .split("\n")
    .filter((line) => line.includes('"event":"dropped"'))
    .map((line) => JSON.parse(line.slice(line.indexOf("{"))));

test("a token from a clock that is up to a minute ahead is accepted, in cookies and as Bearer", async (t) => {
  const { worker, token, cookie, tasks } = await start(t);
  for (const [ahead, status] of [
    [0.6, 200],
    [1.2, 200],
    [59, 200],
    [90, 401],
  ]) {
    assert.equal(await tasks({ authorization: `Bearer ${token}`, ...behind(ahead) }), status, `Bearer, ${ahead} s`);
    assert.equal(await tasks({ cookie, ...behind(ahead) }), status, `session data, ${ahead} s`);
    const answer = await worker.fetch("/api/auth/get-session", { headers: { cookie, ...behind(ahead) } });
    assert.equal((await answer.json()) !== null, status === 200, `get-session, ${ahead} s`);
  }
});

test("nbf has the tolerance, exp has none", async (t) => {
  const { user, tasks } = await start(t);
  const now = Date.now() / 1000;
  const bearer = (token) => tasks({ authorization: `Bearer ${token}` });
  assert.equal(await bearer(access(user, { nbf: now + 25 })), 200);
  assert.equal(await bearer(access(user, { nbf: now + 40 })), 401);
  assert.equal(await bearer(access(user, {}, { expiresIn: 5 })), 200);
  const currentDate = new Date((now - 901) * 1000);
  assert.equal(await bearer(access(user, {}, { currentDate })), 401);
});

test("a token that was accepted before is refused once it has expired", async (t) => {
  const { worker, token, cookie, tasks } = await start(t);
  const later = { [CLOCK]: "901000" };
  const session = async (headers) => {
    const answer = await worker.fetch("/api/auth/get-session?disableRefresh=1", { headers: { cookie, ...headers } });
    return (await answer.json())?.session.updatedAt;
  };
  const first = await session({});
  for (const [headers, status] of [
    [{}, 200],
    [{}, 200],
    [later, 401],
    [{}, 200],
  ]) {
    assert.equal(await tasks({ authorization: `Bearer ${token}`, ...headers }), status, "Bearer");
    assert.equal(await tasks({ cookie, ...headers }), status, "session data");
    assert.equal((await session(headers)) === first, status === 200, "expired session data is read from the database");
  }
});

test("CLOCK_TOLERANCE is configurable, and also applies to iat if it is over a minute", async (t) => {
  const { user, token, tasks } = await start(t, { CLOCK_TOLERANCE: "120" });
  assert.equal(await tasks({ authorization: `Bearer ${token}`, ...behind(118) }), 200);
  assert.equal(await tasks({ authorization: `Bearer ${token}`, ...behind(160) }), 401);
  const nbf = Date.now() / 1000 + 100;
  assert.equal(await tasks({ authorization: `Bearer ${access(user, { nbf })}` }), 200);
});

test("a seal from a clock that is slightly ahead or behind is accepted; one that is too far off is ignored and logged", async (t) => {
  const { worker } = await start(t, { RATE_LIMITS: FEW });
  const key = new Uint8Array(hkdfSync("sha256", SECRET, "", "edgeseal proxy v1", 32));
  let networks = 0;
  /**
   * Whether the Worker trusts a seal. If it does, it counts wrong passwords separately for each of three sealed IP
   * addresses.
   */
  async function isBelieved(ahead, path = SIGN_IN) {
    const statuses = [];
    for (let index = 0; index < 3; index += 1) {
      const ip = `203.0.113.${(networks += 1)}`;
      const signed = new Date(Date.now() + ahead * 1000);
      const claims = { htm: "POST", htu: path, base: "", ip };
      const seal = signJwt(claims, key, { typ: "edgeseal-seal+jwt", expiresIn: 60, currentDate: signed });
      const headers = { origin: ORIGIN, "cf-connecting-ip": `198.51.100.${Math.abs(Math.round(ahead))}` };
      const body = { email: "ann@example.com", password: "wrong horse" };
      statuses.push((await worker.post(SIGN_IN, body, { ...headers, "x-edgeseal-seal": seal })).status);
    }
    return statuses.every((status) => status === 401);
  }
  for (const ahead of [2, 29, 58, -2, -60, -85]) assert.equal(await isBelieved(ahead), true, `${ahead} s`);
  assert.deepEqual(droppedLines(worker), []);
  assert.equal(await isBelieved(75), false);
  await pause(50);
  const [line, ...more] = droppedLines(worker);
  assert.deepEqual(more, [], "once a minute");
  assert.deepEqual([line.token, line.reason, line.claim], ["seal", "ERR_JWT_NOT_YET_VALID", "iat"]);
  assert.ok(Math.abs(line.secondsAhead - 75) < 2, `${line.secondsAhead}`);
});

test("an ignored seal is logged with the reason", async (t) => {
  const { worker } = await start(t);
  const key = new Uint8Array(hkdfSync("sha256", SECRET, "", "edgeseal proxy v1", 32));
  const cases = [
    ["ERR_JWT_SIGNATURE_INVALID", { by: SECRET }],
    ["ANOTHER_REQUEST", { htm: "GET" }],
    ["ERR_JWT_EXPIRED", { age: 200 }],
  ];
  for (const [index, [, { by = key, htm = "POST", age = 0 }]] of cases.entries()) {
    // The Worker logs at most one such line per minute.
    const at = index * 120_000;
    const claims = { htm, htu: SIGN_IN, base: "", ip: "203.0.113.1" };
    const currentDate = new Date(Date.now() + at - age * 1000);
    const seal = signJwt(claims, by, { typ: "edgeseal-seal+jwt", expiresIn: 60, currentDate });
    const body = { email: "ann@example.com", password: "wrong horse" };
    await worker.post(SIGN_IN, body, { origin: ORIGIN, "x-edgeseal-seal": seal, [CLOCK]: String(at) });
  }
  await pause(50);
  assert.deepEqual(
    droppedLines(worker).map(({ token, reason }) => [token, reason]),
    cases.map(([reason]) => ["seal", reason]),
  );
});

test("refusals caused by clocks are logged once a minute per kind, with the difference and without the token", async (t) => {
  const { worker, token, cookie, tasks } = await start(t);
  for (let index = 0; index < 5; index += 1) {
    await tasks({ authorization: `Bearer ${token}`, ...behind(90) });
    await tasks({ cookie, ...behind(90) });
    await worker.fetch("/api/auth/get-session", { headers: { cookie, ...behind(90) } });
  }
  await tasks({ authorization: `Bearer ${token}x` });
  await tasks({ authorization: `Bearer ${token}`, [CLOCK]: String(3600_000) });
  await pause(50);
  const lines = droppedLines(worker);
  assert.deepEqual(lines.map((line) => line.token).sort(), ["access-token", "refresh-token", "session-data"]);
  for (const { reason, claim, secondsAhead } of lines) {
    assert.deepEqual([reason, claim], ["ERR_JWT_NOT_YET_VALID", "iat"]);
    assert.ok(secondsAhead > 85 && secondsAhead < 91, `${secondsAhead}`);
  }
  const data = new RegExp(`${DATA}=([^;]+)`).exec(cookie)[1];
  assert.ok(!worker.log.includes(token) && !worker.log.includes(data));
});
