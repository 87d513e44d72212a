// Compares edgeseal/bcrypt with the real bcryptjs: every form of call, valid or not, has the same outcome.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import theirs from "bcryptjs";
import ours from "edgeseal/bcrypt";
import { arrival, calledBack, LONG, outcome, TEXTS } from "./bcrypt-calls.mjs";

test("truncates() and text helpers, without hashing", () => {
  for (const text of [...TEXTS, ...LONG]) assert.equal(ours.truncates(text), theirs.truncates(text));
  for (const text of ["", "$", "$2b$10", "$2b$31$x", "x$y$12abc", "$2b$xx$", theirs.hashSync("x", 4)]) {
    assert.deepEqual(
      outcome(() => ours.getRounds(text)),
      outcome(() => theirs.getRounds(text)),
    );
    assert.deepEqual(
      outcome(() => ours.getSalt(text)),
      outcome(() => theirs.getSalt(text)),
    );
  }
});

test("base64 of every length, whole and truncated", () => {
  for (let length = 0; length <= 33; length++) {
    const bytes = [...randomBytes(length)];
    for (const cut of [-1, 0, 1, length - 1, length, length + 1, 1.5, undefined, Number.NaN]) {
      assert.deepEqual(
        outcome(() => ours.encodeBase64(bytes, cut)),
        outcome(() => theirs.encodeBase64(bytes, cut)),
        `${length}, ${cut}`,
      );
      const text = length ? theirs.encodeBase64(bytes, length) : "";
      for (const given of [text, text.slice(0, -1), `${text}.`, `!${text}`, `.${text}é`]) {
        // bcryptjs decodes an invalid fourth character as 65535, whereas our decoder stops there. See
        // docs/guide/migrate/from-bcryptjs.md.
        const decoded = outcome(() => theirs.decodeBase64(given, cut));
        if (decoded.gave?.includes(65535)) decoded.gave.splice(decoded.gave.indexOf(65535));
        assert.deepEqual(
          outcome(() => ours.decodeBase64(given, cut)),
          decoded,
        );
      }
    }
  }
  assert.equal(ours.encodeBase64([256, 511, -1], 3), theirs.encodeBase64([256, 511, -1], 3));
});

test("salts: rounds have bcryptjs's default and bounds", async () => {
  const shape = (made) => (made.gave ? made.gave.slice(0, -22) : made);
  for (const rounds of [
    undefined,
    null,
    0,
    "",
    Number.NaN,
    -5,
    3,
    4,
    9,
    10,
    31,
    32,
    Infinity,
    4.5,
    10.5,
    "10",
    {},
    [],
    true,
    10n,
  ]) {
    assert.deepEqual(
      shape(outcome(() => ours.genSaltSync(rounds, 16))),
      shape(outcome(() => theirs.genSaltSync(rounds, 16))),
      String(rounds),
    );
    const [mine, yours] = [await arrival(() => ours.genSalt(rounds)), await arrival(() => theirs.genSalt(rounds))];
    if (mine.resolved) assert.equal(mine.resolved.slice(0, -22), yours.resolved.slice(0, -22));
    else assert.deepEqual(mine, yours, String(rounds));
  }
  const salts = new Set(Array.from({ length: 100 }, () => ours.genSaltSync(4)));
  assert.equal(salts.size, 100);
  for (const salt of salts) {
    assert.match(salt, /^\$2b\$04\$[./A-Za-z0-9]{21}[.Oeu]$/);
  }
});

