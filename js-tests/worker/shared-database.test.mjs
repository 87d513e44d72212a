// Tests that the Worker can use a database from a real Better Auth server unchanged, even if it has unusual rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import bcryptjs from "bcryptjs";
import { startServer, VERSIONS } from "../better-auth/server.mjs";
import { temporaryFolder } from "../temporary-folder.mjs";
import { cookieHeader, ORIGIN, SECRET, startWorker, UPGRADING } from "./local-worker.mjs";
import { createFile, openFile, rowsOf, servedAsItIs } from "./shared-database.mjs";

const PASSWORD = "correct horse";
const AT = "2024-02-29T12:00:00.000Z";

for (const version of VERSIONS) {
  test(`${version}: its users sign in at the Worker, and at the real server again`, (t) => servedAsItIs(t, version, 9));
}

test("users with unusual rows sign in or are unknown, and none of their data is lost", async (t) => {
  const folder = temporaryFolder("d1");
  await createFile(folder);
  const db = openFile(folder);
  await startServer(t, "better-auth", { db, secret: SECRET });
  db.exec(`alter table user add column "plan" text default 'free'`);
  const hash = await bcryptjs.hash(PASSWORD, 4);
  const account = (id, values) => {
    const row = {
      id: `${id}-${values.providerId}-${values.accountId ?? id}`,
      accountId: id,
      userId: id,
      createdAt: AT,
      updatedAt: AT,
      ...values,
    };
    const names = Object.keys(row);
    db.prepare(`insert into account (${names}) values (${names.map(() => "?")})`).run(...Object.values(row));
  };
  const user = (id, { name = id, image = null, emailVerified = 0, accounts = [{}] } = {}) => {
    db.prepare(
      "insert into user (id, name, email, emailVerified, image, createdAt, updatedAt) values (?, ?, ?, ?, ?, ?, ?)",
    ).run(id, name, `${id}@example.com`, emailVerified, image, AT, AT);
    for (const one of accounts) account(id, { providerId: "credential", password: hash, ...one });
    // The database contains one of the real server's sessions, with a foreign key to the session's user.
    db.prepare(
      "insert into session (id, token, userId, expiresAt, createdAt, updatedAt) values (?1, ?1, ?1, ?2, ?2, ?2)",
    ).run(id, AT);
  };
  const google = { providerId: "google", password: null };
  const picture = `data:image/png;base64,${"iVBORw0KGgo".repeat(50_000)}`;
  const long = "Ann ü ".repeat(1500);
  user("nobody", { accounts: [] });
  user("social", { accounts: [google] });
  user("imported", { accounts: [{ password: null }] });
  user("emptied", { accounts: [{ password: "" }] });
  user("damaged", { accounts: [{ password: "$2b$04$damaged" }] });
  user("plain", { accounts: [{ password: PASSWORD }] });
  user("elsewhere", { accounts: [{ accountId: "another" }] });
  user("both", { accounts: [google, {}] });
  user("twice", { accounts: [{ accountId: "another", password: "damaged" }, {}] });
  user("pictured", { image: picture });
  user("long", { name: long });
  user("controlled", { name: "Ann\u0007\n\u202e👩‍🚀" });
  user("unnamed", { name: "" });
  user("relative", { image: "/ann.png" });
  user("verified", { emailVerified: 1 });
  const old = rowsOf(db);
  db.close();

  const worker = await startWorker(UPGRADING, { persist: folder });
  t.after(() => worker.stop());
  const signIn = (id) => worker.post("/api/auth/sign-in/email", { email: `${id}@example.com`, password: PASSWORD });
  const unknown = await (await signIn("unknown")).text();
  for (const id of ["nobody", "social", "imported", "emptied", "damaged", "plain", "elsewhere"]) {
    const answer = await signIn(id);
    assert.deepEqual([answer.status, await answer.text()], [401, unknown], id);
  }
  const cookies = {};
  for (const [id, expected] of Object.entries({
    both: {},
    twice: {},
    pictured: { image: null },
    // These are the longest values that fit into cookies and tokens.
    long: { name: long.slice(0, 256) },
    controlled: {},
    unnamed: {},
    relative: {},
    verified: { emailVerified: true },
  })) {
    const answer = await signIn(id);
    const text = await answer.text();
    assert.equal(answer.status, 200, `${id}: ${text.slice(0, 200)}`);
    const { plan, ...row } = old.user.find((one) => one.id === id);
    const shown = { ...row, emailVerified: row.emailVerified === 1, ...expected };
    assert.deepEqual(JSON.parse(text).user, shown, id);
    cookies[id] = cookieHeader(answer);
    for (const path of ["get-session", "get-session?disableCookieCache=true", "token", "list-sessions"]) {
      const got = await worker.fetch(`/api/auth/${path}`, { headers: { cookie: cookies[id] } });
      const body = await got.json();
      assert.equal(got.status, 200, `${id}, ${path}`);
      if (path.startsWith("get-session")) assert.deepEqual(body?.user, shown, `${id}, ${path}`);
    }
    const taken = await worker.fetch(`/api/${id}/x`, { headers: { cookie: cookies[id] } });
    assert.equal(taken.status, 200, `${id}: the gateway and the cookies`);
  }
  assert.match(worker.log, /PASSWORD_HASH/, "an unreadable hash is logged");

  const write = (path, body, id) => worker.post(`/api/auth/${path}`, body, { cookie: cookies[id], origin: ORIGIN });
  const select = async (sql) => (await worker.database.prepare(sql).all()).results;
  const before = await select(`SELECT * FROM "user" WHERE "id" = 'pictured'`);
  assert.equal((await write("update-user", { name: "Bo" }, "pictured")).status, 200);
  const [{ updatedAt, ...updated }] = await select(`SELECT * FROM "user" WHERE "id" = 'pictured'`);
  assert.deepEqual({ ...updated, updatedAt: AT }, { ...before[0], name: "Bo" }, "the image is unchanged");
  assert.ok(updatedAt > AT);

  const changed = await write("change-password", { currentPassword: PASSWORD, newPassword: "another horse" }, "twice");
  assert.equal(changed.status, 200);
  const accounts = await select(`SELECT "accountId", "password" FROM "account" WHERE "userId" = 'twice' ORDER BY 1`);
  assert.equal(accounts[0].password, "damaged", "the other account is unchanged");
  assert.match(accounts[1].password, /^\$2b\$05\$/);

  for (const id of ["both", "long"]) {
    assert.equal((await write("delete-user", { password: PASSWORD }, id)).status, 200, id);
    for (const [table, column] of [
      ["user", "id"],
      ["account", "userId"],
      ["session", "userId"],
    ]) {
      assert.deepEqual(await select(`SELECT * FROM "${table}" WHERE "${column}" = '${id}'`), [], `${id}: ${table}`);
    }
  }
  assert.equal((await select(`SELECT * FROM "session"`)).length, old.session.length - 2);
  assert.doesNotMatch(worker.log, /INTERNAL|panicked/);
});
