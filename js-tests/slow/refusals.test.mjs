// What a refused sign-in costs tells nobody which addresses have accounts, whatever hashes are stored. Counted in CPU time
// of workerd: what else runs on the machine is not in it.
import assert from "node:assert/strict";
import { scryptSync } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { startEdge } from "../worker/edge.mjs";

const PASSWORD = "correct horse";
/** About as dear as Better Auth's scrypt: whichever is left out is half of the time. */
const COST = { PASSWORD_PARAMS: { cost: 10 } };
/** Medians that are further apart than this are two times. */
const APART = 1.4;
const TURNS = 5;

const linux = existsSync("/proc/self/task");

/** Milliseconds of CPU that every workerd of this process has had. */
function cpu() {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").split(" ").filter(Boolean);
  const threads = children.flatMap((pid) => readdirSync(`/proc/${pid}/task`).map((id) => `/proc/${pid}/task/${id}`));
  return (
    threads.reduce((sum, thread) => sum + Number(readFileSync(`${thread}/schedstat`, "utf8").split(" ")[0]), 0) / 1e6
  );
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const ratio = (values) => Math.max(...values) / Math.min(...values);

test(
  "a refusal costs the same with hashes of Better Auth's own among ours, and no more where there are none",
  { skip: !linux },
  async (t) => {
    const edge = await startEdge(COST);
    t.after(() => edge.stop());
    const address = (name) => `${name}@example.com`;
    const signIn = (name, password) => edge.post("/api/auth/sign-in/email", { email: address(name), password });
    const set = (name, password) =>
      edge.database
        .prepare(`UPDATE "account" SET "password" = ? WHERE "userId" = (SELECT "id" FROM "user" WHERE "email" = ?)`)
        .bind(password, address(name))
        .run();
    /** What a refusal costs each of these, in turns. */
    const costs = async (names, password = "wrong horse") => {
      const spent = names.map(() => []);
      for (let turn = 0; turn < TURNS; turn++) {
        for (const [i, name] of names.entries()) {
          const start = cpu();
          assert.equal((await signIn(name, password)).status, 401);
          spent[i].push(cpu() - start);
        }
      }
      return spent.map(median);
    };

    for (const name of ["ours", "imported", "passwordless"]) {
      const body = { name, email: address(name), password: PASSWORD };
      assert.equal((await edge.post("/api/auth/sign-up/email", body)).status, 200);
    }
    await set("passwordless", null);
    // The first few warm the wasm.
    await costs(["unknown"]);
    const before = await costs(["ours", "unknown", "passwordless"]);
    assert.ok(ratio(before) < APART, `without: ${before}`);

    const salt = "00112233445566778899aabbccddeeff";
    const key = scryptSync(PASSWORD, salt, 64, { N: 16384, r: 16, p: 1, maxmem: 2 ** 26 }).toString("hex");
    await set("imported", `${salt}:${key}`);
    for (const password of ["wrong horse", ""]) {
      const mixed = await costs(["ours", "unknown", "passwordless", "imported"], password);
      assert.ok(ratio(mixed) < APART, `with, "${password}": ${mixed}`);
      assert.ok(Math.min(...mixed) > APART * Math.max(...before), `without ${before}, with ${mixed}`);
    }

    // Its sign-in replaces it, and refusals cost again what they did.
    assert.equal((await signIn("imported", PASSWORD)).status, 200);
    const again = await costs(["ours", "unknown", "imported"]);
    assert.ok(ratio([...before, ...again]) < APART, `before ${before}, again ${again}`);
  },
);
