// Tests the package with several test runners, in each of their environments.
import { at } from "../../scripts/run.mjs";
import { nodeBinary } from "./node.mjs";
import { reportOf, row, RUNTIMES, versionOf } from "./row.mjs";

const env = { NO_COLOR: "1", CI: "1" };

async function tests(command, args, folder) {
  const found = await reportOf(command, args, { cwd: at(RUNTIMES, folder), env });
  return { ...found, resolved: [found.entry] };
}

for (const environment of ["node", "edge-runtime", "jsdom"]) {
  // In every environment, Vitest imports packages through Node itself. The newest Vitest doesn't run on Node 20.
  row({ runtime: `vitest ${versionOf("vitest")}`, by: `environment ${environment}`, entry: "index.js" }, () =>
    tests(nodeBinary(24), ["../node_modules/vitest/vitest.mjs", "run", "--environment", environment], "vitest"),
  );
}

const jest = "../node_modules/jest/bin/jest.js";
for (const environment of ["node", "jsdom"]) {
  const common = ["--ci", `--env=${environment}`];
  const runtime = `Jest ${versionOf("jest")}`;
  row({ runtime, by: `environment ${environment}, CommonJS`, entry: "index.cjs" }, () =>
    tests("node", [jest, ...common, "edgeseal.test.js$"], "jest"),
  );
  row({ runtime, by: `environment ${environment}, ES modules`, entry: "index.js" }, () =>
    tests("node", ["--experimental-vm-modules", jest, ...common, "--transform={}", "edgeseal.test.mjs$"], "jest"),
  );
}
