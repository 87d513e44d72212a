// worker/build/: the Worker's module and wasm. It links the core as an rlib with feature `js` off.
import { at, run, step, wasmFlags, whenStale } from "./run.mjs";

export const buildWorker = () =>
  step("Worker", () =>
    whenStale(
      "worker",
      {
        inputs: [
          "Cargo.toml",
          "Cargo.lock",
          ".cargo",
          "src",
          "worker/Cargo.toml",
          "worker/src",
          "scripts/build-worker.mjs",
        ],
        outputs: ["worker/build/index.js"],
      },
      async () => {
        await run("worker-build", ["--release", at("worker")], { env: wasmFlags() });
      },
    ),
  );
