// `npm run admin` on a real local D1 while the real Worker serves it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { at } from "../../scripts/run.mjs";
import { emailOf, rules } from "../../worker/admin/rules.mjs";
import { checkList, rotate, variablesOf } from "../../worker/admin/secrets.mjs";
import { bind, Fragment, literal } from "../../worker/admin/statement.mjs";
import { cookieHeader, migrate, MIGRATIONS, ORIGIN, SECRET, startWorker, WEAK } from "./local-worker.mjs";
import {
  admin,
  done,
  flags,
  here,
  LOCAL_ID,
  PASSWORD,
  project,
  refreshed,
  refused,
  serve,
  signIn,
  STAGING_ID,
  storedHash,
} from "./operator.mjs";

// Most of the time is spent starting wrangler.
describe("npm run admin", { concurrency: 2 }, () => {
  // Builds the rules once, so that the commands don't each build them.
  before(() => rules());

  test("users, sessions and secrets, while the Worker runs", async (t) => {
    const folder = project();
    const options = here(folder);
    const pending = await refused("MIGRATIONS_PENDING", ["stats", ...options]);
    assert.match(pending, /npx wrangler d1 migrations apply DB --local --config \S+ --persist-to \S+\n/);
    let worker = await serve(folder);
    t.after(() => worker.stop());

    const name = `O'Hara"; DROP TABLE "user"; -- BEGIN TRANSACTION; $1$ Zoë 👩‍🚀`;
    const typed = ["create-user", "Ann.O'Hara@Example.com", "--name", name, "--password-stdin", ...options];
    const made = await done(typed, { input: `${PASSWORD}\n` });
    assert.deepEqual([made.email, made.name, made.password], ["ann.o'hara@example.com", name, undefined]);
    const { email } = made;
    const hashed = await storedHash(worker);
    assert.match(hashed, /^\$2b\$04\$/);
    const first = await signIn(worker, email);
    assert.equal(first.status, 200);
    const { id, emailVerified, image } = first.user;
    assert.deepEqual([id, first.user.name, emailVerified, image], [made.id, name, false, null]);
    assert.equal(await storedHash(worker), hashed, "the Worker does not rehash");

    const [generated] = await Promise.all([
      done(["create-user", "bo@example.com", "--generate", ...options]),
      refused("USER_EXISTS", typed, { input: PASSWORD }),
      refused("PASSWORD_COMPROMISED", ["create-user", "cy@example.com", "--password-stdin", ...options], {
        input: "Password1",
      }),
      refused("NO_TERMINAL", ["create-user", "cy@example.com", ...options]),
      refused("USER_NOT_FOUND", ["disable-user", "cy@example.com", ...options]),
    ]);
    const bo = await signIn(worker, "bo@example.com", generated.password);
    assert.equal(bo.status, 200);

    const second = await signIn(worker, email);
    const sid = await refreshed(worker, first);
    assert.deepEqual(await done(["revoke", email, "--session", sid, ...options]), { id, email, sessions: [sid] });
    assert.equal(await refreshed(worker, first), null);
    assert.ok(await refreshed(worker, second), "the other session stays valid");
    await done(["revoke", email, ...options]);
    assert.equal(await refreshed(worker, second), null);

    const third = await signIn(worker, email);
    assert.equal(third.status, 200, "revoking sessions does not disable the user");
    const [{ disabledAt }] = [await done(["disable-user", email.toUpperCase(), ...options])];
    assert.ok(Math.abs(Date.parse(disabledAt) - Date.now()) < 60_000);
    assert.equal(await refreshed(worker, third), null);
    const banned = await signIn(worker, email);
    assert.deepEqual([banned.status, banned.code], [403, "BANNED_USER"]);
    const counted = await done(["stats", ...options]);
    assert.ok(counted.bytes > 4096);
    assert.deepEqual(
      { ...counted, bytes: 0 },
      {
        users: 2,
        disabled: 1,
        hashes: { "bcrypt, cost 4": 2 },
        cannotSignIn: { disabled: { count: 1, ids: [id] } },
        endedSessions: 1,
        bytes: 0,
      },
    );
    assert.equal((await done(["enable-user", email, ...options])).wasDisabled, true);
    const fourth = await signIn(worker, email);
    assert.equal(fourth.status, 200);
    assert.equal(await refreshed(worker, third), null, "a revoked session stays revoked");

    // The new secret is put before the old one, so nobody is signed out.
    const rotation = await admin(["rotate-secret", ...options]);
    assert.equal(rotation.code, 0, rotation.stderr);
    const path = join(folder, ".dev.vars");
    const { AUTH_SECRETS, AUTH_SECRET, OTHER } = variablesOf(readFileSync(path, "utf8"));
    assert.match(AUTH_SECRETS, new RegExp(`^20\\d{6}:[\\w-]{43},1:${SECRET}$`));
    assert.deepEqual([AUTH_SECRETS.split(/[:,]/)[1], OTHER], [AUTH_SECRET, "kept"]);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    for (const secret of [SECRET, AUTH_SECRET]) assert.ok(!rotation.stdout.includes(secret));
    await worker.stop();
    worker = await serve(folder, {}, LOCAL_ID, []);
    const going = { cookie: fourth.cookie };
    assert.ok(await refreshed(worker, going), "signed with the old secret");
    const answer = await worker.fetch("/api/auth/get-session?disableCookieCache=true", { headers: going });
    const renewed = cookieHeader(answer);

    await Promise.all([
      refused("TOO_EARLY", ["rotate-secret", "--finish", ...options]),
      refused("ROTATION_UNDER_WAY", ["rotate-secret", ...options]),
    ]);
    const shown = await done(["rotate-secret", "--finish", "--force", "--show", ...options]);
    assert.equal(shown.AUTH_SECRETS, AUTH_SECRETS.split(",")[0]);
    await worker.stop();
    worker = await serve(folder, { AUTH_SECRET: null }, LOCAL_ID, []);
    assert.ok(await refreshed(worker, { cookie: renewed }), "signed with the new secret");
    assert.equal(await refreshed(worker, going), null, "not refreshed before the old secret was removed");
    assert.doesNotMatch(worker.log, /INTERNAL|CONFIG_INVALID|panicked/);
  });

  test("a password is set, users are listed and deleted", async (t) => {
    const folder = project();
    const options = here(folder);
    const worker = await serve(folder);
    t.after(() => worker.stop());
    const create = (email) => done(["create-user", email, "--password-stdin", ...options], { input: PASSWORD });
    const [ann, bo] = [await create("ann@example.com"), await create("bo@example.org")];
    const [first, other] = [await signIn(worker, ann.email), await signIn(worker, bo.email)];
    const set = ["set-password", "Ann@Example.com", "--password-stdin", ...options];
    for (const [code, input] of [
      ["PASSWORD_TOO_SHORT", "sh0rt"],
      ["PASSWORD_COMPROMISED", "Password1"],
      ["VALIDATION_ERROR", "correct\0horse"],
      ["PASSWORD_TOO_LONG", "x".repeat(73)],
    ]) {
      const said = await refused(code, set, { input });
      assert.ok(!said.includes(input));
    }
    await refused("NO_TERMINAL", ["set-password", ann.email, ...options]);
    await refused("USER_NOT_FOUND", ["set-password", "cy@example.com", "--generate", ...options]);
    assert.ok(await refreshed(worker, first), "nothing has changed yet");

    const given = { id: ann.id, email: ann.email, isDisabled: false };
    assert.deepEqual(await done(set, { input: "another horse\n" }), given);
    assert.equal(await refreshed(worker, first), null);
    assert.equal((await signIn(worker, ann.email)).status, 401);
    assert.equal((await signIn(worker, ann.email, "another horse")).status, 200);
    assert.ok(await refreshed(worker, other), "other users' sessions stay valid");
    // This user has no password, as after a sign-up with a social provider.
    await worker.database.prepare(`DELETE FROM "account" WHERE "userId" = ?`).bind(bo.id).run();
    const { password } = await done(["set-password", bo.email, "--generate", ...options]);
    const again = await signIn(worker, bo.email, password);
    assert.equal(again.status, 200);

    const emails = async (...more) => {
      const { users, hasMore } = await done(["list-users", ...more, ...options]);
      return [users.map(({ email }) => email), hasMore];
    };
    assert.deepEqual(await emails(), [[ann.email, bo.email], false]);
    assert.deepEqual(await emails("--search", "EXAMPLE.ORG"), [[bo.email], false]);
    assert.deepEqual(await emails("--limit", "1"), [[ann.email], true]);
    assert.deepEqual(await emails("--limit", "1", "--page", "2"), [[bo.email], false]);
    assert.deepEqual(await emails("--search", "%"), [[], false]);
    assert.equal((await admin(["list-users", "--limit", "501", ...options])).code, 2);

    await done(["revoke", bo.email, "--session", await refreshed(worker, again), ...options]);
    await refused("NO_TERMINAL", ["delete-user", bo.email, ...options]);
    assert.deepEqual(await done(["delete-user", bo.email, "--yes", ...options]), { id: bo.id, email: bo.email });
    assert.equal(await refreshed(worker, again), null);
    for (const table of ["user", "account", "edgeseal_user", "edgeseal_ended_session"]) {
      const { results } = await worker.database.prepare(`SELECT * FROM "${table}"`).all();
      assert.ok(!JSON.stringify(results).includes(bo.id), table);
    }
    const recorded = `SELECT "type" FROM "edgeseal_event" WHERE "userId" = ? ORDER BY "seq"`;
    const { results } = await worker.database.prepare(recorded).bind(bo.id).all();
    const types = ["user.created", "password.changed", "session.revoked", "session.revoked", "user.deleted"];
    assert.deepEqual(
      results.map(({ type }) => type),
      types,
    );
    await refused("USER_NOT_FOUND", ["delete-user", bo.email, "--yes", ...options]);
    assert.deepEqual(await emails(), [[ann.email], false]);
  });

  test("a link to reset the password works once, and an address is marked as verified", async (t) => {
    const folder = project();
    const options = here(folder);
    const worker = await serve(folder);
    t.after(() => worker.stop());
    const made = await done(["create-user", "ann@example.com", "--password-stdin", ...options], { input: PASSWORD });
    const { id, email } = made;
    const first = await signIn(worker, email);
    const { url, expiresAt, ...user } = await done(["reset-link", "Ann@Example.com", ...options]);
    assert.deepEqual(user, { id, email });
    assert.ok(Math.abs(Date.parse(expiresAt) - Date.now() - 3_600_000) < 60_000, expiresAt);
    const { origin, pathname, search } = new URL(url);
    assert.equal(origin, ORIGIN);
    const opened = await worker.fetch(pathname + search, { redirect: "manual" });
    assert.equal(opened.status, 302);
    const page = new URL(opened.headers.get("location"), ORIGIN);
    assert.equal(page.pathname, "/reset-password");
    const body = { newPassword: "another horse", token: page.searchParams.get("token") };
    assert.equal((await worker.post("/api/auth/reset-password", body)).status, 200);
    assert.equal((await worker.post("/api/auth/reset-password", body)).status, 400, "used");
    assert.equal(await refreshed(worker, first), null);
    assert.equal((await signIn(worker, email, "another horse")).user.emailVerified, true);

    const bo = await done(["create-user", "bo@example.com", "--password-stdin", ...options], { input: PASSWORD });
    for (const wasVerified of [false, true]) {
      assert.deepEqual(await done(["verify-email", bo.email, ...options]), { id: bo.id, email: bo.email, wasVerified });
      assert.equal((await signIn(worker, bo.email)).user.emailVerified, true);
    }
    const own = await done(["reset-link", bo.email, "--callback", "/new?a=b&c", ...options]);
    assert.equal(new URL(own.url).searchParams.get("callbackURL"), "/new?a=b&c");
    const { stdout } = await admin(["reset-link", bo.email, ...options]);
    assert.match(
      stdout,
      /until 20[^ ]+Z and only once\. .*\nhttp:\/\/localhost:3000\/api\/auth\/reset-password\/[^\n]+\n\(/,
    );

    await done(["disable-user", bo.email, ...options]);
    await refused("BANNED_USER", ["reset-link", bo.email, ...options]);
    await refused("INVALID_CALLBACK_URL", ["reset-link", email, "--callback", "https://evil.example/", ...options]);
    for (const command of ["reset-link", "verify-email"]) {
      await refused("USER_NOT_FOUND", [command, "cy@example.com", ...options]);
    }
    const remote = ["--remote", "--env", "staging", ...flags(folder)];
    await refused("SECRET_MISSING", ["reset-link", email, ...remote]);
    const input = `AUTH_SECRET=short\nBASE_URL=https://evil.example\n`;
    const wrong = await refused("SECRET_INVALID", ["reset-link", email, "--secrets-stdin", ...remote], { input });
    assert.match(wrong, /AUTH_SECRET: the secret has 5/);
  });

  test("stats lists the kinds of stored hashes, and who can't sign in", async (t) => {
    const folder = project();
    const worker = await serve(folder);
    t.after(() => worker.stop());
    const end = "$MDEyMzQ1Njc4OWFiY2RlZg$4aHoBpfpRSYZi1zLSqUWpXu0P9bi+hd8MPm/ep0d1e0";
    const bcrypt = "abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui";
    const rows = [
      ["bcrypt, cost 10", `$2b$10$${bcrypt}`],
      ["bcrypt, cost 10", `$2y$10$${bcrypt}`],
      ["argon2id, memoryCost=19456,timeCost=2,parallelism=1", `$argon2id$v=19$m=19456,t=2,p=1${end}`],
      ["Better Auth's scrypt", `${"0a".repeat(16)}:${"0b".repeat(64)}`],
      ["pbkdf2-sha256, iterations=600000 (django)", `pbkdf2_sha256$600000${end}=`],
      ["bcrypt, cost 17", `$2b$17$${bcrypt}`, "bcrypt, cost 17 costs more than the Worker allows"],
      [
        "argon2id, memoryCost=131072,timeCost=2,parallelism=1",
        `$argon2id$v=19$m=131072,t=2,p=1${end}`,
        "argon2id, memoryCost=131072,timeCost=2,parallelism=1 costs more than the Worker allows",
      ],
      ["damaged or unknown", `$2b$10$${bcrypt.slice(1)}`, "a damaged or unknown hash"],
      ["phpass ($P$)", "$P$B0123456789abcdefghijklmnopqrst", "phpass ($P$) is not supported"],
      ["WordPress bcrypt ($wp$)", `$wp$2y$10$${bcrypt}`, "WordPress bcrypt ($wp$) is not supported"],
      ["SHA-512 crypt ($6$)", `$6$saltsalt$${"a".repeat(86)}`, "SHA-512 crypt ($6$) is not supported"],
      ["unusable on purpose (!)", "!unusable", "unusable on purpose (!)"],
      [undefined, null, "no password"],
    ];
    const [hashes, cannotSignIn] = [{}, {}];
    for (const [index, [kind, hash, why]] of rows.entries()) {
      const id = `user-${String(index).padStart(2, "0")}`;
      await worker.database.batch([
        worker.database
          .prepare(`INSERT INTO "user" VALUES (?1, 'N', ?1 || '@example.com', 0, NULL, '2026-01-01', '2026-01-01')`)
          .bind(id),
        worker.database
          .prepare(
            `INSERT INTO "account" ("id", "accountId", "providerId", "userId", "password", "createdAt", "updatedAt")
             VALUES (?1, ?1, 'credential', ?1, ?2, '2026-01-01', '2026-01-01')`,
          )
          .bind(id, hash),
      ]);
      if (kind) hashes[kind] = (hashes[kind] ?? 0) + 1;
      if (why) cannotSignIn[why] = { count: 1, ids: [id] };
    }
    const counted = await done(["stats", ...here(folder)]);
    assert.deepEqual(counted.hashes, hashes);
    assert.deepEqual(counted.cannotSignIn, cannotSignIn);
    const { stdout } = await admin(["stats", ...here(folder)]);
    for (const [, hash] of rows) assert.ok(!stdout.includes(hash?.slice(-20)), "no hash is shown");
  });

  test("databases of other generators are read with their own names and date formats", async (t) => {
    for (const [text, at] of [
      ["drizzle, snake_case, plural, milliseconds", (value) => value > 1e12],
      ["drizzle, snake_case, seconds", (value) => value > 1e9 && value < 1e10],
    ]) {
      const folder = project();
      const s = text.includes("plural") ? "s" : "";
      const worker = await serve(folder, {}, LOCAL_ID, []);
      t.after(() => worker.stop());
      const now = text.includes("milli") ? "(cast(unixepoch('subsecond') * 1000 as integer))" : "(unixepoch())";
      for (const statement of [
        `CREATE TABLE "user${s}" ("id" text PRIMARY KEY, "name" text NOT NULL, "email" text NOT NULL UNIQUE,
          "email_verified" integer NOT NULL, "image" text, "created_at" integer DEFAULT ${now} NOT NULL,
          "updated_at" integer DEFAULT ${now} NOT NULL)`,
        `CREATE TABLE "account${s}" ("id" text PRIMARY KEY, "account_id" text NOT NULL, "provider_id" text NOT NULL,
          "user_id" text NOT NULL REFERENCES "user${s}" ("id") ON DELETE CASCADE, "password" text, "issuer" text NOT NULL,
          "created_at" integer NOT NULL, "updated_at" integer NOT NULL)`,
        `CREATE TABLE "session${s}" ("id" text PRIMARY KEY, "user_id" text NOT NULL REFERENCES "user${s}" ("id"))`,
        `CREATE TABLE "tasks" ("owner" text NOT NULL REFERENCES "user${s}" ("id"))`,
      ]) {
        await worker.database.prepare(statement).run();
      }
      // With plural tables, our migrations also create `user` and `account`, which stay empty.
      await migrate(worker.database, MIGRATIONS);
      const options = here(folder);
      const input = { input: PASSWORD };
      const { id, email } = await done(["create-user", "ann@example.com", "--password-stdin", ...options], input);
      const stored = await worker.database.prepare(`SELECT * FROM "user${s}"`).first();
      assert.ok(at(stored.created_at) && at(stored.updated_at), `${text}: ${stored.created_at}`);
      await worker.database.prepare(`INSERT INTO "session${s}" VALUES ('s', ?)`).bind(id).run();
      await done(["set-password", email, "--password-stdin", ...options], { input: "another horse" });
      const [{ createdAt, ...listed }] = (await done(["list-users", ...options])).users;
      assert.deepEqual(listed, { id, email, name: "ann", disabledAt: null });
      assert.ok(Math.abs(Date.parse(createdAt) - Date.now()) < 600_000, createdAt);
      assert.deepEqual((await done(["stats", ...options])).hashes, { "bcrypt, cost 4": 1 });
      assert.equal((await done(["verify-email", email, ...options])).wasVerified, false);
      const verified = await worker.database.prepare(`SELECT * FROM "user${s}"`).first();
      assert.ok(verified.email_verified === 1 && at(verified.updated_at), text);
      const { url } = await done(["reset-link", email, ...options]);
      const body = { newPassword: "a third horse", token: new URL(url).pathname.split("/").at(-1) };
      assert.equal((await worker.post("/api/auth/reset-password", body)).status, 200);
      await worker.database.prepare(`INSERT INTO "tasks" VALUES (?)`).bind(id).run();
      await refused("USER_IN_USE", ["delete-user", email, "--yes", ...options]);
      await worker.database.prepare(`DELETE FROM "tasks"`).run();
      await done(["delete-user", email, "--yes", ...options]);
      for (const table of [`user${s}`, `account${s}`, `session${s}`]) {
        assert.equal(await worker.database.prepare(`SELECT count(*) AS "n" FROM "${table}"`).first("n"), 0, table);
      }
    }
  });

  test("another environment uses its own database and its own hash settings", async (t) => {
    const folder = project();
    const algorithm = { PASSWORD_ALGORITHM: "scrypt", PASSWORD_PARAMS: null };
    const worker = await serve(folder, algorithm, STAGING_ID);
    t.after(() => worker.stop());
    const options = ["--env", "staging", ...here(folder)];
    await done(["create-user", "ann@example.com", "--password-stdin", ...options], { input: `${PASSWORD} ﬁnd ü` });
    const hashed = await storedHash(worker);
    assert.match(hashed, /^\$scrypt\$ln=15,r=8,p=3\$/);
    assert.equal((await signIn(worker, "ann@example.com", `${PASSWORD} find u\u0308`)).status, 200);
    assert.equal(await storedHash(worker), hashed);
    const { hashes } = await done(["stats", ...options]);
    assert.deepEqual(hashes, { "scrypt, N=32768,r=8,p=3": 1 });
    const unknown = await refused("CONFIG_INVALID", ["stats", "--env", "nowhere", ...here(folder)]);
    assert.match(unknown, /nowhere/);
  });

  test("the terminal prompt for a password does not show it", async (t) => {
    const folder = project();
    const worker = await serve(folder);
    t.after(() => worker.stop());
    const command = ["node", at("worker/admin/admin.mjs"), "create-user", "ann@example.com", ...here(folder)];
    const child = spawn("python3", ["-c", TYPIST, PASSWORD, ...command]);
    let seen = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (seen += text));
    const code = await new Promise((resolve) => child.on("close", resolve));
    assert.equal(code, 0, seen);
    assert.match(seen, /^Password: \r\nOnce more: \r\nCreated user ann@example.com\./);
    assert.equal((await signIn(worker, "ann@example.com")).status, 200);
  });

  /** Replies to each prompt with the password plus one letter and a backspace, and prints what the terminal shows. */
  const TYPIST = `
import os, pty, sys
password, command = sys.argv[1], sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
seen = b""
for question in (b"Password: ", b"Once more: "):
    while not seen.endswith(question):
        seen += os.read(terminal, 1024)
    os.write(terminal, password.encode() + b"x\\x7f\\r")
try:
    while chunk := os.read(terminal, 1024):
        seen += chunk
except OSError:
    pass
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

  test("accepts the same e-mail addresses as the Worker", async (t) => {
    const worker = await startWorker(WEAK);
    t.after(() => worker.stop());
    const long = (length) => `${"a".repeat(length - "@example.com".length)}@example.com`;
    const addresses = [
      ...["Ann.O'Hara+x@Mail.Example.org", "a@b.co", "a_b-c@d-e.f1.org", "'a@b.co", "-@b.co", "a@b-.co", long(254)],
      ...[
        "",
        "@",
        "a@",
        "@b.co",
        "a@b",
        "a@b.c",
        "a b@c.de",
        " a@c.de",
        "a@c.de ",
        "a@b..co",
        ".a@b.co",
        "a.@b.co",
        "a'@b.co",
      ],
      ...[
        "a..b@c.de",
        "a@b@c.de",
        "a@-.c",
        "a@-b.co",
        "a@b.c0",
        "ä@b.de",
        "us\u0435r@b.de",
        "a@b\uff41.de",
        "\u0130@b.de",
      ],
      ...["a\uff20b.de", "a@b.de\n", "a\n@b.de", "a@b.de\0.evil", "a@[1.2.3.4]", long(255)],
    ];
    for (const address of addresses) {
      const { status, code } = await signIn(worker, address);
      let ours;
      try {
        assert.equal(await emailOf(address), address.toLowerCase());
        ours = [401, "INVALID_EMAIL_OR_PASSWORD"];
      } catch (cause) {
        ours = [400, cause.code];
      }
      assert.deepEqual([status, code], ours, JSON.stringify(address));
    }
  });

  test("texts in SQL are hexadecimal, so none can end its literal", () => {
    assert.equal(literal("a'b"), "CAST(x'612762' AS TEXT)");
    assert.equal(bind("SELECT ?1, ?2, ?1", "é", 7), "SELECT CAST(x'c3a9' AS TEXT), 7, CAST(x'c3a9' AS TEXT)");
    assert.equal(bind("SELECT ?1", new Fragment("NULL")), "SELECT NULL");
    for (const text of ["a\0b", "\ud800", "\udc00a"]) assert.throws(() => literal(text), { code: "TEXT_INVALID" });
    for (const value of [0.5, null, undefined, {}, 2 ** 60]) assert.throws(() => bind("?1", value), TypeError);
  });

  test("hashes with the settings of the Worker's variables", async () => {
    const { Passwords } = await rules();
    const hash = (algorithm, params) =>
      new Passwords({ PASSWORD_ALGORITHM: algorithm, PASSWORD_PARAMS: params }).hash(PASSWORD);
    assert.match(hash("", '{"cost":11}'), /^\$2b\$11\$/);
    assert.match(hash("scrypt", { N: 2 ** 14, p: 5 }), /^\$scrypt\$ln=14,r=8,p=5\$/);
    for (const [algorithm, params] of [
      ["bcrypt", "{"],
      ["bcrypt", { cost: 4 }],
      ["md5", undefined],
    ]) {
      assert.throws(() => hash(algorithm, params), { code: "CONFIG_INVALID" });
    }
  });

  test("a rotation's kid is its date, and a secret that does not fit the list's format is refused", async () => {
    const workerRules = await rules();
    const life = workerRules.sessionLife();
    const now = Date.UTC(2026, 10, 23, 12);
    const old = { kid: "1", secret: SECRET };
    const [fresh, kept, ...rest] = rotate([old], life, { now });
    assert.deepEqual([fresh.kid, kept, rest], ["20261123", old, []]);
    assert.equal(Buffer.from(fresh.secret, "base64url").length, 32);
    assert.equal(rotate([fresh], life, { now })[0].kid, "20261124", "the second on one day");
    assert.equal(rotate([{ kid: "2026b", secret: SECRET }], life, { now })[0].kid, "20261123");
    const after = (days) => ({ finish: true, now: now + days * 86_400_000 });
    assert.throws(() => rotate([fresh, kept], life, after(29)), { code: "TOO_EARLY" });
    assert.deepEqual(rotate([fresh, kept], life, after(30)), [fresh]);
    assert.deepEqual(rotate([fresh, kept], life, { ...after(1), force: true }), [fresh]);
    assert.throws(() => rotate([fresh], life, after(30)), { code: "NO_ROTATION" });
    assert.throws(() => rotate([], life, { now }), { code: "SECRET_MISSING" });
    checkList([fresh, kept], workerRules);
    for (const secret of [`${SECRET},`, `${SECRET} `, `${SECRET},2:${SECRET}`, "short"]) {
      const list = rotate([{ kid: "1", secret }], life, { now });
      assert.throws(() => checkList(list, workerRules), { code: "SECRET_INVALID" });
      checkList(rotate([{ kid: "1", secret }], life, { now, leaked: true }), workerRules);
    }
  });

  test("an invalid command line exits with 2 and prints the help", async () => {
    for (const args of [
      ["bogus"],
      ["stats", "x"],
      ["revoke"],
      ["stats", "--bogus"],
      ["stats", "--remote", "--persist-to", "x"],
    ]) {
      const { code, stdout, stderr } = await admin(args);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, /npm run admin -- COMMAND/);
    }
    const { code, stdout } = await admin(["create-user", "--help"]);
    assert.equal(code, 0);
    assert.match(stdout, /rotate-secret/);
  });
});
