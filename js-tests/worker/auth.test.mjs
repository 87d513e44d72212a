// Tests the auth API over HTTP. Its response bodies, cookies and refusals must be the same as Better Auth's.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { signJwt } from "edgeseal";
import { cookieHeader, ORIGIN, read, SECRET, startWorker } from "./local-worker.mjs";

const ANN = { name: "Ann", email: "Ann@Example.com", password: "correct horse" };
let worker, signedUp, ann, cookies;

before(async () => {
  worker = await startWorker();
  signedUp = await worker.post("/api/auth/sign-up/email", ANN);
  ann = await signedUp.json();
  cookies = cookieHeader(signedUp);
});
after(() => worker.stop());

const refused = async (response, status, code) => {
  const text = await response.text();
  assert.equal(response.status, status, text);
  assert.equal(JSON.parse(text).code, code);
};

test("sign-up returns token and user and sets httpOnly cookies", () => {
  assert.equal(signedUp.status, 200);
  assert.equal(ann.user.email, "ann@example.com");
  assert.deepEqual(Object.keys(ann.user).sort(), [
    "createdAt",
    "email",
    "emailVerified",
    "id",
    "image",
    "name",
    "updatedAt",
  ]);
  const { header, claims } = read(ann.token);
  assert.deepEqual(header, { alg: "HS256", typ: "JWT" });
  assert.equal(claims.exp - claims.iat, 900);
  assert.deepEqual([claims.sub, claims.iss, claims.aud], [ann.user.id, ORIGIN, ORIGIN]);
  const set = signedUp.headers.getSetCookie();
  assert.equal(set.length, 2);
  for (const cookie of set)
    assert.match(cookie, /^better-auth\.session_(token|data)=.+; Path=\/; HttpOnly; SameSite=Lax$/);
});

test("the refresh token is in no body", async () => {
  const refresh = decodeURIComponent(cookies.match(/session_token=([^;]+)/)[1]);
  const signedIn = await worker.post("/api/auth/sign-in/email", ANN);
  const session = await worker.fetch("/api/auth/get-session", { headers: { cookie: cookies } });
  for (const text of [JSON.stringify(ann), await signedIn.text(), await session.text()]) {
    assert.ok(!text.includes(refresh.split(".")[2]));
  }
  assert.ok(!worker.log.includes("eyJ"));
});

test("sign-in accepts the right password in any case of the address", async () => {
  const response = await worker.post("/api/auth/sign-in/email", {
    ...ANN,
    email: "ANN@example.COM",
    callbackURL: "/home",
  });
  const body = await response.json();
  assert.equal(response.status, 200);
  assert.deepEqual([body.redirect, body.url, body.user.id], [true, "/home", ann.user.id]);
});

test("an unknown user and a wrong password get the same response", async () => {
  const wrong = await worker.post("/api/auth/sign-in/email", { ...ANN, password: "wrong horse" });
  const unknown = await worker.post("/api/auth/sign-in/email", { ...ANN, email: "nobody@example.com" });
  assert.equal(await wrong.clone().text(), await unknown.clone().text());
  await refused(wrong, 401, "INVALID_EMAIL_OR_PASSWORD");
});

