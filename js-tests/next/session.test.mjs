// Tests edgeseal/next with a real Better Auth server: who gets access, and how everybody else is refused.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { generateSecret } from "edgeseal";
import { claimsOf, DATA, dataOf, ended, PAST_PROXY, startApp, TOKEN } from "./app.mjs";

let app, ann, bob;

before(async () => {
  app = await startApp();
  ann = await app.signUp("Ann");
  bob = await app.signUp("Bob");
});
after(() => app.stop());

const DOORS = { "with the proxy": {}, "without the proxy": PAST_PROXY };

/** Asserts that the page and the API refuse these cookies, with and without the proxy. */
async function refused(cookies, why) {
  for (const [door, headers] of Object.entries(DOORS)) {
    const page = await app.ask("/dashboard", { cookies, headers });
    assert.equal(page.status, 307, `${why}, page ${door}`);
    assert.equal(new URL(page.headers.location, app.baseURL).pathname, "/sign-in", `${why} ${door}`);
    assert.doesNotMatch(page.text, /protected/, `${why}, page ${door}`);
    for (const path of ["/api/me", "/api/required"]) {
      const api = await app.ask(path, { cookies, headers });
      assert.equal(api.status, 401, `${why}, ${path} ${door}`);
    }
    const raw = await app.ask("/docs/raw", { cookies, headers });
    assert.equal(raw.json().session, null, `${why}, getSession ${door}`);
  }
}

test("signed up: the page, the APIs, the action and getSession have the user", async () => {
  const { user, cookies } = ann;
  assert.ok(DATA in cookies && TOKEN in cookies, "the server has set both cookies");
  for (const [door, headers] of Object.entries(DOORS)) {
    const page = await app.ask("/dashboard", { cookies, headers });
    assert.equal(page.status, 200, door);
    assert.match(page.text, new RegExp(`<b>${user.id}</b>.*<i>${user.email}</i>`), door);
    for (const path of ["/api/me", "/api/required"]) {
      assert.deepEqual((await app.ask(path, { cookies, headers })).json(), { id: user.id }, `${path} ${door}`);
    }
    const { session } = (await app.ask("/docs/raw", { cookies, headers })).json();
    assert.equal(session.user.id, user.id, door);
    assert.equal(session.user.email, user.email, door);
    assert.equal(session.session.userId, user.id, door);
  }
});

test("a server action checks the session itself, on a public page", async () => {
  const page = await app.ask("/docs/a");
  const [, action] = /name="(\$ACTION_ID_[0-9a-f]+)"/.exec(page.text);
  const call = (cookies) => {
    const headers = { "content-type": "multipart/form-data; boundary=b", origin: app.baseURL };
    const body = `--b\r\ncontent-disposition: form-data; name="${action}"\r\n\r\n\r\n--b--\r\n`;
    return app.ask("/docs/a", { method: "POST", cookies, headers, body });
  };
  const where = ({ status, headers }) => {
    assert.equal(status, 303);
    return new URL(headers.location, app.baseURL);
  };
  assert.equal(where(await call(ann.cookies)).search, `?by=${ann.user.id}`);
  assert.equal(where(await call({})).pathname, "/sign-in");
  const forged = { [DATA]: app.forge(ann.cookies, undefined, { key: generateSecret() }) };
  assert.equal(where(await call(forged)).pathname, "/sign-in");
});

