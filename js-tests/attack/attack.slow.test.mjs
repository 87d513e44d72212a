// Runs the HTTP attack rows against the real stack, as `npm run attack` does.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { attack, report } from "./run.mjs";
import { load } from "./rows.mjs";

const ROWS = load(fileURLToPath(new URL("../../contracts/http_attacks.jsonl", import.meta.url)));

test("every must row passes, and 95 % of the should rows", async (t) => {
  const result = await attack(ROWS, ({ passed, id, name, expected, got }) => {
    if (!passed) t.diagnostic(`${id} (${name}): expected ${expected}; got ${got}`);
  });
  t.diagnostic(report(result).replaceAll(/^# (?:pass|fail) .*$/gm, ""));
  assert.ok(result.holds);
});

test("a row that the runner does not understand counts as failed", async () => {
  const row = { id: "x-1", group: "gate", name: "?", strength: "must", request: "?", expected: "401" };
  const { holds, rows } = await attack([row, { ...row, group: "nothing" }]);
  assert.equal(holds, false);
  for (const { passed, got } of rows) assert.ok(!passed && got.startsWith("not understood"), got);
});
