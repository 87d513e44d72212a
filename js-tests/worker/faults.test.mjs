// Tests how the Worker responds when one of its bindings fails, and that the next request still works.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { cookieHeader, FAULT, ORIGIN, startWorker, WEAK } from "./local-worker.mjs";

const PASSWORD = "correct horse battery";
const HEALTH_SECRET = "a-secret-for-those-who-watch-this-worker";

/** Starts a Worker and signs up a user. The Worker's bindings fail for requests with an `x-fault` header. */
async function start(t, { limits = null, ...options } = {}) {
  const worker = await startWorker({ ...WEAK, RATE_LIMITS: limits, HEALTH_SECRET }, options);
  t.after(() => worker.stop());
  const body = { name: "Ann", email: "ann@example.com", password: PASSWORD };
  const signedUp = await worker.post("/api/auth/sign-up/email", body);
  const { user } = await signedUp.json();
  const cookie = cookieHeader(signedUp);
  const signIn = (headers = {}, email = body.email) =>
    worker.post("/api/auth/sign-in/email", { email, password: PASSWORD }, { origin: ORIGIN, ...headers });
  const tasks = (headers = {}) => worker.fetch(`/api/${user.id}/tasks`, { headers: { cookie, ...headers } });
  return { worker, cookie, signIn, tasks, body };
}
const outcome = async (response) => [response.status, (await response.json()).code];
const broken = (part) => ({ "x-fault": part });

test("a failing database is 503, only for requests that need it", async (t) => {
  const { worker, cookie, signIn, tasks, body } = await start(t, { faulty: true });
  const fault = broken("database");
  const unavailable = async (response) => {
    assert.match(response.headers.get("retry-after") ?? "", /^[1-9]\d*$/);
    assert.deepEqual(await outcome(response), [503, "DATABASE_UNAVAILABLE"]);
  };
  for (const headers of [fault, broken("overloaded")]) await unavailable(await signIn(headers));
  const bob = { ...body, email: "bob@example.com" };
  await unavailable(await worker.post("/api/auth/sign-up/email", bob, fault));
  const read = (query, headers) => worker.fetch(`/api/auth/get-session${query}`, { headers: { cookie, ...headers } });
  const refreshed = await read("?disableCookieCache=1", fault);
  assert.deepEqual(refreshed.headers.getSetCookie(), [], "it signs nobody out");
  await unavailable(refreshed);
  assert.equal((await read("", fault)).status, 200, "live session data needs no database");
  assert.equal((await tasks(fault)).status, 200);

  const health = await worker.fetch("/healthz", { headers: { ...fault, authorization: `Bearer ${HEALTH_SECRET}` } });
  assert.deepEqual([health.status, (await health.json()).database], [503, "unreachable"]);
  assert.equal((await worker.fetch("/healthz", { headers: fault })).status, 200, "the short form needs no database");
  assert.equal((await signIn()).status, 200);
  assert.equal((await worker.post("/api/auth/sign-up/email", bob)).status, 200, "no part of bob was stored");
  assert.match(worker.log, /"code":"DATABASE_UNAVAILABLE","detail":"[^"]*Network connection lost/);
  assert.doesNotMatch(worker.log, /panicked/);
});

test("a failing database uses up nobody's attempts", async (t) => {
  const one = { attempts: 2, window: 900 };
  const limits = { network: one, account: one, device: one };
  const { worker, cookie, signIn } = await start(t, { faulty: true, limits });
  const change = (headers) => {
    const body = { currentPassword: PASSWORD, newPassword: "another horse battery" };
    return worker.post("/api/auth/change-password", body, { cookie, origin: ORIGIN, ...headers });
  };
  for (let index = 0; index < 4; index += 1) {
    for (const answer of [await signIn(broken("database")), await change(broken("database"))])
      assert.deepEqual(await outcome(answer), [503, "DATABASE_UNAVAILABLE"]);
  }
  assert.equal((await signIn()).status, 200);
  assert.equal((await change()).status, 200);
});

test("a lost database call is retried if that is safe, else it is 503", async (t) => {
  const { worker, body } = await start(t, { faulty: true });
  let users = 0;
  for (const [fault, unsafe] of [
    ["once", 200],
    ["write", 503],
    ["written", 503],
  ]) {
    const headers = broken(fault);
    const email = `user${(users += 1)}@example.com`;
    const signedUp = await worker.post("/api/auth/sign-up/email", { ...body, email }, headers);
    assert.equal(signedUp.status, 200, `sign-up, ${fault}: ${await signedUp.clone().text()}`);
    let cookie = cookieHeader(signedUp);
    const post = async (path, given, expected) => {
      const answer = await worker.post(`/api/auth/${path}`, given, { ...headers, cookie, origin: ORIGIN });
      assert.equal(answer.status, expected, `${path}, ${fault}: ${await answer.clone().text()}`);
      if (answer.status === 200) cookie = cookieHeader(answer) || cookie;
    };
    const session = await worker.fetch("/api/auth/get-session?disableCookieCache=1", {
      headers: { ...headers, cookie },
    });
    assert.equal((await session.json()).user.email, email);
    await post("update-user", { name: "Bo" }, 200);
    const passwords = [PASSWORD, "another horse battery"];
    await post("change-password", { currentPassword: passwords[0], newPassword: passwords[1] }, 200);
    await post("sign-in/email", { email, password: passwords[1] }, 200);
    // The Worker must neither repeat a write that may already have happened nor report that the session doesn't exist.
    await post("revoke-other-sessions", {}, unsafe);
    await post("sign-in/email", { email, password: passwords[1] }, 200);
    await post("sign-out", {}, 200);
    const signedIn = await worker.post("/api/auth/sign-in/email", { email, password: passwords[1] });
    cookie = cookieHeader(signedIn);
    await post("delete-user", { password: passwords[1] }, unsafe);
    const left = await worker.database
      .prepare(`SELECT count(*) AS n FROM "user" WHERE "email" = ?`)
      .bind(email)
      .first("n");
    assert.equal(left, fault === "write" ? 1 : 0, `delete-user, ${fault}`);
  }
  assert.doesNotMatch(worker.log, /panicked|INTERNAL/);
});

