// Tests docs/guide/migrate/from-bcryptjs.md with the real bcryptjs, and with the native bcrypt if there is a build for
// this platform.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import bcryptjs from "bcryptjs";
import { hashPassword, hashPasswordSync, passwordPresets, verifyPassword } from "edgeseal";
import bcrypt, { createBcrypt } from "edgeseal/bcrypt";
import { at } from "../../scripts/run.mjs";
import { migrationPage, proveTable } from "../migrate.mjs";
import { nativeBcrypt } from "../passwords.mjs";

const page = migrationPage("from-bcryptjs");
const before = await page.module("before", "lib/passwords.js");
const renamed = await page.module("renamed", "lib/passwords.js");
const after = await page.module("after", "lib/passwords.js");
const limits = await page.module("limits", "lib/bcrypt.js");
const [right, wrong] = ["correct horse", "wrong horse"];

test("every library verifies every other's hashes", async () => {
  for (const { hash } of [before, renamed, after]) {
    const stored = await hash(right);
    for (const { check } of [before, renamed, after, ...(nativeBcrypt ? [{ check: nativeBcrypt.compare }] : [])]) {
      assert.equal(await check(right, stored), true);
      assert.equal(await check(wrong, stored), false);
    }
  }
});

test("signing in replaces an old hash once, and never locks anyone out", async () => {
  let stored = await before.hash(right);
  const save = (hash) => (stored = hash);
  const old = stored;
  assert.equal(await after.signIn(wrong, stored, save), false);
  assert.equal(stored, old);
  assert.equal(await after.signIn(right, stored, save), true);
  assert.match(stored, /^\$2b\$12\$/);
  const renewed = stored;
  assert.equal(await after.signIn(right, stored, save), true);
  assert.equal(stored, renewed);
  const long = "a".repeat(80);
  assert.equal(await after.signIn(long, await before.hash(long), save), true);
  assert.equal(stored, renewed);
});

test("the page's workarounds work", async () => {
  const long = "a".repeat(73);
  assert.equal(await createBcrypt({ allowTruncate: true }).compare(long, bcryptjs.hashSync(long, 4)), true);
  assert.match(await limits.bcrypt.hash(long, 4), /^\$2b\$04\$/);
  assert.equal(await verifyPassword(long, await hashPassword(long, passwordPresets.argon2id)), true);
  assert.ok(nativeBcrypt === undefined || !("getSalt" in nativeBcrypt || "truncates" in nativeBcrypt));
});

const long = "a".repeat(73);
const cut = bcryptjs.hashSync(long.slice(0, 72), 4);
const short = bcryptjs.hashSync(right, 4).slice(0, -1);
const argon2id = hashPasswordSync(right, passwordPresets.argon2id);
const slow = cut.replace("$04$", "$20$");
const hashing = (password, cost = 4) => [
  () => bcryptjs.hash(password, cost).then(() => undefined),
  () => bcrypt.hash(password, cost).then(() => undefined),
  () => hashPassword(password, { cost, allowWeakParams: cost < 9 }).then(() => undefined),
];
const checking = (password, stored) => [
  () => bcryptjs.compare(password, stored),
  () => bcrypt.compare(password, stored),
  () => verifyPassword(password, stored),
];
const beginning = (stored) => stored.slice(0, 7);

proveTable(page, {
  "hashing more than 72 bytes": hashing(long),
  "checking more than 72 bytes": checking(long, cut),
  "an empty password": hashing(""),
  "a lone surrogate in the password": hashing("a\ud800"),
  "cost 9": hashing(right, 9),
  "a stored hash of cost 20": [
    () => {
      const script = `import bcrypt from "bcryptjs"; await bcrypt.compare("a", ${JSON.stringify(slow)})`;
      const options = { cwd: at("js-tests"), timeout: 1500 };
      const { signal } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], options);
      assert.equal(signal, "SIGTERM", "it works until it is stopped");
    },
    ...checking(right, slow).slice(1),
  ],
  "a stored hash that is too short": checking(right, short),
  "a stored argon2id hash": checking(right, argon2id),
  "the default cost": [
    () => bcryptjs.genSalt().then((stored) => `\`${beginning(stored)}\``),
    () => bcrypt.genSalt().then((stored) => `\`${beginning(stored)}\``),
    () => hashPassword(right).then((stored) => `\`${beginning(stored)}\``),
  ],
});
