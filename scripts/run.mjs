// Runs commands and reports each step in one line; shows a step's output only if the step fails.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
export const at = (...parts) => join(root, ...parts);

/**
 * Returns whether Node was started with this module. Compares real paths, because spaces are escaped in a URL, and a
 * path may be a symbolic link.
 */
export function isMain(url) {
  const [, started = ""] = process.argv;
  return existsSync(started) && realpathSync(started) === fileURLToPath(url);
}

/**
 * The machine's own Node, which is used to test the package. This code has to search for it, because npm puts the Node
 * from `node_modules` first on a script's PATH.
 */
export const machineNode =
  (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => !folder.endsWith(join("node_modules", ".bin")))
    .map((folder) => join(folder, "node"))
    .find(existsSync) ?? process.execPath;

/** The newer Node that wrangler and miniflare need, from the `node` npm package. */
export const toolNode = at("node_modules/.bin/node");

/** The programs that these commands run. All other commands are looked up on PATH. */
const PROGRAMS = {
  node: [machineNode],
  wrangler: [toolNode, at("node_modules/wrangler/bin/wrangler.js")],
};

/** Returns a command's program and arguments. */
export function programOf(command, args) {
  const [program, ...first] = Object.hasOwn(PROGRAMS, command) ? PROGRAMS[command] : [command];
  return [program, [...first, ...args]];
}

/**
 * If this Node is too old for wrangler and miniflare, restarts this script in {@link toolNode}. The npm packages must
 * be installed.
 */
export async function onToolNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 12)) return;
  const child = spawn(toolNode, [...process.execArgv, ...process.argv.slice(1)], { stdio: "inherit" });
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, () => child.kill(name));
  const code = await new Promise((resolve) => {
    child.on("error", () => stop("The npm packages are not installed. Run: npm ci"));
    child.on("close", resolve);
  });
  process.exit(code ?? 1);
}

/** The environment for commands: PATH has the project's own tools before the machine's. */
export const environment = {
  ...process.env,
  PATH: [at(".tools/bin"), at("node_modules/.bin"), process.env.PATH].join(delimiter),
  WASM_BINDGEN_BIN: at(".tools/bin/wasm-bindgen"),
  WASM_OPT_BIN: at("node_modules/.bin/wasm-opt"),
  ESBUILD_BIN: at("node_modules/.bin/esbuild"),
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  NEXT_TELEMETRY_DISABLED: "1",
  REDOCLY_TELEMETRY: "off",
  REDOCLY_SUPPRESS_UPDATE_NOTICE: "true",
};

/** The environment for a command that must use the machine's `node`, even in the processes that it starts. */
export const onMachineNode = { PATH: [dirname(machineNode), environment.PATH].join(delimiter) };

/**
 * Compiler flags for the released wasm. They replace the flags in `.cargo/config.toml`, so they have to enable SIMD
 * again. They also keep this machine's paths out of panic messages.
 */
export function wasmFlags() {
  const cargoHome = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
  const flags = [
    "-Ctarget-feature=+simd128",
    // Without this, the compiler inlines so much rarely executed code that the module grows by 7%. Functions with
    // `#[inline]` have a higher threshold.
    "-Cllvm-args=-inline-threshold=40",
    // Only Firebase's hashes need AES, and only for a few bytes.
    '--cfg=aes_backend_soft="compact"',
    `--remap-path-prefix=${cargoHome}=cargo`,
    `--remap-path-prefix=${root}=edgeseal/`,
  ];
  return { CARGO_ENCODED_RUSTFLAGS: flags.join("\x1f") };
}

/** Exits with a one-line message for the user. */
export function stop(message) {
  console.error(`\n✗ ${message}`);
  process.exit(1);
}

export class CommandFailed extends Error {
  constructor(command, code, output) {
    super(`${command} ended with ${code}`);
    this.output = output;
  }
}

/** Runs a command and returns its output; `show` also prints the output while it runs. */
export function run(command, args = [], { cwd = root, env = {}, show = false, quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(...programOf(command, args), {
      cwd,
      env: { ...environment, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
        if (show) process.stdout.write(text);
      });
    }
    child.on("error", (cause) => reject(new CommandFailed(command, cause.code, "")));
    child.on("close", (code) => {
      if (code === 0 || quiet) resolve({ code, output });
      else reject(new CommandFailed([command, ...args].join(" "), code, show ? "" : output));
    });
  });
}

/** Returns the version that a command reports, or undefined if the command can't be run. */
export async function version(command, args = ["--version"]) {
  try {
    return (await run(command, args)).output.trim();
  } catch {
    return undefined;
  }
}

/** Runs a set-up step and prints a line with its duration. If the step is slow, also prints its progress. */
export async function step(name, work) {
  const start = Date.now();
  const seconds = () => `${((Date.now() - start) / 1000).toFixed(1)} s`;
  const heartbeat = setInterval(() => console.log(`  … ${name} (${seconds()})`), 30_000);
  try {
    const said = await work();
    console.log(`✓ ${name}${said ? `: ${said}` : ""} (${seconds()})`);
  } catch (cause) {
    console.error(`✗ ${name} (${seconds()})`);
    if (cause.output) console.error(cause.output.split("\n").slice(-60).join("\n"));
    stop(cause.message);
  } finally {
    clearInterval(heartbeat);
  }
}

/**
 * Runs `work`, unless it has already run for exactly these inputs (files and folders, by content) and its outputs
 * still exist.
 */
export async function whenStale(name, { inputs, outputs, also = "" }, work) {
  const stamp = at("target/stamps", name);
  const digest = hashOf(inputs, also);
  const fresh =
    outputs.every((path) => existsSync(at(path))) && existsSync(stamp) && readFileSync(stamp, "utf8") === digest;
  if (fresh) return "up to date";
  rmSync(stamp, { force: true });
  await work();
  mkdirSync(at("target/stamps"), { recursive: true });
  writeFileSync(stamp, digest);
  return undefined;
}

const NOT_SOURCE = new Set(["node_modules", "build", ".next", "target", "__pycache__", "next-env.d.ts"]);

function hashOf(paths, also) {
  const hash = createHash("sha256").update(also);
  const walk = (path) => {
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory()) {
      for (const entry of readdirSync(path).sort()) if (!NOT_SOURCE.has(entry)) walk(join(path, entry));
    } else {
      hash
        .update(`${relative(root, path)}\0`)
        .update(readFileSync(path))
        .update("\0");
    }
  };
  for (const path of paths) walk(at(path));
  return hash.digest("hex");
}
