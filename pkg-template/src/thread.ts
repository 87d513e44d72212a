// What a worker thread runs. Bundled into `thread-source.js`, as text: a file of its own would need
// every bundler's help to be found.
import { parentPort, workerData } from "node:worker_threads";
import { createEngine, type Engine } from "./engine.js";

/** @internal */
export interface Request {
  id: number;
  message: Uint8Array;
  /** Whether the instance may stay as large as this makes it. */
  kept: boolean;
}

/** @internal */
export interface Answer {
  /** Of the request; 0 says that the thread is there. */
  id: number;
  answer?: Uint8Array;
}

const module = workerData as WebAssembly.Module;
const lasting: Engine = createEngine(module);

parentPort.on("message", ({ id, message, kept }: Request) => {
  const answer = (kept ? lasting : createEngine(module))(message);
  parentPort.postMessage({ id, answer } satisfies Answer, [answer.buffer]);
});
parentPort.postMessage({ id: 0 } satisfies Answer);
