// schemathesis against the running Worker: requests made up from the contract, sent as two users (two_users.py).
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../temporary-folder.mjs";
import { contract } from "./contract.mjs";
import { ORIGIN, startEdge, WEAK } from "./edge.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Sends so many requests per operation; gives what was answered, by operation, and fails where that is not documented. */
export async function schemathesis(examples) {
  const edge = await startEdge(WEAK);
  const folder = temporaryFolder("schemathesis");
  try {
    const url = (await edge.ready).origin;
    const told = join(folder, "answers.json");
    const environment = {
      SCHEMATHESIS_HOOKS: "two_users",
      PYTHONPATH: join(root, "js-tests/worker"),
      EDGESEAL_URL: url,
      EDGESEAL_ORIGIN: ORIGIN,
      EDGESEAL_ANSWERS: told,
    };
    const options = ["--config-file", join(root, "js-tests/worker/schemathesis.toml"), "--no-color"];
    const much = ["--max-examples", String(examples), "--generation-database", "none"];
    const asked = ["run", join(root, "worker/assets/openapi.json"), "--url", url, ...much];
    // By its module: a script of a virtual environment does not survive a move of the folder.
    const { end, output } = await python(["-m", "schemathesis.cli", ...options, ...asked], environment, folder);
    // What went wrong comes first: a report of this may be cut.
    assert.equal(end, 0, `${end}: ${output.slice(Math.max(0, output.search(/=+ (ERRORS|FAILURES) =+/)))}`);
    assert.doesNotMatch(edge.log, /panicked|INTERNAL/);
    return JSON.parse(readFileSync(told));
  } finally {
    await edge.stop();
  }
}

function python(args, environment, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(join(root, ".venv/bin/python"), args, { cwd, env: { ...process.env, ...environment } });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    child.on("error", reject).on("close", (code, signal) => resolve({ end: code ?? signal, output }));
  });
}

/** Every operation must have been got through to: answered as it answers where nothing is wrong. */
export function assertReached(answers) {
  for (const [path, item] of Object.entries(contract.paths)) {
    for (const method of Object.keys(item).filter((key) => item[key].responses)) {
      const { responses } = item[method];
      const statuses = Object.keys(responses);
      // What is not there is 404; that http is refused is documented there, too.
      const [first] = "404" in responses && !statuses.some((one) => one.startsWith("2")) ? ["404"] : statuses;
      const right = "default" in responses ? "200" : first;
      const given = Object.keys(answers[`${method.toUpperCase()} ${path}`] ?? {});
      assert.ok(
        given.some((answer) => answer.startsWith(right)),
        `${method} ${path}: ${given}`,
      );
    }
  }
}

export const total = (answers) =>
  Object.values(answers)
    .flatMap((counts) => Object.values(counts))
    .reduce((sum, count) => sum + count, 0);