test("a sign-out without a database removes the cookies and reports that the session is not ended", async (t) => {
  const { worker, cookie } = await start(t, { faulty: true });
  const headers = { cookie, origin: ORIGIN };
  const answer = await worker.post("/api/auth/sign-out", {}, { ...headers, ...broken("database") });
  assert.match(answer.headers.get("retry-after") ?? "", /^[1-9]\d*$/);
  const removed = answer.headers.getSetCookie().map((line) => line.split("=")[0]);
  for (const name of ["better-auth.session_token", "better-auth.session_data"]) assert.ok(removed.includes(name), name);
  assert.equal(cookieHeader(answer), "");
  assert.deepEqual(await outcome(answer), [503, "SESSION_NOT_ENDED"]);
  assert.match(worker.log, /"code":"SESSION_NOT_ENDED","detail":"[^"]*Network connection lost/);
  assert.match(worker.log, /"action":"sign-out","outcome":"fault","code":"SESSION_NOT_ENDED"/);
  // The Worker reports that the session has not ended, because a copy of the cookies still works.
  const copy = () => worker.fetch("/api/auth/get-session?disableCookieCache=1", { headers: { cookie } });
  assert.ok(await (await copy()).json());
  assert.equal((await worker.post("/api/auth/sign-out", {}, headers)).status, 200);
  assert.equal(await (await copy()).json(), null);
});

test("a connection lost after the write leaves a complete account, and the sign-up recognizes it as its own", async (t) => {
  const { worker, signIn, body } = await start(t, { faulty: true });
  const bob = { ...body, email: "bob@example.com" };
  assert.equal((await worker.post("/api/auth/sign-up/email", bob, broken("batch"))).status, 200);
  assert.equal((await worker.post("/api/auth/sign-up/email", bob)).status, 422);
  assert.equal(
    (await worker.post("/api/auth/sign-up/email", bob, broken("batch"))).status,
    422,
    "not this sign-up's account",
  );
  assert.equal((await signIn({}, bob.email)).status, 200);
  const orphans = `SELECT count(*) AS n FROM "user" WHERE "id" NOT IN (SELECT "userId" FROM "account")`;
  assert.equal(await worker.database.prepare(orphans).first("n"), 0);
});

test("without its counters no password is checked, and sessions stay valid", async (t) => {
  const { worker, cookie, signIn, tasks } = await start(t, { faulty: true });
  const refused = [503, "SERVICE_UNAVAILABLE"];
  for (const part of ["limiter", "network"]) assert.deepEqual(await outcome(await signIn(broken(part))), refused, part);
  const headers = { cookie, ...broken("limiter") };
  assert.equal((await worker.fetch("/api/auth/get-session?disableCookieCache=1", { headers })).status, 200);
  assert.equal((await tasks(broken("limiter"))).status, 200);
  const secret = { authorization: `Bearer ${HEALTH_SECRET}` };
  const health = await worker.fetch("/healthz", { headers: { ...secret, ...broken("limiter") } });
  assert.deepEqual([health.status, (await health.json()).limiter], [503, "unreachable"]);
  assert.equal((await signIn()).status, 200);
});

test("a slow database only delays requests", async (t) => {
  const { worker, signIn, tasks, body } = await start(t, { far: 300 });
  const [signedIn, again, read] = await Promise.all([
    signIn(),
    worker.post("/api/auth/sign-up/email", { ...body, email: "bob@example.com" }),
    tasks(),
  ]);
  assert.deepEqual([signedIn.status, again.status, read.status], [200, 200, 200]);
});

test("a trap or a panic fails its own request like any other fault; the next ones are served", async (t) => {
  const { worker, signIn, tasks } = await start(t, { clock: true });
  for (const kind of ["panic", "trap", "trap", "panic"]) {
    const answer = await worker.fetch("/api/auth/ok", { headers: { [FAULT]: kind } });
    assert.deepEqual(await outcome(answer), [500, "INTERNAL_SERVER_ERROR"], kind);
    const id = answer.headers.get("x-request-id");
    assert.match(id, /^[0-9a-f]{32}$/, kind);
    assert.ok(
      worker.log.includes(`"code":"INSTANCE_STOPPED"`) && worker.log.includes(id),
      `the log reports the ${kind}`,
    );
    assert.equal((await signIn()).status, 200, `sign-in after a ${kind}`);
    assert.equal((await tasks()).status, 200, `the gateway after a ${kind}`);
  }
});

test("a request that waits for the database while another traps gets a response, and nothing is stored half", async (t) => {
  const { worker, signIn, body } = await start(t, { clock: true, faulty: true });
  const bob = { ...body, email: "bob@example.com" };
  const stuck = broken("stuck");
  const waiting = [worker.post("/api/auth/sign-up/email", bob, stuck), signIn(stuck)];
  await pause(500);
  assert.equal((await worker.fetch("/api/auth/ok", { headers: { [FAULT]: "trap" } })).status, 500);
  for (const answer of await Promise.all(waiting))
    assert.deepEqual(await outcome(answer), [500, "INTERNAL_SERVER_ERROR"]);
  assert.equal((await worker.post("/api/auth/sign-up/email", bob)).status, 200, "no part of bob was stored");
  assert.equal((await signIn()).status, 200);
});
