// Runs contenders in turn, in short batches, so that other load on the machine affects all of them. Reports the median
// time per operation, and the ratio to the first contender in the same round.
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";

/** Stores the results of operations, so that no operation is optimized away. */
export let sink;

/**
 * Times `run` over a batch of inputs, which `inputs(count)` makes beforehand. Only promises are awaited, so that
 * synchronous calls aren't slowed down.
 */
export function batchOf(run, inputs) {
  const sync = (list) => {
    for (const input of list) sink = run(input);
  };
  const async = async (list) => {
    for (const input of list) sink = await run(input);
  };
  return async (count) => {
    const list = inputs(count);
    const first = run(list[0]);
    const all = first instanceof Promise ? async : sync;
    await first;
    // Run only minor garbage collections: repeated full collections would discard the compiled code of contenders
    // waiting their turn.
    gc({ type: "minor" });
    gc({ type: "minor" });
    const start = performance.now();
    await all(list);
    return performance.now() - start;
  };
}

/** Calls `batchOf` for each of several operations, keyed by name. */
export const batchesOf = (runs, inputs) =>
  Object.fromEntries(Object.entries(runs).map(([name, run]) => [name, batchOf(run, inputs)]));

/**
 * Measures batches (name -> `(count) => milliseconds`) and compares them with the first one. `overhead` is an empty
 * batch; its median is subtracted. `count` sets the batch size, for operations that take long enough to be measured
 * individually.
 */
export async function compare(title, batches, { rounds = 101, milliseconds = 5, overhead = () => 0, count } = {}) {
  const contenders = [];
  for (const [name, batch] of Object.entries(batches)) {
    contenders.push({ name, batch, count: count ?? (await countFor(batch, milliseconds)), taken: [], idle: [] });
  }
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const { batch, count, taken, idle } = contenders[(round + turn) % contenders.length];
      idle.push(await overhead(count));
      taken.push(await batch(count));
    }
  }
  for (const one of contenders) {
    const idle = median(one.idle);
    one.samples = one.taken.map((milliseconds) => (milliseconds - idle) * (1000 / one.count));
  }
  const ours = contenders[0].samples;
  const rows = contenders.map(({ name, count, samples }) => ({
    name,
    median: median(samples),
    fastest: Math.min(...samples),
    ratio: median(samples.map((sample, round) => sample / ours[round])),
    operations: count * rounds,
    samples,
  }));
  return { title, rows };
}

/** The number of operations that fit into `milliseconds`, as measured during warm-up. */
async function countFor(batch, milliseconds) {
  const most = 100_000;
  let count = 16;
  for (let full = 0; full < 20;) {
    const taken = await batch(count);
    if (taken >= milliseconds * 0.8 || count === most) full += 1;
    const factor = Math.min(4, Math.max(0.25, milliseconds / Math.max(taken, 0.001)));
    count = Math.min(most, Math.ceil(count * factor));
  }
  return count;
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const UNITS = { us: 1, ms: 1000 };

/** Prints a case. Pass `ratios: false` if the case's rows are parts of one operation rather than contenders. */
export function printCase({ title, rows }, { ratios = true, unit = "us" } = {}) {
  const time = (us) => (us / UNITS[unit]).toFixed(3);
  const width = Math.max(...rows.map(({ name }) => name.length));
  const line = (name, cells) =>
    console.log(`  ${name.padEnd(width)}${cells.map((cell) => cell.padStart(12)).join("")}`);
  console.log(`\n${title}`);
  line("", [`median ${unit}`, `fastest ${unit}`, ...(ratios ? ["peer / ours"] : [])]);
  for (const { name, median, fastest, ratio } of rows) {
    line(name, [time(median), time(fastest), ...(ratios ? [ratio.toFixed(2)] : [])]);
  }
}

/** Writes cases to target/bench/NAME.json, with the machine's details, but without the samples. */
export function writeCases(name, measured) {
  const cases = measured.map(({ title, rows }) => ({ title, rows: rows.map(({ samples, ...row }) => row) }));
  const folder = new URL("../target/bench/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  const machine = { node: process.versions.node, cpu: cpus()[0]?.model, cores: cpus().length, load: loadavg()[0] };
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify({ unit: "us", machine, cases }, null, 2)}\n`);
  console.log(`\nNode ${machine.node}, load ${machine.load.toFixed(2)}; as JSON in target/bench/${name}.json`);
}
