// Compares edgeseal/bcrypt with the real bcryptjs: hashes and results are the same, except for the documented
// differences.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { test } from "node:test";
import theirs from "bcryptjs";
import * as edgeseal from "edgeseal";
import ours, * as named from "edgeseal/bcrypt";
import { calledBack, LONG, TEXTS } from "./bcrypt-calls.mjs";

const { createBcrypt } = named;
const required = createRequire(import.meta.url)("edgeseal/bcrypt");
const truncating = createBcrypt({ allowTruncate: true });
const NAMES = Object.keys(theirs);

test("the exports of bcryptjs, by name, by default, by require", () => {
  for (const name of NAMES) {
    assert.equal(typeof ours[name], "function", name);
    assert.equal(named[name], ours[name]);
    assert.equal(typeof required[name], "function");
    assert.equal(required.default[name], required[name]);
  }
  assert.deepEqual(Object.keys(ours).sort(), NAMES.sort());
  assert.deepEqual(Object.keys(createBcrypt()).sort(), NAMES.sort());
});

test("the same salt gives the same hash: every version, cost and kind of password", async () => {
  let compared = 0;
  for (const version of ["2a", "2b", "2y"]) {
    for (let cost = 4; cost <= 9; cost++) {
      const salt = `$${version}$0${cost}$${theirs.encodeBase64(randomBytes(16), 16)}`;
      for (const text of cost === 4 ? TEXTS : ["", "correct horse", "\ud800🦀"]) {
        const hash = theirs.hashSync(text, salt);
        assert.equal(ours.hashSync(text, salt), hash, JSON.stringify(text));
        assert.equal(await ours.hash(text, salt), hash);
        assert.equal(required.hashSync(text, salt), hash);
        assert.equal(ours.compareSync(text, hash), true);
        assert.equal(await ours.compare(text, hash), true);
        assert.equal(await ours.compare(`!${text}`, hash), false);
        assert.equal(theirs.compareSync(text, ours.hashSync(text, cost)), true);
        assert.equal(edgeseal.verifyPasswordSync(new Uint8Array(bytesOf(text)), hash), true);
        compared++;
      }
    }
  }
  for (const cost of [10, 11]) {
    const salt = ours.genSaltSync(cost);
    assert.equal(await ours.hash("correct horse", salt), theirs.hashSync("correct horse", salt));
    compared++;
  }
  assert.equal(compared, 3 * (TEXTS.length + 5 * 3) + 2);
});

/** Encodes text in UTF-8, with each lone surrogate as three bytes. */
function bytesOf(text) {
  return [...text].flatMap((character) => {
    const code = character.codePointAt(0);
    const lone = code >= 0xd800 && code < 0xe000;
    return lone ? [0xed, 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)] : [...Buffer.from(character)];
  });
}

test("random passwords and salts, also with spare bits set", () => {
  for (let i = 0; i < 60; i++) {
    const text = String.fromCharCode(...new Uint16Array(randomBytes(2 * (i % 24)).buffer.slice(0, 2 * (i % 24))));
    const last = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"[i % 64];
    const salt = `${theirs.genSaltSync(4).slice(0, 28)}${last}`;
    const hash = theirs.hashSync(text, salt);
    assert.equal(truncating.hashSync(text, salt), hash);
    // bcryptjs compares the salt as text, so it returns `false` if unused bits are set.
    const written = salt + hash.slice(29);
    assert.equal(ours.compareSync(text, written), theirs.compareSync(text, written));
  }
});

test("over 72 bytes: hashing refuses by default, comparing uses the first 72", async () => {
  for (const text of LONG) {
    const salt = theirs.genSaltSync(4);
    const hash = theirs.hashSync(text, salt);
    const refused = { name: "PasswordError", code: "ERR_PASSWORD_TOO_LONG", message: /72 bytes/ };
    assert.throws(() => ours.hashSync(text, salt), refused);
    assert.throws(() => ours.hashSync(text, 4), refused);
    assert.throws(() => ours.hashSync(text), refused);
    await assert.rejects(ours.hash(text, 4), refused);
    assert.throws(() => createBcrypt({ allowTruncate: false }).hashSync(text, 4), refused);
    const { error, returned } = await calledBack((callback) => ours.hash(text, salt, callback));
    assert.match(error, /^PasswordError: /);
    assert.deepEqual(returned, { gave: undefined });

    assert.equal(truncating.hashSync(text, salt), hash);
    assert.equal(await truncating.hash(text, salt), hash);
    for (const { compare, compareSync } of [ours, truncating]) {
      assert.equal(compareSync(text, hash), true);
      assert.equal(await compare(text, hash), true);
      assert.equal(compareSync(`!${text}`, hash), false);
    }
  }
});

