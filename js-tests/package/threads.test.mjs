// Tests the worker threads that hash passwords in Node: they don't block the event loop, and hashing also works
// without threads.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";

const folder = await mkdtemp(join(tmpdir(), "edgeseal-threads-"));
after(() => rm(folder, { recursive: true, force: true }));

/** Runs a program in its own process. The `preload` script runs first, in the main thread and in each worker thread. */
async function run(program, { preload = "", flags = [] } = {}) {
  const file = join(folder, "preload.cjs");
  writeFileSync(file, preload);
  const imports = `import { hashPassword, verifyPassword, hashPasswordSync } from ${JSON.stringify(import.meta.resolve("edgeseal"))};
    const weak = { cost: 4, allowWeakParams: true };`;
  const args = [...flags, "--input-type=module", "--eval", `${imports}\n${program}`];
  const env = { ...process.env, NODE_OPTIONS: preload ? `--require ${file}` : "" };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: 60_000 });
  return stdout.trim();
}

test("the event loop runs while a password is hashed, and the process exits by itself", async () => {
  const turns = `let turns = 0; const timer = setInterval(() => turns++, 1);`;
  const turned = await run(`${turns} await hashPassword("x"); clearInterval(timer); console.log(turns)`);
  assert.ok(Number(turned) > 20, `${turned} turns`);
});

test("concurrent jobs each get their own result", async () => {
  const program = `const all = await Promise.all(Array.from({ length: 40 }, (_, i) => hashPassword("p" + i, weak)));
    const valid = await Promise.all(all.map((stored, i) => verifyPassword("p" + (i % 2 ? i : "x"), stored)));
    console.log(valid.map(Number).join(""))`;
  assert.equal(await run(program), "01".repeat(20));
});

test("hashing works without usable threads", async () => {
  const hash = `console.log(await verifyPassword("x", await hashPassword("x", weak)))`;
  for (const preload of [
    `const { isMainThread } = require("node:worker_threads"); if (!isMainThread) process.exit(0)`,
    `const { isMainThread, parentPort } = require("node:worker_threads");
     if (!isMainThread) { parentPort.postMessage(new Uint8Array(5)); parentPort.postMessage({ id: 1, key: new Uint8Array(5) }) }`,
    `require("node:worker_threads").Worker = class { constructor() { throw new Error() } }`,
    `const { Worker } = require("node:worker_threads");
     require("node:worker_threads").Worker = class extends Worker { constructor(code, options) { super("process.exit(1)", options) } }`,
    `const { Worker } = require("node:worker_threads");
     require("node:worker_threads").Worker = class extends Worker { constructor(code, options) { super("throw 1", options) } }`,
    `process.getBuiltinModule = undefined`,
  ]) {
    assert.equal(await run(hash, { preload }), "true", preload);
  }
});

test("a thread that exits during a job fails only that job", async () => {
  const preload = `const workers = require("node:worker_threads"); const { Worker } = workers; let count = 0;
    workers.Worker = class extends Worker { constructor(code, options) {
      super(count++ ? code : code + ';require("node:worker_threads").parentPort.on("message", () => process.exit(1))', options) } }`;
  const program = `const settled = await Promise.allSettled(Array.from({ length: 6 }, () => hashPassword("x", weak)));
    const failed = settled.filter(({ status }) => status === "rejected");
    console.log(failed.length, failed[0]?.reason.message ?? "")`;
  const said = await run(program, { preload });
  assert.match(said, /^(0|1 edgeseal: the worker thread .* ended)/);
});
