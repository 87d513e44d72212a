// Tests the package with stored hashes of other systems: contracts/passwords.jsonl and, if they exist, the shared rows.
import assert from "node:assert/strict";
import { createHash, createHmac, pbkdf2Sync, randomBytes, scryptSync } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { convertHash, hashPasswordSync, inspectHash, needsRehash, verifyPassword, verifyPasswordSync } from "edgeseal";
import { password } from "edgeseal/better-auth";
import { check, LIMITS } from "../stored-hashes/check.mjs";
import { PAGE, withTable } from "../stored-hashes/table.mjs";

const own = new URL("../../contracts/passwords.jsonl", import.meta.url);
const shared = join(process.env.EDGESEAL_VECTORS ?? "", "../reports/passwords.jsonl");
const rows = new Map();
for (const file of [own, ...(process.env.EDGESEAL_VECTORS && existsSync(shared) ? [shared] : [])]) {
  for (const line of readFileSync(file, "utf8").trim().split("\n")) {
    const row = JSON.parse(line);
    rows.set(row.stored, row);
  }
}

/** These rows lack their system's salt or key. Other tests convert hashes whose key is known. */
const LACKING = ["devise-pepper", "flask-security-double-argon2", "payload-raw-hash", "symfony-pbkdf2-separate-salt"];

async function failures(all, maxMemory) {
  const found = [];
  for (const row of all) {
    const reason = await check(row, maxMemory);
    if (LACKING.includes(row.name)) assert.match(reason, /^lacks/, row.name);
    else if (reason !== undefined) found.push(`${row.name} (${row.want}): ${reason}`);
  }
  return found;
}

test(`${rows.size} stored hashes of other systems`, async () => {
  assert.deepEqual(await failures(rows.values(), LIMITS.node), []);
});

test("the table of systems in docs/guide/passwords.md is up to date", () => {
  const page = readFileSync(PAGE, "utf8");
  assert.equal(page, withTable(page), "run node js-tests/stored-hashes/table.mjs");
});

test("hashes that need memory, with the limit of edge runtimes", async () => {
  const needing = [...rows.values()].filter(
    ({ want, stored }) => /^(verify|ceiling)$/.test(want) && inspectHash(stored).memory,
  );
  assert.ok(needing.length > 10);
  assert.deepEqual(await failures(needing, LIMITS.edge), []);
});

const stored = (name) => [...rows.values()].find((row) => row.name === name).stored;
const PASSWORD = "Correct-Horse 9ü";
const weak = { cost: 4, allowWeakParams: true };

test("a pepper of Devise and a salt of Flask-Security verify with their key in legacyKeys", () => {
  const devise = hashPasswordSync(`${PASSWORD}pepper`, weak);
  const flask = hashPasswordSync(createHmac("sha512", "salt").update(PASSWORD).digest("base64").slice(0, 72), weak);
  const legacyKeys = { devise: "pepper", flask: "salt" };
  for (const converted of [
    convertHash({ from: "devise", hash: devise, pepperId: "devise" }),
    convertHash({ from: "flask-security", hash: flask, saltId: "flask" }),
  ]) {
    assert.equal(verifyPasswordSync(PASSWORD, converted, { legacyKeys }), true, converted);
    assert.equal(verifyPasswordSync("wrong", converted, { legacyKeys }), false);
    assert.equal(needsRehash(converted, weak), true);
    assert.throws(() => verifyPasswordSync(PASSWORD, converted), { code: "ERR_KEY_UNKNOWN" });
  }
});

test("Firebase's export verifies with the signer key in legacyKeys, not in the database", () => {
  const [, key] = /sk=([^$]+)\$/.exec(stored("firebase-fbscrypt"));
  const [, , , salt, passwordHash] = stored("firebase-fbscrypt").split("$");
  const fields = { passwordHash, salt, saltSeparator: "Bw==", rounds: 8, memCost: 14, signerKeyId: "project" };
  const converted = convertHash({ from: "firebase", ...fields });
  assert.ok(!converted.includes(key));
  const legacyKeys = { project: Uint8Array.from(Buffer.from(key, "base64")) };
  assert.equal(verifyPasswordSync(PASSWORD, converted, { legacyKeys }), true);
  assert.equal(verifyPasswordSync("wrong", converted, { legacyKeys }), false);
  const other = Uint8Array.from(legacyKeys.project, (byte) => byte ^ 1);
  assert.equal(verifyPasswordSync(PASSWORD, converted, { legacyKeys: { project: other } }), false);
});

