// Tests what is in the database after concurrent requests, what the scheduled event deletes, and that SQL statements
// use indexes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import bcryptjs from "bcryptjs";
import { SHAPES } from "../databases/shapes.mjs";
import { PASSWORD as PASSWORD_OF_STORED, serve, DATE_FORMATS, stored } from "./databases.mjs";
import { cookieHeader, ORIGIN, startWorker, UPGRADING } from "./local-worker.mjs";

const PASSWORD = "correct horse";
const OLD_COST = 4;
let worker;
before(async () => (worker = await startWorker(UPGRADING, { far: 5 })));
after(() => worker?.stop());

const times = (count, run) => Promise.all(Array.from({ length: count }, (_, i) => run(i)));
const tally = (answers) => {
  const counts = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};
const all = async (sql, ...values) =>
  (
    await worker.database
      .prepare(sql)
      .bind(...values)
      .all()
  ).results;
const storedHash = async (email) =>
  (
    await all(
      `SELECT "password" FROM "account" JOIN "user" ON "user"."id" = "account"."userId" WHERE "email" = ?`,
      email,
    )
  )[0].password;
const importHash = (email, hash) =>
  all(`UPDATE "account" SET "password" = ? WHERE "userId" = (SELECT "id" FROM "user" WHERE "email" = ?)`, hash, email);

const signUp = async (email, password = PASSWORD) => {
  const answer = await worker.post("/api/auth/sign-up/email", { name: "Ann", email, password });
  assert.equal(answer.status, 200, await answer.clone().text());
  return cookieHeader(answer);
};
const signIn = (email, password = PASSWORD) => worker.post("/api/auth/sign-in/email", { email, password });
const write = (path, body, cookie) => worker.post(path, body, { cookie, origin: ORIGIN });
/** Gets the session for these cookies from the database. */
const refresh = (cookie) => worker.fetch("/api/auth/get-session?disableCookieCache=true", { headers: { cookie } });
const sessionOf = async (cookie) => (await (await refresh(cookie)).json())?.session ?? null;

