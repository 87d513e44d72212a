import { start } from "../clock.mjs";
import * as edgeseal from "edgeseal";
import { expect, test } from "vitest";
import { report } from "../report.mjs";

const imported = performance.now() - start;

test("cases", async () => {
  const found = await report(edgeseal, imported);
  console.log(JSON.stringify({ ...found, entry: import.meta.resolve("edgeseal"), edge: typeof EdgeRuntime }));
  expect(found.cases).toBeGreaterThan(0);
});
