// A SQLite file that the Worker's D1 and a real Better Auth server use in turn, as they would during an app's
// migration.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import bcryptjs from "bcryptjs";
import { password } from "edgeseal/better-auth";
import { argon2id } from "hash-wasm";
import Database from "libsql";
import { importHash, signIn, signUp, startServer, storedHash } from "../better-auth/server.mjs";
import { temporaryFolder } from "../temporary-folder.mjs";
import { cookieHeader, ORIGIN, read, SECRET, startWorker, UPGRADING } from "./local-worker.mjs";

/** Opens workerd's file for a D1 database. Don't run a Worker while it is open. */
export function openFile(folder) {
  const files = readdirSync(folder, { recursive: true }).filter((name) =>
    /D1DatabaseObject\/[0-9a-f]{64}\.sqlite$/.test(name),
  );
  assert.equal(files.length, 1);
  const db = new Database(join(folder, files[0]));
  // Tests don't need data to survive a power cut.
  db.exec("pragma synchronous = off");
  return db;
}

/** Creates an empty D1 database, as workerd does. */
export async function createFile(folder, databaseId = "DB") {
  const worker = await startWorker({}, { persist: folder, databaseId, migrations: [] });
  await worker.database.prepare("CREATE TABLE made (at integer)").run();
  await worker.database.prepare("DROP TABLE made").run();
  await worker.stop();
}

/** Returns all rows in all tables, except for D1's tables and ours. */
export function rowsOf(db) {
  const tables = db
    .prepare(
      "select name from sqlite_master where type = 'table' and name not glob '_cf_*' and name not glob 'sqlite_*' order by name",
    )
    .all()
    .map(({ name }) => name)
    .filter((name) => !name.startsWith("edgeseal_"));
  return Object.fromEntries(tables.map((name) => [name, db.prepare(`select * from "${name}" order by 1`).all()]));
}

/** Calls `run` for each entry in a list, a few at a time. */
export async function each(list, run, atOnce = 8) {
  const left = [...list.entries()];
  const worker = async () => {
    for (let next = left.shift(); next; next = left.shift()) await run(next[1], next[0]);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/**
 * How the stored hashes were made: by Better Auth itself (`null`), or by a different library, as is the case after an
 * import.
 */
const MAKERS = {
  scrypt: null,
  bcrypt: (text) => bcryptjs.hash(text, 4),
  argon2id: (text) =>
    argon2id({
      password: text,
      salt: crypto.getRandomValues(new Uint8Array(16)),
      iterations: 2,
      parallelism: 1,
      memorySize: 1024,
      hashLength: 32,
      outputType: "encoded",
    }),
};

/**
 * Tests that users who signed up with a real Better Auth server can sign in through the Worker, and then through the
 * real server again. The server and the Worker use the same database.
 */
export async function servedAsItIs(t, version, count) {
  const folder = temporaryFolder("d1");
  await createFile(folder);
  let db = openFile(folder);
  const secret = SECRET;
  const before = await startServer(t, version, { db, secret });
  // Apps have columns and tables of their own, in addition to Better Auth's.
  db.exec(`alter table user add column "plan" text default 'free'`);
  db.exec(`create table "order" (id integer primary key, userId text references user (id), at blob)`);
  const kinds = Object.keys(MAKERS);
  const users = Array.from({ length: count }, (_, i) => ({
    email: `user${i}@example.com`,
    password: `correct horse ${i}${i % 2 ? " ﬁnd ü 王" : ""}`,
    kind: kinds[i % kinds.length],
  }));
  await each(users, async (user) => {
    const browser = await signUp(before, user.email, user.password);
    user.id = browser.user.id;
    user.cookie = browser.cookies();
    if (MAKERS[user.kind]) importHash(db, user.email, await MAKERS[user.kind](user.password.normalize("NFKC")));
    db.prepare(`update user set "plan" = ?, emailVerified = 1 where id = ?`).run(`plan of ${user.email}`, user.id);
    db.prepare(`insert into "order" (userId, at) values (?, randomblob(8))`).run(user.id);
  });
  const old = rowsOf(db);
  assert.deepEqual([old.user.length, old.account.length, old.session.length], [count, count, count]);
  db.close();

  const worker = await startWorker(UPGRADING, { persist: folder });
  try {
    await each(users, (user) => signsInAtTheWorker(worker, user, old));
    assert.doesNotMatch(worker.log, /REHASH|PASSWORD_HASH|INTERNAL|panicked/);
  } finally {
    await worker.stop();
  }

  db = openFile(folder);
  const rows = rowsOf(db);
  assert.deepEqual(Object.keys(rows), Object.keys(old));
  const upgraded = (account) => ({ ...account, password: null, updatedAt: null });
  assert.deepEqual({ ...rows, account: rows.account.map(upgraded) }, { ...old, account: old.account.map(upgraded) });
  for (const { email } of users) assert.match(storedHash(db, email), /^\$2b\$05\$/, email);

  const passwords = password({ algorithm: "bcrypt", cost: 5, allowWeakParams: true });
  const after = await startServer(t, version, { db, secret, emailAndPassword: { password: passwords } });
  const back = {};
  await each(users, async ({ email, password }) => {
    const status = await signIn(after, email, password);
    back[status] = (back[status] ?? 0) + 1;
  });
  assert.deepEqual(back, { 200: count });
  assert.equal(await signIn(after, users[0].email, "wrong horse"), "401 INVALID_EMAIL_OR_PASSWORD");
  assert.deepEqual(rowsOf(db).account, rows.account, "the real server rehashes nothing");
  db.close();
}

async function signsInAtTheWorker(worker, { id, email, password, cookie }, old) {
  // The Worker refuses the real server's sessions, even with the same secret.
  const before = await worker.fetch("/api/auth/get-session", { headers: { cookie } });
  assert.deepEqual([before.status, await before.json()], [200, null]);
  const wrong = await worker.post("/api/auth/sign-in/email", { email, password: `${password}!` });
  assert.equal(wrong.status, 401);
  for (const time of ["first", "second"]) {
    const answer = await worker.post("/api/auth/sign-in/email", { email: email.toUpperCase(), password });
    const body = await answer.json();
    assert.equal(answer.status, 200, `${email}, ${time}: ${JSON.stringify(body)}`);
    const row = old.user.find((user) => user.id === id);
    const user = {
      id,
      email,
      name: row.name,
      image: row.image,
      emailVerified: true,
      createdAt: row.createdAt,
      updatedAt: row.updatedAt,
    };
    assert.deepEqual(body, { redirect: false, token: body.token, user });
    assert.deepEqual([read(body.token).claims.sub, read(body.token).claims.iss], [id, ORIGIN]);
    for (const path of ["get-session", "get-session?disableCookieCache=true"]) {
      const session = await worker.fetch(`/api/auth/${path}`, { headers: { cookie: cookieHeader(answer) } });
      const found = await session.json();
      assert.deepEqual(found.user, user);
      assert.deepEqual([found.session.userId, found.session.id], [id, found.session.token]);
    }
  }
}
