// Tests that an account's owner always wins against a thief with a stolen session. Whoever knows the password can
// change it, no matter what the thief revokes, and the thief's guesses don't use up anybody else's attempts.
import assert from "node:assert/strict";
import { createHmac, hkdfSync } from "node:crypto";
import { test } from "node:test";
import { signJwt } from "edgeseal";
import { temporaryFolder } from "../temporary-folder.mjs";
import { DAY, openBrowser, TOKEN } from "./browser.mjs";
import { read, SECRET, startWorker, WEAK } from "./local-worker.mjs";

const PASSWORD = "correct horse battery";
const OTHER = "another horse battery";
const limit = (attempts) => ({ attempts, window: 900 });
const FEW = { network: limit(10), account: limit(100), device: limit(4) };
let count = 0;

async function start(t, options = {}) {
  const worker = await startWorker({ ...WEAK, RATE_LIMITS: FEW }, { clock: true, ...options });
  t.after(() => worker.stop());
  const email = `ann-${(count += 1)}@example.com`;
  const first = openBrowser(worker);
  await first.post("/sign-up/email", { name: "Ann", email, password: PASSWORD });
  const signIn = async (password = PASSWORD) => {
    const browser = openBrowser(worker);
    const { status } = await browser.post("/sign-in/email", { email, password });
    return { browser, status };
  };
  return { worker, email, first, signIn };
}
const change = (browser, currentPassword = PASSWORD) =>
  browser.post("/change-password", { currentPassword, newPassword: OTHER });
const codeOf = ({ status, text }) => [status, text === "" ? "" : JSON.parse(text)?.code].join(" ").trim();
const lineageOf = (browser) => read(decodeURIComponent(browser.jar.get(TOKEN).value)).claims.lineage;

for (const [what, revoke] of Object.entries({
  "revoke-other-sessions": (thief) => thief.post("/revoke-other-sessions"),
  "revoke-sessions": (thief) => thief.post("/revoke-sessions"),
  "revoke-session of the owner's": async (thief, owner) =>
    thief.post("/revoke-session", { token: (await owner.session()).session.id }),
  "sign-out of a copy": (_, owner) => owner.copy().post("/sign-out"),
})) {
  test(`a thief's ${what} does not keep the owner from changing the password`, async (t) => {
    const { first: thief, signIn } = await start(t);
    const { browser: owner } = await signIn();
    assert.equal((await revoke(thief, owner)).status, 200);
    const answer = await change(owner);
    assert.equal(codeOf(answer), "200");
    assert.equal(answer.json().token, null, "no session is returned");
    assert.equal(owner.cookies().includes("session"), false, "nor cookies");
    assert.equal(await thief.session(true), null, "the thief is out");
    assert.equal((await signIn(OTHER)).status, 200);
    assert.equal((await signIn(PASSWORD)).status, 401);
  });
}

test("a revoked session may change the password with the right one, and do nothing else", async (t) => {
  const { first, signIn } = await start(t);
  const { browser } = await signIn();
  const copy = () => browser.copy();
  await first.post("/revoke-other-sessions");
  assert.equal(codeOf(await change(copy(), "wrong horse battery")), "401 UNAUTHORIZED");
  for (const [path, body] of [
    ["/update-user", { name: "Bo" }],
    ["/delete-user", { password: PASSWORD }],
    ["/verify-password", { password: PASSWORD }],
    ["/revoke-sessions", {}],
  ]) {
    assert.equal(codeOf(await copy().post(path, body)), "401 UNAUTHORIZED", path);
  }
  assert.equal(await copy().session(true), null);
});

test("wrong passwords end a stolen session and use up nobody else's attempts", async (t) => {
  const { first: thief, signIn } = await start(t);
  const { browser: owner } = await signIn();
  for (let index = 0; index < 3; index += 1) {
    assert.equal(codeOf(await change(thief, "wrong horse battery")), "400 INVALID_PASSWORD");
  }
  const kept = thief.copy();
  assert.equal(codeOf(await change(thief, "wrong horse battery")), "401 UNAUTHORIZED", "the last attempt");
  assert.equal(thief.cookies().includes("session"), false, "the cookies are removed");
  assert.equal(await kept.session(true), null, "a copy of the cookies does not work");
  assert.equal(codeOf(await change(kept, PASSWORD)), "401 UNAUTHORIZED", "not even with the right password");
  assert.equal(codeOf(await change(owner)), "200", "the owner's own sign-in has all of its attempts");
});

test("a sign-in ended by wrong passwords stays ended when its counter restarts", async (t) => {
  const { first: thief } = await start(t);
  const kept = thief.copy();
  for (let index = 0; index < 4; index += 1) await change(kept.copy(), "wrong horse battery");
  kept.at = DAY + 60_000;
  for (const password of ["wrong horse battery", PASSWORD])
    assert.equal(codeOf(await change(kept.copy(), password)), "401 UNAUTHORIZED", password);
});

