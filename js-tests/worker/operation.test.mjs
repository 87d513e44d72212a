// Tests what an operator sees: the log, /healthz and each response's headers. Also tests that sign-up can hide whether
// an e-mail address has an account.
import assert from "node:assert/strict";
import { test } from "node:test";
import { cookieHeader, earlyInTheMinute, MIGRATIONS, ORIGIN, startWorker, WEAK } from "./local-worker.mjs";

const PASSWORD = "correct horse battery";
const ANN = { name: "Ann Example", email: "ann@example.com", password: PASSWORD };

async function start(t, bindings = {}, options = {}) {
  const worker = await startWorker({ ...WEAK, RATE_LIMITS: null, ...bindings }, options);
  t.after(() => worker.stop());
  return worker;
}
/** The log lines that the Worker itself writes. */
const lines = (worker) =>
  worker.log
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
const HEALTH_SECRET = "a-secret-for-those-who-watch-this-worker";
const health = async (worker, secret) => {
  const headers = secret === undefined ? {} : { authorization: `Bearer ${secret}` };
  const response = await worker.fetch("/healthz", { headers });
  return [response.status, await response.json()];
};

test("each request has one line, each account event one audit line, and none has secrets", async (t) => {
  const worker = await start(t);
  const signedUp = await worker.post("/api/auth/sign-up/email", ANN, { origin: ORIGIN });
  const { token, user } = await signedUp.clone().json();
  const cookie = cookieHeader(signedUp);
  const signIn = (password) =>
    worker.post("/api/auth/sign-in/email", { email: ANN.email, password }, { origin: ORIGIN });
  await signIn("wrong horse staple");
  await signIn(PASSWORD);
  const refused = await worker.fetch("/api/someone/tasks?access_token=in-the-query", {
    headers: { authorization: `Bearer ${token}` },
  });
  await worker.fetch("/nowhere/at-all");
  await worker.post("/api/auth/sign-out", {}, { cookie, origin: ORIGIN });

  const requests = lines(worker).filter(({ event }) => event === "request");
  assert.deepEqual(
    requests.map(({ method, route, status, code }) => [method, route, status, code]),
    [
      ["POST", "/api/auth/sign-up/email", 200, undefined],
      ["POST", "/api/auth/sign-in/email", 401, "INVALID_EMAIL_OR_PASSWORD"],
      ["POST", "/api/auth/sign-in/email", 200, undefined],
      ["GET", "/api/:owner/*", 403, "FORBIDDEN"],
      ["GET", "", 404, "NOT_FOUND"],
      ["POST", "/api/auth/sign-out", 200, undefined],
    ],
  );
  assert.equal(requests[3].requestId, refused.headers.get("x-request-id"));
  assert.equal(requests[3].user, user.id);

  const audit = lines(worker).filter(({ event }) => event === "audit");
  assert.deepEqual(
    audit.map(({ action, outcome, code, user: id }) => [action, outcome, code, id]),
    [
      ["sign-up", "success", undefined, user.id],
      ["sign-in", "refused", "INVALID_EMAIL_OR_PASSWORD", undefined],
      ["sign-in", "success", undefined, user.id],
      ["sign-out", "success", undefined, user.id],
    ],
  );
  assert.equal(audit[1].account, audit[2].account, "attempts on one account can be grouped");
  assert.equal(audit[1].network, "127.0.0.1");
  for (const secret of [PASSWORD, "wrong horse", ANN.email, ANN.name, "in-the-query", "at-all", "$2b$"])
    assert.ok(!worker.log.includes(secret), secret);
  assert.doesNotMatch(worker.log, /eyJ[\w-]+\.[\w-]+\./);
});

test("requests that are refused early have a log line, too", async (t) => {
  const watching = { headers: { authorization: `Bearer ${HEALTH_SECRET}` } };
  const preflight = { method: "OPTIONS", headers: { origin: ORIGIN, "access-control-request-method": "POST" } };
  for (const [bindings, path, init, expected] of [
    [{}, "/api/auth/sign-in/email", preflight, ["OPTIONS", "", 204, undefined]],
    [{}, "/healthz", preflight, ["OPTIONS", "", 204, undefined]],
    [{ AUTH_SECRET: null }, "/api/auth/ok", {}, ["GET", "", 500, "CONFIG_INVALID"]],
    [{ AUTH_SECRET: null }, "/healthz", {}, ["GET", "/healthz", 503, undefined]],
    [{ DB: null }, "/api/auth/ok", {}, ["GET", "", 500, "INTERNAL_SERVER_ERROR"]],
    [{ DB: null }, "/healthz", {}, ["GET", "/healthz", 200, undefined]],
    [{ DB: null, HEALTH_SECRET }, "/healthz", watching, ["GET", "/healthz", 503, undefined]],
    [
      { HEALTH_SECRET },
      "/healthz",
      { headers: { authorization: "Basic YTpi" } },
      ["GET", "/healthz", 401, "UNAUTHORIZED"],
    ],
  ]) {
    const worker = await start(t, bindings);
    const response = await worker.fetch(path, init);
    const logged = lines(worker).filter(({ event }) => event !== "fault");
    assert.deepEqual(
      logged.map(({ event, method, route, status, code }) => [event, method, route, status, code]),
      [["request", ...expected]],
    );
    assert.equal(logged[0].requestId, response.headers.get("x-request-id"));
  }
});

