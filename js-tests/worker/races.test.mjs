// Tests what happens if a session ends after a request has read it, but before that request writes. The write must not
// change anything or open a session. Each test holds back one of two statements until the other has run, so that their
// order is fixed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { cookieHeader, ORIGIN, startWorker, WEAK } from "./local-worker.mjs";

const PASSWORD = "correct horse battery";
const OTHER = "another horse battery";
const HELD = { "x-fault": "held" };
let worker;
before(async () => {
  worker = await startWorker(WEAK, { faulty: true });
  await worker.database.prepare(`CREATE TABLE "held" ("id" integer PRIMARY KEY)`).run();
});
after(() => worker?.stop());

const all = async (sql, ...values) =>
  (
    await worker.database
      .prepare(sql)
      .bind(...values)
      .all()
  ).results;
const write = (path, body, cookie, headers = {}) =>
  worker.post(`/api/auth${path}`, body, { cookie, origin: ORIGIN, ...headers });
const signIn = (email, password = PASSWORD) => write("/sign-in/email", { email, password }, "");
const alive = async (cookie) => {
  const answer = await worker.fetch("/api/auth/get-session?disableCookieCache=true", { headers: { cookie } });
  return (await answer.json()) !== null;
};

/** The requests that a user sends with a session. */
const WRITES = {
  "revoke-sessions": ["/revoke-sessions", {}],
  "revoke-other-sessions": ["/revoke-other-sessions", {}],
  "update-user": ["/update-user", { name: "Mallory" }],
  "delete-user": ["/delete-user", {}],
  "delete-user with the password": ["/delete-user", { password: PASSWORD }],
};

/** Ways to end that session before the write. Each one returns the cookies that must stay valid, if there are any. */
const ENDS = {
  "another session changes the password": async ({ other }) =>
    cookieHeader(await write("/change-password", { currentPassword: PASSWORD, newPassword: OTHER }, other)),
  "another session ends it with all others": async ({ other }) =>
    cookieHeader(await write("/revoke-sessions", {}, other)),
  "it is signed out": async ({ cookie }) => void (await write("/sign-out", {}, cookie)),
  // This runs the same SQL statement as `npm run admin -- disable-user`.
  "an operator disables the user": async ({ id }) =>
    void (await all(
      `INSERT INTO "edgeseal_user" ("userId", "sessionsValidAfter", "disabledAt") VALUES (?1, ?2, ?2)`,
      id,
      Date.now(),
    )),
};

/** Signs up a user with two sessions. */
let users = 0;
async function start() {
  const email = `user${users++}@example.com`;
  const signedUp = await write("/sign-up/email", { name: "Ann", email, password: PASSWORD }, "");
  const { user } = await signedUp.json();
  return { email, id: user.id, cookie: cookieHeader(signedUp), other: cookieHeader(await signIn(email)) };
}

/** Calls `run` while the request's write is held back. */
async function whileHeld(answer, run) {
  while ((await all(`SELECT "id" FROM "held"`)).length === 0) await pause(5);
  const done = await run();
  // Keep deleting rows, so that later writes of the same request get through as well.
  const release = setInterval(() => void all(`DELETE FROM "held"`), 10);
  try {
    return [done, await answer];
  } finally {
    clearInterval(release);
  }
}

/** All of a user's stored data except the sessions. */
const stateOf = (id) =>
  all(`SELECT * FROM "user" JOIN "account" ON "account"."userId" = "user"."id" WHERE "user"."id" = ?`, id);

for (const [name, [path, body]] of Object.entries(WRITES)) {
  for (const [end, ended] of Object.entries(ENDS)) {
    test(`${name}, while ${end}: nothing changes, and no session opens`, async () => {
      const user = await start();
      let state;
      const [kept, answer] = await whileHeld(write(path, body, user.cookie, HELD), async () => {
        const jar = await ended(user);
        state = await stateOf(user.id);
        return jar;
      });
      assert.deepEqual([answer.status, (await answer.json()).code], [401, "UNAUTHORIZED"]);
      assert.equal(cookieHeader(answer), "", "cookies are removed, and none is set");
      assert.equal(await alive(user.cookie), false);
      assert.deepEqual(await stateOf(user.id), state, "the user's data is unchanged");
      if (kept) assert.ok(await alive(kept), "the session that ended it stays valid");
    });
  }
}

// Whoever knows the password can change it, just as they can sign in. Otherwise a thief with a stolen session could
// keep ending the owner's sessions, and the owner could never change the password.
const CHANGE = ["/change-password", { currentPassword: PASSWORD, newPassword: "a horse of my own" }];
for (const [end, refusal] of Object.entries({
  "another session changes the password": [401, "UNAUTHORIZED"],
  "an operator disables the user": [401, "UNAUTHORIZED"],
})) {
  test(`change-password, while ${end}: nothing changes, and no session opens`, async () => {
    const user = await start();
    let state;
    const [kept, answer] = await whileHeld(write(...CHANGE, user.cookie, HELD), async () => {
      const jar = await ENDS[end](user);
      state = await stateOf(user.id);
      return jar;
    });
    assert.deepEqual([answer.status, (await answer.json()).code], refusal);
    assert.equal(cookieHeader(answer), "");
    assert.equal(await alive(user.cookie), false);
    assert.deepEqual(await stateOf(user.id), state);
    if (kept) assert.ok(await alive(kept), "the session that changed it stays valid");
  });
}
for (const end of ["another session ends it with all others", "it is signed out"]) {
  test(`change-password, while ${end}: the password changes, all sessions end, and none opens`, async () => {
    const user = await start();
    const [kept, answer] = await whileHeld(write(...CHANGE, user.cookie, HELD), () => ENDS[end](user));
    assert.deepEqual([answer.status, (await answer.json()).token], [200, null]);
    assert.equal(cookieHeader(answer), "");
    for (const jar of [user.cookie, user.other, kept ?? ""]) assert.equal(await alive(jar), false);
    assert.equal((await signIn(user.email, CHANGE[1].newPassword)).status, 200);
  });
}

test("a disabled user's session is refused, whenever it was opened", async () => {
  const signedUp = await write("/sign-up/email", { name: "Ann", email: "off@example.com", password: PASSWORD }, "");
  const { user } = await signedUp.json();
  const cookie = cookieHeader(signedUp);
  assert.ok(await alive(cookie));
  // Unlike disable-user, this statement doesn't update "sessionsValidAfter".
  await all(
    `INSERT INTO "edgeseal_user" ("userId", "sessionsValidAfter", "disabledAt") VALUES (?, 0, ?)`,
    user.id,
    Date.now(),
  );
  assert.equal(await alive(cookie), false);
  assert.equal((await write("/update-user", { name: "Bo" }, cookie)).status, 401);
});
