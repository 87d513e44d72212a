// Tests `npm run admin` on a real local D1 that the real Worker uses at the same time.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { at } from "../../scripts/run.mjs";
import { rules } from "../../worker/admin/rules.mjs";
import { variablesOf } from "../../worker/admin/secrets.mjs";
import { cookieHeader, ORIGIN, SECRET } from "./local-worker.mjs";
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
  storedHash,
} from "./operator.mjs";

// These tests spend most of their time starting wrangler, so run two of them at a time.
describe("npm run admin", { concurrency: 2 }, () => {
  // Build the rules once, so that the commands don't have to.
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

    // The command puts the new secret in front of the old one, which stays valid, so nobody is signed out.
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
    // Give this user the same data as someone who signed up through a social provider and doesn't have a password.
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

  /**
   * A Python script that answers each prompt with the password, an extra letter and a backspace, and then prints
   * everything that the terminal showed.
   */
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
