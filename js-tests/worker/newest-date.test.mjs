// Runs some of the Worker's tests with the newest compatibility date that the installed workerd supports, to see what
// would break if the Worker's own date were raised.
import assert from "node:assert/strict";
import { test } from "node:test";
// Keep this import before the ones below, because they read the variable that it sets.
import "./newest-date.mjs";
import { compatibilityDate, NEWEST } from "../compatibility.mjs";
import "./journeys.test.mjs";
import "./gateway.test.mjs";

test("these tests run at the newest compatibility date", () => {
  assert.equal(compatibilityDate, NEWEST);
});
