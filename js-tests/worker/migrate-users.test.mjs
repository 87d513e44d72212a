// Tests the pages in docs/guide/migrate that import users: runs their commands on another system's export, runs their
// SQL in D1, and signs the users in at the real Worker. The exports have the form that the system writes, with hashes
// that it made (js-tests/stored-hashes/made-by.md). user-import.test.mjs does the same with Django itself.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { at, environment } from "../../scripts/run.mjs";
import { pagePaths, readPage } from "../docs.mjs";
import { BIN } from "../package/cli.mjs";
import { temporaryFolder } from "../temporary-folder.mjs";
import { startWorker, WEAK } from "./local-worker.mjs";
import { commandsOn, importInto, lines, made, shell, signIn, tried } from "./user-import.mjs";

let worker, imported, stored;
before(async () => {
  const keys = { firebase: keyOf(made("firebase-fbscrypt-8-4-emoji")), devise: made("devise-pepper-0-emoji").key };
  worker = await startWorker({ ...WEAK, PASSWORD_LEGACY_KEYS: JSON.stringify(keys) });
  ({ imported, stored } = importInto(worker));
});
after(() => worker?.stop());

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

/** The SQL that user-import.test.mjs runs. */
const ELSEWHERE = ["docs/guide/migrate/from-django.md view.sql", "docs/guide/migrate/users.md undo.sql"];

test("these tests ran the SQL of all pages", () => {
  const all = pagePaths("docs")
    .flatMap((path) => readPage(path).fences)
    .filter(({ language }) => language === "sql");
  assert.deepEqual(
    all.map(({ path, code }) => `${path} ${/^\/\* (\S+) \*\/\n/.exec(code)?.[1]}`).sort(),
    [...tried, ...ELSEWHERE].sort(),
  );
});