test("/healthz without the secret reports whether the configuration is valid, and uses no binding", async (t) => {
  const brief = [200, { status: "ok" }];
  const worker = await start(t, { HEALTH_SECRET }, { record: true });
  assert.deepEqual(await health(worker), brief);
  assert.equal((await worker.fetch("/healthz", { method: "HEAD" })).status, 200);
  assert.doesNotMatch(worker.log, /SQL/, "no query");
  assert.deepEqual(await health(await start(t, { DB: null })), brief, "also without a database");
  assert.deepEqual(await health(await start(t), HEALTH_SECRET), brief, "without a secret set there are no details");
  assert.equal((await worker.fetch("/healthz", { method: "POST" })).status, 405);
  for (const method of ["PROPFIND", "SEARCH", "DELETE"]) {
    const response = await fetch(new URL("/healthz", await worker.ready), { method });
    const refused = [response.status, response.headers.get("allow"), (await response.json()).code];
    assert.deepEqual(refused, [405, "GET, HEAD", "METHOD_NOT_ALLOWED"], method);
  }
  const wrong = await start(t, { AUTH_SECRET: "short" });
  assert.deepEqual(await health(wrong), [503, { status: "failing" }]);
  assert.match(wrong.log, /"code":"CONFIG_INVALID","detail":"AUTH_SECRET: the secret has 5 bytes/);
});

test("/healthz with the secret lists the problems, and nothing else", async (t) => {
  const details = (worker) => health(worker, HEALTH_SECRET);
  const well = await start(t, { HEALTH_SECRET });
  const tables = "user, account; camelCase; ISO text";
  const ok = { status: "ok", config: "ok", database: "ok", migrations: "ok", limiter: "ok", tables, problems: [] };
  assert.deepEqual(await details(well), [200, ok]);
  assert.deepEqual(await details(await start(t, { HEALTH_SECRET, RATE_LIMITS: "off" })), [
    200,
    { ...ok, limiter: "off" },
  ]);
  for (const given of [`${HEALTH_SECRET}x`, HEALTH_SECRET.slice(1), "", "x".repeat(40)]) {
    const [status, { code }] = await health(well, given);
    assert.deepEqual([status, code], [401, "UNAUTHORIZED"], given);
  }
  const behind = await start(t, { HEALTH_SECRET }, { migrations: MIGRATIONS.slice(0, 3) });
  const problems = ["column edgeseal_user.disabledAt is missing", "table edgeseal_event is missing"];
  const incomplete = { ...ok, status: "failing", migrations: "incomplete", problems };
  assert.deepEqual(await details(behind), [503, incomplete]);
  const without = await start(t, { HEALTH_SECRET, DB: null });
  const unknown = {
    status: "failing",
    config: "ok",
    database: "unreachable",
    migrations: "unknown",
    limiter: "unknown",
  };
  assert.deepEqual(await details(without), [503, { ...unknown, problems: [] }]);
  assert.ok(!well.log.includes(HEALTH_SECRET));
});

test("a HEALTH_SECRET that can be guessed is refused, and the log names it", async (t) => {
  const worker = await start(t, { HEALTH_SECRET: "short" });
  assert.deepEqual(await health(worker), [503, { status: "failing" }]);
  assert.match(worker.log, /"code":"CONFIG_INVALID","detail":"HEALTH_SECRET: the secret has 5 bytes/);
});

test("the Worker refuses to serve if limits are not bound or invalid", async (t) => {
  for (const [bindings, options, problem] of [
    [{}, { unbound: "LIMITER" }, "LIMITER is not bound"],
    [{}, { unbound: "IP_LIMITER" }, "IP_LIMITER is not bound"],
    [{ RATE_LIMITS: { account: { attempts: 0, window: 60 } } }, {}, "RATE_LIMITS must be"],
    [{ RATE_LIMITS: { acount: { attempts: 1, window: 60 } } }, {}, "RATE_LIMITS must be"],
    [{ RATE_LIMITS: "none" }, {}, "RATE_LIMITS must be"],
    [{ SIGN_UP_DISCLOSURE: "no" }, {}, "SIGN_UP_DISCLOSURE must be"],
  ]) {
    const worker = await start(t, bindings, options);
    assert.equal((await worker.fetch("/api/auth/ok")).status, 500, problem);
    assert.ok(worker.log.includes(problem), worker.log);
  }
});

test("the Worker refuses to serve with a badly pasted secret; the log names it and shows none of it", async (t) => {
  const secret = "0123456789abcdef0123456789abcdef-pasted";
  for (const [bindings, problem] of [
    [{ AUTH_SECRET: `${secret}\n` }, "AUTH_SECRET: it ends with a line end"],
    [{ AUTH_SECRET: `${secret}\r\n` }, "AUTH_SECRET: it ends with a line end"],
    [{ AUTH_SECRET: ` ${secret}` }, "AUTH_SECRET: it begins or ends with white space"],
    [{ AUTH_SECRET: `"${secret}"` }, "AUTH_SECRET: it is in quotes"],
    [{ AUTH_SECRET: `AUTH_SECRET=${secret}` }, "AUTH_SECRET: it begins with a variable's name"],
    [{ AUTH_SECRET: null, BETTER_AUTH_SECRET: `${secret}\n` }, "BETTER_AUTH_SECRET: it ends with a line end"],
    [{ AUTH_SECRETS: `2:${secret},1:old-${secret}\n` }, "AUTH_SECRETS: it ends with a line end"],
    [{ AUTH_SECRETS: `2:${secret},1:'${secret}'` }, "AUTH_SECRETS: entry 1: it is in quotes"],
  ]) {
    const worker = await start(t, bindings);
    assert.equal((await worker.fetch("/api/auth/ok")).status, 500, problem);
    assert.ok(worker.log.includes(problem), worker.log);
    assert.ok(!worker.log.includes(secret), problem);
  }
});

test("every response has headers that protect it in browsers", async (t) => {
  const worker = await start(t, { BASE_URL: "https://app.example.org" }, { network: 1 });
  await earlyInTheMinute();
  const signedUp = await worker.post("/api/auth/sign-up/email", ANN);
  const { token, user } = await signedUp.clone().json();
  const bearer = { authorization: `Bearer ${token}` };
  const large = `"${"x".repeat(70_000)}"`;
  const answers = [
    signedUp,
    await worker.fetch(`/api/${user.id}/tasks`, { headers: bearer }),
    await worker.fetch("/api/auth/ok"),
    await worker.fetch("/api/x/tasks"),
    await worker.fetch("/nowhere"),
    await worker.fetch("/api/auth/nothing"),
    await worker.fetch(`/api/${user.id}/tasks`, { method: "OPTIONS", headers: bearer }),
    await worker.post("/api/auth/sign-out", large),
    await worker.post("/api/auth/sign-in/email", {}),
    await worker.fetch("/healthz"),
    await worker.fetch("/api/x", { method: "OPTIONS", headers: { "access-control-request-method": "PUT" } }),
  ];
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 401, 404, 404, 405, 413, 429, 200, 204],
  );
  const ids = new Set();
  for (const { status, headers } of answers) {
    assert.equal(headers.get("x-content-type-options"), "nosniff", String(status));
    assert.equal(headers.get("referrer-policy"), "no-referrer");
    assert.equal(headers.get("strict-transport-security"), "max-age=31536000");
    assert.match(headers.get("vary"), /Origin/);
    if (status !== 204) assert.equal(headers.get("cache-control"), "no-store");
    ids.add(headers.get("x-request-id"));
  }
  assert.equal(ids.size, answers.length);
});