test("an unsalted digest is hashed once more", () => {
  for (const from of ["md5", "sha1", "sha256", "sha512"]) {
    const policy = from === "sha512" ? { algorithm: "pbkdf2-sha256", iterations: 10, allowWeakParams: true } : weak;
    const converted = convertHash({ from, hash: createHash(from).update(PASSWORD).digest("hex"), policy });
    assert.equal(verifyPasswordSync(PASSWORD, converted), true, from);
    assert.equal(verifyPasswordSync("wrong", converted), false, from);
    assert.equal(needsRehash(converted, weak), true);
  }
});

test("an ambiguous spelling is read in another way only if an option says so", () => {
  const hash = stored("node-recipe-scrypt-defaults");
  assert.equal(verifyPasswordSync(PASSWORD, hash), false);
  assert.equal(verifyPasswordSync(PASSWORD, hash, { alsoTry: ["node-scrypt"] }), true);
  assert.equal(verifyPasswordSync("wrong", hash, { alsoTry: ["node-scrypt", "latin1"] }), false);
  const latin1 = stored("latin1-bcrypt");
  assert.equal(verifyPasswordSync(PASSWORD, latin1), false);
  assert.equal(verifyPasswordSync(PASSWORD, latin1, { alsoTry: ["latin1"] }), true);
  assert.equal(verifyPasswordSync("Correct-Horse €", latin1, { alsoTry: ["latin1"] }), false);
});

test("a format of one's own verifies, and needs a rehash", async () => {
  const own = {
    matches: (hash) => hash.startsWith("own:"),
    verify: async (password, hash) => hash === `own:${password}`,
  };
  const formats = [own];
  assert.equal(await verifyPassword("a", "own:a", { formats }), true);
  assert.equal(await verifyPassword("b", "own:a", { formats }), false);
  assert.equal(needsRehash("own:a", { formats }), true);
  const hash = hashPasswordSync("a", weak);
  assert.equal(await verifyPassword("a", hash, { formats }), true);
  assert.equal(needsRehash(hash, { ...weak, formats }), false);
  assert.throws(() => verifyPasswordSync("a", "own:a", { formats }), { code: "ERR_OPTION_INVALID" });
  const hooks = password({ algorithm: "bcrypt", ...weak, formats });
  assert.equal(await hooks.verify({ password: "a", hash: "own:a" }), true);
  assert.equal(hooks.needsRehash({ password: "a", hash: "own:a" }), true);
});

