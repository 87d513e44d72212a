// What a worker thread runs. Bundled into `thread-source.js`, as text: a file of its own would need
// every bundler's help to be found.
import { parentPort, workerData } from "node:worker_threads";
import { createEngine, type Engine } from "./engine.js";

/** @internal */
export interface Request {
  message: Uint8Array;
  /** Whether the instance may stay as large as this makes it. */
  kept: boolean;
}

const module = workerData as WebAssembly.Module;
let lasting: Engine | undefined;

parentPort.on("message", ({ message, kept }: Request) => {
  const engine = kept ? (lasting ??= createEngine(module)) : createEngine(module);
  parentPort.postMessage(engine(message));
});
