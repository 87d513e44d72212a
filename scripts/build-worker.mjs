// Builds worker/build/, the Worker's modules and wasm. The Worker links the core as an rlib, without the `js` feature.
import { copyFileSync, renameSync } from "node:fs";
import { at, run, step, wasmFlags, whenStale } from "./run.mjs";

const SOURCES = ["Cargo.toml", "Cargo.lock", ".cargo", "src", "worker/Cargo.toml", "worker/src", "worker/entry.js"];

const built = (name, folder, features = []) =>
  step(name, () =>
    whenStale(
      `worker-${folder}`,
      { inputs: [...SOURCES, "scripts/build-worker.mjs"], outputs: [`worker/${folder}/index.js`] },
      async () => {
        const given = ["--release", "--out-dir", folder, at("worker"), ...features];
        await run("worker-build", given, { env: wasmFlags() });
        renameSync(at("worker", folder, "index.js"), at("worker", folder, "worker.js"));
        copyFileSync(at("worker/entry.js"), at("worker", folder, "index.js"));
      },
    ),
  );

export const buildWorker = () => built("Worker", "build");

/** Makes a test build in which a request can change the clock and force faults. */
export const buildClockedWorker = () =>
  built("Worker with a test clock", "build-clock", ["--features", "test-clock,test-fault"]);