test("an address signs up once, in any case and with concurrent requests", async () => {
  await refused(await worker.post("/api/auth/sign-up/email", ANN), 422, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL");
  const tries = ["bo@x.org", "BO@x.org", "Bo@X.org"].map((email) =>
    worker.post("/api/auth/sign-up/email", { ...ANN, email }),
  );
  const statuses = (await Promise.all(tries)).map((response) => response.status);
  assert.deepEqual(statuses.sort(), [200, 422, 422]);
});

test("get-session reads session data, refreshes it if missing, and is null without a session", async () => {
  const ask = async (cookie) => {
    const response = await worker.fetch("/api/auth/get-session", { headers: cookie ? { cookie } : {} });
    return {
      body: await response.json(),
      set: response.headers.getSetCookie(),
      jwt: response.headers.get("set-auth-jwt"),
    };
  };
  const cached = await ask(cookies);
  assert.equal(cached.body.user.id, ann.user.id);
  assert.equal(cached.body.session.userId, ann.user.id);
  assert.equal(cached.set.length, 0);
  assert.equal(read(cached.jwt).claims.sub, ann.user.id);
  const [token, data] = cookies.split("; ");
  const refreshed = await ask(token);
  assert.equal(refreshed.body.session.id, cached.body.session.id);
  assert.equal(refreshed.set.length, 2);
  // As in Better Auth, session data is ignored if there is no session_token.
  const alone = await ask(data);
  assert.deepEqual([alone.body, alone.jwt, alone.set.length], [null, null, 2]);
  assert.deepEqual(await ask(), { body: null, set: [], jwt: null });
});

test("invalid cookies are refused and removed", async () => {
  const claims = { session: { userId: ann.user.id, expiresAt: "2099-01-01T00:00:00.000Z" }, user: { id: ann.user.id } };
  const expired = signJwt(claims, SECRET, { typ: false, expiresIn: 900, currentDate: new Date(Date.now() - 901_000) });
  const foreign = signJwt(claims, `${SECRET}!`, { typ: false, expiresIn: 900 });
  const mailVerification = signJwt({ email: ANN.email }, SECRET, { typ: false, expiresIn: 900 });
  const changed = cookies.replace(/.(?=;|$)/g, (last) => (last === "A" ? "B" : "A"));
  for (const value of [expired, foreign, mailVerification, ann.token, "garbage", "a.b.c", "é"]) {
    const cookie = `better-auth.session_data=${value}; better-auth.session_token=${value}`;
    const response = await worker.fetch("/api/auth/get-session", { headers: { cookie: encodeURI(cookie) } });
    assert.equal(await response.text(), "null");
    assert.equal(response.headers.getSetCookie().length, 2);
    assert.equal((await worker.fetch("/api/auth/token", { headers: { cookie: encodeURI(cookie) } })).status, 401);
  }
  assert.equal(await (await worker.fetch("/api/auth/get-session", { headers: { cookie: changed } })).text(), "null");
});

test("/token returns an access token, or 401 without a session", async () => {
  const response = await worker.fetch("/api/auth/token", { headers: { cookie: cookies } });
  assert.equal(read((await response.json()).token).claims.email, "ann@example.com");
  const without = await worker.fetch("/api/auth/token");
  assert.equal(without.headers.get("www-authenticate"), "Bearer");
  await refused(without, 401, "UNAUTHORIZED");
});

test("sign-out ends the session, also for a copied refresh token", async () => {
  const mine = cookieHeader(await worker.post("/api/auth/sign-in/email", ANN));
  const response = await worker.post("/api/auth/sign-out", {}, { cookie: mine, origin: ORIGIN });
  assert.deepEqual(await response.json(), { success: true });
  for (const cookie of response.headers.getSetCookie()) assert.match(cookie, /=; Max-Age=0;/);
  const kept = mine.split("; ").find((pair) => pair.includes("session_token"));
  const again = await worker.fetch("/api/auth/get-session", { headers: { cookie: kept } });
  assert.equal(await again.text(), "null");
});

test("a write with cookies needs a trusted origin", async () => {
  for (const [headers, code] of [
    [{}, "MISSING_OR_NULL_ORIGIN"],
    [{ origin: "null" }, "MISSING_OR_NULL_ORIGIN"],
    [{ origin: "http://evil.example" }, "INVALID_ORIGIN"],
    [{ origin: `${ORIGIN}.evil.example` }, "INVALID_ORIGIN"],
    [{ referer: "http://localhost:3001/" }, "INVALID_ORIGIN"],
  ]) {
    await refused(await worker.post("/api/auth/sign-out", {}, { cookie: cookies, ...headers }), 403, code);
  }
  const login = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
  await refused(
    await worker.navigate("/api/auth/sign-in/email", ANN, login),
    403,
    "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED",
  );
});

test("callback URLs stay on trusted origins", async () => {
  for (const callbackURL of ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"]) {
    await refused(await worker.post("/api/auth/sign-in/email", { ...ANN, callbackURL }), 403, "INVALID_CALLBACK_URL");
  }
});

test("the Worker accepts the same callback URLs as edgeseal/next", async () => {
  const table = JSON.parse(readFileSync(new URL("../../contracts/callbacks.json", import.meta.url)));
  const here = (callbackURL) => callbackURL.replaceAll(table.origin, ORIGIN);
  const answers = async (callbacks) =>
    Promise.all(
      callbacks.map(async (callback) => {
        const answer = await worker.post("/api/auth/sign-in/email", {
          email: "",
          password: "x",
          callbackURL: here(callback),
        });
        return (await answer.json()).code;
      }),
    );
  const codes = [await answers(table.taken), await answers(table.refused)];
  assert.deepEqual(
    codes.map((all) => [...new Set(all)]),
    [["INVALID_EMAIL"], ["INVALID_CALLBACK_URL"]],
  );
});

test("invalid input is a 4xx with a code, and the next request works", async () => {
  const up = "/api/auth/sign-up/email";
  const { name, email, password } = ANN;
  await refused(await worker.post(up, "{"), 400, "BAD_REQUEST");
  await refused(await worker.post(up, ""), 400, "VALIDATION_ERROR");
  await refused(await worker.post(up, '{"email":"\\ud800"}'), 400, "BAD_REQUEST");
  await refused(await worker.post(up, "[]"), 400, "VALIDATION_ERROR");
  await refused(await worker.post(up, "[".repeat(60_000)), 400, "BAD_REQUEST");
  await refused(await worker.post(up, { name, password }), 400, "VALIDATION_ERROR");
  await refused(await worker.post(up, { name, email }), 400, "VALIDATION_ERROR");
  await refused(await worker.post(up, { name, email: 5, password: {} }), 400, "VALIDATION_ERROR");
  await refused(await worker.post(up, { name, email: "bad", password }), 400, "VALIDATION_ERROR");
  await refused(await worker.post(up, { name, email: "c@x.org", password: "short" }), 400, "PASSWORD_TOO_SHORT");
  await refused(await worker.post(up, { name, email: "c@x.org", password: "x".repeat(129) }), 400, "PASSWORD_TOO_LONG");
  await refused(await worker.post(up, { name, email: "c@x.org", password: "é".repeat(40) }), 400, "PASSWORD_TOO_LONG");
  await refused(await worker.post(up, { name, email: "c@x.org", password: `${password}\0x` }), 400, "VALIDATION_ERROR");
  const change = { currentPassword: password, newPassword: "before\0after" };
  const page = { cookie: cookies, origin: ORIGIN };
  await refused(await worker.post("/api/auth/change-password", change, page), 400, "VALIDATION_ERROR");
  await refused(await worker.post(up, `"${"x".repeat(1 << 17)}"`), 413, "PAYLOAD_TOO_LARGE");
  await refused(await worker.post(up, "{}", { "content-type": "text/plain" }), 415, "UNSUPPORTED_MEDIA_TYPE");
  const unknown = await worker.fetch("/api/auth/nope");
  assert.deepEqual([unknown.status, await unknown.text()], [404, ""]);
  assert.deepEqual(await (await worker.fetch("/api/auth/ok")).json(), { ok: true });
  assert.doesNotMatch(worker.log, /panicked/);
});

test("only a remembered session outlives the browser", async () => {
  const response = await worker.post("/api/auth/sign-in/email", { ...ANN, rememberMe: false });
  for (const cookie of response.headers.getSetCookie()) assert.doesNotMatch(cookie, /Max-Age/);
  for (const cookie of signedUp.headers.getSetCookie()) assert.match(cookie, /Max-Age=(604800|900);/);
});
