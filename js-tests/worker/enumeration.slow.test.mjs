// Tests that response times don't reveal whether an e-mail address has an account. Sends pairs of requests: one for a
// known address and one for an unknown address.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { mannWhitney, median } from "../attack/statistics.mjs";
import { startWorker } from "./local-worker.mjs";
import { startMailbox } from "./mailbox.mjs";

/** A realistic hash cost, because sign-up computes a hash whether or not the address is known. */
const POLICY = { PASSWORD_PARAMS: { cost: 10 } };
const PAIRS = 200;
const RUNS = 3;
const PASSWORD = "correct horse battery";

let worker, mailbox;
before(async () => {
  mailbox = await startMailbox();
  worker = await startWorker({ ...POLICY, ...mailbox.bindings, SIGN_UP_DISCLOSURE: "hidden" });
  await worker.post("/api/auth/sign-up/email", { name: "Ann", email: "ann@time.example", password: PASSWORD });
});
after(async () => {
  await worker?.stop();
  mailbox?.stop();
});

async function timed(path, body) {
  const begin = performance.now();
  const response = await worker.post(path, body);
  const text = await response.text();
  return { time: performance.now() - begin, status: response.status, text };
}

const endpoints = {
  "request-password-reset": (email) => ({ email, redirectTo: "/reset" }),
  "send-verification-email": (email) => ({ email }),
  "sign-up/email": (email) => ({ name: "Ann", email, password: PASSWORD }),
};

for (const [endpoint, bodyOf] of Object.entries(endpoints)) {
  test(`${endpoint}: a known and an unknown address take the same time`, async (context) => {
    const outcomes = [];
    for (let run = 0; run < RUNS; run++) {
      const [known, unknown] = [[], []];
      for (let i = -20; i < PAIRS; i++) {
        const ask = {
          known: () => timed(`/api/auth/${endpoint}`, bodyOf("ann@time.example")),
          unknown: () => timed(`/api/auth/${endpoint}`, bodyOf(`nobody${run}x${i + 20}@time.example`)),
        };
        const order = i % 2 ? ["known", "unknown"] : ["unknown", "known"];
        const got = {};
        for (const name of order) got[name] = await ask[name]();
        assert.equal(got.known.status, 200);
        assert.equal(got.unknown.status, 200);
        if (i < 0) continue;
        known.push(got.known.time);
        unknown.push(got.unknown.time);
      }
      const [a, b] = [median(known), median(unknown)];
      outcomes.push({ apart: Math.abs(a - b) / Math.min(a, b), p: mannWhitney(known, unknown), a, b });
    }
    for (const { apart, p, a, b } of outcomes) {
      context.diagnostic(
        `medians ${a.toFixed(2)} and ${b.toFixed(2)} ms, ${(apart * 100).toFixed(1)} % apart, p ${p.toFixed(2)}`,
      );
    }
    // Other programs on the machine may disturb one of the runs.
    const good = outcomes.filter(({ apart, p }) => apart < 0.1 && p > 0.01);
    assert.ok(good.length >= 2, JSON.stringify(outcomes));
  });
}
