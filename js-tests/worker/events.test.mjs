// Tests events with a real receiver and a real queue. Each change must cause exactly one event, which must be delivered
// at least once. Each user's events must arrive in order. Events must not affect the Worker's responses.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { startReceiver } from "./event-receiver.mjs";
import { CLOCK, cookieHeader, ORIGIN, startWorker, WEAK } from "./local-worker.mjs";
import { pathOf, startMailbox, tokenOf, WEBHOOK_SECRET } from "./mailbox.mjs";

const PASSWORD = "old horse battery";
const NEW = "new horse battery";
const FREQUENT = "*/5 * * * *";

let worker, receiver, mailbox;
before(async () => {
  [receiver, mailbox] = await Promise.all([startReceiver(), startMailbox()]);
  worker = await startWorker({ ...WEAK, ...mailbox.bindings, ...receiver.bindings }, { clock: true });
});
after(async () => {
  await worker?.stop();
  receiver?.stop();
  mailbox?.stop();
});

const all = async (sql, ...values) =>
  (
    await worker.database
      .prepare(sql)
      .bind(...values)
      .all()
  ).results;
const rowsOf = (userId) => all(`SELECT * FROM "edgeseal_event" WHERE "userId" = ? ORDER BY "seq"`, userId);
const faults = ({ log } = worker) =>
  log.split("\n").filter((line) => line.includes('"event":"fault"') && line.includes('"code":"EVENTS"'));

/** Waits until all of a user's events have been delivered. */
async function delivered(userId, rows = rowsOf) {
  for (let waited = 0; waited < 20_000; waited += 20) {
    if ((await rows(userId)).length === 0) return;
    await pause(20);
  }
  assert.fail("the rows are still there");
}

/**
 * Signs up a user, and waits until the sign-up's event has been delivered, so that it can't interfere with the test.
 */
async function person(name, { at = worker, hears = receiver } = {}) {
  const email = `${name}@example.com`;
  const response = await at.post("/api/auth/sign-up/email", { name, email, password: PASSWORD });
  assert.equal(response.status, 200);
  const { id } = (await response.json()).user;
  const ann = { id, email, cookie: cookieHeader(response) };
  ann.write = (path, body = {}, headers = {}) =>
    at.post(`/api/auth/${path}`, body, { cookie: ann.cookie, origin: ORIGIN, ...headers });
  if (hears) assert.deepEqual(await hears.types(id, 1), ["user.created"]);
  return ann;
}

/** Calls `act`, which must succeed. Returns the types of the events that it causes. */
async function events(ann, count, act) {
  const already = receiver.of(ann.id).length;
  const response = await act();
  assert.ok(response.status < 400, `${response.status} ${await response.clone().text()}`);
  const types = await receiver.types(ann.id, already + count);
  await delivered(ann.id);
  if (cookieHeader(response)) ann.cookie = cookieHeader(response);
  return types.slice(already);
}

const signIn = (ann, password) => worker.post("/api/auth/sign-in/email", { email: ann.email, password });
const open = (message, ann) =>
  worker.fetch(pathOf(message), { headers: { cookie: ann.cookie, accept: "application/json" } });

