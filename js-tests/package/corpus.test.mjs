// Tests which rows the corpus runner reads, what it reports, and that the corpus matches its generator's output.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { verifyJwt } from "edgeseal";
import { load } from "../../contracts/expand.mjs";
import { BARS, compare } from "../corpus/builds/compare.mjs";
import { temporaryFolder } from "../temporary-folder.mjs";

const folder = temporaryFolder("corpus");
const _meta = { secret_utf8: "0123456789abcdef0123456789abcdef", now: 1_800_000_000, iss: "i", aud: "a" };
const row = { id: "x", group: "g", strength: "must", expected: "accept" };
function cases(...rows) {
  const path = join(folder, "corpus.jsonl");
  writeFileSync(path, [{ _meta }, ...rows].map((line) => JSON.stringify(line)).join("\n"));
  return load(path);
}

test("recipes make valid tokens, with the members that they name", () => {
  const claimsOf = (token_recipe) => {
    const [{ token }] = cases({ ...row, token_recipe }).cases;
    const expected = { issuer: "i", audience: "a", currentDate: new Date(_meta.now * 1000) };
    return verifyJwt(token, _meta.secret_utf8, expected);
  };
  assert.deepEqual(claimsOf({ op: "nest", open: '{"a":', close: "}", depth: 2 }).x, { a: { a: 1 } });
  assert.equal(claimsOf({ op: "pad_claim", bytes: 8, text: "😀" }).pad, "😀😀");
  assert.equal(Object.keys(claimsOf({ op: "many_claims", count: 9 })).length, 5 + 9);
  assert.equal(claimsOf({ op: "big_number", digits: 3 }).n, 999);
  assert.equal(cases({ ...row, token_recipe: { op: "repeat", char: ".", bytes: 3 } }).cases[0].token, "...");
});

test("a row's own settings override those of the file", () => {
  const own = { secret_hex: "00ff", now: 5, iss: null, aud: ["b"], typ: "at+jwt", max_bytes: 9, clock_tolerance_s: 3 };
  const [one] = cases({ ...row, token: "", ...own }).cases;
  const { secret, now, issuer, audience, typ, maxTokenLength, clockTolerance } = one;
  assert.deepEqual(
    [secret, now, issuer, audience, typ, maxTokenLength, clockTolerance],
    ["00ff", 5, undefined, ["b"], "at+jwt", 9, 3],
  );
});

test("unreadable rows are refused or named", () => {
  assert.throws(
    () => cases({ ...row, token_recipe: { op: "zip" } }),
    /corpus\.jsonl:2: unknown recipe "zip"; known ones are/,
  );
  assert.throws(() => cases({ ...row, token_recipe: { op: "toString" } }), /unknown recipe "toString"/);
  assert.throws(() => cases(row), /either a token/);
  assert.throws(() => cases({ ...row, token: "", strength: "may" }), /strength must be/);
  assert.throws(() => cases({ ...row, token: "", expected: "maybe" }), /expected must be/);
  assert.deepEqual(cases({ ...row, token: "", kids: {}, note: "n" }).unread, ["kids"]);
});

const payload = Buffer.from('{"b":1e2,"__proto__":{"a":-0}}').toString("base64url");
const taken = { verdict: "accept", claims: '{"__proto__":{"a":0},"b":100}', ms: 1 };
const refused = { verdict: "reject", code: "ERR_JWT_EXPIRED", claim: "exp", ms: 1 };
const judged = (one, ...results) => {
  const answers = Object.fromEntries(results.map((result, index) => [`build ${index}`, [result]]));
  const { rows, problems, slow } = compare([{ ...row, token: `x.${payload}.x`, ...one }], answers);
  return { rows, problems: [...problems.values()].flat(), slow };
};

test("builds that agree and are right raise no problem, whatever their JSON's form", () => {
  const other = { ...taken, claims: '{"b":100.0,"__proto__":{"a":0}}' };
  assert.deepEqual(judged({}, taken, other).problems, []);
  assert.deepEqual(judged({ expected: "reject" }, refused, { ...refused, ms: 3 }).problems, []);
  assert.deepEqual(judged({ strength: "choice", expected: "reject" }, taken, taken).problems, []);
});

test("a must that fails, a trap, and any difference raise a problem", () => {
  assert.match(judged({}, refused, refused).problems.join(), /build 0 must accept,build 1 must accept/);
  assert.match(
    judged({ strength: "choice" }, taken, refused).problems.join(),
    /differs: build 0 accept; build 1 reject/,
  );
  const expected = { expected: "reject" };
  assert.match(judged(expected, refused, { ...refused, code: "ERR_JWT_MALFORMED" }).problems.join(), /differs/);
  assert.match(judged(expected, refused, { ...refused, claim: "nbf" }).problems.join(), /differs/);
  const trap = { verdict: "reject", trap: "RuntimeError", ms: 1 };
  const trapped = judged(expected, trap, trap);
  assert.match(trapped.problems.join(), /build 0 trapped: RuntimeError/);
  assert.deepEqual([trapped.rows[0].traps, trapped.rows[0].passed.must], [1, 0]);
});

test("claims other than the token's raise a problem even where all builds agree", () => {
  const wrong = { ...taken, claims: '{"b":100}' };
  assert.match(judged({}, wrong, wrong).problems.join(), /other claims than the token contains/);
});

test("a failed should counts, and is a problem only below the bar", () => {
  const rows = Array.from({ length: 20 }, () => ({ ...row, strength: "should", token: `x.${payload}.x` }));
  const results = (wrong) => ({ build: rows.map((_, index) => (index < wrong ? refused : taken)) });
  assert.equal(compare(rows, results(1)).problems.size, 0);
  assert.deepEqual(compare(rows, results(1)).rows[0].passed, { must: 0, should: 19, choice: 0 });
  assert.equal(compare(rows, results(2)).problems.size, 2);
});

test("a slow row is named", () => {
  assert.deepEqual(judged({}, taken, { ...taken, ms: BARS.ms + 1 }).slow, ["x: build 1 51.0 ms"]);
});

test("contracts/jwt_corpus.jsonl is what contracts/make-rows.mjs writes", () => {
  const file = (name) => new URL(`../../contracts/${name}`, import.meta.url);
  const before = readFileSync(file("jwt_corpus.jsonl"), "utf8");
  const made = execFileSync("node", [file("make-rows.mjs").pathname, "--print"], {
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  assert.ok(made === before, "run node contracts/make-rows.mjs");
});
