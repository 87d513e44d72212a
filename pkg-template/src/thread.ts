// The code that a worker thread runs. It is bundled as text into `thread-source.js`, because some bundlers would not
// find a separate file.
import { parentPort, workerData } from "node:worker_threads";
import { createEngine, type Engine } from "./engine.js";

/** @internal */
export interface Request {
  id: number;
  message: Uint8Array;
  /** Whether the instance may keep the memory that it uses for this work, to reuse it later. */
  kept: boolean;
}

/** @internal */
export interface Answer {
  /** The request's id, or 0 to report that the thread has started. */
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
