// Runs the Worker's tests at the newest compatibility date of the installed workerd, to see what raising it breaks.
import assert from "node:assert/strict";
import { test } from "node:test";
// Must be the first import.
import "./newest-date.mjs";
import { compatibilityDate, NEWEST } from "../compatibility.mjs";
import "./journeys.test.mjs";
import "./gateway.test.mjs";

test("these tests run at the newest compatibility date", () => {
  assert.equal(compatibilityDate, NEWEST);
});
