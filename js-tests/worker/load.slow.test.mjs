// Sends a million requests directly to one isolate in workerd. All responses must be right, and memory must not grow
// after the first requests. This test runs only on Linux, where it can read workerd's memory usage.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { edgesealModules, memoryOf, startDirect } from "../../benches/load/direct.mjs";
import { isolateMemory } from "../../benches/load/isolate.mjs";
import { bindingsOf, mixed, signUp, startFiring, startUpstream } from "../../benches/load/traffic.mjs";
import { migrate, MIGRATIONS } from "./local-worker.mjs";

const COUNT = Number(process.env.LOAD_COUNT ?? 1_000_000);
const STEP = COUNT / 20;
/** The number of warm-up steps. After these, all code has run, and wasm memory has room for 64 concurrent requests. */
const WARM = 2;
/** How much V8's live heap may grow after the warm-up, in bytes. This is less than one byte per request. */
const MOST_GROWTH = 512 * 1024;
/** How much wasm memory may grow after the warm-up, in bytes: one page, because concurrency can still reach a new peak. */
const WASM_PAGE = 64 * 1024;

let upstream, firing, worker;
before(async () => {
  upstream = await startUpstream();
  firing = await startFiring();
  // Session data is valid for an hour.
  worker = await startDirect(edgesealModules(), bindingsOf(upstream.url), { inspected: true });
  await migrate(worker.database, MIGRATIONS);
});
after(async () => {
  await worker?.stop();
  firing?.stop();
  upstream?.stop();
});

test(`${COUNT.toLocaleString("en")} requests get the right response, and the isolate's memory does not grow`, async (t) => {
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
  const inMiB = (what) => samples.map((sample) => (sample[what] / 2 ** 20).toFixed(2)).join(", ");
  t.diagnostic(`MiB every ${STEP.toLocaleString("en")}: V8's heap ${inMiB("heap")}`);
  t.diagnostic(`wasm memory ${inMiB("wasm")}`);
  t.diagnostic(`the process, including its allocator's reserve and D1: ${inMiB("process")}`);
  const [warm, last] = [samples[WARM - 1], samples.at(-1)];
  assert.ok(last.wasm - warm.wasm <= WASM_PAGE, `${last.wasm - warm.wasm} bytes of wasm memory growth`);
  assert.ok(last.heap - warm.heap < MOST_GROWTH, `${last.heap - warm.heap} bytes of heap growth`);
});
