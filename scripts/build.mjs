// npm run build: builds the package (pkg/), the Worker (worker/build/ and worker/assets/), or both. wrangler calls
// `build.mjs worker`, which does nothing if the build is up to date.
import { buildContract } from "./build-contract.mjs";
import { buildPackage } from "./build-package.mjs";
import { buildWorker } from "./build-worker.mjs";
import { isMain } from "./run.mjs";
import { npmPackages, prerequisites, rustTools, wasmTarget } from "./toolchain.mjs";

export async function build({ only } = {}) {
  await prerequisites();
  await npmPackages(".");
  await wasmTarget();
  await rustTools();
  if (only !== "worker") await buildPackage();
  if (only === "package") return;
  await buildWorker();
  await buildContract();
}

if (isMain(import.meta.url)) await build({ only: process.argv[2] });
