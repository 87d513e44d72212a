// Tests the tasks API under uvicorn. Schemathesis generates the requests and sends them as two users
// (js-tests/fastapi/two_owners.py).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { generateSecret, signJwt } from "edgeseal";
import { startFastApi } from "./upstreams.mjs";
import { at, run } from "../../scripts/run.mjs";
import { temporaryFolder } from "../temporary-folder.mjs";

const EXAMPLES = 200;
const ORIGIN = "https://app.example.test";

test("generated requests of two users cause no failure and get none of each other's data", async (t) => {
  const secret = generateSecret();
  const api = await startFastApi({ AUTH_SECRET: secret, BASE_URL: ORIGIN });
  const folder = temporaryFolder("fastapi");
  try {
    const person = (id) => {
      const options = { issuer: ORIGIN, audience: ORIGIN, subject: id, expiresIn: 3600 };
      return { id, token: signJwt({ email: `${id}@example.test`, name: id }, secret, options) };
    };
    const statuses = join(folder, "answers.json");
    const options = ["--config-file", at("js-tests/fastapi/schemathesis.toml"), "--no-color"];
    const much = ["--max-examples", String(EXAMPLES), "--generation-database", "none"];
    const asked = ["run", `${api.url}/openapi.json`, ...much];
    const { code, output } = await run(at(".venv/bin/python"), ["-m", "schemathesis.cli", ...options, ...asked], {
      cwd: folder,
      quiet: true,
      env: {
        SCHEMATHESIS_HOOKS: "two_owners",
        PYTHONPATH: at("js-tests/fastapi"),
        EDGESEAL_PEOPLE: JSON.stringify([person("ann-of-the-tasks"), person("bob-of-the-tasks")]),
        EDGESEAL_ANSWERS: statuses,
      },
    });
    assert.equal(code, 0, output.slice(Math.max(0, output.search(/=+ (ERRORS|FAILURES) =+/))));
    const answers = Object.entries(JSON.parse(readFileSync(statuses)));
    for (const done of ["GET /api/me 200", "POST", "GET", "PUT", "PATCH", "DELETE"])
      assert.ok(
        answers.some(([what]) => what.startsWith(done) && /20\d$/.test(what)),
        `no request succeeded: ${done}`,
      );
    t.diagnostic(`${answers.reduce((sum, [, count]) => sum + count, 0)} requests`);
  } finally {
    await api.stop();
  }
});