test("50 sign-ups of one e-mail in case variants make one user", async () => {
  const variants = (text, i) =>
    [...text].map((letter, at) => ((i >> (at % 6)) & 1 ? letter.toUpperCase() : letter)).join("");
  const answers = await times(50, (i) =>
    worker.post("/api/auth/sign-up/email", {
      name: `Ann ${i}`,
      email: variants("one@example.com", i),
      password: PASSWORD,
    }),
  );
  assert.deepEqual(tally(answers), { 200: 1, 422: 49 });
  for (const answer of answers.filter(({ status }) => status === 422)) {
    assert.equal((await answer.json()).code, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL");
  }
  const users = await all(`SELECT * FROM "user" WHERE lower("email") = 'one@example.com'`);
  assert.equal(users.length, 1);
  const { user } = await answers.find(({ status }) => status === 200).json();
  assert.deepEqual([users[0].id, users[0].name, users[0].email], [user.id, user.name, "one@example.com"]);
  assert.equal((await all(`SELECT "id" FROM "account" WHERE "userId" = ?`, user.id)).length, 1);
  assert.deepEqual(
    await all(`SELECT "id" FROM "account" WHERE "userId" NOT IN (SELECT "id" FROM "user")`),
    [],
    "no account of the users whose sign-up lost",
  );
});

test("200 concurrent refreshes of one session all keep it valid", async () => {
  const cookie = await signUp("refresh@example.com");
  const { id } = await sessionOf(cookie);
  const answers = await times(200, () => refresh(cookie));
  assert.deepEqual(tally(answers), { 200: 200 });
  const sids = await Promise.all(answers.map(async (answer) => (await answer.json()).session.id));
  assert.deepEqual(new Set(sids), new Set([id]));
});

test("a session refreshed while the password changes ends with the other sessions", async () => {
  const email = "changing@example.com";
  await signUp(email);
  let password = PASSWORD;
  for (let round = 0; round < 3; round++) {
    const changer = cookieHeader(await signIn(email, password));
    const other = cookieHeader(await signIn(email, password));
    const newPassword = `another horse ${round}`;
    const body = { currentPassword: password, newPassword };
    const [before, changed, during] = await Promise.all([
      times(20 * round, () => refresh(other)),
      write("/api/auth/change-password", body, changer),
      times(100, () => refresh(other)),
    ]);
    assert.equal(changed.status, 200, await changed.clone().text());
    const answers = [...before, ...during];
    assert.deepEqual(tally(answers), { 200: answers.length });
    const old = [changer, other];
    for (const answer of answers) {
      const body = await answer.json();
      if (body !== null) old.push(cookieHeader(answer));
      assert.ok(body === null || body.user.email === email);
    }
    const left = await Promise.all(old.map(sessionOf));
    assert.deepEqual(new Set(left), new Set([null]), `round ${round}`);
    assert.ok(await sessionOf(cookieHeader(changed)), "the session that changed it stays valid");
    password = newPassword;
  }
});

test("100 concurrent first sign-ins of a user with an old hash all stay valid, and store the policy's hash", async () => {
  const email = "first@example.com";
  await signUp(email);
  await importHash(email, await bcryptjs.hash(PASSWORD, OLD_COST));
  const answers = await times(100, () => signIn(email));
  assert.deepEqual(tally(answers), { 200: 100 });
  const stored = await storedHash(email);
  assert.match(stored, /^\$2b\$05\$/);
  assert.equal((await signIn(email)).status, 200);
  assert.equal((await signIn(email, "wrong horse")).status, 401);
  assert.equal(await storedHash(email), stored, "hashed once");
});

test("a password that changes while a sign-in upgrades its hash stays changed", async () => {
  const email = "upgraded@example.com";
  await signUp(email);
  let password = PASSWORD;
  const change = async (newPassword, meanwhile = async () => []) => {
    const cookie = cookieHeader(await signIn(email, password));
    await importHash(email, await bcryptjs.hash(password, OLD_COST));
    const start = performance.now();
    const changing = write("/api/auth/change-password", { currentPassword: password, newPassword }, cookie);
    const [changed, answers] = await Promise.all([changing, meanwhile(start)]);
    assert.equal(changed.status, 200, await changed.clone().text());
    return { took: performance.now() - start, answers };
  };
  await change("correct horse 2");
  password = "correct horse 2";
  const { took } = await change(PASSWORD);
  password = PASSWORD;
  // The critical moment is short, so start the sign-ins a little later in each round to hit it.
  const rounds = 25;
  for (let round = 0; round < rounds; round++) {
    const newPassword = `another horse ${round}`;
    const { answers } = await change(newPassword, async (start) => {
      while (performance.now() - start < (took * round) / rounds) await setImmediate();
      return times(3, () => signIn(email, password));
    });
    for (const { status } of answers) assert.ok(status === 200 || status === 401, String(status));
    assert.equal((await signIn(email, newPassword)).status, 200, `round ${round}`);
    assert.equal((await signIn(email, password)).status, 401, `round ${round}`);
    // Sessions that were opened with the old password must end when it is replaced.
    const opened = answers.filter(({ status }) => status === 200).map(cookieHeader);
    const left = (await Promise.all(opened.map(sessionOf))).filter((session) => session !== null);
    assert.deepEqual(left, [], `round ${round}`);
    password = newPassword;
  }
});

test("of two concurrent password changes one succeeds, and the other's cookies are invalid", async () => {
  const email = "twice@example.com";
  await signUp(email);
  let password = PASSWORD;
  for (let round = 0; round < 10; round++) {
    const cookies = await times(2, async () => cookieHeader(await signIn(email, password)));
    const passwords = [`first new horse ${round}`, `second new horse ${round}`];
    const answers = await times(2, (i) =>
      write("/api/auth/change-password", { currentPassword: password, newPassword: passwords[i] }, cookies[i]),
    );
    assert.deepEqual(Object.values(tally(answers)), [1, 1], JSON.stringify(tally(answers)));
    const winner = answers.findIndex(({ status }) => status === 200);
    assert.equal((await signIn(email, passwords[winner])).status, 200);
    assert.equal((await signIn(email, passwords[1 - winner])).status, 401);
    assert.ok(await sessionOf(cookieHeader(answers[winner])));
    assert.deepEqual(await Promise.all(cookies.map(sessionOf)), [null, null]);
    password = passwords[winner];
  }
});

test("a sign-in, a refresh and a password change during the deletion of a user leave none of their data", async () => {
  const email = "leaving@example.com";
  const cookie = await signUp(email);
  const [{ id }] = await all(`SELECT "id" FROM "user" WHERE "email" = ?`, email);
  const body = { currentPassword: PASSWORD, newPassword: "another horse" };
  const answers = await Promise.all([
    ...Array.from({ length: 10 }, () => refresh(cookie)),
    write("/api/auth/change-password", body, cookie),
    write("/api/auth/delete-user", {}, cookie),
    write("/api/auth/revoke-session", { token: "A".repeat(32) }, cookie),
    write("/api/auth/update-user", { name: "Bo" }, cookie),
    ...Array.from({ length: 10 }, () => signIn(email)),
  ]);
  for (const { status } of answers) assert.ok(status < 500, String(status));
  // If the password change came first, the deletion was refused, so delete the user now.
  const changed = answers[10].status === 200 ? cookieHeader(answers[10]) : cookie;
  await write("/api/auth/delete-user", {}, changed);
  assert.equal((await signIn(email)).status, 401);
  // A deleted user can still sign out with old cookies.
  for (const late of [cookie, changed]) assert.equal((await write("/api/auth/sign-out", {}, late)).status, 200);
  for (const [table, column] of [
    ["user", "id"],
    ["account", "userId"],
    ["edgeseal_user", "userId"],
    ["edgeseal_ended_session", "userId"],
  ]) {
    assert.deepEqual(await all(`SELECT * FROM "${table}" WHERE "${column}" = ?`, id), [], table);
  }
});

test("the scheduled event removes only entries of ended sessions that have expired", async () => {
  const cookie = await signUp("scheduled@example.com");
  assert.equal((await write("/api/auth/sign-out", {}, cookie)).status, 200);
  const now = Date.now();
  const insert = `INSERT INTO "edgeseal_ended_session" ("userId", "sid", "endsAt")
    WITH RECURSIVE "n" (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM "n" WHERE i < 9999)
    SELECT ? || (i % 100), ? || i, ? + i FROM "n"`;
  await all(insert, "user", "dead", now - 20_000);
  await all(insert, "user", "live", now + 60_000);
  const count = async (prefix) =>
    (await all(`SELECT count(*) AS "n" FROM "edgeseal_ended_session" WHERE "sid" GLOB ?`, `${prefix}*`))[0].n;
  assert.deepEqual([await count("dead"), await count("live")], [10_000, 10_000]);
  const others = (await count("")) - 20_000;
  const result = await worker.scheduled();
  assert.equal(result.outcome, "ok");
  assert.deepEqual([await count("dead"), await count("live"), await count("")], [0, 10_000, 10_000 + others]);
  assert.equal(await sessionOf(cookie), null, "a signed-out session stays signed out");
  await worker.scheduled();
  assert.equal(await count("live"), 10_000);
});

test("naming more than a hundred sessions to end ends all of the user's sessions", async () => {
  const email = "naming@example.com";
  const other = await signUp(email);
  let cookie = cookieHeader(await signIn(email));
  const { id, userId } = await sessionOf(cookie);
  const ended = () => all(`SELECT "sid" FROM "edgeseal_ended_session" WHERE "userId" = ?`, userId);
  const name = (i) => write("/api/auth/revoke-session", { token: String(i).padStart(32, "x") }, cookie);
  assert.deepEqual(tally(await times(100, name)), { 200: 100 });
  assert.equal((await ended()).length, 100);
  assert.ok((await sessionOf(other)) && (await sessionOf(cookie)), "unknown ids end no session");
  const last = await name(100);
  assert.deepEqual([last.status, await last.json()], [200, { status: true }]);
  assert.equal((await ended()).length, 100, "nothing is added to the full list");
  assert.deepEqual([await sessionOf(other), await sessionOf(cookie)], [null, null]);
  cookie = cookieHeader(last);
  const renewed = await sessionOf(cookie);
  assert.equal(renewed.userId, userId);
  assert.notEqual(renewed.id, id);
  // The limit doesn't apply to sign-outs, which work even if the list is full.
  assert.equal((await write("/api/auth/sign-out", {}, cookie)).status, 200);
  assert.equal(await sessionOf(cookie), null);
  // Each user has a separate list, so another user's isn't full.
  const bo = await signUp("another@example.com");
  const kept = cookieHeader(await signIn("another@example.com"));
  const { id: sid } = await sessionOf(kept);
  await write("/api/auth/revoke-session", { token: sid }, bo);
  assert.deepEqual([await sessionOf(kept), (await sessionOf(bo)) !== null], [null, true]);
});

test("nobody can end another user's session by its public id", async () => {
  const ann = await signUp("ann@example.com");
  const bo = await signUp("bo@example.com");
  const { id } = await sessionOf(ann);
  assert.equal((await write("/api/auth/revoke-session", { token: id }, bo)).status, 200);
  assert.equal((await sessionOf(ann)).id, id);
});

for (const name of ["kysely-1.7.25-plugins", "drizzle-1.7.0-plural"]) {
  test(`${name}: every statement uses an index`, async (t) => {
    const { worker, tables } = await askedForEverything(t, name);
    const prepared = [...worker.log.matchAll(/^SQL (".*")$/gm)].map(([, text]) => JSON.parse(text));
    // Leave out queries of the schema, which doesn't have an index, and queries that read only one arbitrary row.
    const statements = [...new Set(prepared)].filter(
      (sql) => !/sqlite_master|^SELECT \(SELECT|AS "isEmpty"$/.test(sql),
    );
    const kinds = ["SELECT", "INSERT", "UPDATE", "DELETE"].map((verb) =>
      statements.filter((sql) => sql.startsWith(verb)),
    );
    // These are the numbers of statements of each kind in store/, except for those for the other shape and the one
    // after a repeated insert (it runs only if a response was lost). All others must have been checked.
    assert.deepEqual(
      kinds.map((list) => list.length),
      tables.user.has("banned") ? [5, 6, 3, 6] : [5, 5, 2, 6],
      statements.join("\n"),
    );
    const explain = async (sql) => {
      const values = [...sql.matchAll(/\?(\d+)/g)].map(([, number]) => Number(number));
      const bound = new Array(Math.max(0, ...values)).fill(null);
      return (await tables.all(`EXPLAIN QUERY PLAN ${sql}`, ...bound)).map(({ detail }) => detail);
    };
    const check = async (when) => {
      for (const sql of statements) {
        const plan = await explain(sql);
        // INSERT … VALUES doesn't have a plan. SELECT ?1, ?2 doesn't read a table.
        const scans = plan.filter((line) => /^SCAN /.test(line) && line !== "SCAN CONSTANT ROW");
        assert.deepEqual(scans, [], `${when}: ${sql}`);
        const readsTable = plan.some((line) => line !== "SCAN CONSTANT ROW");
        if (readsTable) assert.match(plan.join("\n"), /^SEARCH .* USING /m, `${when}: ${sql}`);
      }
    };
    // Make sure that this check would recognize a statement that doesn't use an index.
    assert.match((await explain(`SELECT * FROM "edgeseal_user" WHERE "disabledAt" = ?1`)).join("\n"), /^SCAN /m);
    await check("unchanged");
    // In tables with only a few rows, a full scan would be the right plan, so add more rows.
    await fill(tables, SHAPES[name].dates);
    await tables.all("ANALYZE");
    await check("with statistics");
  });
}

/** Adds a few hundred users, each with an account, a row in our own table and a session that has ended. */
async function fill({ user, account, all }, dates) {
  const at = DATE_FORMATS[dates](Date.now());
  const times = { createdAt: at, updatedAt: at };
  const issuer = account.has("issuer") ? { issuer: "local:credential" } : {};
  for (let i = 0; i < 300; i++) {
    const id = `filled ${i}`;
    await user.insert({ id, name: id, email: `filled${i}@example.com`, emailVerified: 0, ...times });
    await account.insert({ id, accountId: id, providerId: "credential", userId: id, ...issuer, ...times });
    await all(`INSERT INTO "edgeseal_user" ("userId", "sessionsValidAfter") VALUES (?1, 0)`, id);
    await all(`INSERT INTO "edgeseal_ended_session" ("userId", "sid", "endsAt") VALUES (?1, ?1, ?2)`, id, i);
  }
}

/**
 * Starts a Worker with a database of this shape, and makes it prepare every SQL statement. The Worker logs each one.
 */
async function askedForEverything(t, name) {
  const { worker, tables, post } = await serve(t, name, { record: true });
  const { dates } = SHAPES[name];
  const banned = tables.user.has("banned") ? { banned: 1, banExpires: DATE_FORMATS[dates](Date.now() - 60_000) } : {};
  await stored(tables, dates, "banned", banned);
  await post("sign-in/email", { email: "banned@example.com", password: PASSWORD_OF_STORED });
  const ann = { name: "Ann", email: "ann@example.com", password: PASSWORD };
  let cookie = cookieHeader(await post("sign-up/email", ann));
  const [{ id }] = await tables.user.rows("email", ann.email);
  const [account] = await tables.account.rows("userId", id);
  await tables.account.set("password", await bcryptjs.hash(PASSWORD, OLD_COST), account.id);
  assert.equal((await post("sign-in/email", ann)).status, 200);
  await worker.fetch("/api/auth/get-session?disableCookieCache=1", { headers: { cookie } });
  const steps = [
    ["update-user", { name: "Bo" }],
    ["change-password", { currentPassword: PASSWORD, newPassword: "another horse" }],
    ["revoke-other-sessions", {}],
    ["revoke-session", { token: "A".repeat(32) }],
    ["delete-user", { password: "another horse" }],
  ];
  for (const [path, body] of steps) {
    const answer = await post(path, body, cookie);
    assert.equal(answer.status, 200, `${path}: ${await answer.clone().text()}`);
    cookie = cookieHeader(answer);
  }
  assert.equal((await worker.scheduled()).outcome, "ok");
  // Make the Worker look up the owner of a conflicting row.
  await post("sign-up/email", { ...ann, email: "banned@example.com" });
  return { worker, tables };
}
