// Tests Better Auth inside Next.js, together with our password hooks, access tokens and session verifier.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { verifyJwt } from "edgeseal";
import { DATA, startApp } from "./app.mjs";

let app;

before(async () => (app = await startApp()));
after(() => app.stop());

const verified = async (cookies) => (await app.ask("/docs/verified", { cookies })).json();

test("a stored hash by Better Auth becomes argon2id at the first sign-in", async () => {
  const user = { name: "Ann", email: "old@example.com", password: "old horse battery" };
  const signedUp = await app.post("/api/auth/sign-up/email", user);
  const { id } = signedUp.json().user;
  assert.deepEqual(await verified(signedUp.jar()), { id, stored: "salt:key" });
  const wrong = await app.post("/api/auth/sign-in/email", { ...user, password: "wrong horse battery" });
  assert.equal(wrong.status, 401);
  for (let i = 0; i < 2; i += 1) {
    const { status, jar } = await app.post("/api/auth/sign-in/email", user);
    assert.equal(status, 200);
    assert.deepEqual(await verified(jar()), { id, stored: "argon2id" });
  }
});

test("a route handler identifies the user by the cookie alone, and refuses an invalid one", async () => {
  const { user, cookies } = await app.signUp("Bob");
  assert.equal((await verified({ [DATA]: cookies[DATA] })).id, user.id);
  for (const value of [`${cookies[DATA].slice(0, -2)}AA`, "x"]) assert.equal(await verified({ [DATA]: value }), null);
  assert.equal(await verified({}), null);
});

test("the access token of /token is accepted by the proxy", async () => {
  const { user, cookies } = await app.signUp("Cas");
  const { token } = (await app.ask("/api/auth/token", { cookies })).json();
  const claims = verifyJwt(token, app.secret, { issuer: app.baseURL, audience: app.baseURL });
  assert.deepEqual([claims.sub, claims.email, claims.exp - claims.iat], [user.id, user.email, 900]);
  const me = await app.ask("/api/me", { headers: { authorization: `Bearer ${token}` } });
  assert.deepEqual(me.json(), { id: user.id });
});
