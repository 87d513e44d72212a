// Tests clients that don't use cookies: the official client, set up as described in the docs for Better Auth's `bearer`
// plugin.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createAuthClient } from "better-auth/client";
import { jwtClient } from "better-auth/client/plugins";
import { cookieHeader, ORIGIN, read, startWorker, WEAK } from "./local-worker.mjs";

const PASSWORD = "correct horse battery";
const SITE = "https://another-site.example";
let plain, off;

before(async () => {
  const settings = { ...WEAK, TRUSTED_ORIGINS: SITE };
  [plain, off] = await Promise.all([startWorker({ ...settings, BEARER_SESSIONS: "true" }), startWorker(settings)]);
});
after(() => Promise.all([plain.stop(), off.stop()]));

/** The official client without cookies. It sends the token from the last `set-auth-token` header that it received. */
function openClient(worker = plain, headers = {}) {
  const kept = { token: "", answers: [] };
  const client = createAuthClient({
    baseURL: ORIGIN,
    plugins: [jwtClient()],
    fetchOptions: {
      auth: { type: "Bearer", token: () => kept.token },
      onSuccess: ({ response }) => {
        const token = response.headers.get("set-auth-token");
        if (token) kept.token = token;
      },
      customFetchImpl: async (url, init) => {
        const { pathname, search } = new URL(url);
        const sent = new Headers(init.headers);
        for (const [name, value] of Object.entries(headers)) sent.set(name, value);
        const answer = await worker.fetch(pathname + search, { method: init.method, body: init.body, headers: sent });
        kept.answers.push(answer);
        return answer;
      },
    },
  });
  return { client, kept };
}

let people = 0;
async function someone(worker = plain, headers = {}) {
  const { client, kept } = openClient(worker, headers);
  const email = `bearer${(people += 1)}@example.com`;
  const { data } = await client.signUp.email({ name: "Ann", email, password: PASSWORD });
  return { client, kept, email, user: data.user, access: data.token };
}

const bearer = (token, headers = {}) => ({ headers: { authorization: `Bearer ${token}`, ...headers } });
const sessionOf = async (token) => (await plain.fetch("/api/auth/get-session", bearer(token))).json();

test("the official client signs in, stays signed in and signs out without cookies", async () => {
  const { client, kept, email, user } = await someone();
  assert.deepEqual(read(kept.token).header, { alg: "HS256", typ: "bearer+jwt" });
  assert.equal((await client.getSession()).data.user.id, user.id);

  const { data } = await client.token();
  const tasks = await plain.fetch(`/api/${user.id}/tasks`, bearer(data.token));
  assert.equal(tasks.status, 200, "the gateway accepts an access token");
  assert.equal(
    (await plain.fetch(`/api/${user.id}/tasks`, bearer(kept.token))).status,
    401,
    "a bearer session is no access token",
  );

  assert.deepEqual((await client.updateUser({ name: "Ann O'Hara" })).data, { status: true });
  assert.equal((await client.getSession()).data.user.name, "Ann O'Hara");
  assert.equal((await client.listSessions()).data.length, 1);

  const elsewhere = openClient();
  await elsewhere.client.signIn.email({ email, password: PASSWORD });
  assert.deepEqual((await client.revokeOtherSessions()).data, { status: true });
  assert.equal((await elsewhere.client.getSession()).data, null);

  const before = kept.token;
  const changed = await client.changePassword({ currentPassword: PASSWORD, newPassword: "an even longer staple" });
  assert.equal(changed.data.user.id, user.id);
  assert.notEqual(kept.token, before);
  assert.equal(await sessionOf(before), null, "the earlier session has expired");
  assert.equal((await client.getSession()).data.user.id, user.id);

  const last = kept.token;
  assert.deepEqual((await client.signOut()).data, { success: true });
  assert.equal(await sessionOf(last), null);
  assert.equal((await client.listSessions()).error.status, 401);

  const cookies = kept.answers.slice(1).flatMap((answer) => answer.headers.getSetCookie());
  assert.deepEqual(cookies, [], "a client with a token gets no cookie");
});

