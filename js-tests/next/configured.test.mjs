// Tests the same build with other settings: https, a proxy with a custom handler, and short-lived session data.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { claimsOf, DATA, ended, startApp, TOKEN } from "./app.mjs";

describe("baseURL is https", () => {
  let app, ann;
  before(async () => {
    app = await startApp({ BETTER_AUTH_URL: "https://app.example" });
    ann = await app.signUp("Ann");
  });
  after(() => app.stop());

  test("only the cookie with the __Secure- name is accepted", async () => {
    const { [`__Secure-${DATA}`]: data, [`__Secure-${TOKEN}`]: token } = ann.cookies;
    assert.ok(data && token, "the server has set them");
    assert.equal((await app.ask("/dashboard", { cookies: ann.cookies })).status, 200);
    for (const cookies of [
      { [DATA]: data },
      { [DATA]: data, [TOKEN]: token },
      { [TOKEN]: token },
      { [`__secure-${DATA}`]: data },
      { [`__Host-${DATA}`]: data },
      { [`${DATA}.0`]: data },
      { [DATA]: data, [`__Secure-${DATA}`]: "x.y.z" },
    ]) {
      assert.equal((await app.ask("/api/me", { cookies })).status, 401, Object.keys(cookies).join());
      assert.equal((await app.ask("/api/me", { cookies, headers: { "x-test-no-proxy": "1" } })).status, 401);
    }
    const beside = { ...ann.cookies, [DATA]: "x.y.z" };
    assert.equal((await app.ask("/api/me", { cookies: beside })).status, 200, "the other name is ignored");
  });

  test("sign-in is at that origin, whatever the connection is", async () => {
    for (const headers of [{}, { "x-forwarded-proto": "http" }, { host: "internal:3000" }]) {
      const { location } = (await app.ask("/dashboard", { headers })).headers;
      assert.match(location, /^(https:\/\/app\.example)?\/sign-in\?callbackUrl=%2Fdashboard/);
    }
  });

  test("a refresh sets the secure names", async () => {
    const name = `__Secure-${DATA}`;
    const cookies = { ...ann.cookies, [name]: app.forge(ann.cookies, undefined, ended()) };
    const page = await app.ask("/dashboard", { cookies });
    assert.equal(page.status, 200);
    assert.equal(claimsOf(page.jar()[name]).user.id, ann.user.id);
    const line = page.headers["set-cookie"].find((cookie) => cookie.startsWith(name));
    assert.match(line, /; Secure/i);
  });

  test("access tokens need that issuer and audience", async () => {
    const authorization = `Bearer ${app.bearer(ann.user.id)}`;
    assert.equal((await app.ask("/api/me", { headers: { authorization } })).status, 200);
  });
});

test("baseURL is http: the __Secure- name is not accepted", async () => {
  const app = await startApp();
  try {
    const { cookies } = await app.signUp("Ann");
    const secure = { [`__Secure-${DATA}`]: cookies[DATA], [`__Secure-${TOKEN}`]: cookies[TOKEN] };
    assert.equal((await app.ask("/api/me", { cookies: secure })).status, 401);
    assert.equal((await app.ask("/api/me", { cookies })).status, 200);
  } finally {
    await app.stop();
  }
});

describe("proxyWith", () => {
  let app, ann;
  before(async () => {
    app = await startApp({ WITH_NONCE: "1" });
    ann = await app.signUp("Ann");
  });
  after(() => app.stop());

  test("its additions reach the page and the browser, and ours stay", async () => {
    const page = await app.ask("/dashboard", { cookies: ann.cookies });
    assert.equal(page.status, 200);
    assert.equal(page.headers["x-test-session"], ann.user.id);
    const [, nonce] = /'nonce-([^']+)'/.exec(page.headers["content-security-policy"]);
    assert.ok(page.text.includes(`nonce="${nonce}"`), "Next.js has put the nonce of the request into the page");

    const raw = (await app.ask("/api/raw", { cookies: ann.cookies, headers: { "x-user-id": "client" } })).json();
    assert.equal(raw.seal.subject, ann.user.id);
    assert.match(raw.headers["content-security-policy"], /nonce-/);
    assert.equal(raw.headers["x-user-id"], undefined);
  });

  test("public pages reach it too, without a session", async () => {
    for (const cookies of [{}, { [DATA]: "x.y.z" }]) {
      const page = await app.ask("/", { cookies });
      assert.equal(page.status, 200);
      assert.equal(page.headers["x-test-session"], "none");
      assert.match(page.headers["content-security-policy"], /nonce-/);
    }
  });

  test("it is not called for refused requests", async () => {
    const page = await app.ask("/dashboard");
    assert.equal(page.status, 307);
    assert.match(page.headers.location, /\/sign-in\?callbackUrl=/);
    assert.equal(page.headers["x-test-session"], undefined);
    assert.equal((await app.ask("/api/me")).status, 401);
    assert.equal((await app.ask("/vault")).status, 307);
  });

  test("a refresh works with it: the cookie goes to the browser, the session to the page", async () => {
    const cookies = { ...ann.cookies, [DATA]: app.forge(ann.cookies, undefined, ended()) };
    const page = await app.ask("/dashboard", { cookies });
    assert.equal(page.status, 200);
    assert.ok(page.text.includes(ann.user.id));
    assert.equal(page.headers["x-test-session"], ann.user.id);
    assert.equal(claimsOf(page.jar()[DATA]).user.id, ann.user.id);
  });
});

test("the server's own session data of five seconds: a visit continues with fresh data each time", async () => {
  const app = await startApp({ COOKIE_CACHE_AGE: "5" });
  try {
    let { user, cookies } = await app.signUp("Ann");
    for (let visit = 1; visit <= 3; visit += 1) {
      await new Promise((resolve) => setTimeout(resolve, 6100));
      const before = cookies[DATA];
      const page = await app.ask("/dashboard", { cookies });
      assert.equal(page.status, 200);
      assert.ok(page.text.includes(user.id));
      cookies = page.jar(cookies);
      assert.notEqual(cookies[DATA], before);
      assert.equal(app.authServer.calls.length, visit);
    }
  } finally {
    await app.stop();
  }
});
