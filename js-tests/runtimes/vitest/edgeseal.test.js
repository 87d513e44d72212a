import { start } from "../clock.mjs";
import * as edgeseal from "edgeseal";
import { test } from "vitest";
import { report } from "../report.mjs";

const imported = performance.now() - start;

test("cases", async () => {
  const found = await report(edgeseal, imported);
  process.stdout.write(`\n${JSON.stringify({ ...found, entry: import.meta.resolve("edgeseal") })}\n`);
});
