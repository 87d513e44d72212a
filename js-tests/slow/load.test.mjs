// A million requests at one isolate, asked in workerd itself: no wrong answer, and memory as it was after the first ones.
// Needs Linux, which tells what workerd has in memory.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { edgesealModules, memoryOf, startDirect } from "../../benches/load/direct.mjs";
import { bindingsOf, mixed, signUp, startFiring, startUpstream } from "../../benches/load/traffic.mjs";
import { migrate, MIGRATIONS } from "../worker/edge.mjs";

const COUNT = Number(process.env.LOAD_COUNT ?? 1_000_000);
/** By then the isolate's heap, its wasm memory and workerd's own pools are as large as this traffic wants them. */
const WARM = COUNT / 10;
const STEP = COUNT / 20;
const REST = 3000;
/**
 * What workerd's memory may grow by over the other nine tenths. V8's heap goes up and down by some MiB as it collects,
 * so ends are medians of several samples; a leak of 20 bytes a request, less than any object takes, would be over it.
 */
const MOST_GROWTH = 16 * 2 ** 20;

let upstream, firing, worker;
before(async () => {
  upstream = await startUpstream();
  firing = await startFiring();
  // Session data holds for an hour.
  worker = await startDirect(edgesealModules(), bindingsOf(upstream.url));
  await migrate(worker.database, MIGRATIONS);
});
after(async () => {
  await worker?.stop();
  firing?.stop();
  upstream?.stop();
});

test(`${COUNT.toLocaleString("en")} requests are answered right, and leave memory as it was`, async (t) => {
  const requests = mixed(await signUp(worker.url));
  const port = Number(worker.url.port);
  const samples = [];
  const start = Date.now();
  for (let done = 0; done < COUNT; done += STEP) {
    const { answered, wrong, faults } = await firing.fire({ port, requests, connections: 64, count: STEP });
    assert.deepEqual([answered, wrong], [STEP, 0], `${faults.join("\n")}\n${worker.complaints}`);
    // What is garbage by then goes while nothing is asked.
    await setTimeout(REST);
    samples.push(memoryOf(worker.pid));
  }
  const mebibytes = (bytes) => Math.round(bytes / 2 ** 20);
  t.diagnostic(`${Math.round(COUNT / ((Date.now() - start) / 1000))} requests/s`);
  t.diagnostic(`MiB every ${STEP.toLocaleString("en")}: ${samples.map(mebibytes).join(", ")}`);
  const warm = samples.slice(WARM / STEP - 1);
  const growth = median(warm.slice(-5)) - median(warm.slice(0, 5));
  t.diagnostic(`${mebibytes(growth)} MiB more at the end than once it was warm`);
  assert.ok(growth < MOST_GROWTH, `${mebibytes(growth)} MiB`);
});

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
