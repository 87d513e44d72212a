import { TextEncoder } from "node:util";
import "../clock.mjs";
import * as edgeseal from "edgeseal";
import { report } from "../report.mjs";

// Jest's jsdom doesn't have TextEncoder. The package can be imported without it, but the cases need it.
globalThis.TextEncoder ??= TextEncoder;

test("cases", async () => {
  const found = await report(edgeseal);
  process.stdout.write(`\n${JSON.stringify({ ...found, entry: import.meta.resolve("edgeseal") })}\n`);
});
