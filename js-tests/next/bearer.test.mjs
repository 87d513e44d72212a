// Tests access tokens in `Authorization: Bearer`, as API clients send them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { generateSecret, signJwt } from "edgeseal";
import { createAuth } from "edgeseal/next";
import { claimsOf, DATA, PAST_PROXY, startApp } from "./app.mjs";

let app, ann, bob;

before(async () => {
  app = await startApp();
  ann = await app.signUp("Ann");
  bob = await app.signUp("Bob");
});
after(() => app.stop());

const ask = (path, authorization, { cookies, headers } = {}) =>
  app.ask(path, { cookies, headers: { authorization, ...headers } });

test("the auth server's token is accepted, by the proxy and by the route", async () => {
  const token = app.bearer(ann.user.id);
  for (const headers of [{}, PAST_PROXY]) {
    for (const scheme of ["Bearer", "bearer", "BEARER"]) {
      const me = await ask("/api/me", `${scheme} ${token}`, { headers });
      assert.equal(me.status, 200, scheme);
      assert.deepEqual(me.json(), { id: ann.user.id });
    }
    const { session } = (await ask("/docs/raw", `Bearer ${token}`, { headers })).json();
    assert.equal(session.user.id, ann.user.id);
  }
});

test("the Worker's complete token is accepted, with e-mail, name and jti", async () => {
  const claims = { sub: ann.user.id, email: ann.user.email, name: "Ann", jti: crypto.randomUUID() };
  const token = signJwt(claims, app.secret, { issuer: app.baseURL, audience: app.baseURL, expiresIn: 900 });
  const { session } = (await ask("/docs/raw", `Bearer ${token}`)).json();
  assert.equal(session.user.id, ann.user.id);
  assert.equal(session.user.email, ann.user.email);
});

test("an invalid token gets 401 and the class of the reason, nothing more", async () => {
  const { id } = ann.user;
  const late = { currentDate: new Date(Date.now() - 901_000) };
  const { exp, iat, ...data } = claimsOf(ann.cookies[DATA]);
  const own = { issuer: app.baseURL, audience: app.baseURL, expiresIn: 900 };
  const tokens = {
    "another's secret": app.bearer(id, {}, generateSecret()),
    expired: app.bearer(id, late),
    "another issuer": app.bearer(id, { issuer: "https://other.example" }),
    "another audience": app.bearer(id, { audience: "https://other.example" }),
    "no issuer": signJwt({ sub: id }, app.secret, { audience: app.baseURL, expiresIn: 900 }),
    "no audience": signJwt({ sub: id }, app.secret, { issuer: app.baseURL, expiresIn: 900 }),
    "no subject": signJwt({}, app.secret, own),
    "HS512, which is not configured": app.bearer(id, { algorithm: "HS512" }),
    "a refresh token's type": app.bearer(id, { typ: "refresh+jwt" }),
    "not yet valid": app.bearer(id, { notBefore: 600 }),
    "session data": ann.cookies[DATA],
    "session data with an issuer": signJwt(data, app.secret, { ...own, typ: false }),
  };
  for (const [why, token] of Object.entries(tokens)) {
    for (const headers of [{}, PAST_PROXY]) {
      const api = await ask("/api/me", `Bearer ${token}`, { headers });
      assert.equal(api.status, 401, why);
      assert.ok(!api.text.includes(token.split(".")[1]), why);
      assert.equal((await ask("/docs/raw", `Bearer ${token}`, { headers })).json().session, null, why);
    }
    const { headers } = await ask("/api/me", `Bearer ${token}`);
    assert.match(headers["www-authenticate"], /^Bearer\b.*error="invalid_token"/, why);
  }
});

test("a malformed header is 401 for an API, and never a 5xx", async () => {
  const token = app.bearer(ann.user.id);
  const headers = [
    "Bearer %E0%A4%A",
    "Bearer",
    "Bearer ",
    "Bearer ..",
    "Bearer a.b.c",
    `Bearer ${token}, Bearer ${token}`,
    `Bearer ${token},${token}`,
    `Bearer ${token} ${token}`,
    `Basic dXNlcjpwYXNz, Bearer ${token}`,
    `Bearer Basic ${token}`,
    `Basic ${token}`,
    `Bearer: ${token}`,
    `Bearer="${token}"`,
    `Bearer "${token}"`,
    `Bearer%20${token}`,
    `Bearer${token}`,
    `Bearer\t${token}\tx`,
    `Token ${token}`,
    token,
    `Bearer ${"A".repeat(9000)}`,
    `Bearer ${token.replaceAll(".", "%2E")}`,
    `Bearer ${"\u00e9".repeat(20)}`,
  ];
  for (const header of headers) {
    for (const door of [{}, PAST_PROXY]) {
      const api = await ask("/api/me", header, { headers: door });
      assert.equal(api.status, 401, header);
      assert.ok((await ask("/docs/a", header, { headers: door })).status < 500, header);
      assert.ok((await ask("/dashboard", header, { headers: door })).status < 500, header);
    }
  }
});

test("a Bearer token with another user's cookie is refused; with the same user's it is accepted", async () => {
  const both = (sub, cookies, headers = {}) => ask("/api/me", `Bearer ${app.bearer(sub)}`, { cookies, headers });
  for (const door of [{}, PAST_PROXY]) {
    for (const [sub, cookies] of [
      [bob.user.id, ann.cookies],
      [ann.user.id, bob.cookies],
    ]) {
      const mixed = await both(sub, cookies, door);
      assert.ok([400, 401].includes(mixed.status), `${mixed.status}`);
      assert.doesNotMatch(mixed.text, new RegExp(`${ann.user.id}|${bob.user.id}`));
    }
    const same = await both(ann.user.id, ann.cookies, door);
    assert.equal(same.status, 200);
    assert.deepEqual(same.json(), { id: ann.user.id });
  }
});

test("a valid cookie doesn't help an invalid Bearer token", async () => {
  const api = await ask("/api/me", `Bearer ${app.bearer(ann.user.id, {}, generateSecret())}`, ann);
  assert.equal(api.status, 401);
});

test("with another scheme, the cookie counts", async () => {
  const api = await ask("/api/me", "Basic dXNlcjpwYXNz", ann);
  assert.equal(api.status, 200);
});

test("a user always has a name and an email, whatever the token claims", async () => {
  const secret = generateSecret();
  const auth = createAuth({ secret, baseURL: "https://app.example" });
  for (const [claims, expected] of [
    [{}, ["", ""]],
    [{ name: 1, email: null }, ["", ""]],
    [{ name: "Ann", email: "ann@example.com" }, ["Ann", "ann@example.com"]],
  ]) {
    const token = signJwt({ sub: "ann", ...claims }, secret, {
      issuer: "https://app.example",
      audience: "https://app.example",
      expiresIn: 60,
    });
    const request = new Request("https://app.example/", { headers: { authorization: `Bearer ${token}` } });
    const { user } = await auth.getSession(request);
    assert.deepEqual([user.name, user.email], expected);
  }
});
