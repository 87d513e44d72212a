// Tests that users of other systems can sign in: their stored hashes are verified, and then replaced. Also tests that a
// hash that can't be verified is logged only once, and that the log line doesn't contain any part of it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import bcryptjs from "bcryptjs";
import { startWorker, WEAK } from "./local-worker.mjs";

const rows = readFileSync(new URL("../../contracts/passwords.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));
const named = (name) => rows.find((row) => row.name === name).stored;

let worker;
before(async () => {
  worker = await startWorker(WEAK);
});
after(() => worker?.stop());

const OWN = "correct horse battery";
const own = '(SELECT "id" FROM "user" WHERE "email" = ?1)';
const storedOf = (email) =>
  worker.database.prepare(`SELECT "password" FROM "account" WHERE "userId" = ${own}`).bind(email).first("password");

async function signUp(email, stored) {
  const answer = await worker.post("/api/auth/sign-up/email", { name: "Ann", email, password: OWN });
  assert.equal(answer.status, 200, await answer.text());
  await worker.database
    .prepare(`UPDATE "account" SET "password" = ?2 WHERE "userId" = ${own}`)
    .bind(email, stored)
    .run();
}

const signIn = async (email, password) => (await worker.post("/api/auth/sign-in/email", { email, password })).status;

test("each hash signs its user in, is replaced, and signs nobody else in", async () => {
  const verifying = rows.filter(({ want }) => want === "verify");
  assert.ok(verifying.length > 25);
  for (const [index, { name, stored, password }] of verifying.entries()) {
    const email = `user-${index}@systems.example`;
    await signUp(email, stored);
    assert.equal(await signIn(email, "wrong password"), 401, name);
    assert.equal(await storedOf(email), stored, name);
    assert.equal(await signIn(email, password), 200, name);
    // A hash in the policy's own format is kept if it is strong enough. So is the hash of a password that can't be
    // hashed again because it is empty or bcrypt would truncate it.
    const length = Buffer.byteLength(password);
    if (!stored.startsWith("$2b$") && length > 0 && length <= 72) {
      assert.match(await storedOf(email), /^\$2b\$04\$/, name);
    }
    assert.equal(await signIn(email, password), 200, `${name}, after the new hash`);
  }
});

const faults = () =>
  worker.log
    .split("\n")
    .filter((line) => line.includes('"PASSWORD_HASH"'))
    .map((line) => JSON.parse(line.slice(line.indexOf("{"))));

test("a hash that needs too much memory is reported once an hour, with request id, account and reason", async () => {
  await signUp("django@systems.example", named("django-argon2passwordhasher"));
  const before = faults().length;
  for (let i = 0; i < 3; i++) assert.equal(await signIn("django@systems.example", "Correct-Horse 9ü"), 401);
  const lines = faults().slice(before);
  assert.equal(lines.length, 1);
  const [{ requestId, account, detail }] = lines;
  assert.match(requestId, /^[\w-]{10,}$/);
  assert.match(account, /^[\w-]{10,}$/);
  assert.match(detail, /needs 100 MiB of memory, more than the 64 MiB/);
  assert.ok(!worker.log.includes("SmZ5MFRuVE5YelltYXhjQnpPdGpWYg"));
});

test("a hash of an unsupported system is named, and an unusable password is no fault", async () => {
  await signUp("yescrypt@systems.example", named("mkpasswd-gost-yescrypt"));
  await signUp("unusable@systems.example", named("django-unusable"));
  const before = faults().length;
  assert.equal(await signIn("yescrypt@systems.example", OWN), 401);
  assert.equal(await signIn("unusable@systems.example", OWN), 401);
  const lines = faults().slice(before);
  assert.equal(lines.length, 1);
  assert.match(lines[0].detail, /yescrypt/);
  assert.ok(!worker.log.includes("1UMzAt"));
});

test("settings raise the memory, and give the Worker another system's keys", async (t) => {
  const raised = await startWorker({
    ...WEAK,
    PASSWORD_MAX_MEMORY: "104",
    PASSWORD_LEGACY_KEYS: JSON.stringify({ app: "pepper of Devise" }),
  });
  t.after(() => raised.stop());
  const kept = worker;
  worker = raised;
  t.after(() => (worker = kept));
  await signUp("django@memory.example", named("django-argon2passwordhasher"));
  assert.equal(await signIn("django@memory.example", "Correct-Horse 9ü"), 200);
  await signUp("kratos@memory.example", named("kratos-argon2id-default"));
  assert.equal(await signIn("kratos@memory.example", "Correct-Horse 9ü"), 401);
  const bcrypt = (await bcryptjs.hash(`${OWN}pepper of Devise`, 4)).replace("$2b$", "$2a$");
  await signUp("devise@memory.example", `$suffix$keyid=app${bcrypt}`);
  assert.equal(await signIn("devise@memory.example", "wrong password"), 401);
  assert.equal(await signIn("devise@memory.example", OWN), 200);
  assert.match(await storedOf("devise@memory.example"), /^\$2b\$04\$/);
  for (const [name, value] of [
    ["PASSWORD_MAX_MEMORY", "63"],
    ["PASSWORD_MAX_MEMORY", "113"],
    ["PASSWORD_MAX_MEMORY", "many"],
    ["PASSWORD_LEGACY_KEYS", "[]"],
    ["PASSWORD_LEGACY_KEYS", '{"a":""}'],
  ]) {
    const wrong = await startWorker({ ...WEAK, [name]: value });
    t.after(() => wrong.stop());
    assert.equal((await wrong.fetch("/api/auth/ok")).status, 500, `${name} = ${value}`);
    assert.ok(wrong.log.includes(name));
  }
});

test("a service verifies what the Worker can't read, and the hash is then replaced", async (t) => {
  const asked = [];
  const verifier = async (request) => {
    const { hash, password } = await request.json();
    asked.push(hash);
    if (hash.includes("broken")) return new Response("down", { status: 503 });
    return Response.json({ valid: hash === `legacy$${password}` });
  };
  const served = await startWorker(WEAK, { services: { PASSWORD_VERIFIER: verifier } });
  t.after(() => served.stop());
  const kept = worker;
  worker = served;
  t.after(() => (worker = kept));
  await signUp("legacy@service.example", `legacy$${OWN}`);
  assert.equal(await signIn("legacy@service.example", "wrong password"), 401);
  assert.equal(await signIn("legacy@service.example", OWN), 200);
  assert.match(await storedOf("legacy@service.example"), /^\$2b\$04\$/);
  const before = asked.length;
  assert.equal(await signIn("legacy@service.example", OWN), 200);
  assert.equal(await signIn("legacy@service.example", "wrong password"), 401);
  await signUp("unusable@service.example", "!unusable");
  assert.equal(await signIn("unusable@service.example", OWN), 401);
  assert.equal(asked.length, before, "the service is asked only about hashes that the Worker can't read");
  await signUp("broken@service.example", "legacy$broken");
  assert.equal(await signIn("broken@service.example", "broken"), 401);
  assert.match(served.log, /"code":"PASSWORD_VERIFIER","detail":"status 503"/);
  assert.ok(!served.log.includes(OWN));
});
