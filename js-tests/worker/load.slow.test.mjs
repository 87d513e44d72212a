// A million requests at one isolate, asked in workerd itself: no wrong answer, and the isolate's memory as it was after
// the first ones. Needs Linux, which tells what workerd itself has in memory.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { edgesealModules, memoryOf, startDirect } from "../../benches/load/direct.mjs";
import { isolateMemory } from "../../benches/load/isolate.mjs";
import { bindingsOf, mixed, signUp, startFiring, startUpstream } from "../../benches/load/traffic.mjs";
import { migrate, MIGRATIONS } from "./edge.mjs";

const COUNT = Number(process.env.LOAD_COUNT ?? 1_000_000);
const STEP = COUNT / 20;
/** How many steps it takes until all code was used, and wasm memory has room for 64 requests at a time. */
const WARM = 2;
/** What may be alive in V8's heap more than then, in bytes: less than one a request. */
const MOST_GROWTH = 512 * 1024;

let upstream, firing, worker;
before(async () => {
  upstream = await startUpstream();
  firing = await startFiring();
  // Session data holds for an hour.
  worker = await startDirect(edgesealModules(), bindingsOf(upstream.url), { inspected: true });
  await migrate(worker.database, MIGRATIONS);
});
after(async () => {
  await worker?.stop();
  firing?.stop();
  upstream?.stop();
});

test(`${COUNT.toLocaleString("en")} requests are answered right, and leave the isolate as it was`, async (t) => {
  const requests = mixed(await signUp(worker.url));
  const port = Number(worker.url.port);
  const samples = [];
  let busy = 0;
  for (let done = 0; done < COUNT; done += STEP) {
    const { answered, wrong, faults, elapsed } = await firing.fire({ port, requests, connections: 64, count: STEP });
    assert.deepEqual([answered, wrong], [STEP, 0], `${faults.join("\n")}\n${worker.complaints}`);
    busy += elapsed;
    samples.push({ ...(await isolateMemory(worker.inspector)), process: memoryOf(worker.pid) });
  }
  t.diagnostic(`${Math.round(COUNT / busy)} requests/s`);
  const told = (what) => samples.map((sample) => (sample[what] / 2 ** 20).toFixed(2)).join(", ");
  t.diagnostic(`MiB every ${STEP.toLocaleString("en")}: V8's heap ${told("heap")}`);
  t.diagnostic(`wasm memory ${told("wasm")}`);
  t.diagnostic(`the process, with what its allocator keeps and D1: ${told("process")}`);
  const [warm, last] = [samples[WARM - 1], samples.at(-1)];
  assert.equal(last.wasm, warm.wasm, "wasm memory");
  assert.ok(last.heap - warm.heap < MOST_GROWTH, `${last.heap - warm.heap} bytes of heap`);
});
