// Measures the cost of password hashing: linear memory, delays in Node's event loop, and memory in a workerd isolate.
import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { after, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { startPasswordWorker } from "../password-worker.mjs";
import { edgeseal, linearMemory } from "../watched.mjs";

const MIB = 2 ** 20;
const password = "correct horse battery staple";
const argon2id = { algorithm: "argon2id" };

test("1,000 argon2id hashes: linear memory is the same as after the first", () => {
  edgeseal.verifyPasswordSync(password, edgeseal.hashPasswordSync(password, argon2id));
  const before = linearMemory();
  assert.ok(before > 19 * MIB, "the test measures the memory");
  for (let i = 0; i < 500; i++) {
    assert.equal(edgeseal.verifyPasswordSync(password, edgeseal.hashPasswordSync(password, argon2id)), true);
  }
  assert.equal(linearMemory(), before);
});

/** Delays in the event loop while `work` runs, in milliseconds: the 99th percentile and the longest. */
async function loopDelay(work) {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  await setTimeout(20);
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const milliseconds = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  await setTimeout(20);
  histogram.disable();
  // If the event loop were blocked, almost no delays would be recorded.
  assert.ok(histogram.count > milliseconds / 20, `${histogram.count} turns in ${milliseconds.toFixed()} ms`);
  return {
    p99: histogram.percentile(99) / 1e6,
    max: histogram.max / 1e6,
    milliseconds,
    cores: (user + system) / 1000 / milliseconds,
  };
}

test("100 concurrent verifyPassword at bcrypt 12 do not block the event loop", async (context) => {
  const stored = await edgeseal.hashPassword(password, { cost: 12 });
  const one = performance.now();
  for (let i = 0; i < 8; i++) assert.equal(edgeseal.verifyPasswordSync(password, stored), true);
  const each = (performance.now() - one) / 8;

  const busy = await loopDelay(async () => {
    const all = Array.from({ length: 100 }, (_, i) => edgeseal.verifyPassword(i % 2 ? password : "wrong", stored));
    (await Promise.all(all)).forEach((right, i) => assert.equal(right, i % 2 === 1));
  });
  const idle = await loopDelay(() => setTimeout(busy.milliseconds));

  const show = ({ p99, max }) => `p99 ${p99.toFixed(2)} ms, longest ${max.toFixed(1)} ms`;
  const gain = (100 * each) / busy.milliseconds;
  context.diagnostic(`hashing: ${show(busy)}; idle: ${show(idle)}`);
  const cores = `${busy.cores.toFixed(2)} of ${availableParallelism()} cores busy`;
  context.diagnostic(`throughput: ${gain.toFixed(2)} of one after another, ${cores}`);
  if (idle.p99 >= 20) return context.skip("the machine is busy: an idle event loop is as late");
  assert.ok(busy.p99 < 20, show(busy));
});

const worker = await startPasswordWorker();
after(() => worker.stop());

test("argon2id in workerd: half of an isolate's 128 MB is enough, again and again", async (context) => {
  const first = await worker.ask({ call: "hashPassword", with: [password, argon2id] });
  assert.match(first.value, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  const verified = await worker.ask({ call: "verifyPassword", with: [password, first.value], count: 20 });
  assert.equal(verified.value, true);
  assert.equal(verified.memory, first.memory);
  context.diagnostic(`linear memory: ${(first.memory / MIB).toFixed(1)} MiB`);
  assert.ok(first.memory < 64 * MIB);
});

test("workerd: hashes that require more than an isolate has are refused without allocation", async () => {
  const { memory } = await worker.ask({ call: "hashPassword", with: [password, argon2id] });
  const end = "p=1$MDEyMzQ1Njc4OWFiY2RlZg$4aHoBpfpRSYZi1zLSqUWpXu0P9bi+hd8MPm/ep0d1e0";
  for (const stored of [`$argon2id$v=19$m=131072,t=1,${end}`, `$argon2id$v=19$m=4194304,t=1,${end}`, SCRYPT]) {
    const refused = await worker.ask({ call: "verifyPassword", with: [password, stored] });
    assert.deepEqual(refused, { value: "ERR_PASSWORD_PARAMS_REFUSED", memory });
  }
});

/** A hash that needs 128 MiB. */
const SCRYPT = "$scrypt$ln=17,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$4aHoBpfpRSYZi1zLSqUWpXu0P9bi+hd8MPm/ep0d1e0";
