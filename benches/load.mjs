// npm run bench:load: measures the Worker in workerd over 64 connections. Each connection sends its next request as
// soon as it has a response. The peer is a Worker built with Hono and jose. It checks requests, signs tokens, strips
// headers and writes logs in the same way as our Worker. The two Workers take turns in short rounds, so that other load
// on the machine affects both. Each Worker runs for BENCH_SECONDS, 60 by default. Requires Linux, to measure CPU time.
// Exits with 1 if a response is wrong or the peer serves more requests.
import { strict as assert } from "node:assert";
import { migrate, MIGRATIONS } from "../js-tests/worker/local-worker.mjs";
import { bundled, cpuOf, edgesealModules, memoryOf, startDirect } from "./load/direct.mjs";
import { bindingsOf, mixed, ORIGIN, signUp, startFiring, startUpstream } from "./load/traffic.mjs";
import { median, writeCases } from "./measure.mjs";

const SECONDS = Number(process.env.BENCH_SECONDS ?? 60);
const ROUNDS = Math.min(12, Math.max(2, Math.round(SECONDS / 5)));
const CONNECTIONS = 64;

const upstream = await startUpstream();
const firing = await startFiring();
const bindings = bindingsOf(upstream.url);
const contenders = [
  { name: "Edgeseal", worker: await startDirect(edgesealModules(), bindings), rounds: [] },
  { name: "Hono + jose", worker: await startDirect(await bundled("hono-entry.mjs"), bindings), rounds: [] },
];

/** Before measuring, checks that both Workers give the same response to every kind of request. */
async function check(requests) {
  const seen = new Set();
  for (const { name, status, text } of requests) {
    if (seen.has(name)) continue;
    seen.add(name);
    const [head, body] = text.split("\r\n\r\n");
    const [line, ...lines] = head.split("\r\n");
    const [method, path] = line.split(" ");
    const headers = lines
      .map((one) => one.split(": "))
      .filter(([key]) => !/^(host|connection|content-length)$/.test(key));
    const answers = [];
    for (const { worker } of contenders) {
      const answer = await fetch(new URL(path, worker.url), { method, headers, body: body || undefined });
      assert.equal(answer.status, status, name);
      const responseHeaders = Object.fromEntries(answer.headers);
      for (const one of ["x-request-id", "set-auth-jwt"])
        if (responseHeaders[one]) responseHeaders[one] = responseHeaders[one].replaceAll(/[\w-]+/g, "");
      delete responseHeaders.date;
      answers.push({ headers: responseHeaders, body: await answer.json() });
    }
    assert.deepEqual(answers[1], answers[0], name);
  }
}

async function round({ worker, rounds }, requests, seconds) {
  const before = { worker: cpuOf(worker.pid), upstream: await upstream.cpu() };
  const counts = await firing.fire({ port: Number(worker.url.port), requests, connections: CONNECTIONS, seconds });
  const busy = cpuOf(worker.pid) - before.worker;
  rounds.push({ ...counts, busy, upstream: (await upstream.cpu()) - before.upstream, memory: memoryOf(worker.pid) });
}

try {
  await migrate(contenders[0].worker.database, MIGRATIONS);
  const requests = mixed(await signUp(contenders[0].worker.url));
  await check(requests);
  for (const one of contenders) {
    await round(one, requests, Math.min(5, SECONDS / 4));
    one.rounds = [];
  }
  for (let turn = 0; turn < ROUNDS * 2; turn++) {
    // Runs the Workers in ABBA order, so that neither always runs second.
    const one = contenders[(turn + (turn >> 1)) % 2];
    await round(one, requests, SECONDS / ROUNDS);
  }

  console.log(
    `\n${CONNECTIONS} connections to workerd itself, ${ROUNDS} rounds of ${(SECONDS / ROUNDS).toFixed(1)} s each`,
  );
  const rows = contenders.map(({ name, rounds }) => {
    const of = (value) => median(rounds.map(value));
    return {
      name,
      requests: rounds.reduce((sum, { answered }) => sum + answered, 0),
      errors: rounds.reduce((sum, { wrong }) => sum + wrong, 0),
      perSecond: of(({ answered, elapsed }) => answered / elapsed),
      perCpuSecond: of(({ answered, busy }) => answered / busy),
      median: of(({ p50 }) => p50) * 1000,
      p99: of(({ p99 }) => p99) * 1000,
      workerd: of(({ busy, elapsed }) => busy / elapsed),
      generator: of(({ cpu, elapsed }) => cpu / elapsed),
      upstream: of(({ upstream, elapsed }) => upstream / elapsed),
      memory: rounds.at(-1).memory,
    };
  });
  const percent = (share) => `${Math.round(share * 100)} %`;
  for (const row of rows) {
    console.log(`  ${row.name}: ${row.requests} requests, ${row.errors} of them wrong`);
    console.log(
      `    ${row.perSecond.toFixed(0)} requests/s, ${row.perCpuSecond.toFixed(0)} per second of workerd's processor time`,
    );
    console.log(
      `    ${(row.median / 1000).toFixed(1)} ms in the median, ${(row.p99 / 1000).toFixed(1)} ms at the 99th percentile`,
    );
    console.log(
      `    of one core: workerd ${percent(row.workerd)}, generator ${percent(row.generator)}, upstream ${percent(row.upstream)}; workerd has ${(row.memory / 2 ** 20).toFixed(0)} MiB`,
    );
  }
  const [ours, peers] = contenders.map(({ rounds }) => rounds);
  const ratio = (value) => median(ours.map((one, index) => value(one) / value(peers[index])));
  const [faster, cheaper] = [
    ratio(({ answered, elapsed }) => answered / elapsed),
    ratio(({ answered, busy }) => answered / busy),
  ];
  console.log(
    `  ${faster.toFixed(2)} times as many requests/s as ${rows[1].name}, at least 1 is required; ${cheaper.toFixed(2)} times per processor time`,
  );
  for (const { name, rounds, worker } of contenders) {
    for (const fault of rounds.flatMap(({ faults }) => faults).slice(0, 3)) console.log(`  ${name}: ${fault}`);
    if (worker.complaints) console.log(`  ${name} says: ${worker.complaints.slice(0, 1000)}`);
  }
  writeCases("load", [{ title: `load from ${ORIGIN}`, rows }]);
  if (rows.some(({ errors }) => errors > 0) || faster < 1) process.exitCode = 1;
} finally {
  for (const { worker } of contenders) await worker.stop();
  firing.stop();
  upstream.stop();
}