test("every mistake is reported as by bcryptjs: in the same way, with the same message", async () => {
  const salt = theirs.genSaltSync(4);
  const hash = theirs.hashSync("x", salt);
  const values = [
    undefined,
    null,
    0,
    4,
    "x",
    "",
    salt,
    hash,
    true,
    {},
    [],
    Symbol("x"),
    4n,
    () => {},
    Buffer.from("x"),
  ];
  const misuse = values.flatMap((first) => values.map((second) => [first, second]));
  const settings = [
    "",
    "$",
    "2b$04$",
    "$1$04$abc",
    "$2c$04$abcdefghijklmnopqrstuu",
    "$2x$04$abcdefghijklmnopqrstuu",
    "$2bb04$abcdefghijklmnopqrstuu",
    "$2b$4$abcdefghijklmnopqrstuuu",
    "$2b$004$abcdefghijklmnopqrstu",
    "$2b$03$abcdefghijklmnopqrstuu",
    "$2b$00$abcdefghijklmnopqrstuu",
    "$2b$32$abcdefghijklmnopqrstuu",
    "$2b$99$abcdefghijklmnopqrstuu",
    "$2b$04$",
    "$2b$04",
    "$2b$04$abcdefghijklmnopqrstu",
    "$2b$04$!bcdefghijklmnopqrstuu",
    "$2b$04$a!cdefghijklmnopqrstuu",
    "$2b$04$ab!defghijklmnopqrstuu",
    "$2b$04$\u0101bcdefghijklmnopqrstuu",
    4.5,
    10.5,
  ];
  for (const setting of settings) {
    misuse.push(["x", setting], ["x".repeat(73), setting]);
    if (typeof setting === "string") misuse.push(["x", setting.slice(0, 29).padEnd(29, "u") + hash.slice(29)]);
  }
  let mistakes = 0;
  for (const [first, second] of misuse) {
    for (const name of ["hashSync", "compareSync", "getRounds", "getSalt", "truncates"]) {
      const [mine, yours] = [ours, theirs].map((one) => outcome(() => one[name](first, second)));
      if (yours.threw) mistakes++;
      if (yours.threw || name !== "hashSync")
        assert.deepEqual(mine, yours, `${name} ${String(first)} ${String(second)}`);
      else assert.equal(mine.gave?.length, 60);
    }
    for (const name of ["hash", "compare"]) {
      const [mine, yours] = [
        await arrival(() => ours[name](first, second)),
        await arrival(() => theirs[name](first, second)),
      ];
      if (yours.resolved?.length === 60) assert.equal(mine.resolved.length, 60);
      else assert.deepEqual(mine, yours, `${name} ${String(first)} ${String(second)}`);
      const mineBack = await calledBack((callback) => ours[name](first, second, callback));
      const yoursBack = await calledBack((callback) => theirs[name](first, second, callback));
      if (yoursBack.result?.length === 60) mineBack.result = yoursBack.result;
      // If there is an error, bcryptjs passes `null` or nothing as the result.
      if (yoursBack.error) yoursBack.result = undefined;
      assert.deepEqual(mineBack, yoursBack, `${name} ${String(first)} ${String(second)}`);
    }
  }
  assert.ok(mistakes > 700, `${mistakes}`);
});

test("callbacks, and values that are none", async () => {
  const salt = theirs.genSaltSync(4);
  for (const none of ["x", 1, {}, true, []]) {
    for (const call of [
      (one) => one.hash("x", salt, none),
      (one) => one.hash(1, 2, none),
      (one) => one.compare("x", "y", none),
      (one) => one.genSalt(4, 16, none),
    ]) {
      const mine = await arrival(() => call(ours));
      assert.deepEqual(mine, await arrival(() => call(theirs)));
      assert.match(mine.threw, /Illegal callback/);
    }
    const mine = await arrival(() => ours.genSalt(none === 1 ? "1" : none));
    assert.deepEqual(mine, await arrival(() => theirs.genSalt(none === 1 ? "1" : none)));
  }
  for (const nothing of [undefined, null, 0, ""]) {
    assert.equal(typeof (await ours.hash("x", 4, nothing)), "string");
    assert.equal(await ours.compare("x", theirs.hashSync("x", 4), nothing), true);
  }
  for (const form of [
    (one, callback) => one.genSalt(callback),
    (one, callback) => one.genSalt(5, callback),
    (one, callback) => one.genSalt(5, 16, callback),
    (one, callback) => one.genSalt(undefined, undefined, callback),
    (one, callback) => one.hash("x", 5, callback),
    (one, callback) => one.hash("x", salt, callback),
    (one, callback) => one.compare("x", theirs.hashSync("x", salt), callback),
    (one, callback) => one.compare("y", theirs.hashSync("x", salt), callback),
    (one, callback) => one.compare("y", "short", callback),
  ]) {
    const back = await Promise.all([ours, theirs].map((one) => calledBack((callback) => form(one, callback))));
    for (const one of back) if (typeof one.result === "string") one.result = one.result.slice(0, 7);
    assert.deepEqual(back[0], back[1], String(form));
  }
});

test("progress begins with 0 and ends with 1, before the result", async () => {
  for (const [call, result] of [
    [(one, ...rest) => one.hash("x", 4, ...rest), "string"],
    [(one, ...rest) => one.hash("x", theirs.genSaltSync(4), ...rest), "string"],
    [(one, ...rest) => one.compare("x", theirs.hashSync("x", 4), ...rest), "boolean"],
  ]) {
    const calls = await Promise.all(
      [ours, theirs].map(
        (one) =>
          new Promise((resolve) => {
            const seen = [];
            call(
              one,
              (error, value) => resolve([...seen, error, typeof value]),
              (part) => seen.push(part),
            );
          }),
      ),
    );
    assert.deepEqual(calls[0], [0, 1, null, result]);
    assert.deepEqual(calls[0], calls[1]);
  }
  const seen = [];
  await ours.hash("x", 4, undefined, (part) => seen.push(part));
  assert.deepEqual(seen, [0, 1]);
  await assert.rejects(ours.hash("x", "no salt", undefined, () => seen.push("never")));
  await assert.rejects(ours.hash("x".repeat(73), 4, undefined, () => seen.push("never")));
  assert.deepEqual(seen, [0, 1]);
});
