// Like js-tests/worker/schemathesis.test.mjs, but with 2,000 requests per operation.
import assert from "node:assert/strict";
import { test } from "node:test";
import { contract } from "./contract.mjs";
import { assertReached, schemathesis, total } from "./schemathesis.mjs";

const EXAMPLES = 2000;

test("generated requests of two users get documented responses, without each other's data", async (t) => {
  const answers = await schemathesis(EXAMPLES);
  assertReached(answers);
  for (const [operation, counts] of Object.entries(answers)) {
    const [method, path] = operation.split(" ");
    const { requestBody, parameters } = contract.paths[path][method.toLowerCase()];
    // If an operation has neither a body nor parameters, there is little to generate.
    if (requestBody || parameters) assert.ok(total({ operation: counts }) >= EXAMPLES, `${operation}: too few`);
  }
  t.diagnostic(`${total(answers)} requests`);
});
