// Runs Lighthouse on the sign-in page, emulating a phone. Takes the median of five runs, because the scores of single
// runs vary too much.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { freePorts } from "../../scripts/ports.mjs";
import { at, run } from "../../scripts/run.mjs";
import { startStack } from "../../scripts/stack.mjs";
import { temporaryFolder } from "../temporary-folder.mjs";

const RUNS = 5;
const AT_LEAST = 95;
const CATEGORIES = ["performance", "accessibility", "best-practices"];
const CHROMIUM = "--headless=new --no-sandbox --disable-quic --no-first-run --disable-background-networking";

const folder = temporaryFolder("lighthouse");
let stack;
before(async () => {
  const [next, worker, upstream] = await freePorts(3);
  stack = await startStack({ next, worker, upstream, show: false, persist: folder });
});
after(() => stack?.close());

/** The scores of one run, from 0 to 100. */
async function scores(url) {
  const report = join(folder, "report.json");
  // Lighthouse is installed in a separate package, because it has several times as many dependencies as all the other
  // tests combined.
  await run(
    "node",
    [
      at("js-tests/lighthouse/node_modules/lighthouse/cli/index.js"),
      url,
      "--quiet",
      "--no-enable-error-reporting",
      "--output=json",
      `--output-path=${report}`,
      `--only-categories=${CATEGORIES}`,
      `--chrome-flags=${CHROMIUM}`,
    ],
    { env: { CHROME_PATH: process.env.CHROMIUM_PATH } },
  );
  const { categories } = JSON.parse(readFileSync(report, "utf8"));
  return CATEGORIES.map((name) => Math.round(categories[name].score * 100));
}

test(`the sign-in page: at least ${AT_LEAST} of 100 in ${CATEGORIES.join(", ")}`, async (t) => {
  const all = [];
  for (let index = 0; index < RUNS; index++) all.push(await scores(`${stack.app}/sign-in`));
  for (const [index, name] of CATEGORIES.entries()) {
    const sorted = all.map((one) => one[index]).sort((a, b) => a - b);
    t.diagnostic(`${name}: ${sorted.join(", ")}`);
    assert.ok(sorted[(RUNS - 1) / 2] >= AT_LEAST, `${name}: ${sorted.join(", ")}`);
  }
});
