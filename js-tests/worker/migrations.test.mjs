// Tests that migrations only go forward and don't lose any data. The real wrangler applies them to databases that are
// in use.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { run } from "../../scripts/run.mjs";
import { PASSWORD, signUp, startServer } from "../better-auth/server.mjs";
import { temporaryFolder } from "../temporary-folder.mjs";
import { cookieHeader, MIGRATIONS, ORIGIN, SECRET, startWorker, UPGRADING } from "./local-worker.mjs";
import { createFile, openFile, rowsOf } from "./shared-database.mjs";

const root = new URL("../../", import.meta.url);
const WRANGLER = readFileSync(new URL("wrangler.toml", root), "utf8");
const DATABASE_ID = /database_id = "([^"]+)"/.exec(WRANGLER)[1];

/** Runs `wrangler d1 migrations apply` with the given wrangler.toml, on the local database in the given folder. */
async function apply(folder, config = fileURLToPath(new URL("wrangler.toml", root))) {
  const options = ["--local", "--persist-to", folder, "--config", config];
  const { output } = await run("wrangler", ["d1", "migrations", "apply", "edgeseal", ...options], {
    env: { CI: "true" },
  });
  return output;
}
/** The folder in which wrangler keeps its databases. */
const databases = (folder) => join(folder, "v3/d1");
const applied = (output) => [...new Set(output.match(/\d{4}_\w+\.sql/g) ?? [])].sort();
const served = (folder) =>
  startWorker(UPGRADING, { persist: databases(folder), databaseId: DATABASE_ID, migrations: [] });

/**
 * A database's tables, columns and indexes, without their SQL text and without our own indexes on Better Auth's tables.
 */
function schemaOf(db) {
  const tables = db.prepare("select name from sqlite_master where type = 'table' order by name").all();
  const own = tables.map(({ name }) => name).filter((name) => !/^(_cf_|sqlite_|d1_migrations)/.test(name));
  return Object.fromEntries(
    own.map((name) => [
      name,
      {
        columns: db.prepare(`select name, lower(type) as type, "notnull", pk from pragma_table_info('${name}')`).all(),
        indexes: db
          .prepare(
            `select "unique", origin from pragma_index_list('${name}') where name not glob 'edgeseal_account_*' order by 1, 2`,
          )
          .all(),
        references: db.prepare(`select "table", "from", "to", on_delete from pragma_foreign_key_list('${name}')`).all(),
      },
    ]),
  );
}

test("wrangler migrates a used database of an older Worker without losing anything", async (t) => {
  // Sign up real users with sessions. One of the sessions is marked as signed out below.
  const worker = await startWorker(UPGRADING);
  let users, people;
  try {
    const signedUp = async (name) => {
      const body = { name, email: `${name}@example.com`, password: PASSWORD };
      const cookie = cookieHeader(await worker.post("/api/auth/sign-up/email", body));
      const session = await worker.fetch("/api/auth/get-session", { headers: { cookie } });
      return { name, cookie, sid: (await session.json()).session.id };
    };
    people = { ann: await signedUp("ann"), bo: await signedUp("bo") };
    const all = async (table) => (await worker.database.prepare(`SELECT * FROM "${table}" ORDER BY 1`).all()).results;
    users = { user: await all("user"), account: await all("account") };
  } finally {
    await worker.stop();
  }

  const folder = temporaryFolder("d1");
  const old = join(folder, "old");
  mkdirSync(join(old, "migrations"), { recursive: true });
  writeFileSync(join(old, "wrangler.toml"), WRANGLER.replace("worker/migrations", "migrations"));
  for (const name of MIGRATIONS.slice(0, 2)) {
    cpSync(new URL(`worker/migrations/${name}`, root), join(old, "migrations", name));
  }
  assert.deepEqual(applied(await apply(folder, join(old, "wrangler.toml"))), MIGRATIONS.slice(0, 2));
  let db = openFile(databases(folder));
  for (const [table, rows] of Object.entries(users)) {
    for (const row of rows) {
      const names = Object.keys(row).map((name) => `"${name}"`);
      db.prepare(`insert into "${table}" (${names}) values (${names.map(() => "?")})`).run(...Object.values(row));
    }
  }
  const ended = db.prepare("insert into edgeseal_signed_out_session values (?, ?)");
  const end = Date.now() + 86_400_000;
  ended.run(people.bo.sid, end);
  for (let i = 0; i < 1000; i++) ended.run(`other ${i}`, i < 500 ? i : end);
  db.close();

  assert.deepEqual(applied(await apply(folder)), MIGRATIONS.slice(2));
  const again = await apply(folder);
  assert.deepEqual(applied(again), []);
  assert.match(again, /No migrations to apply/);

  db = openFile(databases(folder));
  const rows = rowsOf(db);
  assert.deepEqual({ user: rows.user, account: rows.account }, users);
  assert.deepEqual(
    rows.d1_migrations.map(({ name }) => name),
    MIGRATIONS,
  );
  assert.equal(db.prepare("select count(*) as n from edgeseal_ended_session").get().n, 1001);
  db.close();

  const now = await served(folder);
  t.after(() => now.stop());
  const sessionOf = async ({ cookie }) => {
    const answer = await now.fetch("/api/auth/get-session?disableCookieCache=true", { headers: { cookie } });
    return (await answer.json())?.session.id ?? null;
  };
  assert.deepEqual([await sessionOf(people.ann), await sessionOf(people.bo)], [people.ann.sid, null]);
  for (const name of Object.keys(people)) {
    const body = { email: `${name}@example.com`, password: PASSWORD };
    const answer = await now.post("/api/auth/sign-in/email", body);
    assert.equal(answer.status, 200, name);
    const out = await now.post("/api/auth/sign-out", {}, { cookie: cookieHeader(answer), origin: ORIGIN });
    assert.equal(out.status, 200, name);
    assert.equal(await sessionOf({ cookie: cookieHeader(answer) }), null, name);
  }
  await now.scheduled();
  assert.deepEqual([await sessionOf(people.ann), await sessionOf(people.bo)], [people.ann.sid, null]);
  const [left] = (await now.database.prepare(`SELECT count(*) AS "n" FROM "edgeseal_ended_session"`).all()).results;
  assert.equal(left.n, 503, "only expired entries are removed");
});