test("every change has its events, and nothing else has any", async () => {
  const ann = await person("ann");
  const verify = await mailbox.next("verify-email", ann.email);
  assert.deepEqual(await events(ann, 1, () => open(verify, ann)), ["user.verified"]);
  assert.deepEqual(await events(ann, 1, () => ann.write("update-user", { name: "Ann" })), ["user.updated"]);
  assert.deepEqual(await events(ann, 1, () => ann.write("update-user", { image: null })), ["user.updated"]);
  assert.deepEqual(await events(ann, 0, () => ann.write("verify-password", { password: PASSWORD })), []);

  const sid = "a".repeat(32);
  assert.deepEqual(await events(ann, 1, () => ann.write("revoke-session", { token: sid })), ["session.revoked"]);
  assert.deepEqual(await events(ann, 0, () => ann.write("revoke-session", { token: sid })), [], "it has ended already");
  assert.deepEqual(await events(ann, 0, () => ann.write("revoke-session", { token: "none" })), []);
  for (const path of ["revoke-sessions", "revoke-other-sessions"])
    assert.deepEqual(await events(ann, 1, () => ann.write(path)), ["session.revoked"], path);

  const change = { currentPassword: PASSWORD, newPassword: NEW };
  const changed = await events(ann, 2, () => ann.write("change-password", change));
  assert.deepEqual(changed, ["password.changed", "session.revoked"]);

  // Sign-ins, refreshes and sign-outs don't cause events.
  assert.deepEqual(await events(ann, 0, () => signIn(ann, NEW)), []);
  const refresh = { headers: { cookie: ann.cookie } };
  await events(ann, 0, () => worker.fetch("/api/auth/get-session?disableCookieCache=true", refresh));
  assert.deepEqual(await events(ann, 0, () => ann.write("sign-out")), []);
  assert.deepEqual(await events(ann, 0, () => signIn(ann, NEW)), []);

  const newEmail = "ann2@example.com";
  assert.deepEqual(await events(ann, 0, () => ann.write("change-email", { newEmail })), []);
  const confirm = await mailbox.next("change-email-confirmation", ann.email);
  assert.deepEqual(await events(ann, 0, () => open(confirm, ann)), []);
  const proof = await mailbox.next("change-email-verification", newEmail);
  assert.deepEqual(await events(ann, 1, () => open(proof, ann)), ["user.updated"]);
  ann.email = newEmail;

  assert.deepEqual(await events(ann, 0, () => ann.write("request-password-reset", { email: newEmail })), []);
  const reset = { token: tokenOf(await mailbox.next("reset-password", newEmail)), newPassword: PASSWORD };
  const ended = await events(ann, 2, () => worker.post("/api/auth/reset-password", reset));
  assert.deepEqual(ended, ["password.reset", "session.revoked"], "the address was proved before");

  assert.deepEqual(await events(ann, 0, () => signIn(ann, PASSWORD)), []);
  assert.deepEqual(await events(ann, 1, () => ann.write("delete-user", { password: PASSWORD })), ["user.deleted"]);
});

test("a reset and a change of the address may also prove an address", async () => {
  const bob = await person("bob");
  await events(bob, 0, () => bob.write("request-password-reset", { email: bob.email }));
  const reset = { token: tokenOf(await mailbox.next("reset-password", bob.email)), newPassword: NEW };
  const types = await events(bob, 3, () => worker.post("/api/auth/reset-password", reset));
  assert.deepEqual(types, ["password.reset", "user.verified", "session.revoked"]);

  const eve = await person("eve");
  const newEmail = "eve2@example.com";
  await events(eve, 0, () => eve.write("change-email", { newEmail }));
  const proof = await mailbox.next("change-email-verification", newEmail);
  assert.deepEqual(await events(eve, 2, () => open(proof, eve)), ["user.updated", "user.verified"]);
});

test("wrong passwords that end a sign-in are a revocation", async (t) => {
  const hears = await startReceiver();
  t.after(hears.stop);
  const RATE_LIMITS = { device: { attempts: 2, window: 60 }, account: { attempts: 100, window: 60 } };
  const at = await startWorker({ ...WEAK, ...hears.bindings, RATE_LIMITS }, { clock: true });
  t.after(() => at.stop());
  const ann = await person("ann", { at, hears });
  for (let i = 0; i < 3; i++) await ann.write("verify-password", { password: NEW });
  assert.deepEqual(await hears.types(ann.id, 2), ["user.created", "session.revoked"]);
});

