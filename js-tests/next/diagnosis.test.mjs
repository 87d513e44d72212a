// Tests that if a wrong setting sends signed-in users back to the sign-in page, the log names the setting and the fix.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { generateSecret, signJwt } from "edgeseal";
import { getVerifiedSession } from "edgeseal/better-auth";
import { createAuth } from "edgeseal/next";
import { NextRequest } from "next/server.js";

const secret = generateSecret();
const BASE = "http://localhost:3000";
const DAY = new Date(Date.now() + 86_400_000).toISOString();
const claims = { session: { id: "s1", userId: "ann", expiresAt: DAY }, user: { id: "ann" }, version: "1" };
const data = (more = {}, key = secret, options = {}) =>
  signJwt({ ...claims, ...more }, key, { typ: false, expiresIn: 300, ...options });
const compact = Buffer.from(JSON.stringify({ session: claims, expiresAt: 1, signature: "x" })).toString("base64url");
const LATER = { currentDate: new Date(Date.now() + 600_000) };

/** Returns the lines that `run` logs. Clears the record of recent lines first, so that no line is suppressed. */
async function warned(run) {
  const lines = [];
  const before = console.warn;
  console.warn = (line) => lines.push(line);
  globalThis[Symbol.for("edgeseal.log")]?.clear();
  try {
    await run();
  } finally {
    console.warn = before;
  }
  return lines;
}

const ask = (cookie, options = {}, path = "/mine") =>
  createAuth({ secret, baseURL: BASE, ...options }).proxy(new NextRequest(BASE + path, { headers: { cookie } }), {});

const HTTPS = { baseURL: "https://app.example" };
/** Cookies, options, and the expected log line. */
const cases = [
  ["compact", `better-auth.session_data=${compact}`, {}, /"compact".*strategy: "jwt"/],
  ["jwe", "better-auth.session_data=eyJh..aa.bb.cc", {}, /"jwe".*strategy: "jwt"/],
  ["another secret", `better-auth.session_data=${data({}, generateSecret())}`, {}, /secret signed.*secret/],
  [
    "another version",
    `better-auth.session_data=${data({ version: "2" })}`,
    { version: "1" },
    /version "2".*version is "1"/,
  ],
  ["another clock", `better-auth.session_data=${data({ nbf: Math.floor(Date.now() / 1000) + 120 })}`, {}, /nbf.*clock/],
  ["its clock is ten minutes ahead", `better-auth.session_data=${data({}, secret, LATER)}`, {}, /iat.*clock/],
  ["another prefix", `acme.session_token=x; acme.session_data=${data()}`, {}, /cookiePrefix: "acme"/],
  ["own name", `app_session=${data()}`, {}, /cookieNames: \{ session_data: "app_session" \}/],
  ["https there", `__Secure-better-auth.session_data=${data()}`, {}, /useSecureCookies: true/],
  ["http there", `better-auth.session_data=${data()}`, HTTPS, /useSecureCookies: false/],
  ["http there, refresh cookie only", "better-auth.session_token=x", HTTPS, /useSecureCookies: false/],
];

for (const [why, cookie, options, expected] of cases) {
  test(`${why}: the log names the setting, once a minute`, async () => {
    const lines = await warned(async () => {
      for (let i = 0; i < 3; i += 1) assert.equal((await ask(cookie, options)).status, 307);
    });
    assert.equal(lines.length, 1, lines.join("\n"));
    assert.match(lines[0], /^edgeseal\/next: /);
    assert.match(lines[0], expected);
    assert.ok(!lines[0].includes(secret) && !/ey[\w-]{20}/.test(lines[0]), "without secrets and tokens");
    const { baseURL, ...rules } = { secret, baseURL: BASE, ...options };
    const direct = await warned(() => assert.equal(getVerifiedSession(cookie, { ...rules, baseURL }), null));
    assert.match(direct.join("\n"), expected);
    assert.match(direct[0], /^edgeseal\/better-auth: /);
  });
}

test("a line for another setting is logged in the same minute", async () => {
  const lines = await warned(async () => {
    for (const [, cookie, options] of cases.slice(0, 4)) await ask(cookie, options);
  });
  assert.deepEqual(lines.length, 3, "compact and jwe are one setting");
});

test("nothing is logged if no setting is the cause", async () => {
  const expired = data({}, secret, { currentDate: new Date(Date.now() - 600_000) });
  const lines = await warned(async () => {
    for (const cookie of [
      "",
      "theme=dark",
      `better-auth.session_data=${expired}`,
      "a.b=c",
      "better-auth.session_data=x.y.z",
    ])
      await ask(cookie);
    assert.equal((await ask(`better-auth.session_data=${data()}`)).headers.get("x-middleware-next"), "1");
  });
  assert.deepEqual(lines, []);
});

const servers = [];
after(() => servers.forEach((server) => server.close()));

