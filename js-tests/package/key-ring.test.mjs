// Tests that keyRing accepts and refuses the same values as the Worker's AUTH_SECRETS.
import assert from "node:assert/strict";
import { test } from "node:test";
import { generateSecret, keyRing, signJwt, verifyJwt } from "edgeseal";
import * as next from "edgeseal/next";
import * as slim from "edgeseal/slim";

const [fresh, old] = [generateSecret(), generateSecret()];

test("the Worker's text, with its order and kids", () => {
  for (const [text, kids] of [
    [`2:${fresh},1:${old}`, ["2", "1"]],
    [`20261123:${fresh}, 1:${old}`, ["20261123", "1"]],
    [`b:${fresh},a:${old}`, ["b", "a"]],
    [` c :${fresh}`.trim(), ["c"]],
  ]) {
    const ring = keyRing(text);
    assert.deepEqual(
      ring.map(({ kid }) => kid),
      kids,
    );
    assert.equal(ring[0].secret, fresh);
    assert.deepEqual(slim.keyRing(text), ring);
    assert.deepEqual(next.keyRing(text), ring);
  }
  // The Worker also accepts these values.
  for (const secret of [`ABC=${fresh}`, `${fresh}==`, `a ${fresh}`])
    assert.equal(keyRing(`2:${secret}`)[0].secret, secret);
  assert.equal(keyRing(`2:${fresh}:with-a-colon`)[0].secret, `${fresh}:with-a-colon`);
});

test("values that the Worker refuses are refused, and no message contains a part of them", () => {
  for (const text of [
    undefined,
    null,
    5,
    "",
    fresh,
    `2:${fresh},`,
    `:${fresh}`,
    `2:${fresh},1`,
    `2:${fresh}\n`,
    `2:${fresh}\r\n`,
    ` 2:${fresh}`,
    `"2:${fresh},1:${old}"`,
    `'2:${fresh}'`,
    `AUTH_SECRETS=2:${fresh}`,
    `export AUTH_SECRETS=2:${fresh}`,
    `2:${fresh} ,1:${old}`,
    `2:"${fresh}",1:${old}`,
    `auth_secrets=2:${fresh}`,
    `AUTH_SECRETS = 2:${fresh}`,
    `export auth_secrets=2:${fresh}`,
    `2:${fresh}\u200b`,
    `2:${fresh}\0`,
    `2:\u201c${fresh}\u201d`,
    `\ufeff2:${fresh}`,
  ]) {
    assert.throws(
      () => keyRing(text),
      (error) => error.code === "ERR_OPTION_INVALID" && !error.message.includes(fresh.slice(0, 8)),
      String(text),
    );
  }
});

test("the first signs with its kid, all verify, also tokens without kid", () => {
  const secret = keyRing(`20261123:${fresh},1:${old}`);
  const before = signJwt({ n: 1 }, old, { expiresIn: 60 });
  const by = (kid) => signJwt({ n: 2 }, [{ kid, secret: old }], { expiresIn: 60 });
  assert.equal(verifyJwt(before, secret).n, 1);
  assert.equal(verifyJwt(by("1"), secret).n, 2);
  assert.throws(() => verifyJwt(by("v1"), secret), { code: "ERR_KEY_UNKNOWN" });
  assert.equal(verifyJwt(signJwt({ n: 3 }, secret, { expiresIn: 60 }), [{ kid: "20261123", secret: fresh }]).n, 3);
});

test("an object whose order JavaScript changes is refused, with the fix", () => {
  for (const secret of [{ 20261123: fresh, 1: old }, { 2: fresh }, { a: fresh, 0: old }]) {
    assert.throws(() => verifyJwt("x", secret), {
      code: "ERR_OPTION_INVALID",
      message: /keyRing\("2:<new>,1:<old>"\)/,
    });
  }
});

test("a key in another form is refused with a message that names the form", () => {
  const jwk = { kty: "oct", k: fresh, alg: "HS256" };
  assert.throws(() => verifyJwt("x", jwk), { code: "ERR_OPTION_INVALID", message: /JWK/ });
  for (const wrong of [[jwk], [{ kid: 1, secret: fresh }], [{ kid: "1", secret: jwk }], [[fresh]], [fresh]]) {
    assert.throws(() => verifyJwt("x", wrong), { code: "ERR_OPTION_INVALID", message: /kid|"1"/ });
  }
});