test("what is not changed has no event", async () => {
  const [ann, bob] = [await person("ann3"), await person("bob3")];
  const before = receiver.deliveries.length;
  const refused = async (status, sent) => assert.equal((await sent).status, status);
  const again = { name: "x", email: ann.email, password: PASSWORD };
  await refused(422, worker.post("/api/auth/sign-up/email", again));
  await refused(400, ann.write("update-user", { name: "a\0" }));
  await refused(400, ann.write("change-password", { currentPassword: NEW, newPassword: NEW }));
  await refused(400, ann.write("delete-user", { password: NEW }));
  // Someone else signs up with the new address before the link is opened.
  const newEmail = "taken3@example.com";
  await ann.write("change-email", { newEmail });
  const proof = await mailbox.next("change-email-verification", newEmail);
  const taken = await person("taken3");
  assert.match((await open(proof, ann)).headers.get("location"), /error=/);
  // The deletion fails at the transaction's last statement.
  await all(`CREATE TABLE "task" ("owner" text NOT NULL REFERENCES "user" ("id"))`);
  await all(`INSERT INTO "task" VALUES (?)`, ann.id);
  await refused(500, ann.write("delete-user", { password: PASSWORD }));
  assert.equal((await all(`SELECT "id" FROM "user" WHERE "id" = ?`, ann.id)).length, 1);
  await all(`DROP TABLE "task"`);
  // A session that has ended can't change anything.
  await events(bob, 1, () => worker.post("/api/auth/revoke-sessions", {}, { cookie: bob.cookie, origin: ORIGIN }));
  const revoked = await signIn(bob, PASSWORD);
  const old = cookieHeader(revoked);
  await events(bob, 1, () => worker.post("/api/auth/revoke-sessions", {}, { cookie: old, origin: ORIGIN }));
  for (const path of ["update-user", "revoke-sessions", "delete-user"]) {
    const late = worker.post(`/api/auth/${path}`, { name: "Late" }, { cookie: old, origin: ORIGIN });
    await refused(401, late);
  }
  await pause(300);
  const since = receiver.deliveries.slice(before).map(({ event }) => [event.userId, event.type]);
  assert.deepEqual(since, [
    [taken.id, "user.created"],
    [bob.id, "session.revoked"],
    [bob.id, "session.revoked"],
  ]);
  assert.deepEqual(await all(`SELECT * FROM "edgeseal_event"`), []);
});

test("each webhook is signed and contains nothing but id, type, time and user", async () => {
  for (const { id, time, isSigned, event, body } of receiver.deliveries) {
    assert.ok(isSigned, body);
    assert.ok(Math.abs(time - Date.now() / 1000) < 120, "its timestamp is now, in seconds");
    assert.deepEqual(Object.keys(event), ["id", "type", "time", "userId"]);
    assert.equal(event.id, id);
    assert.match(id, /^evt_[A-Za-z0-9]{32}$/);
    assert.match(event.userId, /^[A-Za-z0-9]{32}$/);
    assert.match(event.type, /^(user|session|password)\.[a-z]+$/);
    assert.equal(new Date(event.time).toISOString(), event.time);
  }
  const ids = receiver.deliveries.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length, "each event arrived once");
  const late = await person("clock");
  await events(late, 1, () => late.write("update-user", { name: "x" }, { [CLOCK]: "3600000" }));
  const ahead = Date.parse(receiver.of(late.id)[1].time) - Date.now();
  assert.ok(Math.abs(ahead - 3_600_000) < 60_000, "the time is that of the change");
});

test("events of one user arrive in order and once, however many requests drain them", async () => {
  const many = await Promise.all(["ann4", "bob4", "eve4"].map((name) => person(name)));
  receiver.respond = () => 500;
  for (const ann of many)
    await Promise.all(Array.from({ length: 15 }, (_, i) => ann.write("update-user", { name: `a${i}` })));
  const wanted = await Promise.all(many.map(async ({ id }) => (await rowsOf(id)).map((row) => row.id)));
  for (const ids of wanted) assert.equal(ids.length, 15);
  receiver.respond = async () => {
    await pause(Math.random() * 20);
    return 200;
  };
  await Promise.all([
    ...many.flatMap((ann) => Array.from({ length: 15 }, (_, i) => ann.write("update-user", { name: `b${i}` }))),
    ...Array.from({ length: 3 }, () => worker.scheduled(FREQUENT)),
  ]);
  for (const [index, { id }] of many.entries()) {
    await delivered(id);
    const ids = receiver.of(id).map((event) => event.id);
    assert.deepEqual(ids.slice(1, 16), wanted[index]);
    assert.equal(ids.length, 31);
    assert.equal(new Set(ids).size, 31, "each event arrived once");
  }
  receiver.respond = () => 200;
});