test("revoke-session, revoke-sessions and delete-user end a bearer session, too", async () => {
  const { client, kept } = await someone();
  const { session } = (await client.getSession()).data;
  const before = kept.token;
  await client.revokeSession({ token: session.token });
  assert.equal(kept.answers.at(-1).headers.get("set-auth-token"), null, "no new token after the session ended");
  assert.equal(await sessionOf(before), null);

  const other = await someone();
  const first = other.kept.token;
  await other.client.revokeSessions();
  assert.equal(await sessionOf(first), null);
  assert.equal((await other.client.getSession()).data.user.id, other.user.id);
  assert.equal((await other.client.deleteUser({ password: PASSWORD })).data.success, true);
  assert.equal(await sessionOf(other.kept.token), null);
});

test("a read extends the session and returns a new token; with disableRefresh it doesn't", async () => {
  const { kept } = await someone();
  for (const path of ["get-session", "token", "list-sessions"]) {
    const answer = await plain.fetch(`/api/auth/${path}`, bearer(kept.token));
    const renewed = read(answer.headers.get("set-auth-token")).claims;
    const { sub, sid, auth_time, valid_after } = read(kept.token).claims;
    assert.deepEqual(
      [renewed.sub, renewed.sid, renewed.auth_time, renewed.valid_after],
      [sub, sid, auth_time, valid_after],
      path,
    );
    const unchanged = await plain.fetch(`/api/auth/${path}?disableRefresh=1`, bearer(kept.token));
    assert.deepEqual([unchanged.status, unchanged.headers.get("set-auth-token")], [200, null], path);
  }
});

test("a request with a cookie never gets a token", async () => {
  const { email } = await someone();
  const signIn = (headers) => plain.post("/api/auth/sign-in/email", { email, password: PASSWORD }, headers);
  const signedIn = await signIn({ origin: ORIGIN });
  assert.ok(signedIn.headers.get("set-auth-token"));
  const cookie = cookieHeader(signedIn);
  for (const headers of [{ cookie: "theme=dark" }, { cookie }]) {
    const answer = await signIn({ origin: ORIGIN, ...headers });
    assert.deepEqual([answer.status, answer.headers.get("set-auth-token")], [200, null]);
    assert.ok(answer.headers.getSetCookie().length > 1);
  }
  const token = signedIn.headers.get("set-auth-token");
  for (const path of ["get-session?disableCookieCache=1", "token", "list-sessions"]) {
    for (const headers of [{ cookie }, { cookie, authorization: `Bearer ${token}` }]) {
      const answer = await plain.fetch(`/api/auth/${path}`, { headers });
      assert.deepEqual([answer.status, answer.headers.get("set-auth-token")], [200, null], path);
    }
  }
  // The token authenticates the request, even if the request has an unrelated cookie.
  const odd = await plain.fetch("/api/auth/token", bearer(token, { cookie: "theme=dark" }));
  assert.deepEqual([odd.status, odd.headers.getSetCookie(), odd.headers.get("set-auth-token")], [200, [], null]);
});

test("a cookie and a token of two users are refused; of one user, the cookie counts", async () => {
  const [ann, bob] = [await someone(), await someone()];
  const signIn = { email: bob.email, password: PASSWORD };
  const cookie = cookieHeader(await plain.post("/api/auth/sign-in/email", signIn, { origin: ORIGIN }));
  const mixed = { authorization: `Bearer ${ann.kept.token}`, cookie, origin: ORIGIN };
  for (const path of ["get-session", "token", "list-sessions"]) {
    const answer = await plain.fetch(`/api/auth/${path}`, { headers: mixed });
    assert.deepEqual([answer.status, (await answer.json()).code], [400, "IDENTITY_CONFLICT"], path);
  }
  const own = { cookie, authorization: `Bearer ${bob.kept.token}` };
  assert.equal((await (await plain.fetch("/api/auth/get-session", { headers: own })).json()).user.id, bob.user.id);
  assert.equal((await plain.post("/api/auth/sign-out", {}, mixed)).status, 200, "a sign-out is accepted with both");
  assert.equal(await sessionOf(ann.kept.token), null, "both sessions ended");
  const fresh = await plain.fetch("/api/auth/get-session?disableCookieCache=1", { headers: { cookie } });
  assert.equal(await fresh.json(), null);
});

