// Creates a fixture's report: runs every case, and measures how long the import and the first verification take.
import { start } from "./clock.mjs";
import { runCases } from "../package/cases.mjs";

// This module runs after clock.mjs and the package, because fixtures import them in this order.
const sinceStart = performance.now() - start;

const SECRET = "0123456789abcdef0123456789abcdef";
const TOKEN =
  "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ1c2VyXzAxIiwiZXhwIjo0MDAwMDAwMDAwLCJpYXQiOjE4MDAwMDAwMDB9.vMKOv_eMCM7DwiMW4ICUfGRSiWmfKLIM9ACK7Il9S8Y";

/** How long the first call took. It is kept because one process may send its report more than once. */
let verified;

export async function report(edgeseal, imported = sinceStart) {
  verified ??= firstVerify(edgeseal);
  return { imported, verified, cases: (await runCases(edgeseal)).length };
}

function firstVerify({ verifyJwt }) {
  const start = performance.now();
  verifyJwt(TOKEN, SECRET, { currentDate: new Date(1_800_000_000_000) });
  return performance.now() - start;
}