test("a receiver that fails delays events and loses none; the response is as always", async () => {
  const ann = await person("ann5");
  const known = faults().length;
  receiver.respond = () => 503;
  const first = await ann.write("update-user", { name: "One" });
  assert.deepEqual([first.status, await first.json()], [200, { status: true }]);
  await until(() => faults().length === known + 1);
  const [row] = await rowsOf(ann.id);
  assert.ok(faults().at(-1).includes(`${row.id} (user.updated): status 503`));
  assert.ok(!faults().at(-1).includes("127.0.0.1"), "the URL is not logged");
  await ann.write("change-password", { currentPassword: PASSWORD, newPassword: NEW });
  await until(() => faults().length === known + 2);
  const tried = receiver.deliveries.slice(-2).map(({ event }) => event.type);
  assert.deepEqual(tried, ["user.updated", "user.updated"], "the later ones wait");
  await worker.scheduled(FREQUENT);
  assert.equal(faults().length, known + 3);
  receiver.respond = () => 200;
  await worker.scheduled();
  const types = receiver.of(ann.id).map(({ type }) => type);
  assert.deepEqual(types, ["user.created", "user.updated", "password.changed", "session.revoked"]);
  assert.equal(receiver.of(ann.id)[1].id, row.id, "repeated deliveries have the same id");
  assert.deepEqual(await rowsOf(ann.id), []);
});

test("one user's events that are never accepted hold up nobody else", async () => {
  const [ann, bob] = [await person("ann6"), await person("bob6")];
  receiver.respond = () => 500;
  for (const one of [ann, bob]) await one.write("update-user", { name: "x" });
  await until(
    async () => (await all(`SELECT 1 FROM "edgeseal_event" WHERE "leasedUntil" > ?`, Date.now())).length === 0,
  );
  receiver.respond = ({ event }) => (event.userId === ann.id ? 400 : 200);
  await worker.scheduled(FREQUENT);
  assert.deepEqual(await receiver.types(bob.id, 2), ["user.created", "user.updated"]);
  assert.equal((await rowsOf(ann.id)).length, 1);
  receiver.respond = () => 200;
  await worker.scheduled(FREQUENT);
  await delivered(ann.id);
});

test("a receiver that hangs or is down delays no response", async () => {
  const ann = await person("ann7");
  const known = faults().length;
  let release;
  const hang = new Promise((resolve) => (release = resolve));
  receiver.respond = () => hang;
  const began = Date.now();
  for (let i = 0; i < 3; i++) assert.equal((await ann.write("update-user", { name: `x${i}` })).status, 200);
  assert.ok(Date.now() - began < 2500, `${Date.now() - began} ms`);
  await until(() => faults().length === known + 1, 10_000);
  assert.match(faults().at(-1), /no response within 5 s/);
  release(500);
  receiver.respond = () => 200;
  await worker.scheduled(FREQUENT);
  await delivered(ann.id);
  assert.deepEqual((await receiver.types(ann.id, 4)).slice(1), Array(3).fill("user.updated"));
});

test("while one isolate has the lease no other delivers; an expired lease counts no more", async () => {
  const ann = await person("ann8");
  receiver.respond = () => 500;
  await ann.write("update-user", { name: "x" });
  await until(async () => (await rowsOf(ann.id))[0].leasedUntil < Date.now());
  receiver.respond = () => 200;
  const lease = (at) => all(`UPDATE "edgeseal_event" SET "leasedUntil" = ? WHERE "userId" = ?`, at, ann.id);
  await lease(Date.now() + 60_000);
  await ann.write("update-user", { name: "y" });
  await worker.scheduled(FREQUENT);
  assert.equal((await rowsOf(ann.id)).length, 2, "the lease is of another isolate");
  // Pretend that the other isolate is gone and its lease has expired.
  await lease(Date.now() - 1);
  await worker.scheduled(FREQUENT);
  assert.deepEqual(await rowsOf(ann.id), []);
  assert.equal(receiver.of(ann.id).length, 3);
});

