// Loads the Worker's own rules, names and statements from its Rust code, which is built for Node with the `admin`
// feature. This way, nothing is duplicated here.
import { at, run, wasmFlags, whenStale } from "../../scripts/run.mjs";
import { Failure } from "./failure.mjs";

const FOLDER = "target/admin";
const TARGET = "wasm32-unknown-unknown";
const SOURCES = ["Cargo.toml", "Cargo.lock", ".cargo", "src", "worker/Cargo.toml", "worker/src", "worker/migrations"];

let loading;

/** Everything that `admin.rs`, `config/admin.rs` and `store/admin.rs` in `worker/src` export. */
export const rules = () => (loading ??= load());

async function load() {
  await whenStale("admin", { inputs: [...SOURCES, "worker/admin/rules.mjs"], outputs: [`${FOLDER}/rules.js`] }, build);
  return import("../../target/admin/rules.js");
}

/** Build output goes to stderr, because stdout is for the command's own output. */
async function build() {
  console.error("Building the Worker's rules, once …");
  const package_ = ["--package", "edgeseal-worker", "--features", "admin"];
  try {
    await run("cargo", ["build", "--release", "--locked", "--target", TARGET, ...package_], { env: wasmFlags() });
    const made = at("target", TARGET, "release/edgeseal_worker.wasm");
    const glue = ["--target", "experimental-nodejs-module", "--no-typescript", "--out-name", "rules"];
    await run("wasm-bindgen", [...glue, "--out-dir", at(FOLDER), made]);
  } catch (cause) {
    if (cause.output === undefined) throw cause;
    const lines = cause.output.trim().split("\n").slice(-20);
    throw new Failure(
      "NOT_BUILT",
      `${cause.message}. Run \`npm start\` or \`npm run build\` first.\n${lines.join("\n")}`,
    );
  }
}

/** Calls one of the rules. A refusal without a code of its own gets `code`. */
export function ruled(call, code) {
  try {
    return call();
  } catch (cause) {
    if ((cause.code ?? code) === undefined) throw cause;
    throw new Failure(cause.code ?? code, cause.message);
  }
}

/** Returns an e-mail address in the form in which it is stored. */
export async function emailOf(address) {
  const { parseEmail } = await rules();
  return ruled(() => parseEmail(address));
}
