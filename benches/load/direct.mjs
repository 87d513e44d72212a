// Starts a Worker in workerd. Requests go directly to its socket, not through a development server's proxy.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { compatibilityDate } from "../../js-tests/compatibility.mjs";

const root = new URL("../../", import.meta.url);
const installed = new URL("js-tests/", root);

/** Returns the modules of Edgeseal's Worker as they are deployed. */
export function edgesealModules(folder = new URL("worker/build/", root)) {
  return readdirSync(folder)
    .filter((name) => /\.(js|wasm)$/.test(name))
    .sort((name) => (name === "index.js" ? -1 : 1))
    .map((name) => moduleOf(name, readFileSync(new URL(name, folder))));
}

/** A peer's Worker, bundled from packages in js-tests/; `wasm` lists the wasm files that it imports. */
export async function bundled(entry, wasm = []) {
  const { outputFiles } = await build({
    stdin: { contents: readFileSync(new URL(entry, import.meta.url), "utf8"), resolveDir: fileURLToPath(installed) },
    bundle: true,
    minify: true,
    format: "esm",
    conditions: ["workerd", "worker"],
    external: ["*.wasm", "node:*", "cloudflare:*"],
    logLevel: "error",
    write: false,
  });
  const files = wasm.map((path) => moduleOf(path.split("/").at(-1), readFileSync(new URL(path, installed))));
  return [moduleOf("index.js", outputFiles[0].contents), ...files];
}

const moduleOf = (path, contents) => ({ type: path.endsWith(".wasm") ? "CompiledWasm" : "ESModule", path, contents });

/** Starts a Worker with its own database; returns its address, process id, output and inspector address. */
export async function startDirect(modules, bindings, { flags = [], inspected = false } = {}) {
  const before = new Set(workerds());
  const miniflare = new Miniflare({
    compatibilityDate,
    compatibilityFlags: flags,
    cf: false,
    modules,
    bindings,
    d1Databases: ["DB"],
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
    ...(inspected && { inspectorPort: 0 }),
    handleRuntimeStdio: (stdout, stderr) => {
      // Discards the log lines of requests, as if they were sent to a log platform, but keeps errors.
      stdout.on("data", (chunk) => (worker.logged += chunk.length));
      stderr.setEncoding("utf8").on("data", (text) => (worker.complaints += text));
    },
  });
  const worker = { logged: 0, complaints: "", stop: () => miniflare.dispose() };
  worker.database = await miniflare.getD1Database("DB");
  worker.url = await miniflare.unsafeGetDirectURL();
  if (inspected) worker.inspector = await miniflare.getInspectorURL();
  worker.pid = workerds().find((pid) => !before.has(pid));
  return worker;
}

/** The workerd processes that this process has started; Linux only. */
function workerds() {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").split(" ").filter(Boolean);
  return children.filter((pid) => readFileSync(`/proc/${pid}/comm`, "utf8").startsWith("workerd"));
}

/** The CPU time that a process has used, in seconds. */
export function cpuOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const [user, system] = stat.slice(stat.lastIndexOf(")") + 2).split(" ").slice(11, 13); // prettier-ignore
  return (Number(user) + Number(system)) / 100;
}

/** The resident memory of a process, in bytes. */
export const memoryOf = (pid) =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) * 1024;
