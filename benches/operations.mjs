// npm run bench:operations: measures each operation of the Worker in workerd and writes benches/operations.json.
// docs/design/scale.mjs uses that file to compute the cost for many users.
import { strict as assert } from "node:assert";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { cpus } from "node:os";
import { Miniflare } from "miniflare";
import { compatibilityDate } from "../js-tests/compatibility.mjs";
import { migrate, MIGRATIONS } from "../js-tests/worker/local-worker.mjs";
import { median } from "./measure.mjs";

const ORIGIN = "http://localhost:3000";
const PASSWORD = "correct horse";
const TIMES = 200;
const ROUNDS = 5;
const ROWS = 20_000;

const root = new URL("../", import.meta.url);
const built = new URL("worker/build/", root);
const own = readdirSync(built)
  .filter((name) => /\.(js|wasm)$/.test(name))
  .map((name) => ({
    type: name.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
    path: name,
    contents: readFileSync(new URL(name, built)),
  }));
const counting = {
  type: "ESModule",
  path: "counted.js",
  contents: readFileSync(new URL("counted.mjs", import.meta.url), "utf8"),
};
const nothing = { type: "ESModule", path: "index.js", contents: "export default { fetch: () => new Response('ok') };" };

/** Makes hashing almost free, because its cost is measured separately. */
const weak = { PASSWORD_PARAMS: { cost: 4, allowWeakParams: true } };

/** Starts a Worker, and returns it together with its process id. */
async function start(modules, bindings, limited) {
  const before = workerds();
  const miniflare = new Miniflare({
    compatibilityDate,
    cf: false,
    modules,
    bindings: { AUTH_SECRET: "0123456789abcdef0123456789abcdef-bench", BASE_URL: ORIGIN, ...bindings },
    d1Databases: ["DB"],
    // Drains the Worker's output, so that it never blocks on writing logs.
    handleRuntimeStdio: (stdout, stderr) => [stdout, stderr].forEach((stream) => stream.resume()),
    ...(limited && {
      durableObjects: { LIMITER: { className: "AccountLimiter", useSQLite: true } },
      ratelimits: { IP_LIMITER: { namespace_id: "1001", simple: { limit: 1e9, period: 60 } } },
    }),
  });
  const url = await miniflare.ready;
  const [pid] = workerds().filter((one) => !before.includes(one));
  const database = await miniflare.getD1Database("DB");
  return { url, pid, database, stop: () => miniflare.dispose() };
}

/** The workerd processes that are children of this process. */
function workerds() {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const [, name, parent] = /^\d+ \((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"));
        return name === "workerd" && Number(parent) === process.pid;
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** The CPU time of all of a process's threads, in milliseconds. */
function cpu(pid) {
  return readdirSync(`/proc/${pid}/task`)
    .map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]))
    .reduce((total, nanoseconds) => total + nanoseconds / 1e6, 0);
}

async function send(worker, path, { method = "GET", body, cookie, token } = {}) {
  const headers = {
    ...(body !== undefined && { "content-type": "application/json" }),
    ...(cookie && { cookie }),
    ...(cookie && method !== "GET" && { origin: ORIGIN }),
    ...(token && { authorization: `Bearer ${token}` }),
  };
  const text = body && JSON.stringify(body);
  const answer = await fetch(new URL(path, worker.url), { method, headers, body: text, redirect: "manual" });
  return { answer, text: await answer.text() };
}

const post = (worker, endpoint, body, more) => send(worker, `/api/auth/${endpoint}`, { method: "POST", body, ...more });
const cookies = ({ answer }) =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .filter((pair) => !pair.endsWith("="))
    .join("; ");
const device = (cookie) => cookie.split("; ").find((pair) => pair.includes("edgeseal.device"));

let users = 0;
/** Signs up a new user. */
async function someone(worker) {
  const email = `user${users++}@example.com`;
  const made = await post(worker, "sign-up/email", { name: "Ann", email, password: PASSWORD });
  assert.equal(made.answer.status, 200, made.text);
  const { token, user } = JSON.parse(made.text);
  return { email, token, id: user.id, cookie: cookies(made) };
}

const signIn = (worker, email, more, password = PASSWORD) => post(worker, "sign-in/email", { email, password }, more);

/** For each operation: how to prepare a user, the request that this user sends, and the expected status. */
const OPERATIONS = {
  "sign-up": {
    status: 200,
    run: (worker) =>
      post(worker, "sign-up/email", { name: "Ann", email: `user${users++}@example.com`, password: PASSWORD }),
  },
  "sign-in": { status: 200, prepare: someone, run: (worker, { email }) => signIn(worker, email) },
  "sign-in, known browser": {
    status: 200,
    prepare: someone,
    run: (worker, { email, cookie }) => signIn(worker, email, { cookie: device(cookie) }),
  },
  "sign-in, wrong password": {
    status: 401,
    prepare: someone,
    run: (worker, { email }) => signIn(worker, email, {}, "wrong horse"),
  },
  "get-session": {
    status: 200,
    prepare: someone,
    run: (worker, { cookie }) => send(worker, "/api/auth/get-session", { cookie }),
  },
  refresh: {
    status: 200,
    prepare: someone,
    run: (worker, { cookie }) => send(worker, "/api/auth/get-session?disableCookieCache=true", { cookie }),
  },
  "sign-out": { status: 200, prepare: someone, run: (worker, { cookie }) => post(worker, "sign-out", {}, { cookie }) },
  "change-password": {
    status: 200,
    prepare: someone,
    run: (worker, { cookie }) =>
      post(worker, "change-password", { currentPassword: PASSWORD, newPassword: "another horse" }, { cookie }),
  },
  "gateway, cookie": {
    status: 200,
    prepare: someone,
    run: (worker, { id, cookie }) => send(worker, `/api/${id}/tasks`, { cookie }),
  },
  "gateway, token": {
    status: 200,
    prepare: someone,
    run: (worker, { id, token }) => send(worker, `/api/${id}/tasks`, { token }),
  },
};

