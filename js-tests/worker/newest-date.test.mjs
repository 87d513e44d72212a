// The Worker at the newest compatibility date that the installed workerd knows: what raising the date would break.
import assert from "node:assert/strict";
import { test } from "node:test";
// Before all others.
import "./newest-date.mjs";
import { compatibilityDate, NEWEST } from "../compatibility.mjs";
import "./journeys.test.mjs";
import "./gateway.test.mjs";

test("these tests run at the newest compatibility date", () => {
  assert.equal(compatibilityDate, NEWEST);
});
