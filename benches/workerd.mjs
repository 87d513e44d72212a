// npm run bench:workerd: times token operations inside workerd. workerd's clock does not advance while code runs, so
// the time is measured from outside: a request runs many operations, and the time of a request with the same number of
// empty operations is subtracted.
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { compatibilityDate } from "../js-tests/compatibility.mjs";
import { edgeseal } from "../js-tests/peers.mjs";
import { compare, printCase, writeCases } from "./measure.mjs";
import { AUDIENCE, claims, ISSUER, LENGTH, refused, secret, token, tokens } from "./tokens.mjs";

const installed = new URL("../js-tests/", import.meta.url);

async function startWorker() {
  const bundled = await build({
    stdin: {
      contents: readFileSync(new URL("workerd-entry.mjs", import.meta.url), "utf8"),
      resolveDir: installed.pathname,
    },
    bundle: true,
    format: "esm",
    conditions: ["workerd"],
    external: ["*.wasm"],
    write: false,
  });
  const wasm = readFileSync(new URL("node_modules/edgeseal/edgeseal_bg.wasm", installed));
  return new Miniflare({
    compatibilityDate,
    cf: false,
    bindings: { GIVEN: { secret, issuer: ISSUER, audience: AUDIENCE, claims, token, tokens, refused } },
    modules: [
      { type: "ESModule", path: "worker.mjs", contents: bundled.outputFiles[0].text },
      { type: "CompiledWasm", path: "edgeseal_bg.wasm", contents: wasm },
    ],
  });
}

const worker = await startWorker();

async function ask(query) {
  const response = await worker.dispatchFetch(`http://localhost/?${new URLSearchParams(query)}`);
  const text = await response.text();
  if (response.status !== 200) throw new Error(text);
  return text;
}

/** Checks, before anything is measured, that all contenders do the same work. */
async function check(names) {
  const verifier = edgeseal.createVerifier({ secret, issuer: ISSUER, audience: AUDIENCE });
  for (const contender of names) {
    const { taken, verdicts, signed } = JSON.parse(await ask({ contender, of: "check" }));
    assert.deepEqual(taken, claims, contender);
    for (const [what, verdict] of Object.entries(verdicts)) assert.equal(verdict, "refused", `${contender}, ${what}`);
    assert.equal(Object.keys(verdicts).length, Object.keys(refused).length);
    assert.deepEqual(verifier.verify(signed), claims, contender);
  }
}

const batch = (contender, of) => async (count) => {
  const start = performance.now();
  await ask({ contender, of, count });
  return performance.now() - start;
};

try {
  const names = JSON.parse(await ask({})).filter((name) => name !== "nothing");
  await check(names);
  const cases = [];
  for (const [title, of] of [
    [`workerd: verify a token of ${LENGTH} characters`, "verify"],
    [`workerd: verify a token of ${LENGTH} characters, ${tokens.length} in turn`, "verify in turn"],
    ["workerd: sign the same claims", "sign"],
  ]) {
    const batches = Object.fromEntries(names.map((name) => [name, batch(name, of)]));
    const measured = await compare(title, batches, { rounds: 31, milliseconds: 25, overhead: batch("nothing", of) });
    printCase(measured);
    cases.push(measured);
  }
  writeCases("workerd", cases);
} finally {
  await worker.dispose();
}
