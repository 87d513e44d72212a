// npm test: installs everything, runs all parts except the slow ones, and counts tests. `test.mjs PART…` runs only the
// given parts, and `test.mjs all` also runs the slow parts.
import { existsSync, readdirSync } from "node:fs";
import { installPackage } from "./build-package.mjs";
import { buildClockedWorker } from "./build-worker.mjs";
import { build } from "./build.mjs";
import { corpus } from "../js-tests/corpus/corpus.mjs";
import {
  prepareAppFixture,
  prepareBetterAuthExample,
  prepareBrowserFixture,
  prepareCachedFixture,
  prepareEdgeFixture,
  prepareExamples,
} from "./examples.mjs";
import { at, machineNode, onMachineNode, onToolNode, run, stop, toolNode } from "./run.mjs";
import { families, runtimes } from "../js-tests/runtimes/runtimes.mjs";
import { betterAuthVersions, cargoDeny, chromium, npmPackages, pythonPackages } from "./toolchain.mjs";

const files = (folder) =>
  readdirSync(at(folder))
    .filter((name) => name.endsWith(".test.mjs") && !name.endsWith(".slow.test.mjs"))
    .map((name) => at(folder, name));
/** `path/name` stands for js-tests/path/name.slow.test.mjs. */
const slowFiles = (...names) => names.map((name) => at("js-tests", `${name}.slow.test.mjs`));
const testsOn = (node, given, env = {}) =>
  run(node, ["--test", "--test-reporter=tap", ...given], {
    env: { CHROMIUM_PATH: process.env.CHROMIUM_PATH ?? "", ...env },
    show: true,
    quiet: true,
  });
/** Tests that start workerd, through wrangler or miniflare. */
const nodeTests = (...given) => testsOn(toolNode, given);
/** Tests of the package. They run on the machine's Node, and so do the processes that they start. */
const packageTests = (...given) => testsOn(machineNode, given, onMachineNode);

/** Combines several runs. */
const together = (ran) => ({
  code: Math.max(...ran.map(({ code }) => code)),
  output: ran.map(({ output }) => output).join(""),
});

/** Runs commands that pass or fail, and counts each one as a test. */
async function checks(commands) {
  let [passed, failed] = [0, 0];
  for (const [command, ...args] of commands) {
    const { code } = await run(command, args, { show: true, quiet: true });
    console.log(`${code === 0 ? "ok" : "not ok"} - ${command} ${args.join(" ")}`);
    if (code === 0) passed += 1;
    else failed += 1;
  }
  return { code: failed, output: `# pass ${passed}\n# fail ${failed}\n` };
}

const parts = {
  lint: () =>
    checks([
      ["cargo", "fmt", "--all", "--check"],
      ["cargo", "fmt", "--manifest-path", at("fuzz/Cargo.toml"), "--check"],
      ["cargo", "clippy", "--workspace", "--all-targets", "--locked", "--quiet", "--", "-D", "warnings"],
      ...[
        ["--features", "js"],
        ["--no-default-features", "--features", "js-verify"],
        ["--package", "edgeseal-worker", "--features", "admin"],
      ].map((features) => [
        "cargo",
        "clippy",
        ...features,
        "--target",
        "wasm32-unknown-unknown",
        "--locked",
        "--quiet",
        "--",
        "-D",
        "warnings",
      ]),
      ["cargo", "rustdoc", "--package", "edgeseal", "--lib", "--locked", "--quiet", "--", "-D", "warnings"],
      ["prettier", "--check", "--log-level=warn", "."],
      ["oxlint", "--disable-nested-config"],
      ["node", at("scripts/circles.mjs")],
      [at(".venv/bin/zizmor"), "--offline", "--quiet", "--strict-collection", ".github"],
      ["node", at("worker/src/password/common.mjs"), "--check"],
      ["node", at("docs/design/traceability.mjs"), "--check"],
      ["node", at("docs/reference/peers.mjs"), "--check"],
      ["redocly", "lint", "--config", at("contracts/redocly.yaml"), at("contracts/auth-api.yaml")],
      ["node", at("benches/deploy-size.mjs")],
      ["node", at("docs/design/scale.mjs"), "--check"],
    ]),
  rust: () =>
    run("cargo", ["test", "--workspace", "--locked", "--quiet", "--no-fail-fast"], { show: true, quiet: true }),
  wasm: async () => {
    const shown = { show: true, quiet: true };
    // Runs the engines' tests through cargo: wasm-pack would also build the integration tests and mix up the two
    // builds.
    const runner = { CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: at(".tools/bin/wasm-bindgen-test-runner") };
    const engines = ["test", "--release", "--target", "wasm32-unknown-unknown", "--lib", "--locked"];
    const ran = [
      await run("cargo", engines, { ...shown, env: runner }),
      await run("wasm-pack", ["test", "--node", "--release", ".", "--test", "wasm", "--locked"], shown),
    ];
    return together(ran);
  },
  js: async () => {
    await prepareEdgeFixture();
    process.env.CHROMIUM_PATH = await chromium();
    return packageTests("--test-concurrency=2", ...files("js-tests/package"));
  },
  next: async () => {
    await prepareAppFixture();
    await prepareBrowserFixture();
    process.env.CHROMIUM_PATH = await chromium();
    // Run two at a time, because they spend most of their time waiting. The default on two cores is one.
    return packageTests("--test-concurrency=2", ...files("js-tests/next"));
  },
  "better-auth": () => packageTests(...files("js-tests/better-auth")),
  families: () => families(),
  corpus: () => corpus(),
  worker: async () => {
    await buildClockedWorker();
    process.env.CHROMIUM_PATH = await chromium();
    return nodeTests("--test-concurrency=2", ...files("js-tests/worker"));
  },
  e2e: async () => {
    await prepareExamples();
    await prepareBetterAuthExample();
    process.env.CHROMIUM_PATH = await chromium();
    // Run one stack at a time, because each has a browser, a Worker and two servers.
    return nodeTests("--test-concurrency=1", ...files("js-tests/e2e"));
  },
  fastapi: () =>
    run(at(".venv/bin/python"), ["-m", "pytest", "-q"], { cwd: at("examples/fastapi"), show: true, quiet: true }),
};

