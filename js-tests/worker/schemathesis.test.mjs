// What schemathesis makes up, 50 times per operation; `npm run test:schemathesis` makes it 2,000.
import { test } from "node:test";
import { assertReached, schemathesis, total } from "./schemathesis.mjs";

test("made-up requests of two users get documented answers, and nothing of each other's", async (t) => {
  const answers = await schemathesis(50);
  assertReached(answers);
  t.diagnostic(`${total(answers)} requests`);
});
