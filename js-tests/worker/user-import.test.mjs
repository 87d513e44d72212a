// Tests what an import of users must not do, how it is undone, and an import of Django's own users: Django makes and
// exports them, and wrangler runs the SQL.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { at, environment } from "../../scripts/run.mjs";
import { temporaryFolder } from "../temporary-folder.mjs";
import { cookieHeader, startWorker, WEAK } from "./local-worker.mjs";
import { here, project, serve } from "./operator.mjs";
import { commandsOn, importInto, lines, made, shell, signIn, sqlOn } from "./user-import.mjs";

let worker, inD1, imported, everything, stored;
before(async () => {
  worker = await startWorker(WEAK);
  ({ inD1, imported, everything, stored } = importInto(worker));
});
after(() => worker?.stop());

test("an imported hash or session never reaches another user with the same id or the same address", async () => {
  const [mine, theirs] = [made("spring-bcrypt-2y-emoji"), made("node-bcrypt-a-b73")];
  const user = { id: 5000, email: "first@two.example", password: mine.stored, enabled: true, created_at: null };
  await imported("from-spring", { "users.jsonl": lines(user) });
  const answer = await worker.post("/api/auth/sign-in/email", { email: user.email, password: mine.password });
  const headers = { cookie: cookieHeader(answer) };
  await worker.database.prepare(`DELETE FROM "account" WHERE "userId" = '5000'`).run();
  const rest = await imported("from-spring", {
    "users.jsonl": lines(
      { ...user, password: theirs.stored },
      { ...user, email: "second@two.example" },
      { ...user, id: 5001, password: theirs.stored },
      { ...user, id: 5002, email: "third@two.example" },
      { ...user, id: 5002, email: "fourth@two.example" },
    ),
  });
  assert.deepEqual(rest.map(({ id }) => id).sort(), [5000, 5000, 5001, 5002, 5002]);
  const { count } = await worker.database
    .prepare(`SELECT count(*) AS "count" FROM "account" WHERE "userId" IN ('5000', '5001', '5002')`)
    .first();
  assert.equal(count, 0);
  // The id of a deleted user is given to somebody else.
  await worker.database.prepare(`DELETE FROM "user" WHERE "id" = '5000'`).run();
  await imported("from-spring", { "users.jsonl": lines({ ...user, email: "fifth@two.example" }) });
  assert.equal((await stored("fifth@two.example")).id, "5000");
  const session = await worker.fetch("/api/auth/get-session?disableCookieCache=true", { headers });
  assert.equal(await session.json(), null);
});

test("addresses and ids that the Worker doesn't accept are left out", async () => {
  const { stored: password } = made("spring-bcrypt-2y-emoji");
  const addresses = [
    "Ärger@odd.example",
    "a\tb@odd.example",
    "a@b@odd.example",
    "a@odd",
    ".a@odd.example",
    "a..b@odd.example",
  ];
  const users = [...addresses, "x".repeat(250) + "@odd.example"].map((email, i) => ({ id: 6000 + i, email, password }));
  const ids = ["", "y".repeat(256), 1e19, 1.5].map((id, i) => ({ id, email: `id-${i}@odd.example`, password }));
  const rest = await imported("from-spring", {
    "users.jsonl": lines(...users, ...ids, { id: 6100, email: "o'k+1@odd.example", password }),
  });
  assert.equal(rest.length, users.length + ids.length);
  assert.equal((await stored("o'k+1@odd.example")).id, "6100");
});

test("an import can be undone", async () => {
  const before = await everything();
  const { stored: password } = made("spring-bcrypt-2y-emoji");
  const folder = temporaryFolder("undo");
  writeFileSync(join(folder, "users.jsonl"), lines({ id: 7000, email: "undo@undo.example", password }));
  shell(folder, "from-spring", /^npx edgeseal/);
  await inD1(readFileSync(join(folder, "users.sql"), "utf8"));
  await inD1(sqlOn("from-spring", "view.sql"));
  await inD1(sqlOn("users", "import.sql"));
  assert.ok(await stored("undo@undo.example"));
  await inD1(sqlOn("users", "undo.sql"));
  await inD1(sqlOn("users", "clean-up.sql"));
  const after = await everything();
  assert.deepEqual(after.slice(0, 2), before.slice(0, 2));
});

test("Django's own users, exported by Django and imported by wrangler", async (t) => {
  const folder = temporaryFolder("django");
  const python = (...args) =>
    execFileSync(at(".venv/bin/python"), args, { cwd: folder, env: environment, encoding: "utf8", stdio: "pipe" });
  python("-m", "django", "startproject", "shop", ".");
  python("manage.py", "migrate");
  python(
    "manage.py",
    "shell",
    "-c",
    `
from django.contrib.auth.hashers import Argon2PasswordHasher, PBKDF2PasswordHasher
from django.contrib.auth.models import User
User.objects.create_user("ann", "Ann@Django.example", "correct horse ü", first_name="Ann", last_name="O'Neil")
bob = User.objects.create_user("bob", "bob@django.example")
bob.password = PBKDF2PasswordHasher().encode("battery staple", "salty", 1000)
bob.save()
User.objects.create_user("nomail", None, "correct horse")
User.objects.create_user("off", "off@django.example", "correct horse", is_active=False)
cid = User.objects.create_user("cid", "cid@django.example")
cid.password = Argon2PasswordHasher().encode("much memory", "saltsalt")
cid.save()
`,
  );
  shell(folder, "from-django", /^(python|npx edgeseal)/);
  const files = project();
  const wrangler = (name, code, what = ["--file", join(folder, name)]) => {
    if (code) writeFileSync(join(folder, name), code);
    const args = ["wrangler", "d1", "execute", "DB", "--local", ...here(files), "--yes", "--json", ...what];
    const out = execFileSync("npx", args, { cwd: at(""), env: environment, encoding: "utf8", stdio: "pipe" });
    return JSON.parse(out);
  };
  const own = await serve(files, { PASSWORD_MAX_MEMORY: "104" });
  t.after(() => own.stop());
  wrangler("users.sql");
  wrangler("view.sql", sqlOn("from-django", "view.sql"));
  wrangler("import.sql", sqlOn("users", "import.sql"));
  const rest = sqlOn("users", "rest.sql");
  assert.ok(commandsOn("users").includes('--command "$(cat rest.sql)"'));
  const [{ results }] = wrangler("rest.sql", rest, ["--command", rest]);
  assert.deepEqual(
    results.map(({ email }) => email),
    [""],
  );
  wrangler("clean-up.sql", sqlOn("users", "clean-up.sql"));
  for (const [email, password] of [
    ["ann@django.example", "correct horse ü"],
    ["bob@django.example", "battery staple"],
    ["cid@django.example", "much memory"],
  ]) {
    assert.equal(await signIn(own, email, "a wrong password"), 401, email);
    assert.equal(await signIn(own, email, password), 200, email);
  }
  assert.equal(await signIn(own, "off@django.example", "correct horse"), 403);
});
