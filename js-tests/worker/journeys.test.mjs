// Simulates what users do over days and weeks, using real HTTP requests and a test clock. Sessions aren't stored in a
// table.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { verifyJwt } from "edgeseal";
import { temporaryFolder } from "../temporary-folder.mjs";
import { DATA, DAY, openBrowser, TOKEN } from "./browser.mjs";
import { ORIGIN, read, SECRET, startWorker, WEAK } from "./local-worker.mjs";

const PASSWORD = "correct horse battery";
const MINUTE = 60_000;
let worker;
let count = 0;

before(async () => {
  worker = await startWorker(WEAK, { clock: true });
});
after(() => worker.stop());

/** Signs up a new user in a new browser. */
async function signedUp(options = {}, of = worker) {
  const browser = openBrowser(of);
  const email = `ann-${(count += 1)}@example.com`;
  const answer = await browser.post("/sign-up/email", { name: "Ann", email, password: PASSWORD, ...options });
  assert.equal(answer.status, 200, answer.text);
  return { browser, email, user: answer.json().user };
}

/** Signs in an existing user in a new browser. */
async function signedIn(email, { password = PASSWORD, at = 0, ...options } = {}, of = worker) {
  const browser = openBrowser(of, { at });
  const answer = await browser.post("/sign-in/email", { email, password, ...options });
  assert.equal(answer.status, 200, answer.text);
  return browser;
}

const claimsOf = (browser, name) => read(decodeURIComponent(browser.jar.get(name).value)).claims;
const tasks = (browser, id) => browser.ask(`/api/${id}/tasks`);

test("sign up, out and in", async () => {
  const { browser, email, user } = await signedUp();
  assert.equal((await browser.session()).user.id, user.id);
  assert.equal((await tasks(browser, user.id)).status, 200);
  assert.deepEqual((await browser.post("/sign-out")).json(), { success: true });
  assert.equal(browser.cookies(), "");
  assert.equal(await browser.session(), null);
  assert.equal((await tasks(browser, user.id)).status, 401);
  const again = await signedIn(email);
  assert.equal((await again.session()).user.id, user.id);
});

test("session data expires after 15 minutes and is refreshed; id and sign-in time stay", async () => {
  const { browser, user } = await signedUp();
  const first = await browser.session();
  browser.at = 14 * MINUTE;
  assert.equal((await tasks(browser, user.id)).status, 200);
  browser.at = 16 * MINUTE;
  assert.equal(browser.jar.has(DATA), true);
  assert.equal((await tasks(browser, user.id)).status, 401, "the gateway does not refresh");
  assert.equal(browser.jar.has(DATA), false, "the browser removed it");
  const second = await browser.session();
  assert.deepEqual(
    [second.session.id, second.session.createdAt, second.user],
    [first.session.id, first.session.createdAt, first.user],
  );
  assert.ok(second.session.expiresAt > first.session.expiresAt);
  assert.equal((await tasks(browser, user.id)).status, 200);
  assert.equal(claimsOf(browser, TOKEN).auth_time, Math.floor(Date.parse(first.session.createdAt) / 1000));
});

test("each use extends a session by 7 days, up to 30 days after the sign-in", async () => {
  const { browser } = await signedUp();
  const { id } = (await browser.session()).session;
  for (let day = 6; day < 30; day += 6) {
    browser.at = day * DAY;
    assert.equal((await browser.session()).session.id, id, `day ${day}`);
  }
  const { session } = await browser.session(true);
  const lasts = Date.parse(session.expiresAt) - Date.parse(session.createdAt);
  assert.equal(lasts, 30 * DAY, "not longer than 30 days");
  browser.at = 30 * DAY - MINUTE;
  assert.equal((await browser.session(true)).session.id, id);
  const kept = browser.copy();
  for (const cookie of kept.jar.values()) cookie.until = Infinity;
  kept.at = 30 * DAY + MINUTE;
  assert.equal(await kept.session(), null);
  browser.at = 30 * DAY + MINUTE;
  assert.equal(await browser.session(), null);
});

test("a session that is not used for 7 days expires", async () => {
  const { browser } = await signedUp();
  browser.at = 7 * DAY + MINUTE;
  for (const cookie of browser.jar.values()) cookie.until = Infinity;
  assert.equal(await browser.session(), null);
  assert.equal(browser.cookies(), "", "invalid cookies are removed");
});

test("with rememberMe false a session ends with the browser, and after a day without use", async () => {
  const { browser, email } = await signedUp({ rememberMe: false });
  browser.at = 20 * 60 * MINUTE;
  const refreshed = await browser.session();
  assert.notEqual(refreshed, null);
  const lasts = Date.parse(refreshed.session.expiresAt) - Date.parse(refreshed.session.updatedAt);
  assert.ok(lasts <= DAY && lasts > DAY - 1000, "in whole seconds");
  for (const { until } of browser.jar.values()) assert.equal(until, Infinity);
  const restored = browser.copy();
  restored.at = browser.at + DAY + MINUTE;
  assert.equal(await restored.session(), null);
  browser.restart();
  assert.equal(browser.cookies(), "");
  const remembered = await signedIn(email);
  remembered.restart();
  assert.notEqual(await remembered.session(), null);
});

