// npm run bench:worker: the Worker in workerd over local D1. What a sign-in and a refresh take among a million users,
// against a thousand, with hashing made next to nothing in both; and what its start takes. Ends with 1 over a bar.
import { strict as assert } from "node:assert";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import { compatibilityDate } from "../js-tests/compatibility.mjs";
import { cookieHeader } from "../js-tests/worker/edge.mjs";
import { emailOf, PASSWORD, startPopulated } from "../js-tests/worker/population.mjs";
import { compare, median, printCase, writeCases } from "./measure.mjs";

const COUNTS = [1000, 1_000_000];
/** How much longer a request may take among a million users. */
const MOST_RATIO = 1.5;
/** What the start of an isolate with the Worker may take more than one with nothing, in milliseconds. */
const MOST_START = 50;
const STARTS = 21;

const folder = mkdtempSync(join(tmpdir(), "edgeseal-bench-"));
const over = [];

async function latency() {
  const edges = [];
  try {
    const signIns = {};
    const refreshes = {};
    for (const count of COUNTS) {
      const edge = await startPopulated(join(folder, String(count)), count);
      edges.push(edge);
      // Users from all over the table: no page is warm for it was read a moment ago.
      const email = () => emailOf(Math.floor(Math.random() * count));
      const cookies = [];
      const signIn = async () => {
        const answer = await edge.post("/api/auth/sign-in/email", { email: email(), password: PASSWORD });
        assert.equal(answer.status, 200);
        await answer.arrayBuffer();
        return answer;
      };
      for (let i = 0; i < 300; i++) cookies.push(cookieHeader(await signIn()));
      const refresh = async (i) => {
        const headers = { cookie: cookies[i % cookies.length] };
        const answer = await edge.fetch("/api/auth/get-session?disableCookieCache=true", { headers });
        assert.equal((await answer.json()).session.id.length, 32);
      };
      const name = `${count.toLocaleString("en")} users`;
      signIns[name] = timed(signIn);
      refreshes[name] = timed(refresh);
    }
    const nothing = timed(async () => {
      const answer = await edges[0].fetch("/api/auth/ok");
      assert.deepEqual(await answer.json(), { ok: true });
    });
    const cases = [];
    for (const [title, batches] of Object.entries({ "sign-in, less hashing": signIns, refresh: refreshes })) {
      const measured = await compare(title, { ...batches, "no database, /ok": nothing }, { rounds: 401, count: 1 });
      printCase(measured, { unit: "ms" });
      const [few, many, none] = measured.rows.map((row) => row.median);
      const ratio = many / few;
      const alone = (many - none) / (few - none);
      console.log(`  ${ratio.toFixed(2)} times as long among a million as among a thousand, of at most ${MOST_RATIO}`);
      console.log(`  ${alone.toFixed(2)} times less what a request takes that reads nothing`);
      if (ratio > MOST_RATIO) over.push(title);
      cases.push(measured);
    }
    return cases;
  } finally {
    for (const edge of edges) await edge.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One request at a time; the first ones are not counted. */
function timed(request) {
  let asked = 0;
  return async () => {
    const start = performance.now();
    await request(asked++);
    return performance.now() - start;
  };
}

/** How long until workerd, started anew, has answered a request. */
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
 * The Worker against one that carries the same bytes and makes nothing of them, in turn: what is left is the compiling
 * of its wasm, its start and its first answer. Miniflare's `ready` would not do: workerd is ready before a Worker has
 * started. What the bytes themselves take Miniflare to hand over is seen against a Worker of one line.
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
  const measured = await compare("from nothing to the first answer", batches, { rounds: STARTS, count: 1 });
  printCase(measured, { unit: "ms" });
  const [unused, ours, empty] = measured.rows;
  const more = (one, other) => median(one.samples.map((sample, round) => sample - other.samples[round])) / 1000;
  const took = more(ours, unused);
  console.log(`  start-up and first answer of the Worker: ${took.toFixed(1)} ms of at most ${MOST_START}`);
  console.log(`  with what its bytes take Miniflare: ${more(ours, empty).toFixed(1)} ms`);
  if (took > MOST_START) over.push("start-up");
  return measured;
}

const cases = [await startUp(), ...(await latency())];
writeCases("worker", cases);
if (over.length > 0) console.log(`over the bar: ${over.join(", ")}`);
process.exitCode = over.length > 0 ? 1 : 0;
