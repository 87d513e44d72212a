// Tests the Worker with databases whose schemas come from Better Auth's own generators. The code in js-tests/databases
// writes these schemas to databases/. In databases.slow.test.mjs, real Better Auth servers use the same databases.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SHAPES } from "../databases/shapes.mjs";
import {
  AT,
  fixture,
  health,
  HEALTH_SECRET,
  isNow,
  PASSWORD,
  poster,
  serve,
  stored,
  DATE_FORMATS,
  tablesOf,
} from "./databases.mjs";
import { cookieHeader, execute, migrate, MIGRATIONS, startWorker, UPGRADING } from "./local-worker.mjs";

for (const [name, { dates, plural }] of Object.entries(SHAPES)) {
  test(`${name}: its users sign in, sign up, change their profile and password, and leave`, async (t) => {
    const { worker, tables, post } = await serve(t, name);
    const { user, account } = tables;
    // The database doesn't have any rows yet, so the Worker can tell the date format only from the column types.
    const first = await post("sign-up/email", { name: "First", email: "first@example.com", password: PASSWORD });
    assert.equal(first.status, 200, await first.clone().text());
    const [row] = await user.rows("email", "first@example.com");
    const [credential] = await account.rows("userId", row.id);
    for (const field of ["createdAt", "updatedAt"]) {
      isNow(row[field], dates, `user.${field}`);
      isNow(credential[field], dates, `account.${field}`);
    }
    const issuer = account.has("issuer") ? "local:credential" : undefined;
    assert.deepEqual([credential.accountId, credential.providerId, credential.issuer], [row.id, "credential", issuer]);
    const { user: shown } = await first.json();
    const again = await worker.fetch("/api/auth/get-session?disableCookieCache=1", {
      headers: { cookie: cookieHeader(first) },
    });
    assert.deepEqual((await again.json()).user, shown, "a later read returns the same as the sign-up");

    await stored(tables, dates, "ann");
    const unknown = await post("sign-in/email", { email: "nobody@example.com", password: PASSWORD });
    assert.equal(unknown.status, 401);
    const signedIn = await post("sign-in/email", { email: "ann@example.com", password: PASSWORD });
    const body = await signedIn.json();
    assert.equal(signedIn.status, 200, JSON.stringify(body));
    const at = new Date(AT).toISOString();
    const ann = { id: "ann", name: "ann", email: "ann@example.com", emailVerified: true, image: null };
    assert.deepEqual(body.user, { ...ann, createdAt: at, updatedAt: at });

    let cookie = cookieHeader(signedIn);
    assert.equal((await post("update-user", { name: "Ann" }, cookie)).status, 200);
    isNow((await user.rows("id", "ann"))[0].updatedAt, dates, "user.updatedAt");
    const change = { currentPassword: PASSWORD, newPassword: "another horse" };
    const changed = await post("change-password", change, cookie);
    assert.equal(changed.status, 200, await changed.clone().text());
    isNow((await account.rows("userId", "ann"))[0].updatedAt, dates, "account.updatedAt");
    cookie = cookieHeader(changed);
    cookie = cookieHeader(await post("revoke-other-sessions", {}, cookie));
    assert.equal((await post("sign-in/email", { email: "ann@example.com", password: PASSWORD })).status, 401);
    assert.equal((await post("delete-user", { password: "another horse" }, cookie)).status, 200);
    assert.deepEqual([await user.rows("id", "ann"), await account.rows("userId", "ann")], [[], []]);
    assert.equal((await post("sign-out", {}, cookieHeader(first))).status, 200);

    const [status, details] = await health(worker);
    assert.deepEqual([status, details.status, details.problems], [200, "ok", []]);
    assert.ok(details.tables.startsWith(plural ? "users, accounts; " : "user, account; "), details.tables);
    assert.doesNotMatch(worker.log, /INTERNAL|DATABASE|panicked/);
    if (plural) assert.deepEqual(await tables.all(`SELECT * FROM "user"`), [], "our own table stays empty");
  });
}

test("a stored value decides the unit of numbers, whatever the column type", async (t) => {
  // This resembles a handwritten schema whose date columns contain integers in milliseconds and don't have a default.
  const { worker, tables, post } = await serve(t, "drizzle-1.3.4");
  await stored(tables, "milliseconds", "ann");
  const body = { name: "Bo", email: "bo@example.com", password: PASSWORD };
  assert.equal((await post("sign-up/email", body)).status, 200);
  const [bo] = await tables.user.rows("email", "bo@example.com");
  isNow(bo.createdAt, "milliseconds", "user.createdAt");
  isNow((await tables.account.rows("userId", bo.id))[0].createdAt, "milliseconds", "account.createdAt");
  assert.match((await health(worker))[1].tables, /snake_case; milliseconds/);
});

test("dates in several formats in one column are each read correctly", async (t) => {
  const { tables, post } = await serve(t, "drizzle-1.4.22-camel");
  // An earlier version of the Worker stored text dates in integer columns, so one column may contain several formats.
  for (const dates of Object.keys(DATE_FORMATS)) await stored(tables, dates, dates);
  for (const id of Object.keys(DATE_FORMATS)) {
    const answer = await post("sign-in/email", { email: `${id}@example.com`, password: PASSWORD });
    assert.equal((await answer.json()).user?.createdAt, new Date(AT).toISOString(), id);
  }
});

