// Runs schemathesis against the Worker. Schemathesis generates requests from the contract, and two_users.py sends them
// as two users.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../temporary-folder.mjs";
import { contract } from "./contract.mjs";
import { ORIGIN, startWorker, WEAK } from "./local-worker.mjs";
import { startMailbox } from "./mailbox.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Sends `examples` requests per operation. Fails on undocumented responses. Returns the statuses by operation. */
export async function schemathesis(examples) {
  const mailbox = await startMailbox();
  const worker = await startWorker({ ...WEAK, ...mailbox.bindings, DELETE_USER_CONFIRMATION: "email" });
  const folder = temporaryFolder("schemathesis");
  try {
    const url = (await worker.ready).origin;
    const statuses = join(folder, "answers.json");
    const environment = {
      SCHEMATHESIS_HOOKS: "two_users",
      PYTHONPATH: join(root, "js-tests/worker"),
      EDGESEAL_URL: url,
      EDGESEAL_ORIGIN: ORIGIN,
      EDGESEAL_MAILBOX: mailbox.bindings.EMAIL_WEBHOOK,
      EDGESEAL_ANSWERS: statuses,
    };
    const options = ["--config-file", join(root, "js-tests/worker/schemathesis.toml"), "--no-color"];
    const much = ["--max-examples", String(examples), "--generation-database", "none"];
    const asked = ["run", join(root, "worker/assets/openapi.json"), "--url", url, ...much];
    // Start schemathesis as a module, because a virtual environment's scripts stop working if its folder is moved.
    const { end, output } = await python(["-m", "schemathesis.cli", ...options, ...asked], environment, folder);
    // Show the output only from the first failure onwards, because long output may get truncated.
    assert.equal(end, 0, `${end}: ${output.slice(Math.max(0, output.search(/=+ (ERRORS|FAILURES) =+/)))}`);
    assert.doesNotMatch(worker.log, /panicked|INTERNAL/);
    return JSON.parse(readFileSync(statuses));
  } finally {
    await worker.stop();
    mailbox.stop();
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

/** Asserts that each operation responded with its success status at least once. */
export function assertReached(answers) {
  for (const [path, item] of Object.entries(contract.paths)) {
    for (const method of Object.keys(item).filter((key) => item[key].responses)) {
      const { responses } = item[method];
      const statuses = Object.keys(responses);
      // Unknown endpoints respond with 404. The other status documented for them occurs only over http.
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