test("what can't be converted is refused with the field's name, never with its value", () => {
  for (const [fields, code, named] of [
    [{ from: "node-scrypt", hash: "abc" }, "ERR_PASSWORD_HASH_INVALID", "salt"],
    [{ from: "node-scrypt", hash: "zz:zz" }, "ERR_PASSWORD_HASH_INVALID", "key"],
    [{ from: "node-scrypt", hash: "aaaa.bbbb" }, "ERR_PASSWORD_HASH_INVALID", "salt"],
    [{ from: "node-scrypt", hash: "aa", salt: "b\n" }, "ERR_PASSWORD_HASH_INVALID", "whitespace"],
    [{ from: "node-scrypt", hash: "aa", salt: {} }, "ERR_PASSWORD_HASH_INVALID", "string"],
    [{ from: "node-scrypt", hash: "aa:bb", saltEncodng: "hex" }, "ERR_OPTION_INVALID", "saltEncoding"],
    [{ from: "meteor", hash: "b$2a$12$…" }, "ERR_PASSWORD_HASH_INVALID", "begin with $"],
    [{ from: "md5", hash: "0".repeat(32), policy: { pepper: {} } }, "ERR_OPTION_INVALID", "pepper"],
    [undefined, "ERR_OPTION_INVALID", "plain object"],
    [{ from: Symbol("x") }, "ERR_OPTION_INVALID", "from"],
    [{ from: "node-pbkdf2", hash: "aa:bb", digest: "md5", iterations: 1 }, "ERR_OPTION_INVALID", "digest"],
    [{ from: "node-pbkdf2", hash: "aa:bb", digest: "sha1" }, "ERR_OPTION_INVALID", "iterations"],
    [{ from: "keycloak", credential: "{" }, "ERR_PASSWORD_HASH_INVALID", "credential"],
    [
      { from: "keycloak", credential: { algorithm: "bcrypt", salt: "aa", value: "aa", hashIterations: 1 } },
      "ERR_PASSWORD_HASH_INVALID",
      "algorithm",
    ],
    [{ from: "magento", hash: "aa:bb:1" }, "ERR_PASSWORD_HASH_INVALID", "hash"],
    [{ from: "devise", hash: "$2b$10$short", pepperId: "a" }, "ERR_PASSWORD_HASH_INVALID", "damaged"],
    [{ from: "devise", hash: "x", pepperId: "a b" }, "ERR_OPTION_INVALID", "pepperId"],
    [{ from: "payload", hash: "aa" }, "ERR_OPTION_INVALID", "salt"],
    [{ from: "md5", hash: "secret-digest" }, "ERR_PASSWORD_HASH_INVALID", "hash"],
    [{ from: "nobody" }, "ERR_OPTION_INVALID", "from"],
  ]) {
    assert.throws(
      () => convertHash(fields),
      (error) => {
        assert.equal(error.code, code, String(fields?.from));
        assert.ok(error.message.includes(named), error.message);
        assert.ok(!error.message.includes("secret-digest") && !error.message.includes("short"), error.message);
        return true;
      },
    );
  }
});

test("Clerk's hashers and Auth0's algorithms, with the salt as each decodes it", async () => {
  const salt = randomBytes(16);
  const key = (digest, length, given = salt) => pbkdf2Sync(PASSWORD, given, 1000, length, digest);
  const base64 = (bytes) => bytes.toString("base64");
  const hex = (bytes) => bytes.toString("hex");
  const [, signer] = /sk=([^$]+)\$/.exec(stored("firebase-fbscrypt"));
  const [, , , ofFirebase, passwordHash] = stored("firebase-fbscrypt").split("$");
  const scryptKey = scryptSync(PASSWORD, salt, 64, { N: 1024, r: 8, p: 1 });
  const auth0 = (custom) => ({ from: "auth0", hash: JSON.stringify({ custom_password_hash: custom }) });
  for (const fields of [
    { hasher: "pbkdf2_sha256", digest: `pbkdf2_sha256$1000$${base64(salt)}$${base64(key("sha256", 32))}` },
    { hasher: "pbkdf2_sha512", digest: `pbkdf2_sha512$1000$${base64(salt)}$${base64(key("sha512", 64))}` },
    { hasher: "pbkdf2_sha512_hex", digest: `pbkdf2_sha512_hex$1000$${hex(salt)}$${hex(key("sha512", 64))}` },
    { hasher: "pbkdf2_sha1", digest: `pbkdf2_sha1$1000$${hex(salt)}$${hex(key("sha1", 32))}$32` },
    { hasher: "pbkdf2_sha256_django", digest: `pbkdf2_sha256$1000$salty$${base64(key("sha256", 32, "salty"))}` },
    { hasher: "scrypt_firebase", digest: `${passwordHash}$${ofFirebase}$${signer}$Bw==$8$14` },
    {
      hasher: "scrypt_werkzeug",
      digest: `$scrypt:1024:8:1$salty$${hex(scryptSync(PASSWORD, "salty", 64, { N: 1024 }))}`,
    },
    { hasher: "bcrypt", digest: stored("bcrypt") },
    auth0({ algorithm: "bcrypt", hash: { value: stored("bcrypt") } }),
    auth0({
      algorithm: "scrypt",
      hash: { value: hex(scryptKey), encoding: "hex" },
      salt: { value: base64(salt), encoding: "base64" },
      cost: 1024,
      blockSize: 8,
      parallelization: 1,
    }),
  ]) {
    const converted = convertHash({ from: "clerk", ...fields });
    assert.equal(verifyPasswordSync(PASSWORD, converted), true, JSON.stringify(fields).slice(0, 60));
    assert.equal(verifyPasswordSync("wrong", converted), false);
  }
  for (const fields of [
    { from: "clerk", hasher: "md5_salted", digest: "aa$bb" },
    auth0({ algorithm: "md5", hash: { value: "aa", encoding: "hex" } }),
    auth0({ algorithm: "bcrypt", hash: { value: stored("bcrypt") }, password: { encoding: "utf16le" } }),
    auth0({ algorithm: "scrypt", hash: { value: "aa", encoding: "HEX" }, salt: { value: "a" } }),
  ])
    assert.throws(() => convertHash(fields), { code: "ERR_PASSWORD_HASH_INVALID" });
});

