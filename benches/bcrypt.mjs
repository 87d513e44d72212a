// npm run bench:bcrypt: compares edgeseal/bcrypt with bcryptjs, which has the same API, at typical costs. Exits with 1
// if edgeseal/bcrypt is not faster.
import { strict as assert } from "node:assert";
import { bcryptjs, edgesealBcrypt } from "../js-tests/passwords.mjs";
import { compare, printCase, writeCases } from "./measure.mjs";

const password = "correct horse battery staple";

const FORMS = {
  hashSync: (one, salt) => one.hashSync(password, salt),
  hash: (one, salt) => one.hash(password, salt),
  compareSync: (one, _salt, stored) => one.compareSync(password, stored),
  compare: (one, _salt, stored) => one.compare(password, stored),
};

/** Times each operation individually, because a single one takes long enough to measure. */
const timed = (run) => async () => {
  const start = performance.now();
  await run();
  return performance.now() - start;
};

const cases = [];
for (let cost = 8; cost <= 14; cost++) {
  const salt = bcryptjs.genSaltSync(cost);
  const stored = bcryptjs.hashSync(password, salt);
  for (const [name, form] of Object.entries(FORMS)) {
    const batches = {};
    for (const [who, one] of Object.entries({ "edgeseal/bcrypt": edgesealBcrypt, bcryptjs })) {
      // Checks that both libraries do the same work, and warms them up.
      assert.equal(await form(one, salt, stored), name.startsWith("hash") ? stored : true);
      batches[who] = timed(() => form(one, salt, stored));
    }
    const measured = await compare(`${name}, cost ${cost}`, batches, { rounds: cost < 12 ? 21 : 7, count: 1 });
    printCase(measured, { unit: "ms" });
    cases.push(measured);
  }
}
writeCases("bcrypt", cases);

const slower = cases.filter(({ rows }) => rows[1].ratio <= 1).map(({ title }) => title);
const least = Math.min(...cases.map(({ rows }) => rows[1].ratio));
console.log(`bcryptjs takes at least ${least.toFixed(2)} times as long`);
if (slower.length > 0) console.log(`not faster: ${slower.join("; ")}`);
process.exitCode = slower.length > 0 ? 1 : 0;
