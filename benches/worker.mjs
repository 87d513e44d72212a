// npm run bench:worker: measures the Worker in workerd with a local D1 database. Times a sign-in and a refresh, each
// with a thousand users and with a million; hashing is almost free here. Also times the Worker's start-up. Exits with 1
// if a limit is exceeded.
import { strict as assert } from "node:assert";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import { compatibilityDate } from "../js-tests/compatibility.mjs";
import { cookieHeader } from "../js-tests/worker/local-worker.mjs";
import { emailOf, PASSWORD, startPopulated } from "../js-tests/worker/population.mjs";
import { compare, median, printCase, writeCases } from "./measure.mjs";

const COUNTS = [1000, 1_000_000];
/** The highest allowed ratio of a request's time with a million users to its time with a thousand. */
const MOST_RATIO = 1.5;
/**
 * How many milliseconds longer the Worker may take to start than a Worker that has the same bytes but ignores them.
 */
const MOST_START = 50;
const STARTS = 21;

const folder = mkdtempSync(join(tmpdir(), "edgeseal-bench-"));
const over = [];

async function latency() {
  const workers = [];
  try {
    const signIns = {};
    const refreshes = {};
    for (const count of COUNTS) {
      const worker = await startPopulated(join(folder, String(count)), count);
      workers.push(worker);
      // Take users from all over the table, so that no page is still cached from a recent read.
      const email = () => emailOf(Math.floor(Math.random() * count));
      const cookies = [];
      const signIn = async () => {
        const answer = await worker.post("/api/auth/sign-in/email", { email: email(), password: PASSWORD });
        assert.equal(answer.status, 200);
        await answer.arrayBuffer();
        return answer;
      };
      for (let i = 0; i < 300; i++) cookies.push(cookieHeader(await signIn()));
      const refresh = async (i) => {
        const headers = { cookie: cookies[i % cookies.length] };
        const answer = await worker.fetch("/api/auth/get-session?disableCookieCache=true", { headers });
        assert.equal((await answer.json()).session.id.length, 32);
      };
      const name = `${count.toLocaleString("en")} users`;
      signIns[name] = timed(signIn);
      refreshes[name] = timed(refresh);
    }
    const nothing = timed(async () => {
      const answer = await workers[0].fetch("/api/auth/ok");
      assert.deepEqual(await answer.json(), { ok: true });
    });
    const cases = [];
    for (const [title, batches] of Object.entries({ "sign-in, less hashing": signIns, refresh: refreshes })) {
      const measured = await compare(title, { ...batches, "no database, /ok": nothing }, { rounds: 401, count: 1 });
      printCase(measured, { unit: "ms" });
      const [few, many, none] = measured.rows.map((row) => row.median);
      const ratio = many / few;
      const alone = (many - none) / (few - none);
      console.log(`  ${ratio.toFixed(2)} times as long with a million users as with a thousand; limit ${MOST_RATIO}`);
      console.log(`  ${alone.toFixed(2)} times, minus the time of a request that reads nothing`);
      if (ratio > MOST_RATIO) over.push(title);
      cases.push(measured);
    }
    return cases;
  } finally {
    for (const worker of workers) await worker.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Times one request at a time. */
function timed(request) {
  let asked = 0;
  return async () => {
    const start = performance.now();
    await request(asked++);
    return performance.now() - start;
  };
}

/** The time from starting workerd to its first response. */
async function start(modules, path) {
  const begin = performance.now();
  const miniflare = new Miniflare({
    compatibilityDate,
    cf: false,
    modules,
    bindings: {
      AUTH_SECRET: "0123456789abcdef0123456789abcdef-bench",
      BASE_URL: "http://localhost:3000",
      RATE_LIMITS: "off",
    },
    d1Databases: ["DB"],
  });
  try {
    const answer = await miniflare.dispatchFetch(`http://localhost:3000${path}`);
    assert.equal(answer.status, 200);
    await answer.arrayBuffer();
    return performance.now() - begin;
  } finally {
    await miniflare.dispose();
  }
}

/**
 * Compares the time that the Worker takes to start with that of a Worker that has the same bytes but does not use them.
 * The difference is the time for compiling the wasm, starting up and sending the first response. Miniflare's `ready`
 * does not measure this, because workerd is ready before a Worker has started. A one-line Worker shows how long
 * Miniflare needs to transfer the bytes.
 */
async function startUp() {
  const built = new URL("../worker/build/", import.meta.url);
  const worker = readdirSync(built)
    .filter((name) => /\.(js|wasm)$/.test(name))
    .sort((name) => (name === "index.js" ? -1 : 1))
    .map((name) => ({
      type: name.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
      path: name,
      contents: readFileSync(new URL(name, built)),
    }));
  const line = { type: "ESModule", path: "index.js", contents: "export default { fetch: () => new Response('ok') };" };
  const bytes = worker.slice(1).map((module) => ({ ...module, type: "Data", path: `${module.path}.bin` }));
  const batches = {
    "the Worker's bytes, unused": () => start([line, ...bytes], "/"),
    "the Worker": () => start(worker, "/api/auth/ok"),
    "a Worker of one line": () => start([line], "/"),
  };
  const measured = await compare("from start to the first response", batches, { rounds: STARTS, count: 1 });
  printCase(measured, { unit: "ms" });
  const [unused, ours, empty] = measured.rows;
  const more = (one, other) => median(one.samples.map((sample, round) => sample - other.samples[round])) / 1000;
  const took = more(ours, unused);
  console.log(`  start-up and first response of the Worker: ${took.toFixed(1)} ms; limit ${MOST_START}`);
  console.log(`  including the transfer of its bytes by Miniflare: ${more(ours, empty).toFixed(1)} ms`);
  if (took > MOST_START) over.push("start-up");
  return measured;
}

const cases = [await startUp(), ...(await latency())];
writeCases("worker", cases);
if (over.length > 0) console.log(`over the limit: ${over.join(", ")}`);
process.exitCode = over.length > 0 ? 1 : 0;