test("Keycloak's export of a user, its columns in the database, and its argon2", () => {
  const { secretData, credentialData } = JSON.parse(stored("keycloak-pbkdf2-raw-json"));
  const otp = { type: "otp", secretData: "{}", credentialData: "{}" };
  for (const credential of [
    { credentials: [otp, { type: "password", secretData, credentialData }] },
    { secret_data: secretData, credential_data: credentialData },
  ])
    assert.equal(verifyPasswordSync(PASSWORD, convertHash({ from: "keycloak", credential })), true);
  const [, , , , salt, value] = stored("argon2-padded-base64").split("$");
  const additionalParameters = {
    memory: ["65536"],
    parallelism: ["4"],
    type: ["id"],
    version: ["1.3"],
    hashLength: ["32"],
  };
  const data = { algorithm: "argon2", hashIterations: 3, additionalParameters };
  const argon2 = { secretData: JSON.stringify({ salt, value }), credentialData: JSON.stringify(data) };
  assert.equal(verifyPasswordSync(PASSWORD, convertHash({ from: "keycloak", credential: argon2 })), true);
  delete data.additionalParameters.memory;
  const without = { ...argon2, credentialData: JSON.stringify(data) };
  assert.throws(() => convertHash({ from: "keycloak", credential: without }), /additionalParameters.memory/);
});

test("Firebase's signer key may be given as the console shows it, and must have the right length", () => {
  const [, key] = /sk=([^$]+)\$/.exec(stored("firebase-fbscrypt"));
  const hash = stored("firebase-fbscrypt").replace(`sk=${key}`, "keyid=fb");
  assert.equal(verifyPasswordSync(PASSWORD, hash, { legacyKeys: { fb: key } }), true);
  for (const wrong of ["short", "x".repeat(400)]) {
    assert.throws(() => verifyPasswordSync(PASSWORD, hash, { legacyKeys: { fb: wrong } }), /base64_signer_key/);
  }
  // A pepper and another system's key can't be combined.
  assert.throws(() => inspectHash(`$hmac-sha256$keyid=p${hash}`), { code: "ERR_PASSWORD_HASH_INVALID" });
});

test("user functions of formats that promise, throw or reject", async () => {
  const hash = hashPasswordSync("a", weak);
  const never = { matches: async () => false, verify: () => true };
  assert.equal(await verifyPassword("b", hash, { formats: [never] }), false);
  assert.equal(needsRehash(hash, { ...weak, formats: [never] }), false);
  const rejecting = { matches: () => true, verify: async () => Promise.reject(new Error("down")) };
  assert.throws(() => verifyPasswordSync("a", hash, { formats: [rejecting] }), { code: "ERR_OPTION_INVALID" });
  await assert.rejects(verifyPassword("a", hash, { formats: [rejecting] }), /down/);
});