test("a change whose response from the database is lost has one event", async (t) => {
  const hears = await startReceiver();
  t.after(hears.stop);
  const at = await startWorker({ ...WEAK, ...hears.bindings }, { clock: true, faulty: true });
  t.after(() => at.stop());
  for (const fault of ["once", "write", "written"]) {
    const broken = { "x-fault": fault };
    const email = `${fault}@example.com`;
    const body = { name: fault, email, password: PASSWORD };
    const signedUp = await at.post("/api/auth/sign-up/email", body, broken);
    assert.equal(signedUp.status, 200, fault);
    const { id } = (await signedUp.json()).user;
    const headers = { ...broken, cookie: cookieHeader(signedUp), origin: ORIGIN };
    assert.equal((await at.post("/api/auth/update-user", { name: "x" }, headers)).status, 200, fault);
    const change = { currentPassword: PASSWORD, newPassword: NEW };
    assert.equal((await at.post("/api/auth/change-password", change, headers)).status, 200, fault);
    // The Worker doesn't retry a change that ends the session. But if the change was written, so was its event.
    headers.cookie = cookieHeader(await at.post("/api/auth/sign-in/email", { email, password: NEW }));
    const revoked = await at.post("/api/auth/revoke-sessions", {}, headers);
    await at.scheduled(FREQUENT);
    const wanted = ["user.created", "user.updated", "password.changed", "session.revoked"];
    if (revoked.status === 200 || fault === "written") wanted.push("session.revoked");
    assert.deepEqual(await hears.types(id, wanted.length), wanted, fault);
    assert.equal(new Set(hears.of(id).map((event) => event.id)).size, wanted.length, fault);
  }
});

test("without a receiver nothing is recorded, and what the operator's commands recorded is discarded", async (t) => {
  const at = await startWorker(WEAK, { clock: true });
  t.after(() => at.stop());
  const ann = await person("ann", { at, hears: null });
  await ann.write("delete-user", { password: PASSWORD });
  const count = () => at.database.prepare(`SELECT count(*) AS "n" FROM "edgeseal_event"`).first("n");
  assert.equal(await count(), 0);
  const insert = `INSERT INTO "edgeseal_event" ("id", "type", "userId", "time") VALUES ('evt_1', 'user.deleted', 'x', 1)`;
  await at.database.prepare(insert).run();
  await at.scheduled(FREQUENT);
  assert.equal(await count(), 1);
  await at.scheduled();
  assert.equal(await count(), 0);
});

test("a queue gets the same events, in order", async (t) => {
  const hears = await startReceiver();
  t.after(hears.stop);
  const script = `export default {
    fetch: () => new Response(),
    async queue({ messages }) {
      for (const { body } of messages)
        await fetch("${hears.url}", { method: "POST", body: JSON.stringify(body), headers: { "webhook-id": body.id } });
    },
  };`;
  const consumer = { name: "consumer", script, queueConsumers: { events: { maxBatchTimeout: 1 } } };
  const at = await startWorker(WEAK, { clock: true, queues: { EVENTS: "events" }, beside: [consumer] });
  t.after(() => at.stop());
  const ann = await person("ann", { at, hears });
  await ann.write("update-user", { name: "Ann" });
  await ann.write("change-password", { currentPassword: PASSWORD, newPassword: NEW });
  const types = ["user.created", "user.updated", "password.changed", "session.revoked"];
  assert.deepEqual(await hears.types(ann.id, 4), types);
  for (const { event } of hears.deliveries) assert.deepEqual(Object.keys(event), ["id", "type", "time", "userId"]);
  await delivered(ann.id, async () => (await at.database.prepare(`SELECT 1 FROM "edgeseal_event"`).all()).results);
});

test("a configuration that names no receiver, or two, is refused", async (t) => {
  for (const [bindings, options, reason] of [
    [receiver.bindings, { queues: { EVENTS: "events" } }, "configure only one of the binding EVENTS and"],
    [{ EVENTS_WEBHOOK: receiver.url }, {}, "EVENTS_WEBHOOK needs WEBHOOK_SECRET"],
    [{ EVENTS_WEBHOOK: receiver.url, WEBHOOK_SECRET: "whsec_AAAA" }, {}, "WEBHOOK_SECRET must be"],
    [{ EVENTS_WEBHOOK: "http://example.com/", WEBHOOK_SECRET }, {}, "EVENTS_WEBHOOK must be an https URL"],
  ]) {
    const at = await startWorker({ ...WEAK, ...bindings }, { clock: true, ...options });
    t.after(() => at.stop());
    const answer = await at.fetch("/api/auth/ok");
    assert.deepEqual([answer.status, (await answer.json()).code], [500, "CONFIG_INVALID"], reason);
    await until(() => at.log.includes(reason));
  }
});

async function until(isSo, patience = 5000) {
  for (let waited = 0; waited < patience; waited += 20) {
    if (await isSo()) return;
    await pause(20);
  }
  assert.fail(`never: ${isSo}`);
}
