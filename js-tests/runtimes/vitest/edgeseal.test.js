import "../clock.mjs";
import * as edgeseal from "edgeseal";
import { test } from "vitest";
import { report } from "../report.mjs";

test("cases", async () => {
  const found = await report(edgeseal);
  process.stdout.write(`\n${JSON.stringify({ ...found, entry: import.meta.resolve("edgeseal") })}\n`);
});
