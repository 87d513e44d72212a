// Tests the pages in docs/guide/migrate that import users: runs their commands on another system's export, runs their
// SQL in D1, and signs the users in at the real Worker. Django itself makes and exports its users. Every other export
// has the form that its system writes, with hashes that this system made (js-tests/stored-hashes/made-by.md).
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { at, environment } from "../../scripts/run.mjs";
import { pagePaths, readPage } from "../docs.mjs";
import { BIN } from "../package/cli.mjs";
import { temporaryFolder } from "../temporary-folder.mjs";
import { cookieHeader, startWorker, WEAK } from "./local-worker.mjs";
import { here, project, serve } from "./operator.mjs";

const rows = readFileSync(at("contracts/passwords.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));
const made = (name) => rows.find((row) => row.name === name);

const pageOf = (name) => readPage(`docs/guide/migrate/${name}.md`);
const commandsOn = (name) =>
  pageOf(name)
    .fences.filter(({ language }) => language === "sh")
    .map(({ code }) => code)
    .join("");
const tried = new Set();
/** Returns the SQL block on the page that begins with this file's name. */
function sqlOn(name, file) {
  tried.add(`docs/guide/migrate/${name}.md ${file}`);
  return pageOf(name).fences.find(({ code }) => code.startsWith(`/* ${file} */\n`)).code;
}

/** Runs the page's matching commands in a shell, in a folder. */
function shell(folder, page, wanted) {
  const code = commandsOn(page).replaceAll(/\\\n\s*/g, " ");
  const commands = code.split("\n").filter((line) => wanted.test(line));
  assert.ok(commands.length > 0);
  const program = commands.join("\n").replaceAll("npx edgeseal", `"${process.execPath}" "${BIN}"`);
  const PATH = `${at(".venv/bin")}:${environment.PATH}`;
  execFileSync("sh", ["-e", "-c", program], { cwd: folder, env: { ...environment, PATH }, stdio: "pipe" });
}

let worker;
before(async () => {
  const keys = { firebase: keyOf(made("firebase-fbscrypt-8-4-emoji")), devise: made("devise-pepper-0-emoji").key };
  worker = await startWorker({ ...WEAK, PASSWORD_LEGACY_KEYS: JSON.stringify(keys) });
});
after(() => worker?.stop());

const signIn = async (at, email, password) => (await at.post("/api/auth/sign-in/email", { email, password })).status;

/** Runs statements one by one, and returns the rows of the last one. */
async function inD1(statements) {
  let results;
  for (const statement of statements.replaceAll(/^(?:--.*|\/\*.*\*\/)$/gm, "").split(/;\n/)) {
    if (statement.trim()) ({ results } = await worker.database.prepare(statement).run());
  }
  return results;
}

/** Converts and imports an export with a page's commands and SQL. Returns who was left out. */
async function imported(page, files, wanted = /^npx edgeseal convert|^node /) {
  const folder = temporaryFolder(page);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  if (wanted) shell(folder, page, wanted);
  await inD1(readFileSync(join(folder, "users.sql"), "utf8"));
  await inD1(sqlOn(page, "view.sql"));
  await inD1(sqlOn("users", "import.sql"));
  const rest = await inD1(sqlOn("users", "rest.sql"));
  // A second run changes nothing.
  const before = await everything();
  await inD1(sqlOn("users", "import.sql"));
  assert.deepEqual(await everything(), before);
  await inD1(sqlOn("users", "clean-up.sql"));
  return rest;
}

const TABLES = ["user", "account", "edgeseal_user"];
const everything = () => Promise.all(TABLES.map((name) => inD1(`SELECT * FROM "${name}" ORDER BY 1`)));

const lines = (...users) => users.map((user) => `${JSON.stringify(user)}\n`).join("");
const stored = (email) => worker.database.prepare('SELECT * FROM "user" WHERE "email" = ?1').bind(email).first();

/** Checks that the user was imported, but can't sign in. */
async function isDisabled(email, { password }) {
  const { id } = await stored(email);
  const row = await worker.database.prepare('SELECT * FROM "edgeseal_user" WHERE "userId" = ?1').bind(id).first();
  assert.ok(Math.abs(Date.now() - row.disabledAt) < 60_000, email);
  assert.notEqual(await signIn(worker, email, password), 200, email);
}

/** Checks that exactly this password signs the user in. */
async function signsIn(email, { password }) {
  assert.equal(await signIn(worker, email, "a wrong password"), 401, email);
  assert.equal(await signIn(worker, email, password), 200, email);
}

test("Laravel", async () => {
  const user = {
    ...{ id: 7, name: "Ann O'Neil", email: "Ann@Laravel.example", email_verified_at: "2024-01-05 10:20:30" },
    ...{ remember_token: null, created_at: "2024-01-04 01:02:03" },
  };
  const [bcrypt, argon] = [made("spring-bcrypt-2y-emoji"), made("php-argon2i-emoji")];
  const rest = await imported("from-laravel", {
    "users.jsonl": lines(
      { ...user, password: bcrypt.stored.replace("{bcrypt}", "") },
      { ...user, id: 8, email: "bob@laravel.example", email_verified_at: null, password: argon.stored },
      { ...user, id: 9, email: "ANN@laravel.example", email_verified_at: null, password: argon.stored },
      { ...user, id: 10, email: "gone@laravel.example", password: argon.stored, deleted_at: "2024-02-01 00:00:00" },
      { ...user, id: 11, email: "twice@laravel.example", email_verified_at: "0000-00-00 00:00:00" },
      { ...user, id: 12, email: "Twice@laravel.example", email_verified_at: 0 },
    ),
  });
  assert.deepEqual(rest.map(({ id }) => id).sort(), [11, 12, 9]);
  const { updatedAt, ...ann } = await stored("ann@laravel.example");
  assert.ok(Date.now() - Date.parse(updatedAt) < 60_000);
  assert.deepEqual(ann, {
    ...{ id: "7", name: "Ann O'Neil", email: "ann@laravel.example", emailVerified: 1, image: null },
    createdAt: "2024-01-04T01:02:03.000Z",
  });
  assert.equal((await stored("bob@laravel.example")).emailVerified, 0);
  await isDisabled("gone@laravel.example", argon);
  await signsIn("ann@laravel.example", bcrypt);
  await signsIn("bob@laravel.example", argon);
});

test("WordPress", async () => {
  const [old, current] = [made("wordpress-phpass-emoji"), made("wordpress-6.8-emoji")];
  const user = { display_name: "Bob", user_registered: "2010-05-06 07:08:09" };
  const rest = await imported("from-wordpress", {
    "users.json": JSON.stringify([
      { ...user, ID: "1", user_email: "old@wp.example", display_name: 'Ann "A\\", B', user_pass: old.stored },
      { ...user, ID: "2", user_email: "new@wp.example", user_pass: current.stored },
      { ...user, ID: "3", user_email: "md5@wp.example", user_pass: "5f4dcc3b5aa765d61d8327deb882cf99" },
      { ...user, ID: "4", user_email: "", user_pass: current.stored },
    ]),
  });
  assert.deepEqual(rest, [{ id: "4", email: "" }]);
  assert.equal((await stored("old@wp.example")).name, 'Ann "A\\", B');
  await signsIn("old@wp.example", old);
  await signsIn("new@wp.example", current);
  assert.equal(await signIn(worker, "md5@wp.example", "password"), 401);
  assert.equal((await stored("md5@wp.example")).id, "3");
});

test("ASP.NET Core Identity", async () => {
  const [v2, v3] = [made("aspnet-v2-emoji"), made("aspnet-v3-emoji")];
  const user = {
    ...{ Id: "0b6f8a", UserName: "ann", NormalizedUserName: "ANN", Email: "ann@aspnet.example", EmailConfirmed: true },
    ...{ PasswordHash: v2.stored, LockoutEnd: null, LockoutEnabled: true, AccessFailedCount: 0 },
  };
  const rest = await imported("from-aspnet", {
    "users.jsonl": lines(
      user,
      {
        ...user,
        Id: "b",
        Email: "bob@aspnet.example",
        PasswordHash: v3.stored,
        LockoutEnd: "2024-01-01T00:00:00+00:00",
      },
      { ...user, Id: "c", Email: "out@aspnet.example", LockoutEnd: "9999-12-31T23:59:59.9999999+00:00" },
      { ...user, Id: "e", Email: "forever@aspnet.example", LockoutEnd: "infinity" },
      { ...user, Id: "d", Email: "google@aspnet.example", PasswordHash: null },
    ),
  });
  assert.deepEqual(rest, []);
  await signsIn("ann@aspnet.example", v2);
  await signsIn("bob@aspnet.example", v3);
  await isDisabled("out@aspnet.example", v2);
  await isDisabled("forever@aspnet.example", v2);
  assert.equal((await stored("google@aspnet.example")).emailVerified, 1);
});

test("Spring Security", async () => {
  const encoders = ["bcrypt-2y", "pbkdf2", "scrypt-springsecurity_v5_8", "argon2"];
  const names = encoders.map((encoder) => `spring-${encoder}-emoji`);
  const users = names.map((name, index) => ({
    ...{ id: 200 + index, email: `${index}@spring.example`, password: made(name).stored, enabled: true },
    created_at: "2024-01-04T01:02:03.456+02:00",
  }));
  const rest = await imported("from-spring", {
    "users.jsonl": lines(
      ...users,
      { ...users[0], id: 208, email: "off@spring.example", enabled: false },
      { ...users[0], id: 209, email: "noop@spring.example", password: "{noop}secret" },
    ),
  });
  assert.deepEqual(rest, []);
  for (const [index, name] of names.entries()) await signsIn(`${index}@spring.example`, made(name));
  await isDisabled("off@spring.example", made(names[0]));
  assert.equal(await signIn(worker, "noop@spring.example", "secret"), 401);
  const { name, createdAt } = await stored("0@spring.example");
  assert.deepEqual([name, createdAt], ["0@spring.example", "2024-01-03T23:02:03.456Z"]);
});

/** Returns the signer key from the string that Supabase stores for a Firebase hash. */
function keyOf({ stored: text }) {
  return /sk=([^$]+)\$/.exec(text)[1];
}

test("Firebase", async () => {
  const row = made("firebase-fbscrypt-8-4-emoji");
  const [, memCost, rounds, separator, , salt, passwordHash] = /n=(\d+),r=(\d+),p=1,ss=(.*),sk=(.*)\$(.*)\$(.*)$/.exec(
    row.stored,
  );
  assert.deepEqual([memCost, rounds, separator], ["8", "4", "Bw=="]);
  const user = {
    ...{ localId: "Xy1", email: "ann@firebase.example", emailVerified: true, passwordHash, salt },
    ...{ displayName: "Ann", lastSignedInAt: "1704450030000", createdAt: "1704450030000", providerUserInfo: [] },
  };
  const { passwordHash: _, salt: __, ...withoutPassword } = user;
  const folder = temporaryFolder("firebase-parameters");
  const page = readFileSync(at("docs/guide/migrate/from-firebase.md"), "utf8");
  assert.ok(page.includes("--set rounds=8 --set memCost=14"));
  writeFileSync(
    join(folder, "firebase.json"),
    JSON.stringify({
      users: [
        user,
        { ...withoutPassword, localId: "Xy2", email: "google@firebase.example" },
        { ...withoutPassword, localId: "Xy3", email: undefined, phoneNumber: "+1" },
        { ...user, localId: "Xy4", email: "off@firebase.example", disabled: true },
      ],
    }),
  );
  shell(folder, "from-firebase", /^node /);
  // This row was made with lower parameters than Firebase's own, so use them in the page's command.
  const code = commandsOn("from-firebase").replaceAll(/\\\n\s*/g, " ");
  const [command] = /^npx edgeseal.*$/m.exec(code);
  const own = command.replace("rounds=8", `rounds=${rounds}`).replace("memCost=14", `memCost=${memCost}`);
  execFileSync("sh", ["-c", own.replace("npx edgeseal", `"${process.execPath}" "${BIN}"`)], {
    ...{ cwd: folder, env: environment, stdio: "pipe" },
  });
  const rest = await imported("from-firebase", { "users.sql": readFileSync(join(folder, "users.sql"), "utf8") }, null);
  assert.deepEqual(rest, [{ id: "Xy3", email: null }]);
  await signsIn("ann@firebase.example", row);
  assert.equal((await stored("ann@firebase.example")).id, "Xy1");
  assert.equal((await stored("google@firebase.example")).createdAt, "2024-01-05T10:20:30.000Z");
  await isDisabled("off@firebase.example", row);
});

test("Keycloak", async () => {
  const [sha256, sha1] = [made("keycloak-recipe-sha256-32-emoji"), made("keycloak-recipe-sha1-64-trail")];
  const user = {
    ...{ id: "a-1", username: "ann", firstName: "Ann", lastName: "Lee", email: "ann@keycloak.example", enabled: true },
    ...{ emailVerified: true, createdTimestamp: 1704450030123, totp: false, requiredActions: [] },
    credentials: [{ id: "o", type: "otp", secretData: "{}" }, JSON.parse(sha256.stored)],
  };
  const users = [
    user,
    { ...user, id: "a-2", email: "bob@keycloak.example", credentials: [JSON.parse(sha1.stored)] },
    { ...user, id: "a-3", email: "ldap@keycloak.example", credentials: [] },
    { ...user, id: "a-4", email: "off@keycloak.example", enabled: false },
    { ...user, id: "a-5", email: "service-account-shop@placeholder.org", serviceAccountClientId: "shop" },
  ];
  const folder = temporaryFolder("keycloak");
  execFileSync("mkdir", ["-p", join(folder, "export")]);
  writeFileSync(join(folder, "export/shop-realm.json"), JSON.stringify({ realm: "shop", users }, null, 2));
  shell(folder, "from-keycloak", /^node /);
  const rest = await imported(
    "from-keycloak",
    { "users.jsonl": readFileSync(join(folder, "users.jsonl"), "utf8") },
    /^npx edgeseal/,
  );
  assert.deepEqual(rest, []);
  await signsIn("ann@keycloak.example", sha256);
  await signsIn("bob@keycloak.example", sha1);
  assert.equal((await stored("ann@keycloak.example")).name, "Ann Lee");
  assert.equal((await stored("ldap@keycloak.example")).id, "a-3");
  await isDisabled("off@keycloak.example", sha256);
  assert.equal(await stored("service-account-shop@placeholder.org"), null);
});

test("Auth0", async () => {
  const bcrypt = made("node-bcrypt-a-b73");
  const user = {
    ...{ _id: { $oid: "5dea9f9c82dd7c0e76e4ec93" }, email_verified: true, email: "ann@auth0.example" },
    ...{ passwordHash: bcrypt.stored, password_set_date: { $date: "2019-12-06T18:36:12.412Z" }, tenant: "t" },
    ...{ connection: "Username-Password-Authentication", _tmp_is_unique: true },
  };
  const { email: _, email_verified: __, ...bare } = user;
  const phone = { type: "phone", value: "+1555", verified: true };
  const identifiers = [phone, { type: "email", value: "bob@auth0.example", verified: false }];
  const rest = await imported("from-auth0", {
    "users.jsonl": lines(user, { ...bare, _id: { $oid: "5dea9f9c82dd7c0e76e4ec94" }, identifiers, alt_id: "euclid" }),
  });
  assert.deepEqual(rest, []);
  await signsIn("ann@auth0.example", bcrypt);
  await signsIn("bob@auth0.example", bcrypt);
  const { id, emailVerified, createdAt } = await stored("ann@auth0.example");
  assert.deepEqual([id, emailVerified, createdAt], ["auth0|5dea9f9c82dd7c0e76e4ec93", 1, "2019-12-06T18:36:12.412Z"]);
  const bob = await stored("bob@auth0.example");
  assert.deepEqual([bob.id, bob.emailVerified], ["auth0|euclid", 0]);
});

test("Devise", async () => {
  const row = made("devise-pepper-0-emoji");
  const user = {
    ...{ id: 1, email: "ann@devise.example", encrypted_password: row.stored, confirmed_at: "2024-01-05T10:20:30.123Z" },
    ...{ created_at: "2024-01-05T10:20:30.123Z", locked_at: null },
  };
  const rest = await imported("from-devise", {
    "users.jsonl": lines(
      { ...user, id: 101 },
      { ...user, id: 102, email: "off@devise.example", locked_at: "2024-01-05T10:20:30.123Z" },
      { ...user, id: 103, email: "google@devise.example", encrypted_password: "" },
    ),
  });
  assert.deepEqual(rest, []);
  await signsIn("ann@devise.example", row);
  await isDisabled("off@devise.example", row);
  assert.equal((await stored("google@devise.example")).id, "103");
});

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

test("these tests ran the SQL of all pages", () => {
  const all = pagePaths("docs")
    .flatMap((path) => readPage(path).fences)
    .filter(({ language }) => language === "sql");
  assert.deepEqual(
    all.map(({ path, code }) => `${path} ${/^\/\* (\S+) \*\/\n/.exec(code)?.[1]}`).sort(),
    [...tried].sort(),
  );
});
