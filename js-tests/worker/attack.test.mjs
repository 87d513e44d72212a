// Tests how the HTTP attack runner parses and judges rows. js-tests/attack/attack.slow.test.mjs runs the real rows.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { CHECKS } from "../attack/checks.mjs";
import { checkOf } from "../attack/imported.mjs";
import { allowedStatuses } from "../attack/judge.mjs";
import { READINGS } from "../attack/protocol.mjs";
import { fill, headersIn, methodsIn, targetIn } from "../attack/request.mjs";
import * as rows from "../attack/rows.mjs";
import { mannWhitney, median } from "../attack/statistics.mjs";
import { faulty, read, sign } from "../attack/tokens.mjs";
import { temporaryFolder } from "../temporary-folder.mjs";

const ROWS = rows.load(fileURLToPath(new URL("../../contracts/http_attacks.jsonl", import.meta.url)));

test("every row names a check, and every check and every exception has a row", () => {
  for (const { check, id } of ROWS) assert.ok(check in CHECKS, `${id}: ${check}`);
  // The last three checks are only for rows from other collections.
  const used = new Set([...ROWS.map(({ check }) => check), ...["rate.spraying", "rate.plainly", "mail.once"]]);
  assert.deepEqual(
    Object.keys(CHECKS).filter((check) => !used.has(check)),
    [],
  );
  for (const { check } of READINGS) assert.ok(used.has(check), check);
});

test("a row of another collection without a check gets one from its wording", () => {
  for (const { check, ...row } of ROWS) assert.equal(checkOf(row), check, row.id);
  const row = { group: "rate", request: "POST {SIGN_IN}", expected: "429 with Retry-After" };
  assert.equal(checkOf({ ...row, name: "password spraying: 100 accounts" }), "rate.spraying");
  assert.equal(checkOf({ ...row, name: "a limited sign-in" }), "rate.plainly");
  assert.equal(checkOf({ ...row, group: "nothing", name: "?" }), undefined);
});

test("an invalid file is reported as such", () => {
  const folder = temporaryFolder("rows");
  const row = { id: "x-1", group: "x", name: "n", strength: "must", request: "GET /", expected: "401" };
  for (const [lines, said] of [
    [[{ _meta: {} }], /no rows/],
    [[row], /first line/],
    [[{ _meta: {} }, { ...row, strength: "may" }], /strength/],
    [[{ _meta: {} }, { ...row, expected: 401 }], /expected must be text/],
  ]) {
    const path = join(folder, "rows.jsonl");
    writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    assert.throws(() => rows.load(path), said);
  }
});

test("quotes and escapes are parsed in the forms of Python and JSON", () => {
  for (const [text, expected] of [
    [String.raw`callbackURL '/\\evil.test'`, ["/\\evil.test"]],
    [String.raw`callbackURL '\t//evil.test'`, ["\t//evil.test"]],
    [String.raw`sign up 'a@b.test' then 'a@b.test\x00.evil'`, ["a@b.test", "a@b.test\0.evil"]],
    [String.raw`SQL text "' OR 1=1 --" as e-mail`, ["' OR 1=1 --"]],
    [String.raw`SQL text '" OR ""="' as e-mail`, ['" OR ""="']],
    [String.raw`SQL text 'it\'s "so"' as e-mail`, [`it's "so"`]],
    [String.raw`NUL inside "abcd\u0000efgh"`, ["abcd\0efgh"]],
    [String.raw`'\u2000x' and '\U0001f9ff'`, ["\u2000x", "\u{1f9ff}"]],
    ["Authorization scheme '' with a valid token", [""]],
    ["a browser's page", []],
  ])
    assert.deepEqual(rows.quoted(text), expected, text);
  assert.equal(rows.valueAfter("path", "path /api//items"), "/api//items");
  assert.equal(rows.bytesIn("1 MB address"), 1_048_576);
  assert.equal(rows.bytesIn("body: 73 bytes where"), 73);
  assert.equal(rows.timesIn("POST {SIGN_IN} x50", 1), 50);
  assert.equal(rows.timesIn(String.raw`a\x00b`, 7), 7);
});

test("an expectation's statuses are those it allows, not those it forbids", () => {
  for (const [expected, statuses] of [
    ["401 (never 500, never 200); accept => 200", [401, 200]],
    ["200/400/431, no 500", [200, 400, 431]],
    ["400/413 before hashing, < 50 ms", [400, 413]],
    ["405 with Allow (or 501)", [405, 501]],
    ["Max-Age <= 7200; <= 4096", []],
    ["404; no-store", [404]],
  ])
    assert.deepEqual(rows.statusesIn(expected), statuses, expected);
  const signUp = { group: "pw", name: "x", request: "POST {SIGN_UP}", expected: "201" };
  assert.deepEqual(allowedStatuses(signUp), [201, 200]);
});

test("requests are parsed with their placeholders and headers", async () => {
  const who = { a: { tasks: "/api/1/tasks", task: async () => "t" }, b: { task: async () => "u" } };
  assert.equal(await fill("{ITEM:B}?x={ITEMS}", who), "/api/1/tasks/u?x=/api/1/tasks");
  await assert.rejects(fill("{NOWHERE}", who), rows.NotUnderstood);
  assert.deepEqual(methodsIn("OPTIONS/GET {ME} Origin: null"), ["OPTIONS", "GET"]);
  assert.equal(targetIn("GET {ME}?access_token=<A>"), "{ME}?access_token=<A>");
  for (const [text, headers] of [
    ["GET {ITEMS} Cookie: {C}=<A>; pad=...", [["Cookie", "{C}=<A>; pad=..."]]],
    ["GET {ME} Authorization:  <A token>", [["Authorization", " <A token>"]]],
    ["GET {ITEMS} X-User-Id: admin (once anonymous, once as A)", [["X-User-Id", "admin"]]],
    ["POST {SIGN_IN}", []],
  ])
    assert.deepEqual(headersIn(text), headers, text);
});

test("a row's wording selects the fault of its token", () => {
  const good = sign({ alg: "HS256", typ: "JWT" }, { sub: "a", exp: 4e9 });
  const made = (words) => faulty(words, good, { token: good });
  assert.equal(read(made("alg nOnE"))[0].alg, "nOnE");
  assert.ok(read(made("expired"))[1].exp < Date.now() / 1000);
  assert.equal(read(made("no exp"))[1].exp, undefined);
  for (const words of ["other secret", "tampered", "truncated", "alg HS512", "alg RS256", "no signature"])
    assert.notEqual(made(words), good, words);
  assert.throws(() => made("purple"), rows.NotUnderstood);
});

test("the statistic equals scipy's asymptotic mannwhitneyu with continuity correction", () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  const near = (found, expected) => assert.ok(Math.abs(found - expected) < 1e-6, `${found}, not ${expected}`);
  near(mannWhitney([19, 22, 16, 29, 24], [20, 11, 17, 12]), 0.111346886533);
  near(mannWhitney([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]), 0.012185780355);
  near(mannWhitney([1, 2, 3], [1, 2, 3]), 1);
  near(mannWhitney([5, 5, 5], [5, 5, 5]), 1);
  const spread = (from) => Array.from({ length: 200 }, (_, index) => from + index / 100);
  assert.ok(mannWhitney(spread(0), spread(1)) < 1e-6);
  assert.ok(mannWhitney(spread(0), spread(0.005)) > 0.5);
});