/** An auth server that always sends the same response. */
async function authServer(body, setCookies) {
  const server = createServer((_, response) => response.setHeader("set-cookie", setCookies).end(JSON.stringify(body)));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  servers.push(server);
  return `http://127.0.0.1:${server.address().port}`;
}

test("the auth server's response is diagnosed too", async () => {
  const session = { session: { id: "s1" }, user: { id: "ann" } };
  const old = data({}, secret, { currentDate: new Date(Date.now() - 600_000) });
  for (const [why, body, setCookies, expected] of [
    ["no cookieCache", session, [], /sets no cookie better-auth.session_data.*cookieCache.*"jwt"/],
    ["compact", session, [`better-auth.session_data=${compact}; Path=/`], /"compact"/],
    ["another secret", session, [`better-auth.session_data=${data({}, generateSecret())}; Path=/`], /secret/],
    ["own name", session, [`app_session=${data()}; Path=/`], /cookieNames/],
    ["clock", session, [`better-auth.session_data=${old}; Path=/`], /clock/],
    ["signed out", null, ["better-auth.session_token=; Max-Age=0; Path=/"], undefined],
  ]) {
    const authURL = await authServer(body, setCookies);
    const lines = await warned(() => ask(`better-auth.session_token=${encodeURIComponent(why)}`, { authURL }));
    if (expected === undefined) assert.deepEqual(lines, [], why);
    else assert.match(lines.join("\n"), expected, why);
  }
});

test("in development the redirect carries the hint, and callbackUrl() logs it; in production it does not", async () => {
  const cookie = `better-auth.session_data=${compact}`;
  const before = process.env.NODE_ENV;
  try {
    for (const [mode, hint] of [
      ["development", 1],
      ["production", 0],
    ]) {
      process.env.NODE_ENV = mode;
      const to = new URL((await ask(cookie)).headers.get("location")).searchParams.get("callbackUrl");
      assert.match(to, hint ? /^\/mine#edgeseal_hint=.*compact/ : /^\/mine$/, mode);
      const auth = createAuth({ secret, baseURL: BASE });
      const lines = await warned(() => assert.equal(auth.callbackUrl(to), "/mine"));
      assert.equal(lines.length, hint);
      if (hint) assert.match(lines[0], /signed in, but no session.*"compact"/);
      const forged = await warned(() => assert.equal(auth.callbackUrl("/mine#edgeseal_hint=a%0Ab%1b"), "/mine"));
      assert.equal(forged.join(), hint ? "edgeseal/next: signed in, but no session: ab" : "");
    }
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  }
});

test("cookieNames and useSecureCookies work as in Better Auth", async () => {
  const found = async (cookie, options) => (await ask(cookie, options)).status === 200;
  const cookieNames = { session_data: "app_session" };
  assert.ok(await found(`app_session=${data()}`, { cookieNames }));
  assert.ok(!(await found(`better-auth.session_data=${data()}`, { cookieNames })));
  assert.ok(await found(`__Secure-app_session=${data()}`, { cookieNames, useSecureCookies: true }));
  const cut = data();
  const chunks = `app_session.0=${cut.slice(0, 99)}; app_session.1=${cut.slice(99)}`;
  assert.ok(await found(chunks, { cookieNames }));
  assert.ok(await found(`better-auth.session_data=${data()}`, { ...HTTPS, useSecureCookies: false }));
  assert.ok(!(await found(`better-auth.session_data=${data()}`, { useSecureCookies: true })));
  assert.ok(await found(`better-auth.session_data=${data()}`, { version: "1" }));
  assert.ok(!(await found(`better-auth.session_data=${data()}`, { version: "2" })));
  const rules = { secret, baseURL: BASE, cookieNames, useSecureCookies: true };
  assert.equal(getVerifiedSession(`__Secure-app_session=${data()}`, rules)?.user.id, "ann");
  for (const wrong of [{ cookieNames: "x" }, { cookieNames: { other: "x" } }, { cookieNames: { session_data: "a b" } }])
    assert.throws(() => createAuth({ secret, baseURL: BASE, ...wrong }), { code: "ERR_OPTION_INVALID" });
  assert.throws(() => createAuth({ secret, baseURL: BASE, useSecureCookies: "yes" }), /useSecureCookies/);
});

test("a session that is refreshed with custom names reaches the page", async () => {
  const cookieNames = { session_token: "tok", session_data: "dat" };
  const authURL = await authServer({ session: {} }, [`dat=${data()}; Path=/`]);
  const auth = createAuth({ secret, baseURL: BASE, authURL, cookieNames });
  const answer = await auth.proxy(new NextRequest(`${BASE}/mine`, { headers: { cookie: "tok=own-names; dat=x" } }), {});
  assert.equal(answer.headers.get("x-middleware-next"), "1");
  assert.match(answer.headers.get("x-middleware-request-cookie"), /^tok=own-names; dat=ey/);
});
