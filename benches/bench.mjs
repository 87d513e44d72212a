// npm run bench: runs all benchmarks, each in its own process; `bench.mjs PART…` runs only the given benchmarks.
import { installPackage } from "../scripts/build-package.mjs";
import { build } from "../scripts/build.mjs";
import { at, machineNode, run, stop, toolNode } from "../scripts/run.mjs";
import { npmPackages } from "../scripts/toolchain.mjs";

const parts = {
  jwt: "benches/jwt.mjs",
  workerd: "benches/workerd.mjs",
  password: "benches/password.mjs",
  bcrypt: "benches/bcrypt.mjs",
  worker: "benches/worker.mjs",
  load: "benches/load.mjs",
  "sign-in": "benches/sign-in.mjs",
  operations: "benches/operations.mjs",
};
/** Benchmarks that use miniflare's workerd. */
const WITH_WORKERD = ["workerd", "worker", "load", "sign-in", "operations"];
const asked = process.argv.slice(2);
const wanted = asked.length > 0 ? asked : Object.keys(parts);
const unknown = wanted.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) stop(`Unknown part ${unknown.join(", ")}. Parts are ${Object.keys(parts).join(", ")}.`);

await build();
await npmPackages("js-tests");
await installPackage("js-tests");

for (const name of wanted) {
  console.log(`\n── ${name}`);
  const node = WITH_WORKERD.includes(name) ? toolNode : machineNode;
  await run(node, ["--expose-gc", at(parts[name])], { show: true }).catch((cause) => stop(cause.message));
}
