// The contract and two users again, as js-tests/worker/schemathesis.test.mjs has it, 2,000 times per operation.
import assert from "node:assert/strict";
import { test } from "node:test";
import { contract } from "./contract.mjs";
import { assertReached, schemathesis, total } from "./schemathesis.mjs";

const EXAMPLES = 2000;

test("made-up requests of two users get documented answers, and nothing of each other's", async (t) => {
  const answers = await schemathesis(EXAMPLES);
  assertReached(answers);
  for (const [operation, counts] of Object.entries(answers)) {
    const [method, path] = operation.split(" ");
    const { requestBody, parameters } = contract.paths[path][method.toLowerCase()];
    // Without a body or a parameter there is next to nothing to make up.
    if (requestBody || parameters) assert.ok(total({ operation: counts }) >= EXAMPLES, `${operation}: too few`);
  }
  t.diagnostic(`${total(answers)} requests`);
});