test("signed out: kept cookies give no new session data, and issued tokens expire within 15 minutes", async () => {
  const { browser, user } = await signedUp();
  const kept = browser.copy();
  const { token } = (await browser.get("/token")).json();
  await browser.post("/sign-out");
  assert.equal(await kept.copy().session(true), null);
  assert.equal((await kept.copy().post("/update-user", { name: "X" })).status, 401);
  const bearer = (at) =>
    openBrowser(worker, { at }).ask(`/api/${user.id}/tasks`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal((await bearer(14 * MINUTE)).status, 200, "the documented exposure");
  assert.equal((await bearer(16 * MINUTE)).status, 401);
  kept.at = 16 * MINUTE;
  assert.equal(await kept.session(), null);
});

test("a password change in one of two browsers ends the other", async () => {
  const { browser: laptop, email, user } = await signedUp();
  const phone = await signedIn(email);
  const before = (await laptop.session()).session.id;
  const stolen = laptop.copy();
  const answer = await laptop.post("/change-password", { currentPassword: PASSWORD, newPassword: `${PASSWORD} 2` });
  assert.equal(answer.status, 200, answer.text);
  assert.equal(verifyJwt(answer.json().token, SECRET, { issuer: ORIGIN, audience: ORIGIN }).sub, user.id);
  for (const other of [phone, stolen]) {
    assert.equal(await other.copy().session(true), null);
    other.at = 16 * MINUTE;
    assert.equal(await other.session(), null);
  }
  laptop.at = 16 * MINUTE;
  const { session } = await laptop.session();
  assert.notEqual(session.id, before, "the session gets a new id, since others may know the old one");
  assert.equal((await openBrowser(worker).post("/sign-in/email", { email, password: PASSWORD })).status, 401);
  await signedIn(email, { password: `${PASSWORD} 2`, at: 1 });
});

test("revoke-sessions and revoke-other-sessions end the others immediately, each time they are called", async () => {
  for (const path of ["/revoke-sessions", "/revoke-other-sessions"]) {
    const { browser, email } = await signedUp();
    for (let time = 0; time < 3; time++) {
      const other = await signedIn(email);
      assert.equal((await browser.post(path)).status, 200);
      assert.equal(await other.session(true), null, `${path} ${time}`);
      assert.notEqual(await browser.session(true), null, `${path} ${time}`);
    }
    // The caller's own session still expires 30 days after the sign-in, which is when the password was verified.
    browser.at = 30 * DAY + MINUTE;
    for (const cookie of browser.jar.values()) cookie.until = Infinity;
    assert.equal(await browser.session(), null);
  }
});

test("revoke-session ends the named session if it is the user's own", async () => {
  const { browser, email } = await signedUp();
  const other = await signedIn(email);
  const stranger = await signedUp();
  const id = async (of) => (await of.session()).session.token;
  assert.equal((await browser.post("/revoke-session", { token: await id(stranger.browser) })).status, 200);
  assert.notEqual(await stranger.browser.session(true), null, "another user's session stays valid");
  await browser.post("/revoke-session", { token: await id(other) });
  assert.equal(await other.session(true), null);
  assert.notEqual(await browser.session(true), null);
  await browser.post("/revoke-session", { token: await id(browser) });
  assert.equal(browser.cookies(), "");
});

test("a deleted user is signed out in every browser, and can sign up again as a new user", async () => {
  const { browser, email, user } = await signedUp();
  const phone = await signedIn(email);
  assert.equal((await browser.post("/delete-user", { password: "wrong horse battery" })).status, 400);
  assert.deepEqual((await browser.post("/delete-user", { password: PASSWORD })).json(), {
    success: true,
    message: "User deleted",
  });
  assert.equal(browser.cookies(), "");
  assert.equal(await phone.session(true), null);
  assert.equal((await openBrowser(worker).post("/sign-in/email", { email, password: PASSWORD })).status, 401);
  const again = await openBrowser(worker).post("/sign-up/email", { name: "Ann", email, password: PASSWORD });
  assert.notEqual(again.json().user.id, user.id);
});

test("within a day of the sign-in, deleting the account and listing sessions need no password", async () => {
  const { browser } = await signedUp();
  assert.equal((await browser.get("/list-sessions")).json().length, 1);
  browser.at = DAY + MINUTE;
  const listed = await browser.get("/list-sessions");
  assert.deepEqual([listed.status, listed.json().code], [403, "SESSION_NOT_FRESH"]);
  const refused = await browser.post("/delete-user");
  assert.deepEqual([refused.status, refused.json().code], [400, "SESSION_EXPIRED"]);
  assert.equal((await browser.post("/delete-user", { password: PASSWORD })).status, 200);
});

test("a new name is in this session immediately, and in others after their refresh", async () => {
  const { browser, email } = await signedUp();
  const phone = await signedIn(email);
  assert.equal((await browser.post("/update-user", { name: "Zoë", image: "/zoe.png" })).status, 200);
  const { user } = await browser.session();
  assert.deepEqual([user.name, user.image], ["Zoë", "/zoe.png"]);
  phone.at = 16 * MINUTE;
  assert.equal((await phone.session()).user.name, "Zoë");
  await browser.post("/update-user", { image: null });
  assert.equal((await browser.session()).user.image, null);
});

test("session data that is too long for one cookie is split into several, and back", async () => {
  const { browser, user } = await signedUp();
  const name = "王".repeat(256);
  const image = `https://x.org/${"a".repeat(2000)}`;
  assert.equal((await browser.post("/update-user", { name, image })).status, 200);
  assert.deepEqual([...browser.jar.keys()].sort(), [`${DATA}.0`, `${DATA}.1`, TOKEN]);
  for (const [key, { value }] of browser.jar) assert.ok(`${key}=${value}`.length <= 4096, key);
  assert.equal((await browser.session()).user.name, name);
  assert.equal((await tasks(browser, user.id)).status, 200);
  await browser.post("/update-user", { name: "Ann", image: "" });
  assert.deepEqual([...browser.jar.keys()].sort(), [DATA, TOKEN]);
  assert.deepEqual((await browser.session()).user.image, null);
  await browser.post("/update-user", { name, image });
  await browser.post("/sign-out");
  assert.equal(browser.cookies(), "");
});

test("a rotation of secrets signs nobody out", async (t) => {
  const persist = temporaryFolder("rotation");
  const start = async (secrets, migrations) => {
    const one = await startWorker({ ...WEAK, ...secrets }, { clock: true, persist, migrations });
    t.after(() => one.stop());
    return one;
  };
  const old = await start({ AUTH_SECRET: SECRET });
  const { browser, user } = await signedUp({}, old);
  const { token } = (await browser.get("/token")).json();
  await old.stop();

  const next = "another secret of enough bytes 2026";
  const rotated = await start({ AUTH_SECRET: null, AUTH_SECRETS: `2:${next},1:${SECRET}` }, []);
  const moved = openBrowser(rotated);
  for (const [name, cookie] of browser.jar) moved.jar.set(name, cookie);
  assert.equal((await moved.session()).user.id, user.id, "session data from before the rotation");
  assert.equal((await tasks(moved, user.id)).status, 200);
  const bearer = { authorization: `Bearer ${token}` };
  assert.equal((await openBrowser(rotated).ask(`/api/${user.id}/tasks`, { headers: bearer })).status, 200);
  assert.notEqual(await moved.session(true), null, "the refresh token from before the rotation");
  const fresh = (await moved.get("/token")).json().token;
  assert.deepEqual(read(fresh).header, { alg: "HS256", typ: "JWT", kid: "2" });
  assert.deepEqual(read(moved.jar.get(DATA).value).header, { alg: "HS256" });
  assert.equal(verifyJwt(fresh, next, { issuer: ORIGIN, audience: ORIGIN }).sub, user.id);
  await rotated.stop();

  const done = await start({ AUTH_SECRET: null, AUTH_SECRETS: `2:${next}` }, []);
  const last = openBrowser(done);
  for (const [name, cookie] of moved.jar) last.jar.set(name, cookie);
  assert.notEqual(await last.session(true), null, "refreshed in time: valid with only the new secret");
  const late = openBrowser(done);
  for (const [name, cookie] of browser.jar) late.jar.set(name, cookie);
  assert.equal(await late.session(), null, "not refreshed in time");
});

test("over https the cookies are __Secure-, and others are ignored", async (t) => {
  const secure = await startWorker({ ...WEAK, BASE_URL: "https://app.example.org", COOKIE_DOMAIN: "example.org" });
  t.after(() => secure.stop());
  const body = { name: "Ann", email: "ann@example.com", password: PASSWORD };
  const answer = await secure.post("/api/auth/sign-up/email", body, { origin: "https://app.example.org" });
  const lines = answer.headers.getSetCookie();
  assert.equal(lines.length, 2);
  for (const line of lines) {
    assert.match(
      line,
      /^__Secure-better-auth\.session_(token|data)=.+; Max-Age=\d+; Domain=example\.org; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
  }
  const pairs = lines.map((line) => line.split(";")[0]);
  const ask = async (cookie) => (await secure.fetch("/api/auth/get-session", { headers: { cookie } })).json();
  assert.equal((await ask(pairs.join("; "))).user.email, "ann@example.com");
  assert.equal(await ask(pairs.map((pair) => pair.replace("__Secure-", "")).join("; ")), null);
});
