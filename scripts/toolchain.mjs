// Installs what the project needs besides rustup, Node, npm and python3, in pinned versions, inside the project.
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { at, machineNode, onMachineNode, run, step, stop, version, whenStale } from "./run.mjs";

const WASM_TARGET = "wasm32-unknown-unknown";

/** Returns whether this Node's version is in the `engines` range in package.json, `^20.16 || >=22.3`. */
export function isSupported(node) {
  const [major, minor] = node.replace("v", "").split(".").map(Number);
  return major === 20 ? minor >= 16 : major === 22 ? minor >= 3 : major > 22;
}

export async function prerequisites() {
  const missing = [];
  const node = (await version(machineNode)) ?? "";
  if (!isSupported(node)) missing.push(`Node 20.16 or newer, not 21, and not 22 before 22.3 (this is ${node})`);
  for (const [command, where] of [
    ["rustup", "https://rustup.rs"],
    ["cargo", "https://rustup.rs"],
    ["npm", "https://nodejs.org"],
    ["python3", "https://python.org"],
  ]) {
    if (!(await version(command))) missing.push(`${command} (${where})`);
  }
  // Debian's python3 includes venv, but not ensurepip, without which venv can't create an environment.
  const hasPython = await version("python3");
  if (hasPython && !(await version("python3", ["-c", "import ensurepip, venv; print('there')"])))
    missing.push("python3's module venv (Debian: the package python3-venv)");
  if (missing.length > 0) stop(`Missing on this machine: ${missing.join(", ")}.`);
}

const CI = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];

export const npmPackages = (folder) =>
  step(`npm packages of ${folder}`, () =>
    whenStale(
      `npm-${folder.replaceAll("/", "-")}`,
      { inputs: [`${folder}/package-lock.json`], outputs: [`${folder}/node_modules`] },
      () => (folder === "." ? run("npm", CI) : installOnMachineNode(at(folder))),
    ),
  );

/**
 * Installs packages that run on the machine's Node. Install scripts compile addons for the `node` that runs them, and
 * npm would otherwise run them with the project's newer `node` from the parent folder.
 */
async function installOnMachineNode(cwd) {
  await run("npm", [...CI, "--ignore-scripts"], { cwd, env: onMachineNode });
  const bin = join(cwd, "node_modules/.bin");
  const link = join(bin, "node");
  mkdirSync(bin, { recursive: true });
  // If a folder has its own Node, that Node is used.
  const isOurs = !existsSync(link);
  if (isOurs) symlinkSync(machineNode, link);
  try {
    await run("npm", ["rebuild", "--loglevel=error"], { cwd, env: onMachineNode });
  } finally {
    if (isOurs) rmSync(link);
  }
}

/**
 * Installs the packages of js-tests/databases. Only the `node` package may run an install script: the other scripts
 * download engines and compile addons that nothing here uses.
 */
export const betterAuthVersions = () =>
  step("Better Auth's versions in js-tests/databases", () =>
    whenStale(
      "npm-js-tests-databases",
      { inputs: ["js-tests/databases/package-lock.json"], outputs: ["js-tests/databases/node_modules/node/bin/node"] },
      async () => {
        const cwd = at("js-tests/databases");
        await run("npm", [...CI, "--ignore-scripts"], { cwd });
        await run("npm", ["rebuild", "node", "--foreground-scripts"], { cwd });
      },
    ),
  );

export const wasmTarget = () =>
  step("Rust target for wasm", async () => {
    const { output } = await run("rustup", ["target", "list", "--installed"]);
    if (output.split("\n").includes(WASM_TARGET)) return "there";
    await run("rustup", ["target", "add", WASM_TARGET]);
    return undefined;
  });

/**
 * The crate's version in Cargo.lock. The crate's CLI must have exactly this version, because the two share an unstable
 * format.
 */
function lockedVersion(crate) {
  const lock = readFileSync(at("Cargo.lock"), "utf8");
  return lock.match(new RegExp(`name = "${crate}"\\nversion = "([^"]+)"`))[1];
}

/** Installs exactly this version of a Rust tool into `.tools`. */
const rustTool = (crate, binary, wanted, asked = ["--version"]) =>
  step(`${binary} ${wanted}`, async () => {
    const path = at(".tools/bin", binary);
    if (existsSync(path) && (await version(path, asked))?.endsWith(wanted)) return "there";
    console.log(`  building ${crate} ${wanted} once, a few minutes …`);
    await run("cargo", ["install", "--locked", "--root", at(".tools"), `${crate}@${wanted}`], {
      // Each tool runs for only a second, so a fast build matters more than a fast tool.
      env: {
        CARGO_TARGET_DIR: at(".tools/target"),
        CARGO_PROFILE_RELEASE_OPT_LEVEL: "1",
        CARGO_PROFILE_RELEASE_LTO: "off",
        CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "16",
      },
    });
    return undefined;
  });

export async function rustTools() {
  await rustTool("wasm-bindgen-cli", "wasm-bindgen", lockedVersion("wasm-bindgen"));
  await rustTool("wasm-pack", "wasm-pack", "0.15.1");
  await rustTool("worker-build", "worker-build", lockedVersion("worker"));
}

export const cargoDeny = () => rustTool("cargo-deny", "cargo-deny", "0.20.2");
export const cargoFuzz = () => rustTool("cargo-fuzz", "cargo-fuzz", "0.13.2");
export const cargoModules = () => rustTool("cargo-modules", "cargo-modules", "0.27.0");
export const cargoCyclonedx = () => rustTool("cargo-cyclonedx", "cargo-cyclonedx", "0.5.9", ["cyclonedx", "--version"]);

/** The FastAPI example's packages, and the packages that only tests and lint need. */
const REQUIREMENTS = ["examples/fastapi/requirements.txt", "js-tests/requirements.txt"];

export const pythonPackages = () =>
  step("Python environment", () =>
    whenStale("python", { inputs: REQUIREMENTS, outputs: [".venv/bin/uvicorn", ".venv/bin/zizmor"] }, async () => {
      await run("python3", ["-m", "venv", "--clear", at(".venv")]);
      const files = REQUIREMENTS.flatMap((file) => ["-r", at(file)]);
      await run(at(".venv/bin/python"), ["-m", "pip", "install", "--quiet", "--require-hashes", ...files]);
    }),
  );

const CHROMIUMS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** Finds an installed Chromium. If there is none, installs Debian's package or, failing that, Playwright's download. */
export async function chromium() {
  let found = findChromium();
  await step("Chromium", async () => {
    if (found) return found;
    if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
      await run("apt-get", ["update", "-q"], { quiet: true });
      await run("apt-get", ["install", "-qy", "--no-install-recommends", "chromium"], {
        env: { DEBIAN_FRONTEND: "noninteractive" },
        quiet: true,
      });
      found = findChromium();
    }
    if (!found) {
      const cli = at("js-tests/node_modules/playwright-core/cli.js");
      await run("node", [cli, "install", "chromium"]);
      const script = "import('playwright-core').then(({chromium}) => console.log(chromium.executablePath()))";
      found = (await run("node", ["-e", script], { cwd: at("js-tests") })).output.trim();
    }
    return found;
  });
  return found;
}

function findChromium() {
  return [process.env.CHROMIUM_PATH, ...CHROMIUMS].find((path) => path && existsSync(path));
}