test("if both Better Auth's tables and our migrations' empty ones exist, Better Auth's are used, in either order", async (t) => {
  const worker = await startWorker({ ...UPGRADING, HEALTH_SECRET });
  t.after(() => worker.stop());
  await execute(worker.database, fixture("drizzle-1.7.25-plural"));
  const tables = await tablesOf(worker, { plural: true });
  await stored(tables, "milliseconds", "ann");
  const answer = await poster(worker)("sign-in/email", { email: "ann@example.com", password: PASSWORD });
  assert.equal(answer.status, 200);
  assert.match((await health(worker))[1].tables, /^users, accounts/);
});

test("tables of Better Auth's that are added later do not hide users in our tables", async (t) => {
  const worker = await startWorker({ ...UPGRADING, HEALTH_SECRET });
  t.after(() => worker.stop());
  await execute(worker.database, fixture("drizzle-1.7.25-plural"));
  await stored(await tablesOf(worker, { plural: false }), "text", "ann");
  const answer = await poster(worker)("sign-in/email", { email: "ann@example.com", password: PASSWORD });
  assert.equal(answer.status, 200);
  assert.match((await health(worker))[1].tables, /^user, account/);
});

test("an unrelated table named users is not mistaken for Better Auth's", async (t) => {
  const more = [
    `CREATE TABLE "users" ("id" text PRIMARY KEY, "name" text, "email" text, "created_at" integer)`,
    `INSERT INTO "users" VALUES ('x', 'x', 'ann@example.com', 1)`,
  ];
  const { worker, tables, post } = await serve(t, "kysely-1.7.25", { more });
  await stored(tables, "text", "ann");
  assert.equal((await post("sign-in/email", { email: "ann@example.com", password: PASSWORD })).status, 200);
  assert.match((await health(worker))[1].tables, /^user, account/);
});

test("missing tables and columns are named, in the log and in /healthz", async (t) => {
  for (const [more, problem] of [
    [`ALTER TABLE "user" RENAME COLUMN "emailVerified" TO "verified"`, "column user.emailVerified is missing"],
    [`ALTER TABLE "account" RENAME COLUMN "password" TO "hash"`, "column account.password is missing"],
    [`ALTER TABLE "edgeseal_user" DROP COLUMN "disabledAt"`, "column edgeseal_user.disabledAt is missing"],
    [`DROP TABLE "edgeseal_ended_session"`, "table edgeseal_ended_session is missing"],
    [`DROP TABLE "edgeseal_event"`, "table edgeseal_event is missing"],
  ]) {
    const { worker, tables, post } = await serve(t, "kysely-1.7.25");
    await tables.all(more);
    const answer = await post("sign-in/email", { email: "ann@example.com", password: PASSWORD });
    assert.deepEqual([answer.status, (await answer.json()).code], [500, "DATABASE_INVALID"], problem);
    const [status, details] = await health(worker);
    assert.deepEqual([status, details.migrations, details.problems], [503, "incomplete", [problem]]);
    assert.ok(worker.log.includes(`"code":"DATABASE_INVALID","detail":"${problem}"`), problem);
  }
});

test("a column that only the application can fill is reported, and only sign-ups are refused", async (t) => {
  for (const [column, problem] of [
    // This column has a default, so SQLite fills it in.
    ["`plan` text DEFAULT 'free' NOT NULL", undefined],
    ["`tenant` text NOT NULL", "column user.tenant must have a value and has no default"],
  ]) {
    const edit = (sql) => sql.replace("CREATE TABLE `user` (", `CREATE TABLE \`user\` (${column},`);
    const { worker, tables, post } = await serve(t, "drizzle-1.7.25", { edit });
    await stored(tables, "milliseconds", "ann", problem && { tenant: "one" });
    assert.equal((await post("sign-in/email", { email: "ann@example.com", password: PASSWORD })).status, 200);
    const [status, details] = await health(worker);
    assert.deepEqual([status, details.problems], problem ? [503, [problem]] : [200, []]);
    const answer = await post("sign-up/email", { name: "Bo", email: "bo@example.com", password: PASSWORD });
    const { code } = await answer.json();
    assert.deepEqual([answer.status, code], problem ? [500, "DATABASE_INVALID"] : [200, undefined]);
    if (problem) assert.ok(worker.log.includes(problem));
  }
});

test("integer ids are refused, and the column is named", async (t) => {
  const worker = await startWorker({ ...UPGRADING, HEALTH_SECRET }, { migrations: [] });
  t.after(() => worker.stop());
  const sql = (name) => `CREATE TABLE "${name}" ("id" integer PRIMARY KEY AUTOINCREMENT, "name" text NOT NULL,
    "email" text NOT NULL UNIQUE, "emailVerified" integer NOT NULL, "image" text, "createdAt" date NOT NULL,
    "updatedAt" date NOT NULL)`;
  await worker.database.prepare(sql("user")).run();
  await migrate(worker.database, MIGRATIONS);
  const [status, details] = await health(worker);
  assert.equal(status, 503);
  assert.match(details.problems.join(), /column user\.id is an integer/);
  const answer = await poster(worker)("sign-in/email", { email: "ann@example.com", password: PASSWORD });
  assert.equal((await answer.json()).code, "DATABASE_INVALID");
});

test("a running Worker notices a migration", async (t) => {
  const { tables, post } = await serve(t, "kysely-1.7.25");
  await stored(tables, "text", "ann");
  const signIn = () => post("sign-in/email", { email: "ann@example.com", password: PASSWORD });
  assert.equal((await signIn()).status, 200);
  await tables.all(`ALTER TABLE "user" RENAME COLUMN "emailVerified" TO "email_verified"`);
  assert.equal((await signIn()).status, 200);
  await tables.all(`ALTER TABLE "user" RENAME COLUMN "email_verified" TO "gone"`);
  const answer = await signIn();
  assert.deepEqual([answer.status, (await answer.json()).code], [500, "DATABASE_INVALID"]);
});
