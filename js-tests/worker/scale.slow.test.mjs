// Tests that the API still works well when there are a million users.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { cookieHeader, ORIGIN } from "./local-worker.mjs";
import { emailOf, PASSWORD, startPopulated } from "./population.mjs";
import { temporaryFolder } from "../temporary-folder.mjs";

const COUNT = 1_000_000;
const folder = temporaryFolder("scale");
let worker;
before(async () => (worker = await startPopulated(folder, COUNT)));
after(async () => {
  await worker?.stop();
});

const count = async (table) => (await worker.database.prepare(`SELECT count(*) AS "n" FROM "${table}"`).first()).n;
const signIn = (email, password = PASSWORD) => worker.post("/api/auth/sign-in/email", { email, password });
const write = (path, body, cookie) => worker.post(`/api/auth/${path}`, body, { cookie, origin: ORIGIN });
const refreshed = async (cookie) =>
  (await worker.fetch("/api/auth/get-session?disableCookieCache=true", { headers: { cookie } })).json();
/** Picks this many users, evenly spread over the whole table. Returns their numbers. */
const some = (of) => Array.from({ length: of }, (_, i) => Math.floor(((i + 0.5) * COUNT) / of));

test("there are a million users, each with an account", async () => {
  assert.deepEqual([await count("user"), await count("account")], [COUNT, COUNT]);
});

test("each signs in and refreshes as themselves", async () => {
  for (const number of [0, COUNT - 1, ...some(200)]) {
    const answer = await signIn(emailOf(number));
    assert.equal(answer.status, 200, emailOf(number));
    const { user } = await answer.json();
    assert.deepEqual([user.email, user.name], [emailOf(number), `User ${number}`]);
    const { session, user: same } = await refreshed(cookieHeader(answer));
    assert.deepEqual([same, session.userId], [user, user.id]);
  }
});

test("other addresses are unknown, and existing ones can't sign up again", async () => {
  assert.equal((await signIn(emailOf(COUNT))).status, 401);
  assert.equal((await signIn(emailOf(5), "wrong horse")).status, 401);
  for (const number of some(10)) {
    const body = { name: "Ann", email: emailOf(number).toUpperCase(), password: "another horse" };
    assert.equal((await worker.post("/api/auth/sign-up/email", body)).status, 422);
  }
  assert.equal(await count("user"), COUNT);
});

test("a change affects only its own user", async () => {
  const [one, two, three] = some(3).map(emailOf);
  const [cookie, others] = [cookieHeader(await signIn(one)), cookieHeader(await signIn(two))];
  const body = { currentPassword: PASSWORD, newPassword: "another horse" };
  const changed = await write("change-password", body, cookie);
  assert.equal(changed.status, 200);
  assert.deepEqual([(await signIn(one)).status, (await signIn(one, "another horse")).status], [401, 200]);
  assert.equal(await refreshed(cookie), null);
  assert.equal((await refreshed(others)).user.email, two);
  const hashes = `SELECT count(DISTINCT "password") AS "n" FROM "account"`;
  assert.equal((await worker.database.prepare(hashes).first()).n, 2);

  assert.equal((await write("update-user", { name: "Ann" }, others)).status, 200);
  const named = `SELECT count(*) AS "n" FROM "user" WHERE "name" NOT GLOB 'User *'`;
  assert.equal((await worker.database.prepare(named).first()).n, 1);

  const leaving = cookieHeader(await signIn(three));
  assert.equal((await write("delete-user", { password: PASSWORD }, leaving)).status, 200);
  assert.equal((await signIn(three)).status, 401);
  assert.deepEqual([await count("user"), await count("account")], [COUNT - 1, COUNT - 1]);
});
