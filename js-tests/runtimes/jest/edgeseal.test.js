import { TextEncoder } from "node:util";
import { start } from "../clock.mjs";
import * as edgeseal from "edgeseal";
import { report } from "../report.mjs";

const imported = performance.now() - start;
// Jest's jsdom has none. The package was imported without; the cases themselves make bytes with it.
globalThis.TextEncoder ??= TextEncoder;

test("cases", async () => {
  const found = await report(edgeseal, imported);
  process.stdout.write(`\n${JSON.stringify({ ...found, entry: require.resolve("edgeseal") })}\n`);
});
