// npm run bench:sign-in: compares signing in to the Worker with signing in to Better Auth. Both run directly in workerd
// with a local D1 database, and use bcrypt at the same cost. Better Auth runs once with bcryptjs, a common choice among
// its users, and once with this project's bcrypt, to show how much of the difference isn't caused by hashing. Sign-ins
// run one at a time, then 16 concurrently. Requires Linux. Exits with 1 if Better Auth is faster.
import { strict as assert } from "node:assert";
import { migrate, MIGRATIONS } from "../js-tests/worker/local-worker.mjs";
import { bundled, cpuOf, edgesealModules, startDirect } from "./load/direct.mjs";
import { ORIGIN, requestText, SECRET, startFiring } from "./load/traffic.mjs";
import { compare, printCase, writeCases } from "./measure.mjs";

const COST = 10;
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 41);
const AT_ONCE = 16;
const USERS = 32;
const PASSWORD = "correct horse";

const shared = { AUTH_SECRET: SECRET, BASE_URL: ORIGIN };
const ours = await startDirect(edgesealModules(), { ...shared, RATE_LIMITS: "off", PASSWORD_PARAMS: { cost: COST } });
const peers = await bundled("better-auth-entry.mjs", ["node_modules/edgeseal/edgeseal_bg.wasm"]);
const peer = (bcrypt) => startDirect(peers, { ...shared, BCRYPT: bcrypt, COST }, { flags: ["nodejs_compat"] });
const contenders = [
  { name: "Edgeseal", worker: ours },
  { name: "Better Auth, bcryptjs", worker: await peer("bcryptjs") },
  { name: "Better Auth, edgeseal's bcrypt", worker: await peer("edgeseal") },
];

const headers = { host: new URL(ORIGIN).host, "content-type": "application/json", origin: ORIGIN };
const email = (i) => `user${i}@example.com`;

async function signUp({ worker }, i) {
  const body = JSON.stringify({ name: `User ${i}`, email: email(i), password: PASSWORD });
  const answer = await fetch(new URL("/api/auth/sign-up/email", worker.url), { method: "POST", headers, body });
  assert.equal(answer.status, 200, await answer.text());
}

/**
 * Times the sign-ins of different users over the given number of connections. Each connection sends one request after
 * another. Hashing blocks workerd's only thread, and workerd closes connections that it has not read from for 5 s, so
 * this benchmark fails if the machine is so busy that 16 hashes take that long.
 */
const signIns = (worker, connections) => async (count) => {
  const port = Number(worker.url.port);
  const { elapsed, wrong, faults } = await firing.fire({ port, requests, connections, count });
  assert.equal(wrong, 0, `${faults.join("\n")} ${worker.complaints}`);
  return elapsed * 1000;
};

const requests = Array.from({ length: USERS }, (_, i) => {
  const body = JSON.stringify({ email: email(i), password: PASSWORD });
  const sent = { ...headers, "content-length": body.length };
  return { status: 200, text: requestText("POST", "/api/auth/sign-in/email", sent, body) };
});
const firing = await startFiring();

try {
  await migrate(ours.database, MIGRATIONS);
  for (const { worker } of contenders.slice(1)) assert.ok((await fetch(new URL("/migrate", worker.url))).ok);
  for (const contender of contenders) {
    for (let i = 0; i < USERS; i++) await signUp(contender, i);
    const { password } = await contender.worker.database.prepare(`SELECT "password" FROM "account"`).first();
    assert.match(password, new RegExp(`^\\$2[aby]\\$${COST}\\$`), contender.name);
    await signIns(contender.worker, 1)(4);
  }
  const cases = [];
  for (const [title, most, count, rounds] of [
    [`sign-in with bcrypt of cost ${COST}, one at a time`, 1, 1, ROUNDS],
    [`the same, ${AT_ONCE} concurrently: time of each`, AT_ONCE, 2 * AT_ONCE, Math.ceil(ROUNDS / 8)],
  ]) {
    const batches = Object.fromEntries(contenders.map((one) => [one.name, signIns(one.worker, most)]));
    const before = contenders.map(({ worker }) => cpuOf(worker.pid));
    const measured = await compare(title, batches, { rounds, count });
    printCase(measured, { unit: "ms" });
    contenders.forEach(({ name, worker }, index) => {
      const spent = ((cpuOf(worker.pid) - before[index]) / (rounds * count)) * 1000;
      console.log(`  ${name}: ${spent.toFixed(1)} ms of workerd's processor time each`);
    });
    cases.push(measured);
  }
  writeCases("sign-in", cases);
  const slower = cases.flatMap(({ rows }) => rows.slice(1)).filter(({ ratio }) => ratio < 1);
  if (slower.length > 0) process.exitCode = 1;
} finally {
  firing.stop();
  for (const { worker } of contenders) await worker.stop();
}
