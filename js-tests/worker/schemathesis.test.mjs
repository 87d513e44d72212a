// For each operation, sends 50 requests that schemathesis generates. `npm run test:schemathesis` sends 2,000.
import { test } from "node:test";
import { assertReached, schemathesis, total } from "./schemathesis.mjs";

test("generated requests of two users get documented responses, without each other's data", async (t) => {
  const answers = await schemathesis(50);
  assertReached(answers);
  t.diagnostic(`${total(answers)} requests`);
});