test("without a session: a page redirects to sign-in and back, an API responds with 401", async () => {
  const page = await app.ask("/dashboard?tab=1&q=a%20b");
  assert.equal(page.status, 307);
  const to = new URL(page.headers.location, app.baseURL);
  assert.equal(to.origin, app.baseURL);
  assert.equal(to.pathname, "/sign-in");
  assert.deepEqual([...to.searchParams.keys()], ["callbackUrl"]);
  assert.match(page.headers.location, /\/sign-in\?callbackUrl=%2Fdashboard/);
  const back = new URL(to.searchParams.get("callbackUrl"), app.baseURL);
  assert.equal(back.pathname, "/dashboard");
  assert.deepEqual(Object.fromEntries(back.searchParams), { tab: "1", q: "a b" });

  for (const path of ["/api/me", "/api/vault", "/api/nothing-here"]) {
    for (const method of ["GET", "POST", "HEAD", "DELETE"]) {
      const api = await app.ask(path, { method });
      assert.equal(api.status, 401, `${method} ${path}`);
      assert.match(api.headers["www-authenticate"], /^Bearer/);
      assert.equal(api.headers["cache-control"], "no-store");
      if (method === "HEAD") continue;
      assert.match(api.headers["content-type"], /^application\/json/);
      const { message, code, ...more } = api.json();
      assert.equal(typeof message, "string");
      assert.match(code, /^[A-Z_]+$/);
      assert.deepEqual(more, {});
    }
  }
  await refused({}, "no cookie");
});

test("responses that depend on the session are not stored in shared caches", async () => {
  for (const cookies of [{}, ann.cookies]) {
    const page = await app.ask("/dashboard", { cookies });
    assert.doesNotMatch(page.headers["cache-control"] ?? "private", /public|s-maxage/, `${page.status}`);
  }
});

test("public paths are served to everyone", async () => {
  for (const path of ["/", "/sign-in", "/sign-up", "/docs/a", "/docs/raw", "/api/auth/ok"]) {
    assert.equal((await app.ask(path)).status, 200, path);
    assert.equal((await app.ask(path, { cookies: { [DATA]: "x.y.z" } })).status, 200, `${path} with a broken cookie`);
  }
  const page = await app.ask("/sign-in");
  const scripts = [...page.text.matchAll(/src="(\/_next\/static\/[^"]+)"/g)].map(([, path]) => path);
  assert.ok(scripts.length > 0);
  for (const path of scripts) assert.equal((await app.ask(path)).status, 200, path);
});

test("a cookie that was changed, truncated, or signed with another secret is refused", async () => {
  const good = ann.cookies[DATA];
  const [header, claims, mac] = good.split(".");
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const asBob = encode({ ...claimsOf(good), user: claimsOf(bob.cookies[DATA]).user });
  const flipped = mac.slice(0, 10) + (mac[10] === "A" ? "B" : "A") + mac.slice(11);
  const cases = {
    "a changed MAC": [header, claims, flipped].join("."),
    "changed claims": [header, asBob, mac].join("."),
    "alg none": [encode({ alg: "none" }), claims, ""].join("."),
    "alg none, with the MAC": [encode({ alg: "none" }), claims, mac].join("."),
    "no MAC": `${header}.${claims}`,
    "an empty MAC": `${header}.${claims}.`,
    "another's secret": app.forge(ann.cookies, undefined, { key: generateSecret() }),
    "another algorithm": app.forge(ann.cookies, undefined, { algorithm: "HS512" }),
    "a trailing space": `${good}%20`,
    "percent signs": "%E0%A4%A",
    nothing: "",
    words: "undefined",
  };
  for (const [why, value] of Object.entries(cases)) await refused({ [DATA]: value }, why);
});