test("more rounds than maxCost are refused before any work, and accepted if the option allows them", async () => {
  const refused = { name: "PasswordError", code: "ERR_PASSWORD_PARAMS_REFUSED", message: /maxCost/ };
  const hash = theirs.hashSync("x", 4);
  for (const cost of [17, 24, 31, 99]) {
    const dear = `$2b$${cost}${hash.slice(6)}`;
    if (cost === 99) {
      assert.throws(() => ours.compareSync("x", dear), /^Error: Illegal number of rounds \(4-31\): 99$/);
      continue;
    }
    assert.throws(() => ours.compareSync("x", dear), refused);
    await assert.rejects(ours.compare("x", dear), refused);
    assert.throws(() => ours.hashSync("x", cost), refused);
    assert.throws(() => ours.hashSync("x", dear.slice(0, 29)), refused);
    await assert.rejects(ours.hash("x", cost), refused);
    assert.match(ours.genSaltSync(cost), new RegExp(`^\\$2b\\$${cost}\\$`));
  }
  const strict = createBcrypt({ maxCost: 5 });
  assert.throws(() => strict.hashSync("x", 6), refused);
  assert.throws(() => strict.compareSync("x", theirs.hashSync("x", 6)), refused);
  assert.equal(strict.compareSync("x", theirs.hashSync("x", 5)), true);
});

test("invalid rules are refused by name", () => {
  for (const [rules, message] of [
    [{ allowTruncate: 1 }, /allowTruncate/],
    [{ maxCost: 32 }, /maxCost/],
    [{ maxCost: 3 }, /maxCost/],
    [{ maxCost: "16" }, /maxCost/],
    [{ allowTruncat: true }, /unknown option "allowTruncat"/],
    [null, /object/],
    ["allowTruncate", /object/],
  ]) {
    assert.throws(() => createBcrypt(rules), { code: "ERR_OPTION_INVALID", message });
  }
  assert.throws(() => createBcrypt(Object.create({ allowTruncate: true })), { code: "ERR_OPTION_INVALID" });
});

test("values that only edgeseal/bcrypt refuses, as docs/guide/migrate/from-bcryptjs.md says", () => {
  const rest = theirs.encodeBase64(randomBytes(16), 16);
  // With `$2$`, which has no minor version, bcryptjs doesn't add a terminator to the password, so "ab" and "abab" have
  // the same hash. This hash has only 59 characters, so it never matches.
  assert.equal(theirs.hashSync("ab", `$2$04$${rest}`), theirs.hashSync("abab", `$2$04$${rest}`));
  assert.equal(theirs.compareSync("ab", theirs.hashSync("ab", `$2$04$${rest}`)), false);
  assert.throws(() => ours.hashSync("ab", `$2$04$${rest}`), /Invalid salt revision/);
  // bcryptjs treats an invalid number of rounds as one round.
  assert.match(theirs.hashSync("x", `$2b$xx$${rest}`), /^\$2b\$NaN\$/);
  assert.throws(() => ours.hashSync("x", `$2b$xx$${rest}`), /Illegal number of rounds \(4-31\): NaN/);
  // bcryptjs decodes an invalid fourth base64 character as the byte 255.
  assert.match(theirs.hashSync("x", `$2b$04$abc!${rest.slice(4)}`), /^\$2b\$04\$ab.{51}$/);
  assert.throws(() => ours.hashSync("x", `$2b$04$abc!${rest.slice(4)}`), /Illegal salt length: 2 != 16/);
});

test("hashing does not block the event loop", async () => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  await ours.hash("x", 12);
  clearInterval(timer);
  assert.ok(ticks > 5, `${ticks}`);
});
