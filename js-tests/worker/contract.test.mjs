// Checks contracts/auth-api.yaml against the Worker: every response must be documented, and every documented response
// must occur. The e-mail tests in contract/email.mjs also run here, because the last test needs all responses.
import assert from "node:assert/strict";
import { createHmac, hkdfSync } from "node:crypto";
import { test } from "node:test";
import { contract, documented } from "./contract.mjs";
import {
  ask,
  CHANGE,
  clocked,
  cookieless,
  expect,
  faulty,
  given,
  HEALTH_SECRET,
  limited,
  mailbox,
  PASSWORD,
  plain,
  RESET,
  secure,
  SIGN_INS,
  someone,
  unconfigured,
  VERIFY,
  withoutDatabase,
  withoutTables,
} from "./contract/asking.mjs";
import "./contract/email.mjs";
import { cookieHeader, earlyInTheMinute, FAULT, ORIGIN, SECRET, startWorker, WEAK } from "./local-worker.mjs";
import { pathOf, tokenOf } from "./mailbox.mjs";

const DAY = 24 * 60 * 60;
const POSTS = Object.keys(contract.paths).filter((path) => contract.paths[path].post && !/[{]|get-session/.test(path));

/** Makes a refresh token for the same session, but with a sign-in time that is `seconds` earlier. */
function aged(cookie, seconds) {
  const key = Buffer.from(hkdfSync("sha256", SECRET, "", "edgeseal refresh v1", 32));
  const mac = (text, encoding) => createHmac("sha256", key).update(text).digest(encoding);
  const [header, payload] = decodeURIComponent(cookie.match(/session_token=([^;]+)/)[1]).split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url"));
  claims.auth_time -= seconds;
  claims.signed_in -= seconds * 1000;
  const signed = `${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
  const token = `${signed}.${mac(signed, "base64url")}`;
  return `better-auth.session_token=${encodeURIComponent(`${token}.${mac(token, "base64")}`)}`;
}

test("refusals that all writes share", async () => {
  const ann = await someone();
  for (const path of POSTS) {
    const post = (options) => ["POST", path, options];
    await expect(403, "MISSING_OR_NULL_ORIGIN", ...post({ body: {}, headers: { cookie: ann.cookie } }));
    await expect(
      403,
      "INVALID_ORIGIN",
      ...post({ body: {}, headers: { ...ann.headers, origin: "https://evil.example" } }),
    );
    for (const [member, code] of [
      ["callbackURL", "INVALID_CALLBACK_URL"],
      ["redirectTo", "INVALID_REDIRECT_URL"],
      ["errorCallbackURL", "INVALID_ERROR_CALLBACK_URL"],
      ["newUserCallbackURL", "INVALID_NEW_USER_CALLBACK_URL"],
    ])
      await expect(403, code, ...post({ body: { [member]: "https://evil.example" }, headers: ann.headers }));
    await expect(400, "BAD_REQUEST", ...post({ raw: "{", headers: ann.headers }));
    await expect(400, "VALIDATION_ERROR", ...post({ body: { callbackURL: 5 }, headers: ann.headers }));
    await expect(413, "PAYLOAD_TOO_LARGE", ...post({ raw: `"${"x".repeat(1 << 16)}"`, headers: ann.headers }));
    const form = { ...ann.headers, "content-type": "application/x-www-form-urlencoded" };
    await expect(415, "UNSUPPORTED_MEDIA_TYPE", ...post({ raw: "a=b", headers: form }));
  }
});

test("endpoints that need a session, without one", async () => {
  const bodies = {
    "/api/auth/change-password": { newPassword: PASSWORD, currentPassword: PASSWORD },
    "/api/auth/change-email": { newEmail: "new@example.com" },
    "/api/auth/verify-password": { password: PASSWORD },
    "/api/auth/revoke-session": { token: "x" },
  };
  const stale = { cookie: "better-auth.session_token=stale", origin: ORIGIN };
  for (const [path, item] of Object.entries(contract.paths)) {
    for (const [name, { security, responses }] of Object.entries(item)) {
      const isFree = security?.length === 0 || security?.some((one) => Object.keys(one).length === 0);
      if (!responses?.["401"] || isFree || path.includes("{")) continue;
      const body = name === "post" ? (bodies[path] ?? {}) : undefined;
      await expect(401, "UNAUTHORIZED", name.toUpperCase(), path, { body });
      await expect(401, "UNAUTHORIZED", name.toUpperCase(), path, { body, headers: stale });
    }
  }
});

test("sign-up and sign-in", async () => {
  const [up, into] = SIGN_INS;
  const { email } = await someone();
  const ann = { name: "Ann", email: "ann@example.com", password: PASSWORD };
  await expect(400, "PASSWORD_TOO_SHORT", "POST", up, { body: { ...ann, password: "short" } });
  await expect(400, "PASSWORD_TOO_LONG", "POST", up, { body: { ...ann, password: "x".repeat(129) } });
  await expect(400, "PASSWORD_COMPROMISED", "POST", up, { body: { ...ann, password: "password123" } });
  await expect(400, "VALIDATION_ERROR", "POST", up, { body: { ...ann, email: "nobody" } });
  await expect(400, "VALIDATION_ERROR", "POST", up, { body: { ...ann, image: "javascript:alert(1)" } });
  await expect(422, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL", "POST", up, {
    body: { ...ann, email: email.toUpperCase() },
  });
  await expect(200, undefined, "POST", into, { body: { email, password: PASSWORD } });
  await expect(200, undefined, "POST", into, {
    body: { email, password: PASSWORD, callbackURL: "/hömé", rememberMe: false },
  });
  await expect(401, "INVALID_EMAIL_OR_PASSWORD", "POST", into, { body: { email, password: "wrong" } });
  await expect(401, "INVALID_EMAIL_OR_PASSWORD", "POST", into, { body: ann });
  await expect(400, "INVALID_EMAIL", "POST", into, { body: { ...ann, email: "nobody" } });
  await expect(400, "PASSWORD_TOO_LONG", "POST", into, { body: { email, password: "x".repeat(129) } });
  const closed = await someone();
  await plain.database
    .prepare(`INSERT INTO "edgeseal_user" ("userId", "sessionsValidAfter", "disabledAt") VALUES (?1, ?2, ?2)`)
    .bind(closed.user.id, Date.now())
    .run();
  await expect(403, "BANNED_USER", "POST", into, { body: { email: closed.email, password: PASSWORD } });
  await expect(401, "INVALID_EMAIL_OR_PASSWORD", "POST", into, { body: { email: closed.email, password: "wrong" } });
  await expect(401, "UNAUTHORIZED", "GET", "/api/auth/token?disableCookieCache=1", { headers: closed.headers });
  const worker = await startWorker({ ...WEAK });
  await worker.database.exec(`ALTER TABLE "user" ADD COLUMN "twoFactorEnabled" integer DEFAULT 1`);
  const twice = { ...ann, email: "twice@example.com" };
  await worker.post(up, twice);
  await expect(403, "TWO_FACTOR_REQUIRED", "POST", into, { worker, body: twice });
  await worker.stop();
  const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
  for (const path of SIGN_INS)
    await expect(403, "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED", "POST", path, { body: ann, headers, navigated: true });
});

test("the caller's session", async () => {
  const ann = await someone();
  const get = (path, cookie = ann.cookie) => ask("GET", path, { headers: { cookie, origin: ORIGIN } });
  for (const query of [
    "",
    "?disableCookieCache=true",
    "?disableRefresh=true",
    "?disableCookieCache=1&disableRefresh=1",
  ])
    assert.equal((await (await get(`/api/auth/get-session${query}`)).json()).user.email, ann.email);
  assert.equal(await (await get("/api/auth/get-session", "better-auth.session_token=stale")).text(), "null");
  assert.equal(await (await ask("GET", "/api/auth/get-session")).text(), "null");
  await expect(405, "METHOD_NOT_ALLOWED_DEFER_SESSION_REQUIRED", "POST", "/api/auth/get-session", { body: {} });
  const [refresh] = ann.cookie.split("; ");
  for (const cookie of [ann.cookie, refresh]) assert.equal((await get("/api/auth/token", cookie)).status, 200);
  const [own, ...others] = await (await get("/api/auth/list-sessions", refresh)).json();
  assert.deepEqual([own.userId, others], [ann.user.id, []]);
  await expect(403, "SESSION_NOT_FRESH", "GET", "/api/auth/list-sessions", {
    headers: { cookie: aged(refresh, 2 * DAY) },
  });
  for (const options of [{ headers: ann.headers }, { headers: ann.headers, body: {} }, {}])
    await expect(200, undefined, "POST", "/api/auth/sign-out", options);
});

test("other sessions", async () => {
  const ann = await someone();
  for (const path of ["/api/auth/revoke-sessions", "/api/auth/revoke-other-sessions"])
    ann.headers.cookie = cookieHeader(await ask("POST", path, { headers: ann.headers, body: {} }));
  const session = await ask("GET", "/api/auth/get-session", { headers: ann.headers });
  const { token } = (await session.json()).session;
  for (const body of [{ token: "no id" }, { token: "x".repeat(32) }, { token }])
    await expect(200, undefined, "POST", "/api/auth/revoke-session", { headers: ann.headers, body });
  await expect(401, "UNAUTHORIZED", "POST", "/api/auth/revoke-session", { headers: ann.headers, body: { token } });
});

test("the user", async () => {
  const ann = await someone();
  const { headers } = ann;
  const post = (name, body) => ["POST", `/api/auth/${name}`, { headers, body }];
  for (const body of [{ name: "Ann O'Hara" }, { image: "https://example.com/a.png" }, { image: null }])
    await expect(200, undefined, ...post("update-user", body));
  await expect(400, "NO_FIELDS_TO_UPDATE", ...post("update-user", {}));
  await expect(400, "EMAIL_CAN_NOT_BE_UPDATED", ...post("update-user", { email: "b@example.com" }));
  await expect(400, "VALIDATION_ERROR", ...post("update-user", { image: "x".repeat(3000) }));

  const change = (newPassword, currentPassword = PASSWORD) => post("change-password", { newPassword, currentPassword });
  await expect(400, "PASSWORD_TOO_SHORT", ...change("short"));
  await expect(400, "PASSWORD_TOO_LONG", ...change("x".repeat(129)));
  await expect(400, "PASSWORD_COMPROMISED", ...change("password123"));
  await expect(400, "INVALID_PASSWORD", ...change("a longer staple", "wrong"));
  headers.cookie = cookieHeader(await ask(...change("a longer staple")));

  const verify = (password) => post("verify-password", { password });
  await expect(200, undefined, ...verify("a longer staple"));
  await expect(400, "INVALID_PASSWORD", ...verify("wrong"));
  await expect(400, "PASSWORD_TOO_LONG", ...verify("x".repeat(129)));

  await expect(400, "INVALID_PASSWORD", ...post("delete-user", { password: "wrong" }));
  await expect(400, "PASSWORD_TOO_LONG", ...post("delete-user", { password: "x".repeat(129) }));
  await expect(404, "INVALID_TOKEN", ...post("delete-user", { token: "x" }));
  const old = { cookie: aged(headers.cookie, 2 * DAY), origin: ORIGIN };
  await expect(400, "SESSION_EXPIRED", "POST", "/api/auth/delete-user", { headers: old, body: {} });
  await expect(200, undefined, ...post("delete-user", { password: "a longer staple" }));
});

test("the page about an error", async () => {
  for (const query of ["", "?error=INVALID_TOKEN", "?error=<script>"]) {
    const response = await ask("GET", `/api/auth/error${query}`);
    assert.match(await response.text(), query.includes("INVALID") ? /INVALID_TOKEN/ : /UNKNOWN/);
  }
});

test("paths and methods that do not exist", async () => {
  await expect(200, undefined, "GET", "/api/auth/ok");
  for (const [method, path] of [
    ["GET", "/api/auth/jwks"],
    ["GET", "/api/auth"],
    ["GET", "/api/auth/ok/"],
    ["POST", "/api/auth/ok"],
    ["PUT", "/api/auth/sign-up/email"],
    ["GET", "/api/auth/sign-up/email"],
    ["POST", "/api/auth/forget-password"],
    ["GET", "/api/auth/reset-password"],
    ["GET", "/api/auth/reset-password/a/b"],
    ["OPTIONS", "/api/auth/ok"],
  ])
    await expect(404, undefined, method, path);
  for (const origin of [ORIGIN, "https://evil.example"])
    for (const path of ["/api/auth/ok", "/api/auth/nope", "/api/x/tasks"])
      await expect(204, undefined, "OPTIONS", path, { headers: { origin, "access-control-request-method": "POST" } });
});

test("the gateway's own responses", async () => {
  const [ann, bob] = [await someone(), await someone()];
  const bearer = { authorization: `Bearer ${ann.token}` };
  const foreign = { ...ann.headers, origin: "https://evil.example" };
  await expect(405, "METHOD_NOT_ALLOWED", "OPTIONS", `/api/${ann.user.id}/tasks`, { headers: bearer });
  for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
    const call = (path, headers = {}) => [method, path, { headers }];
    await expect(200, undefined, ...call(`/api/${ann.user.id}/tasks`, bearer));
    await expect(200, undefined, ...call(`/api/${ann.user.id}/tasks`, ann.headers));
    await expect(404, "PATH_INVALID", ...call(`/api/${ann.user.id}/a%2fb`, bearer));
    await expect(401, "UNAUTHORIZED", ...call(`/api/${ann.user.id}/tasks`));
    await expect(403, "FORBIDDEN", ...call(`/api/${bob.user.id}/tasks`, bearer));
    await expect(404, "NOT_FOUND", ...call("/nowhere", bearer));
    await expect(502, "UPSTREAM_UNAVAILABLE", ...call(`/api/${ann.user.id}/gone/x`, bearer));
    await expect(504, "UPSTREAM_TIMEOUT", ...call(`/api/${ann.user.id}/late/x`, bearer));
    await expect(405, "METHOD_NOT_ALLOWED", ...call(`/api/${ann.user.id}/nothing/x`, bearer));
    await expect(400, "IDENTITY_CONFLICT", ...call(`/api/${ann.user.id}/tasks`, { ...bearer, cookie: bob.cookie }));
    if (method === "GET") continue;
    await expect(403, "MISSING_OR_NULL_ORIGIN", ...call(`/api/${ann.user.id}/tasks`, { cookie: ann.cookie }));
    await expect(403, "INVALID_ORIGIN", ...call(`/api/${ann.user.id}/tasks`, foreign));
  }
});

test("sessions without cookies, and with another user's cookie", async () => {
  const people = [1, 2].map((index) => ({ name: "Ann", email: `${index}@example.com`, password: PASSWORD }));
  const worker = cookieless;
  const [ann, bob] = await Promise.all(people.map((body) => ask("POST", "/api/auth/sign-up/email", { worker, body })));
  const authorization = `Bearer ${ann.headers.get("set-auth-token")}`;
  const mixed = { authorization, cookie: cookieHeader(bob), origin: ORIGIN };
  const change = { currentPassword: PASSWORD, newPassword: "an even longer staple" };
  const verify = pathOf(await mailbox.next("verify-email", people[0].email)).replace(/&.*/, "");
  for (const method of ["GET", "POST"])
    await expect(400, "IDENTITY_CONFLICT", method, verify, { worker, headers: mixed });
  const deletion = "/api/auth/delete-user/callback?token=x";
  await expect(400, "IDENTITY_CONFLICT", "GET", deletion, { worker, headers: mixed });
  for (const [method, path, body] of [
    ["POST", "send-verification-email", { email: people[0].email }],
    ["POST", "change-email", { newEmail: "new@example.com" }],
    ["GET", "get-session"],
    ["GET", "token"],
    ["GET", "list-sessions"],
    ["POST", "update-user", { name: "Bo" }],
    ["POST", "revoke-session", { token: "none" }],
    ["POST", "revoke-sessions", {}],
    ["POST", "revoke-other-sessions", {}],
    ["POST", "verify-password", { password: PASSWORD }],
    ["POST", "change-password", change],
    ["POST", "delete-user", {}],
  ]) {
    const asked = [method, `/api/auth/${path}`];
    await expect(400, "IDENTITY_CONFLICT", ...asked, { worker, body, headers: mixed });
    if (method === "GET") await expect(200, undefined, ...asked, { worker, headers: { authorization } });
  }
  for (const headers of [mixed, { authorization }])
    await expect(200, undefined, "POST", "/api/auth/sign-out", { worker, body: {}, headers });
});

test("a request over http when BASE_URL is https", async () => {
  const plain = { worker: secure, by: "http://app.example.org" };
  await expect(308, "HTTPS_REQUIRED", "GET", "/api/auth/nope", plain);
  await expect(403, "HTTPS_REQUIRED", "PUT", "/api/auth/nope", plain);
});

test("a client that stalls in the middle of a body", async () => {
  const body = { name: "Ann", email: "ann@example.com", password: PASSWORD };
  const signedUp = await ask("POST", "/api/auth/sign-up/email", { worker: clocked, body });
  const { token, user } = await signedUp.json();
  const headers = { authorization: `Bearer ${token}` };
  const stops = async (method) => {
    const raw = new ReadableStream({ start: (sink) => sink.enqueue(Buffer.from("some of it")) });
    const init = { worker: clocked, headers, raw, duplex: "half" };
    await expect(408, "REQUEST_TIMEOUT", method, `/api/${user.id}/tasks`, init);
  };
  await Promise.all(["POST", "PUT", "PATCH", "DELETE"].map(stops));
});

test("the server's own failures", async () => {
  for (const [path, item] of Object.entries(contract.paths)) {
    const placeholders = { "{endpoint}": "nope", "{owner}": "x", "{path}": "tasks", "{token}": "x" };
    const asked = path.replaceAll(/\{\w+\}/g, (name) => placeholders[name]);
    for (const name of Object.keys(item).filter((key) => item[key].responses?.["500"])) {
      const method = name.toUpperCase();
      await expect(500, "CONFIG_INVALID", method, asked, { worker: unconfigured });
      // The gateway needs no database, so only a stopped instance makes it fail.
      const isAuth = path.startsWith("/api/auth/");
      const failing = isAuth ? { worker: withoutDatabase } : { worker: clocked, headers: { [FAULT]: "trap" } };
      await expect(500, "INTERNAL_SERVER_ERROR", method, asked, failing);
    }
  }
});

test("a database without tables, and one that does not respond", async () => {
  // Make the Worker read the database. Otherwise it wouldn't, because the session data is valid.
  const forced = { "/api/auth/get-session": "?disableCookieCache=1", "/api/auth/token": "?disableCookieCache=1" };
  forced["/api/auth/list-sessions"] = "?disableCookieCache=1";
  const ann = { name: "Ann", email: "ann@example.com", password: PASSWORD };
  const body = { ...ann, currentPassword: PASSWORD, newPassword: "another horse", token: "x".repeat(32) };
  const { headers } = await someone();
  const linked = await someone(clocked);
  await expect(200, undefined, "POST", RESET, { worker: clocked, body: { email: linked.email } });
  const token = tokenOf(await mailbox.next("reset-password", linked.email));
  forced[VERIFY] = `?token=${tokenOf(await mailbox.next("verify-email", linked.email))}`;
  forced["/api/auth/delete-user/callback"] = "?token=x";
  forced["/api/auth/reset-password/{token}"] = "?callbackURL=/";
  const bodies = {
    "/api/auth/delete-user": { password: PASSWORD },
    "/api/auth/reset-password": { newPassword: "another horse", token },
    [CHANGE]: { newEmail: "new@example.com" },
  };
  for (const [path, item] of Object.entries(contract.paths)) {
    for (const [name, { responses }] of Object.entries(item)) {
      const asks = JSON.stringify(responses?.["503"] ?? "");
      if (!path.startsWith("/api/auth/") || !/DatabaseUnavailable|SessionNotEnded|Unavailable/.test(asks)) continue;
      const request = [name.toUpperCase(), `${path.replace("{token}", token)}${forced[path] ?? ""}`];
      const given = { headers, body: name === "get" ? undefined : (bodies[path] ?? body) };
      const isOut = path.endsWith("/sign-out");
      const faulted = { ...given, worker: faulty, headers: { ...headers, "x-fault": "database" } };
      await expect(503, isOut ? "SESSION_NOT_ENDED" : "DATABASE_UNAVAILABLE", ...request, faulted);
      if (!isOut) await expect(500, "DATABASE_INVALID", ...request, { ...given, worker: withoutTables });
    }
  }
});

test("limits, and the counters behind them", async () => {
  await earlyInTheMinute();
  const wrong = { email: "ann@example.com", password: PASSWORD, name: "Ann", newPassword: PASSWORD };
  const body = { ...wrong, currentPassword: PASSWORD };
  const names = ["sign-up/email", "sign-in/email", "change-password", "verify-password", "delete-user"];
  const mails = ["request-password-reset", "reset-password", "send-verification-email", "change-email"];
  const paths = [...names, ...mails].map((name) => `/api/auth/${name}`);
  await expect(401, "INVALID_EMAIL_OR_PASSWORD", "POST", SIGN_INS[1], { worker: limited, body });
  for (const path of paths) {
    await expect(429, "TOO_MANY_REQUESTS", "POST", path, { worker: limited, body });
    const headers = { "x-fault": "network" };
    await expect(503, "SERVICE_UNAVAILABLE", "POST", path, { worker: faulty, body, headers });
  }
});

test("health", async () => {
  const headers = { authorization: `Bearer ${HEALTH_SECRET}` };
  for (const options of [{}, { headers }]) await expect(200, undefined, "GET", "/healthz", options);
  await expect(401, "UNAUTHORIZED", "GET", "/healthz", { headers: { authorization: "Bearer wrong" } });
  for (const worker of [unconfigured, withoutDatabase, withoutTables])
    await expect(503, undefined, "GET", "/healthz", { worker, headers });
});

test("every documented response occurred", () => {
  assert.deepEqual(
    documented.filter((answer) => !given.has(answer)),
    [],
  );
});