test("signed data that is no current session of one user is refused", async () => {
  const { cookies } = ann;
  const minuteAgo = new Date(Date.now() - 60_000).toISOString();
  const changes = {
    "another user's session": (claims) => ({ ...claims, session: { ...claims.session, userId: bob.user.id } }),
    "another user in it": (claims) => ({ ...claims, user: claimsOf(bob.cookies[DATA]).user }),
    "an expired session": (claims) => ({ ...claims, session: { ...claims.session, expiresAt: minuteAgo } }),
    "an invalid expiry date": (claims) => ({ ...claims, session: { ...claims.session, expiresAt: "soon" } }),
    "no expiry date": ({ session: { expiresAt, ...session }, ...claims }) => ({ ...claims, session }),
    "no session": ({ session, ...claims }) => claims,
    "no user": ({ user, ...claims }) => claims,
    "null for both": (claims) => ({ ...claims, session: null, user: null }),
    "lists for both": (claims) => ({ ...claims, session: [claims.session], user: [claims.user] }),
    "empty ids": (claims) => ({ ...claims, session: { ...claims.session, userId: "" }, user: { id: "" } }),
    "no ids": ({ session: { userId, ...session }, user: { id, ...user }, ...claims }) => ({ ...claims, session, user }),
  };
  for (const [why, change] of Object.entries(changes)) await refused({ [DATA]: app.forge(cookies, change) }, why);
  await refused({ [DATA]: app.forge(cookies, undefined, ended()) }, "data that has expired");
  const taken = { [DATA]: app.forge(cookies) };
  assert.equal((await app.ask("/dashboard", { cookies: taken })).status, 200, "unchanged it is accepted");
});

test("another token with the same secret is no session", async () => {
  const [, mailed] = new RegExp(`mail to ${ann.user.email}: (\\S+)`).exec(app.log());
  assert.equal(claimsOf(mailed).email, ann.user.email, "the server's own token of e-mail verification");
  await refused({ [DATA]: mailed }, "an e-mail verification token");
  await refused({ [DATA]: app.bearer(ann.user.id) }, "an access token");
  await refused({ [DATA]: ann.cookies[TOKEN] }, "the refresh cookie's value");
});

test("the same name twice: cookies of two users identify nobody, and junk does not affect a genuine one", async () => {
  const two = (first, second) => ({ headers: { cookie: `${DATA}=${first}; ${DATA}=${second}` } });
  const [anns, bobs] = [ann.cookies[DATA], bob.cookies[DATA]];
  for (const given of [two("x.y.z", anns), two(anns, "x.y.z"), two(anns, anns)]) {
    assert.deepEqual((await app.ask("/api/me", given)).json(), { id: ann.user.id });
  }
  for (const given of [two(anns, bobs), two(bobs, anns)]) {
    assert.equal((await app.ask("/dashboard", given)).status, 307);
    assert.equal((await app.ask("/api/me", given)).status, 401);
    const past = { headers: { ...given.headers, ...PAST_PROXY } };
    assert.equal((await app.ask("/dashboard", past)).status, 307, "without the proxy");
    assert.equal((await app.ask("/api/me", past)).status, 401, "without the proxy");
  }
});

test("a large session comes in chunks; a missing, duplicate or foreign chunk is refused", async () => {
  const large = await app.signUp("L".repeat(3600));
  const names = Object.keys(large.cookies).filter((name) => name.startsWith(DATA));
  assert.deepEqual(names.sort(), [`${DATA}.0`, `${DATA}.1`]);
  const chunks = names.map((name) => large.cookies[name]);
  const page = await app.ask("/dashboard", { cookies: large.cookies });
  assert.equal(page.status, 200);
  assert.ok(page.text.includes(large.user.id));
  const turned = { [names[1]]: chunks[1], [names[0]]: chunks[0] };
  assert.equal((await app.ask("/api/me", { cookies: turned })).status, 200, "in any order");

  await refused({ [names[0]]: chunks[0] }, "only the first");
  await refused({ [names[1]]: chunks[1] }, "only the second");
  await refused({ [names[0]]: chunks[1], [names[1]]: chunks[0] }, "exchanged");
  await refused({ ...turned, [`${DATA}.2`]: "AAAA" }, "one more");
  await refused({ [`${DATA}.00`]: chunks[0], [`${DATA}.01`]: chunks[1] }, "other numbers");
  const { text } = await app.ask("/docs/raw", { cookies: { ...ann.cookies, ...turned } });
  const { session } = JSON.parse(text);
  assert.ok(
    [undefined, ann.user.id].includes(session?.user.id),
    "whole cookie and chunks: the whole one counts, or nobody",
  );
  assert.equal(dataOf(large.cookies), chunks.join(""));
});