test("wrangler migrates a database that Better Auth's own migrations made, and changes none of its tables", async (t) => {
  const folder = temporaryFolder("d1");
  await createFile(databases(folder), DATABASE_ID);
  let db = openFile(databases(folder));
  const server = await startServer(t, "better-auth", { db, secret: SECRET });
  for (const name of ["ann", "bo"]) await signUp(server, `${name}@example.com`);
  const [rows, schema] = [rowsOf(db), schemaOf(db)];
  assert.deepEqual(Object.keys(schema), ["account", "session", "user", "verification"]);
  db.close();

  assert.deepEqual(applied(await apply(folder)), MIGRATIONS);
  const again = await apply(folder);
  assert.match(again, /No migrations to apply/);

  db = openFile(databases(folder));
  const { d1_migrations: names, ...left } = rowsOf(db);
  assert.deepEqual(left, rows);
  assert.equal(names.length, MIGRATIONS.length);
  const { edgeseal_user, edgeseal_ended_session, edgeseal_event, ...theirs } = schemaOf(db);
  assert.ok(edgeseal_user && edgeseal_ended_session && edgeseal_event);
  assert.deepEqual(theirs, schema);
  // The real Better Auth server still works afterwards.
  const { getMigrations } = await import("better-auth/db/migration");
  const dialect = new (await import("kysely")).SqliteDialect({ database: db });
  const { toBeCreated, toBeAdded } = await getMigrations({
    ...server.auth.options,
    database: { dialect, type: "sqlite" },
  });
  assert.deepEqual([toBeCreated, toBeAdded], [[], []]);
  db.close();

  const worker = await served(folder);
  t.after(() => worker.stop());
  for (const name of ["ann", "bo"]) {
    const answer = await worker.post("/api/auth/sign-in/email", { email: `${name}@example.com`, password: PASSWORD });
    assert.equal(answer.status, 200, name);
  }
});

test("our migrations make the same tables as Better Auth's own, except its session tables", async (t) => {
  const [ours, theirs] = [temporaryFolder("d1"), temporaryFolder("d1")];
  await (await startWorker({}, { persist: ours })).stop();
  await createFile(theirs);
  const [db, own] = [openFile(theirs), openFile(ours)];
  await startServer(t, "better-auth", { db, secret: SECRET });
  const [made, wanted] = [schemaOf(own), schemaOf(db)];
  for (const table of ["user", "account"]) assert.deepEqual(made[table], wanted[table], table);
  db.close();
  own.close();
});
