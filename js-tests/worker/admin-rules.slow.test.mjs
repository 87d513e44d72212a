// Tests that `npm run admin` uses the same tables, hashes, addresses, settings and secrets as the Worker.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { emailOf, rules } from "../../worker/admin/rules.mjs";
import { checkList, rotate } from "../../worker/admin/secrets.mjs";
import { bind, Fragment, literal } from "../../worker/admin/statement.mjs";
import { migrate, MIGRATIONS, SECRET, startWorker, WEAK } from "./local-worker.mjs";
import {
  admin,
  done,
  here,
  LOCAL_ID,
  PASSWORD,
  project,
  refused,
  serve,
  signIn,
  STAGING_ID,
  storedHash,
} from "./operator.mjs";

// These tests spend most of their time starting wrangler, so run two of them at a time.
describe("npm run admin, by the Worker's rules", { concurrency: 2 }, () => {
  // Build the rules once, so that the commands don't have to.
  before(() => rules());

  test("stats lists the kinds of stored hashes, and who can't sign in", async (t) => {
    const folder = project();
    const worker = await serve(folder);
    t.after(() => worker.stop());
    const DAMAGED =
      "a hash that is damaged: it begins like a known format, but was cut off or contains a wrong character; a column may be too narrow";
    const UNSUPPORTED = "a hash that is yescrypt or another format that is not supported; the user needs a reset link";
    const end = "$MDEyMzQ1Njc4OWFiY2RlZg$4aHoBpfpRSYZi1zLSqUWpXu0P9bi+hd8MPm/ep0d1e0";
    const bcrypt = "abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui";
    const rows = [
      ["bcrypt, cost 10", `$2b$10$${bcrypt}`],
      ["bcrypt, cost 10", `$2y$10$${bcrypt}`],
      ["argon2id, memoryCost=19456,timeCost=2,parallelism=1", `$argon2id$v=19$m=19456,t=2,p=1${end}`],
      ["Better Auth's scrypt", `${"0a".repeat(16)}:${"0b".repeat(64)}`],
      ["pbkdf2-sha256, iterations=600000 (django)", `pbkdf2_sha256$600000${end}=`],
      [
        "bcrypt, cost 17",
        `$2b$17$${bcrypt}`,
        "bcrypt, cost 17 costs more than the Worker allows; send a link with reset-link",
      ],
      [
        "argon2id, memoryCost=131072,timeCost=2,parallelism=1",
        `$argon2id$v=19$m=131072,t=2,p=1${end}`,
        "argon2id, memoryCost=131072,timeCost=2,parallelism=1 needs 128 MiB, more than the Worker allows; send a link with reset-link",
      ],
      [DAMAGED, `$2b$10$${bcrypt.slice(1)}`, DAMAGED],
      [UNSUPPORTED, "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7", UNSUPPORTED],
      ["phpass-md5, rounds=8192 (phpass)", "$P$B0123456789abcdefghijklmnopqrs."],
      ["bcrypt, cost 10 (wordpress)", `$wp$2y$10$${bcrypt}`],
      ["sha512-crypt, rounds=5000", `$6$saltsalt$${"a".repeat(85)}.`],
      ["salted-sha1 (ldap)", "{SSHA}nrNBszkpLZnlLYm+yJL1r+YhcmnFKXur7d79lA=="],
      [
        "bcrypt, cost 10 (prehashed)",
        `$suffix$keyid=devise$2b$10$${bcrypt}`,
        "bcrypt, cost 10 (prehashed) needs another system's key; send a link with reset-link",
      ],
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
      // Our migrations create `user` and `account` even if the app's tables have plural names. Both tables then stay
      // empty.
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
});