test("SIGN_UP_DISCLOSURE hidden: an address with an account gets the same response as any other", async (t) => {
  const worker = await start(t, { SIGN_UP_DISCLOSURE: "hidden" });
  const signUp = (changes = {}) => worker.post("/api/auth/sign-up/email", { ...ANN, ...changes }, { origin: ORIGIN });
  const [made, known] = [await signUp(), await signUp({ email: "ANN@example.com", password: "another password" })];
  const shape = async (response) => {
    const { token, user } = await response.json();
    const { id, createdAt, updatedAt, ...rest } = user;
    assert.match(id, /^[A-Za-z0-9]{32}$/);
    assert.ok(Math.abs(Date.now() - Date.parse(createdAt)) < 60_000 && createdAt === updatedAt);
    const headers = [...response.headers].filter(([name]) => name !== "x-request-id");
    return [response.status, token, rest, headers];
  };
  assert.deepEqual(await shape(made), await shape(known));
  assert.deepEqual(made.headers.getSetCookie(), []);
  const signIn = (password) =>
    worker.post("/api/auth/sign-in/email", { email: ANN.email, password }, { origin: ORIGIN });
  assert.equal((await signIn(PASSWORD)).status, 200, "the account is unchanged");
  assert.equal((await signIn("another password")).status, 401);
  assert.equal(await worker.database.prepare(`SELECT count(*) AS n FROM "user"`).first("n"), 1);
});
