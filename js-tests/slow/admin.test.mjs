// `npm run admin` over a real local D1, beside the real Worker that serves it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { rotated, variablesOf } from "../../scripts/admin/secrets.mjs";
import { hashing, parseEmail } from "../../scripts/admin/user.mjs";
import { literal, sql } from "../../scripts/admin/wrangler.mjs";
import { at } from "../../scripts/run.mjs";
import { cookieHeader, SECRET, startEdge, WEAK } from "../worker/edge.mjs";
import {
  admin,
  done,
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
} from "../worker/operator.mjs";

// Most of the time one of them waits for wrangler to start.
describe("npm run admin", { concurrency: 2 }, () => {
  test("users, sessions and secrets, while the Worker runs", async (t) => {
    const folder = project();
    const options = here(folder);
    const pending = await refused("MIGRATIONS_PENDING", ["stats", ...options]);
    assert.match(pending, /npx wrangler d1 migrations apply DB --local --config \S+ --persist-to \S+\n/);
    let edge = await serve(folder);
    t.after(() => edge.stop());

    const name = `O'Hara"; DROP TABLE "user"; -- BEGIN TRANSACTION; $1$ Zoë 👩‍🚀`;
    const typed = ["create-user", "Ann.O'Hara@Example.com", "--name", name, "--password-stdin", ...options];
    const made = await done(typed, { input: `${PASSWORD}\n` });
    assert.deepEqual([made.email, made.name, made.password], ["ann.o'hara@example.com", name, undefined]);
    const { email } = made;
    const hashed = await storedHash(edge);
    assert.match(hashed, /^\$2b\$04\$/);
    const first = await signIn(edge, email);
    assert.equal(first.status, 200);
    const { id, emailVerified, image } = first.user;
    assert.deepEqual([id, first.user.name, emailVerified, image], [made.id, name, false, null]);
    assert.equal(await storedHash(edge), hashed, "the Worker has nothing to upgrade");

    const [generated] = await Promise.all([
      done(["create-user", "bo@example.com", "--generate", ...options]),
      refused("USER_EXISTS", typed, { input: PASSWORD }),
      refused("PASSWORD_COMPROMISED", ["create-user", "cy@example.com", "--password-stdin", ...options], {
        input: "Password1",
      }),
      refused("NO_TERMINAL", ["create-user", "cy@example.com", ...options]),
      refused("USER_NOT_FOUND", ["disable-user", "cy@example.com", ...options]),
    ]);
    const bo = await signIn(edge, "bo@example.com", generated.password);
    assert.equal(bo.status, 200);

    const second = await signIn(edge, email);
    const sid = await refreshed(edge, first);
    assert.deepEqual(await done(["revoke", email, "--session", sid, ...options]), { id, email, sessions: [sid] });
    assert.equal(await refreshed(edge, first), null);
    assert.ok(await refreshed(edge, second), "the other session goes on");
    await done(["revoke", email, ...options]);
    assert.equal(await refreshed(edge, second), null);

    const third = await signIn(edge, email);
    assert.equal(third.status, 200, "revoked is not disabled");
    const [{ disabledAt }] = [await done(["disable-user", email.toUpperCase(), ...options])];
    assert.ok(Math.abs(Date.parse(disabledAt) - Date.now()) < 60_000);
    assert.equal(await refreshed(edge, third), null);
    const banned = await signIn(edge, email);
    assert.deepEqual([banned.status, banned.code], [403, "BANNED_USER"]);
    const counted = await done(["stats", ...options]);
    assert.ok(counted.bytes > 4096);
    assert.deepEqual(
      { ...counted, bytes: 0 },
      { users: 2, disabled: 1, hashes: { "bcrypt, cost 4": 2 }, endedSessions: 1, bytes: 0 },
    );
    assert.equal((await done(["enable-user", email, ...options])).wasDisabled, true);
    const fourth = await signIn(edge, email);
    assert.equal(fourth.status, 200);
    assert.equal(await refreshed(edge, third), null, "what ended stays ended");

    // A new secret in front of the old one: nobody is signed out.
    const rotation = await admin(["rotate-secret", ...options]);
    assert.equal(rotation.code, 0, rotation.stderr);
    const path = join(folder, ".dev.vars");
    const { AUTH_SECRETS, AUTH_SECRET, OTHER } = variablesOf(readFileSync(path, "utf8"));
    assert.match(AUTH_SECRETS, new RegExp(`^20\\d{6}:[\\w-]{43},1:${SECRET}$`));
    assert.deepEqual([AUTH_SECRETS.split(/[:,]/)[1], OTHER], [AUTH_SECRET, "kept"]);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    for (const secret of [SECRET, AUTH_SECRET]) assert.ok(!rotation.stdout.includes(secret));
    await edge.stop();
    edge = await serve(folder, {}, LOCAL_ID, []);
    const going = { cookie: fourth.cookie };
    assert.ok(await refreshed(edge, going), "signed with the old secret");
    const answer = await edge.fetch("/api/auth/get-session?disableCookieCache=true", { headers: going });
    const renewed = cookieHeader(answer);

    await Promise.all([
      refused("TOO_EARLY", ["rotate-secret", "--finish", ...options]),
      refused("ROTATION_UNDER_WAY", ["rotate-secret", ...options]),
    ]);
    const shown = await done(["rotate-secret", "--finish", "--force", "--show", ...options]);
    assert.equal(shown.AUTH_SECRETS, AUTH_SECRETS.split(",")[0]);
    await edge.stop();
    edge = await serve(folder, { AUTH_SECRET: null }, LOCAL_ID, []);
    assert.ok(await refreshed(edge, { cookie: renewed }), "signed with the new one since");
    assert.equal(await refreshed(edge, going), null, "not refreshed in all that time");
    assert.doesNotMatch(edge.log, /INTERNAL|CONFIG_INVALID|panicked/);
  });

  test("another environment has its own database and its own hashing", async (t) => {
    const folder = project();
    const algorithm = { PASSWORD_ALGORITHM: "scrypt", PASSWORD_PARAMS: null };
    const edge = await serve(folder, algorithm, STAGING_ID);
    t.after(() => edge.stop());
    const options = ["--env", "staging", ...here(folder)];
    await done(["create-user", "ann@example.com", "--password-stdin", ...options], { input: `${PASSWORD} ﬁnd ü` });
    const hashed = await storedHash(edge);
    assert.match(hashed, /^\$scrypt\$ln=15,r=8,p=3\$/);
    assert.equal((await signIn(edge, "ann@example.com", `${PASSWORD} find u\u0308`)).status, 200);
    assert.equal(await storedHash(edge), hashed);
    const { hashes } = await done(["stats", ...options]);
    assert.deepEqual(hashes, { "scrypt, ln=15,r=8,p=3": 1 });
    const unknown = await refused("CONFIG_INVALID", ["stats", "--env", "nowhere", ...here(folder)]);
    assert.match(unknown, /nowhere/);
  });

  test("a password is asked for on a terminal, and not shown", async (t) => {
    const folder = project();
    const edge = await serve(folder);
    t.after(() => edge.stop());
    const command = ["node", at("scripts/admin.mjs"), "create-user", "ann@example.com", ...here(folder)];
    const child = spawn("python3", ["-c", TYPIST, PASSWORD, ...command]);
    let seen = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (seen += text));
    const code = await new Promise((resolve) => child.on("close", resolve));
    assert.equal(code, 0, seen);
    assert.match(seen, /^Password: \r\nOnce more: \r\nMade user ann@example.com\./);
    assert.equal((await signIn(edge, "ann@example.com")).status, 200);
  });

  /** Answers each question with the password, a letter too much and a backspace, and prints all that the terminal shows. */
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

  test("takes the e-mail addresses that the Worker takes", async (t) => {
    const edge = await startEdge(WEAK);
    t.after(() => edge.stop());
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
      const { status, code } = await signIn(edge, address);
      let ours;
      try {
        assert.equal(parseEmail(address), address.toLowerCase());
        ours = [401, "INVALID_EMAIL_OR_PASSWORD"];
      } catch (cause) {
        ours = [400, cause.code];
      }
      assert.deepEqual([status, code], ours, JSON.stringify(address));
    }
  });

  test("texts in SQL are hexadecimal, and none ends its literal", () => {
    assert.equal(literal("a'b"), "CAST(x'612762' AS TEXT)");
    assert.equal(sql`SELECT ${"é"}, ${7}`, "SELECT CAST(x'c3a9' AS TEXT), 7");
    for (const text of ["a\0b", "\ud800", "\udc00a"]) assert.throws(() => literal(text), { code: "TEXT_INVALID" });
    for (const value of [0.5, null, undefined, {}, 2 ** 60]) assert.throws(() => sql`${value}`, TypeError);
  });

  test("hashes as the Worker's variables say", () => {
    const of = (algorithm, params) => {
      const { maxMemory, ...rest } = hashing({ PASSWORD_ALGORITHM: algorithm, PASSWORD_PARAMS: params });
      assert.equal(maxMemory, 64 * 2 ** 20);
      return rest;
    };
    assert.deepEqual(of(), { algorithm: "bcrypt" });
    assert.deepEqual(of("", '{"cost":11}'), { algorithm: "bcrypt", cost: 11 });
    assert.deepEqual(of("scrypt", { N: 2 ** 14, p: 5 }), { algorithm: "scrypt", N: 2 ** 14, r: 8, p: 5 });
    assert.throws(() => of("bcrypt", "{"), { code: "CONFIG_INVALID" });
  });

  test("a rotation is dated, and no secret is taken that the list can't hold", () => {
    const now = Date.UTC(2026, 10, 23, 12);
    const old = { kid: "1", secret: SECRET };
    const [fresh, kept, ...rest] = rotated([old], { now });
    assert.deepEqual([fresh.kid, kept, rest], ["20261123", old, []]);
    assert.equal(Buffer.from(fresh.secret, "base64url").length, 32);
    assert.equal(rotated([fresh], { now })[0].kid, "20261124", "twice a day");
    assert.equal(rotated([{ kid: "2026b", secret: SECRET }], { now })[0].kid, "20261123");
    const after = (days) => ({ finish: true, now: now + days * 86_400_000 });
    assert.throws(() => rotated([fresh, kept], after(29)), { code: "TOO_EARLY" });
    assert.deepEqual(rotated([fresh, kept], after(30)), [fresh]);
    assert.deepEqual(rotated([fresh, kept], { ...after(1), force: true }), [fresh]);
    assert.throws(() => rotated([fresh], after(30)), { code: "NO_ROTATION" });
    assert.throws(() => rotated([], { now }), { code: "SECRET_MISSING" });
    for (const secret of [`${SECRET},`, `${SECRET} `]) {
      assert.throws(() => rotated([{ kid: "1", secret }], { now }), { code: "SECRET_INVALID" });
      assert.equal(rotated([{ kid: "1", secret }], { now, leaked: true }).length, 1);
    }
  });

  test("a command line that can't be meant ends with 2 and the help", async () => {
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