/** The median CPU time of one operation, in milliseconds. */
async function taken(worker, run, prepare = () => undefined) {
  const samples = [];
  for (let round = -1; round < ROUNDS; round++) {
    const given = [];
    for (let i = 0; i < TIMES; i++) given.push(await prepare(worker));
    const start = cpu(worker.pid);
    for (const one of given) await run(worker, one);
    if (round >= 0) samples.push((cpu(worker.pid) - start) / TIMES);
  }
  return median(samples);
}

const upstream = createServer((request, response) => request.resume().on("end", () => response.end("{}")));
await new Promise((resolve) => upstream.listen(0, "127.0.0.1", resolve));
const routes = { ROUTES: [{ path: "/api/:owner/*", upstream: `http://127.0.0.1:${upstream.address().port}` }] };
const bytesOf = ({ answer, text }) =>
  text.length + [...answer.headers].reduce((total, [name, value]) => total + name.length + value.length + 4, 0);

const operations = {};
const main = own.toSorted((one) => (one.path === "index.js" ? -1 : 1));
const watched = await start([counting, ...own], { ...weak, ...routes }, true);
await migrate(watched.database, MIGRATIONS);
for (const [name, { status, prepare = () => undefined, run }] of Object.entries(OPERATIONS)) {
  const given = await prepare(watched);
  await send(watched, "/counted");
  const answered = await run(watched, given);
  assert.equal(answered.answer.status, status, `${name}: ${answered.text}`);
  const { text } = await send(watched, "/counted");
  operations[name] = { ...JSON.parse(text), bytes: bytesOf(answered) };
}
await watched.stop();

const worker = await start(main, { ...weak, ...routes }, true);
await migrate(worker.database, MIGRATIONS);
const empty = await start([nothing], {}, false);
const idle = await taken(empty, (one) => send(one, "/"));
await empty.stop();
for (const [name, { prepare, run }] of Object.entries(OPERATIONS)) {
  operations[name].cpu = Number(Math.max(0, (await taken(worker, run, prepare)) - idle).toFixed(3));
  console.log(name, JSON.stringify(operations[name]));
}

/**
 * The database's size in bytes. It is used to compute how much space is taken by a user and by the record of an ended
 * session.
 */
const size = async () => (await worker.database.prepare("SELECT 1").run()).meta.size_after;
const at = new Date().toISOString();
const numbers = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS})`;
const id = "substr(hex(randomblob(16)), 1, 32)";
const stored = `'$2b$12$' || substr(hex(randomblob(27)), 1, 53)`;
const before = await size();
await worker.database.batch(
  [
    `${numbers} INSERT INTO "user" SELECT ${id}, 'Ann Somebody ' || i, 'ann.somebody.' || i || '@mail.example.com', 0, NULL, '${at}', '${at}' FROM n`,
    `INSERT INTO "account" ("id", "accountId", "providerId", "userId", "password", "createdAt", "updatedAt")
     SELECT ${id}, "id", 'credential', "id", ${stored}, '${at}', '${at}' FROM "user" WHERE "email" LIKE 'ann.somebody.%'`,
  ].map((one) => worker.database.prepare(one)),
);
const withUsers = await size();
await worker.database
  .prepare(
    `INSERT INTO "edgeseal_ended_session" ("userId", "sid", "endsAt")
     SELECT "id", ${id}, ${Date.now()} FROM "user" WHERE "email" LIKE 'ann.somebody.%'`,
  )
  .run();
const bytes = {
  user: Math.round((withUsers - before) / ROWS),
  endedSession: Math.round(((await size()) - withUsers) / ROWS),
};
await worker.stop();

// The cost of one hash under the default policy: a sign-in's time minus that of a sign-in with a cheap hash.
const hashing = await start(main, { RATE_LIMITS: "off" }, false);
await migrate(hashing.database, MIGRATIONS);
const { email } = await someone(hashing);
const samples = [];
for (let round = -1; round < 9; round++) {
  const begin = cpu(hashing.pid);
  assert.equal((await signIn(hashing, email)).answer.status, 200);
  if (round >= 0) samples.push(cpu(hashing.pid) - begin);
}
await hashing.stop();
upstream.close();
const machine = `${cpus()[0]?.model.trim()}, Node ${process.versions.node}`;
const hashes = { "bcrypt, cost 12": Math.round(median(samples) - operations["sign-in"].cpu) };
const day = new Date().toISOString().slice(0, 10);
writeFileSync(
  new URL("operations.json", import.meta.url),
  `${JSON.stringify({ day, machine, hash: hashes, bytes, operations }, null, 2)}\n`,
);
console.log(JSON.stringify({ hash: hashes, bytes, idle }));
console.log("benches/operations.json");
