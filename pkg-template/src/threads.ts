import { createEngine } from "./engine.js";
import type { Request } from "./thread.js";
import { source } from "./thread-source.js";

/** More would only take turns, and a server's other work needs cores too. */
const MAX_THREADS = 4;

interface Task extends Request {
  module: WebAssembly.Module;
  resolve(key: Uint8Array): void;
  reject(cause: unknown): void;
}

interface Thread {
  worker: InstanceType<typeof import("node:worker_threads").Worker>;
  task: Task | undefined;
  /** Whether it has ever answered. */
  proven: boolean;
}

const waiting: Task[] = [];
const threads: Thread[] = [];
let unavailable = false;

/**
 * @internal Derives a key in one of a few worker threads of Node, Bun or Deno: started when first
 * needed, kept, and no reason for the process to stay. `undefined` where there are no threads.
 */
export function deriveInThread(
  module: WebAssembly.Module,
  takeMessage: () => Uint8Array,
  kept: boolean,
): Promise<Uint8Array> | undefined {
  const builtin = typeof process === "undefined" ? undefined : process?.getBuiltinModule;
  const workers = builtin?.("node:worker_threads");
  const cores = builtin?.("node:os")?.availableParallelism?.();
  if (unavailable || !workers || !cores) return undefined;

  const idle = threads.some((thread) => !thread.task);
  if (!idle && threads.length < Math.min(cores, MAX_THREADS)) {
    try {
      // No flags of the process: a loader or a debugger is of no use in there.
      const worker = new workers.Worker(source, { eval: true, workerData: module, execArgv: [], name: "edgeseal" });
      enlist({ worker, task: undefined, proven: false });
    } catch {
      // Node's permission model, or a runtime that only has the name.
      if (threads.length === 0) return undefined;
    }
  }
  return new Promise((resolve, reject) => {
    waiting.push({ module, message: takeMessage(), kept, resolve, reject });
    assign();
  });
}

function enlist(thread: Thread): void {
  const { worker } = thread;
  threads.push(thread);
  worker.unref();
  worker.on("message", (key: Uint8Array) => {
    const task = thread.task;
    thread.task = undefined;
    thread.proven = true;
    worker.unref();
    task?.message.fill(0);
    task?.resolve(key);
    assign();
  });
  worker.on("error", () => {
    threads.splice(threads.indexOf(thread), 1);
    if (!thread.proven) unavailable = true;
    if (thread.task) deriveHere(thread.task);
    if (threads.length === 0) for (const task of waiting.splice(0)) deriveHere(task);
    assign();
  });
}

function assign(): void {
  for (const thread of threads) {
    if (thread.task) continue;
    const task = waiting.shift();
    if (!task) return;
    thread.task = task;
    // The process waits for a key that someone waits for.
    thread.worker.ref();
    thread.worker.postMessage({ message: task.message, kept: task.kept } satisfies Request);
  }
}

function deriveHere({ module, message, resolve, reject }: Task): void {
  try {
    resolve(createEngine(module)(message));
  } catch (cause) {
    reject(cause);
  }
}
