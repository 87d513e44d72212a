// Builds worker/build/, the Worker's modules and wasm. The Worker links the core as an rlib, without the `js` feature.
import { cpSync, renameSync } from "node:fs";
import { at, run, step, wasmFlags, whenStale } from "./run.mjs";

const SOURCES = ["Cargo.toml", "Cargo.lock", ".cargo", "src", "worker/Cargo.toml", "worker/src", "worker/entry"];

/** The features that worker-build's module uses. With `--all-features`, workerd may not be able to read the result. */
const FEATURES = [
  "bulk-memory",
  "bulk-memory-opt",
  "exception-handling",
  "multivalue",
  "mutable-globals",
  "nontrapping-float-to-int",
  "reference-types",
  "sign-ext",
  "simd",
];

const built = (name, folder, features = []) =>
  step(name, () =>
    whenStale(
      `worker-${folder}`,
      { inputs: [...SOURCES, "scripts/build-worker.mjs"], outputs: [`worker/${folder}/index.js`] },
      async () => {
        const given = ["--release", "--out-dir", folder, at("worker"), ...features];
        await run("worker-build", given, { env: wasmFlags() });
        // Removes the names of functions, which are a tenth of the upload.
        const wasm = at("worker", folder, "index_bg.wasm");
        await run("wasm-opt", [...FEATURES.map((name) => `--enable-${name}`), "--strip-debug", wasm, "-o", wasm]);
        renameSync(at("worker", folder, "index.js"), at("worker", folder, "worker.js"));
        cpSync(at("worker/entry"), at("worker", folder), { recursive: true });
      },
    ),
  );

export const buildWorker = () => built("Worker", "build");

/** Makes a test build in which a request can change the clock and force faults. */
export const buildClockedWorker = () =>
  built("Worker with a test clock", "build-clock", ["--features", "test-clock,test-fault"]);