test("a sign-in and a new password always return a session, whatever else is sent", async () => {
  const ann = await someone();
  const old = { authorization: `Bearer ${ann.kept.token}` };
  assert.equal((await plain.post("/api/auth/sign-out", {}, old)).status, 200);
  const opens = async (answer) => {
    assert.equal(answer.status, 200);
    const token = answer.headers.get("set-auth-token");
    const headers = token ? { authorization: `Bearer ${token}` } : { cookie: cookieHeader(answer) };
    const session = await (await plain.fetch("/api/auth/get-session", { headers })).json();
    assert.equal(session?.user.id, ann.user.id);
    return token;
  };
  const signIn = { email: ann.email, password: PASSWORD };
  await opens(await plain.post("/api/auth/sign-in/email", signIn, { origin: ORIGIN, ...old, cookie: "theme=dark" }));
  const token = await opens(await plain.post("/api/auth/sign-in/email", signIn, { origin: ORIGIN, ...old }));
  const change = { currentPassword: PASSWORD, newPassword: "an even longer staple" };
  const sent = { authorization: `Bearer ${token}`, origin: ORIGIN, cookie: "theme=dark" };
  await opens(await plain.post("/api/auth/change-password", change, sent));
});

test("a token with cookies does not bypass the origin check; without cookies it needs no origin", async () => {
  const { kept } = await someone();
  const update = (headers) =>
    plain.post("/api/auth/update-user", { name: "Bo" }, { authorization: `Bearer ${kept.token}`, ...headers });
  assert.equal((await update({})).status, 200);
  assert.equal((await update({ cookie: "theme=dark" })).status, 403);
  assert.equal((await update({ cookie: "theme=dark", origin: "https://evil.example" })).status, 403);
});

test("an invalid bearer session is ignored", async () => {
  const { kept, access } = await someone();
  const [header, claims, signature] = kept.token.split(".");
  for (const token of [
    access,
    "",
    "x",
    `${header}.${claims}.${signature.slice(1)}`,
    `${kept.token}.`,
    kept.token.slice(2),
  ]) {
    assert.equal(await sessionOf(token), null);
    assert.equal((await plain.fetch("/api/auth/token", bearer(token))).status, 401);
  }
  for (const authorization of [kept.token, `Basic ${kept.token}`, `Token ${kept.token}`]) {
    const answer = await plain.fetch("/api/auth/get-session", { headers: { authorization } });
    assert.equal(await answer.json(), null, authorization.slice(0, 6));
  }
  const lower = await plain.fetch("/api/auth/get-session", { headers: { authorization: `bearer ${kept.token}` } });
  assert.notEqual(await lower.json(), null, "the scheme's case does not matter (RFC 9110 §11.1)");
});

test("without BEARER_SESSIONS bearer sessions are neither issued nor accepted", async () => {
  const { kept, user } = await someone(off);
  assert.equal(kept.token, "");
  const other = await someone();
  for (const path of ["token", "list-sessions"])
    assert.equal((await off.fetch(`/api/auth/${path}`, bearer(other.kept.token))).status, 401);
  const page = await off.fetch("/api/auth/ok", { headers: { origin: SITE } });
  assert.doesNotMatch(page.headers.get("access-control-expose-headers"), /set-auth-token/);
  assert.ok(user.id);
});

test("a page of another site may send and read the token if its origin is trusted", async () => {
  const { kept } = await someone(plain, { origin: SITE, "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" });
  assert.ok(kept.token, "a page of another site can read it");
  const [answer] = kept.answers;
  assert.equal(answer.headers.get("access-control-allow-origin"), SITE);
  assert.match(answer.headers.get("access-control-expose-headers"), /(^|, )set-auth-token(,|$)/);
  const preflight = await plain.fetch("/api/auth/update-user", {
    method: "OPTIONS",
    headers: {
      origin: SITE,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type",
    },
  });
  assert.equal(preflight.headers.get("access-control-allow-headers"), "authorization, content-type");
});

test("the Worker refuses to serve if BEARER_SESSIONS is neither true nor false", async (t) => {
  const worker = await startWorker({ BEARER_SESSIONS: "yes" });
  t.after(() => worker.stop());
  assert.equal((await worker.fetch("/api/auth/ok")).status, 500);
  assert.ok(worker.log.includes("BEARER_SESSIONS must be true or false"), worker.log);
});