test("if RATE_LIMITS now allows fewer attempts than were made, the next one ends the sign-in", async (t) => {
  const options = { persist: temporaryFolder("lineage") };
  const { worker: before, first: thief } = await start(t, options);
  const wrong = { password: "wrong horse battery" };
  for (let index = 0; index < 3; index += 1)
    assert.equal(codeOf(await thief.post("/verify-password", wrong)), "400 INVALID_PASSWORD");
  await before.stop();
  const limits = { ...FEW, device: limit(2) };
  const worker = await startWorker({ ...WEAK, RATE_LIMITS: limits }, { clock: true, ...options, migrations: [] });
  t.after(() => worker.stop());
  const kept = openBrowser(worker);
  for (const [name, cookie] of thief.jar) kept.jar.set(name, cookie);
  assert.notEqual(await kept.session(true), null);
  assert.equal(codeOf(await kept.copy().post("/verify-password", wrong)), "401 UNAUTHORIZED");
  assert.equal(await kept.session(true), null);
});

test("a sign-in gets its attempts once, whatever is refreshed or revoked, at every endpoint and over days", async (t) => {
  const { first: thief } = await start(t);
  const lineage = lineageOf(thief);
  const wrong = { password: "wrong horse battery" };
  assert.equal(codeOf(await change(thief, wrong.password)), "400 INVALID_PASSWORD");
  assert.equal((await thief.post("/revoke-other-sessions")).status, 200);
  assert.equal(codeOf(await thief.post("/verify-password", wrong)), "400 INVALID_PASSWORD");
  thief.at = 0.9 * DAY;
  assert.notEqual(await thief.session(true), null);
  assert.equal((await thief.post("/revoke-sessions")).status, 200);
  assert.equal(lineageOf(thief), lineage);
  assert.equal(codeOf(await thief.post("/delete-user", wrong)), "400 INVALID_PASSWORD");
  assert.equal(codeOf(await thief.post("/verify-password", wrong)), "401 UNAUTHORIZED");
  assert.equal(await thief.session(true), null);
});

test("a thief can't end the sign-in by its id, which a refresh token shows", async (t) => {
  const { first: thief, signIn } = await start(t);
  const { browser: owner } = await signIn();
  const lineage = lineageOf(owner);
  assert.equal((await thief.post("/revoke-session", { token: lineage })).status, 200);
  assert.notEqual(await owner.session(true), null);
  assert.equal(codeOf(await change(owner)), "200");
});

test("of many concurrent wrong passwords, only as many as allowed are tried", async (t) => {
  const { worker, first: thief } = await start(t);
  const answers = await Promise.all(Array.from({ length: 30 }, () => change(thief.copy(), "wrong horse battery")));
  const counted = answers.filter(({ status }) => status === 400).length;
  assert.ok(counted <= 4, `${counted}`);
  assert.ok(answers.every(({ status }) => status === 400 || status === 401));
  assert.equal(await thief.session(true), null);
  const ended = await worker.database.prepare(`SELECT count(*) AS "rows" FROM "edgeseal_ended_session"`).first();
  assert.equal(ended.rows, 1, "one row for the sign-in");
});

test("the right password uses up no attempt", async (t) => {
  const { first } = await start(t);
  for (let index = 0; index < 6; index += 1) {
    assert.equal(codeOf(await first.post("/verify-password", { password: PASSWORD })), "200");
  }
});

test("a token from before lineages existed counts as its own session's", async (t) => {
  const { worker, first, signIn } = await start(t);
  const { browser: owner } = await signIn();
  const { sub, sid, auth_time } = read(decodeURIComponent(first.jar.get(TOKEN).value)).claims;
  const key = new Uint8Array(hkdfSync("sha256", SECRET, "", "edgeseal refresh v1", 32));
  const token = signJwt({ sub, sid, auth_time }, key, { typ: "refresh+jwt", expiresIn: 900 });
  const seal = createHmac("sha256", key).update(token).digest("base64");
  const old = openBrowser(worker);
  old.jar.set(TOKEN, { value: encodeURIComponent(`${token}.${seal}`), until: Infinity });
  assert.equal((await old.session(true)).session.id, sid);
  for (const code of [...Array(3).fill("400 INVALID_PASSWORD"), "401 UNAUTHORIZED"]) {
    assert.equal(codeOf(await change(old.copy(), "wrong horse battery")), code);
  }
  assert.equal(await old.session(true), null);
  assert.notEqual(await owner.session(true), null);
  assert.notEqual(lineageOf(owner), (await owner.session()).session.id, "scripts never see this id");
});