/** Slow tests, for `npm run test:all`. */
const slow = {
  deny: async () => {
    await cargoDeny();
    return checks([["cargo-deny", "--offline", "check", "licenses", "bans", "sources"]]);
  },
  fuzz: () => checks([["node", at("fuzz/fuzz.mjs"), "60"]]),
  size: () => checks([["node", at("benches/size.mjs")]]),
  "next-slow": async () => {
    for (const shape of ["localised", "shaped"]) await prepareAppFixture(shape);
    await prepareCachedFixture();
    const next15 = "js-tests/runtimes/next15";
    await npmPackages(next15);
    await installPackage(next15);
    process.env.CHROMIUM_PATH = await chromium();
    // Run one at a time, because the matrix has a server, a bundler and a browser.
    return packageTests(
      "--test-concurrency=1",
      ...slowFiles("next/cached", "next/localised", "next/matrix", "next/shaped"),
    );
  },
  readme: () => nodeTests(...slowFiles("e2e/readme")),
  admin: async () => {
    await buildClockedWorker();
    return nodeTests(...slowFiles("worker/admin", "worker/admin-rules", "worker/admin-remote"));
  },
  // The attack rows and other slow attacks run one at a time, because they measure how long things take.
  pentest: async () => {
    await buildClockedWorker();
    await prepareExamples();
    const ran = [];
    for (const file of slowFiles(
      "attack/attack",
      "attack/fastapi",
      "worker/refusals",
      "worker/enumeration",
      "pentest/pentest",
    ))
      ran.push(await nodeTests(file));
    return together(ran);
  },
  lighthouse: async () => {
    await prepareExamples();
    await npmPackages("js-tests/lighthouse");
    process.env.CHROMIUM_PATH = await chromium();
    return nodeTests(...slowFiles("e2e/lighthouse"));
  },
  load: () => nodeTests(...slowFiles("worker/load")),
  memory: () => packageTests("--expose-gc", ...slowFiles("package/memory")),
  password: () => nodeTests(...slowFiles("package/password")),
  scale: () => nodeTests(...slowFiles("worker/scale", "worker/shared-database")),
  // These tests need the real servers and generators, in versions that nothing else uses.
  databases: async () => {
    await buildClockedWorker();
    await betterAuthVersions();
    return nodeTests(...slowFiles("worker/databases"));
  },
  schemathesis: () => nodeTests(...slowFiles("worker/schemathesis")),
  runtimes: () => runtimes(),
  // Run one at a time, because parallel tests would distort each other's timings.
  timing: () =>
    run(
      "cargo",
      [...["test", "--release", "--locked", "--test", "constant_time"], ...["--", "--nocapture", "--test-threads=1"]],
      { show: true, quiet: true },
    ),
};

/** Reads the counts from the output of cargo, Node's TAP reporter and pytest. */
function count(output) {
  const sum = (pattern) => [...output.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0);
  return {
    passed:
      sum(/^# pass (\d+)/gm) + sum(/test result: \w+\. (\d+) passed/g) + sum(/^(?:\d+ failed, )?(\d+) passed.* in /gm),
    failed: sum(/^# fail (\d+)/gm) + sum(/test result: .*? (\d+) failed/g) + sum(/^(\d+) failed.* in /gm),
    skipped: sum(/^# skipped (\d+)/gm) + sum(/test result: .*? (\d+) ignored/g) + sum(/ (\d+) skipped.* in /gm),
  };
}

const every = { ...parts, ...slow };
const asked = process.argv.slice(2);
const wanted = asked.includes("all") ? Object.keys(every) : asked.length > 0 ? asked : Object.keys(parts);
const unknown = wanted.filter((name) => !(name in every));
if (unknown.length > 0) stop(`No part ${unknown.join(", ")}: there are ${Object.keys(every).join(", ")}, and all.`);

await build();
await onToolNode();
await npmPackages("js-tests");
await installPackage("js-tests");
await pythonPackages();
if (!existsSync(process.env.EDGESEAL_VECTORS ?? ""))
  console.log("- shared vectors skipped: EDGESEAL_VECTORS names no folder");

const total = { passed: 0, failed: 0, skipped: 0 };
const lines = [];
for (const name of wanted) {
  console.log(`\n── ${name}`);
  const began = Date.now();
  const { code, output } = await every[name]();
  const counted = count(output);
  // A runner that crashed before it could count, or that ran nothing, is reported as a failure.
  if ((code !== 0 && counted.failed === 0) || counted.passed + counted.failed === 0) counted.failed += 1;
  for (const key of Object.keys(total)) total[key] += counted[key];
  const seconds = Math.round((Date.now() - began) / 1000);
  lines.push(`${name}: ${counted.passed} passed, ${counted.failed} failed, ${counted.skipped} skipped in ${seconds} s`);
}
console.log(`\n${lines.join("\n")}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);
