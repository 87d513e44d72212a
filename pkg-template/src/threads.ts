import { createEngine } from "./engine.js";
import { source } from "./thread-source.js";
import type { Answer, Request } from "./thread.js";

/** The maximum number of threads. It is low because a server's other work also needs CPU cores. */
const MAX_THREADS = 4;

interface Task extends Request {
  module: WebAssembly.Module;
  resolve(answer: Uint8Array): void;
  reject(cause: unknown): void;
}

interface Thread {
  worker: InstanceType<typeof import("node:worker_threads").Worker>;
  task: Task | undefined;
  /** Whether the thread has reported that it has started. */
  started: boolean;
}

const waiting: Task[] = [];
const threads: Thread[] = [];
let lastId = 0;
let unavailable = false;

/**
 * @internal Does the work in one of a few worker threads, in Node, Bun or Deno. The threads are started when they are
 * needed, are reused, and don't keep the process alive while they are idle. Returns `undefined` if no threads are
 * available.
 */
export function deriveInThread(
  module: WebAssembly.Module,
  message: Uint8Array,
  kept: boolean,
): Promise<Uint8Array> | undefined {
  if (threads.every(({ task }) => task)) start(module);
  if (threads.length === 0) return undefined;
  return new Promise((resolve, reject) => {
    waiting.push({ id: ++lastId, module, message, kept, resolve, reject });
    assign();
  });
}

/** Starts one more thread, unless there are enough threads already, or the runtime doesn't support them. */
function start(module: WebAssembly.Module): void {
  const builtin = typeof process === "undefined" ? undefined : process?.getBuiltinModule;
  const workers = builtin?.("node:worker_threads");
  const cores = builtin?.("node:os")?.availableParallelism?.() ?? 0;
  if (unavailable || !workers || threads.length >= Math.min(cores, MAX_THREADS)) return;
  try {
    // The thread runs without the process's flags and environment, because it doesn't need a loader, a debugger or
    // secrets.
    const options = { eval: true, workerData: module, execArgv: [], env: {}, name: "edgeseal" };
    add({ worker: new workers.Worker(source, options), task: undefined, started: false });
  } catch (cause) {
    // Either Node's permission model forbids threads, or the runtime doesn't implement them. A stack overflow
    // (RangeError) doesn't mean that threads are unavailable.
    if (!(cause instanceof RangeError)) unavailable = true;
  }
}

function add(thread: Thread): void {
  const { worker } = thread;
  threads.push(thread);
  worker.unref();
  worker.on("message", ({ id, answer }: Answer) => {
    thread.started = true;
    const { task } = thread;
    if (!task || task.id !== id || !answer) return;
    thread.task = undefined;
    worker.unref();
    task.message.fill(0);
    task.resolve(answer);
    assign();
  });
  // An "exit" event always follows, and its handler does the rest.
  worker.on("error", () => {});
  worker.on("exit", () => {
    threads.splice(threads.indexOf(thread), 1);
    const { task } = thread;
    if (!thread.started) {
      unavailable = true;
      if (task) waiting.unshift(task);
    } else if (task) {
      task.message.fill(0);
      task.reject(new Error("edgeseal: the worker thread that hashed this password ended"));
    }
    const next = waiting[0];
    if (next) start(next.module);
    if (threads.length === 0) waiting.splice(0).forEach(deriveHere);
    assign();
  });
}

function assign(): void {
  for (const thread of threads) {
    if (thread.task) continue;
    const task = waiting.shift();
    if (!task) return;
    thread.task = task;
    // Keep the process alive while a caller is waiting for a result.
    thread.worker.ref();
    const { id, message, kept } = task;
    thread.worker.postMessage({ id, message, kept } satisfies Request);
  }
}

function deriveHere({ module, message, resolve, reject }: Task): void {
  try {
    resolve(createEngine(module)(message));
  } catch (cause) {
    reject(cause);
  }
}
