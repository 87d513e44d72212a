// Tests that JavaScript reads plans as Rust writes them. The unit tests in worker/src/plan.rs have the same texts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { edited, readForward, respond } from "../../worker/entry/plan.js";

test("a response in a plan may have any body, empty headers and several cookies", async () => {
  const head = "respond\n200\nx-a\n1  2\nset-cookie\na=1\nset-cookie\nb=2\nx-b\n \n";
  const answer = respond(`${head}\na\n\nb`);
  assert.deepEqual([answer.status, await answer.text()], [200, "a\n\nb"]);
  assert.deepEqual(answer.headers.getSetCookie(), ["a=1", "b=2"]);
  assert.equal(answer.headers.get("x-b"), "");
  const empty = respond(head.replace("200", "204"));
  assert.deepEqual([empty.status, empty.body, empty.headers.get("x-b")], [204, null, ""]);
  assert.equal(respond(`${head}\n`).body !== null, true, "an empty body is not the same as none");
});

test("a plan to forward says what to ask, and which headers to drop and set", () => {
  const lines = ["forward", "https://tasks.example/a", "", "POST", "no-store", "60 30 12", "30000", "0\t1\tPOST"];
  const text = [...lines, "2", "cookie", "host", "x-request-id", "1", "authorization", "Bearer x", ""].join("\n");
  const plan = readForward(text);
  const { url, service, method, cache, upload, timeout, pending } = plan;
  assert.deepEqual([url, service, method, cache], ["https://tasks.example/a", "", "POST", "no-store"]);
  assert.deepEqual([upload, timeout, pending], ["60 30 12", 30_000, "0\t1\tPOST"]);
  const headers = edited(new Headers({ cookie: "a=1", host: "x", accept: "*/*", authorization: "Basic y" }), plan);
  assert.deepEqual(Object.fromEntries(headers), { accept: "*/*", authorization: "Bearer x", "x-request-id": "1" });
});
