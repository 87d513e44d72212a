// Tests docs/guide/migrate/from-jsonwebtoken.md with the real jsonwebtoken.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { generateSecret, signJwt, verifyJwt } from "edgeseal";
import jwt from "jsonwebtoken";
import { migrationPage, proveTable } from "../migrate.mjs";

const secret = (process.env.JWT_SECRET = generateSecret());
const issuer = "https://app.example";
const page = migrationPage("from-jsonwebtoken");
const before = await page.module("before", "lib/tokens.js");
const after = await page.module("after", "lib/tokens.js");
const watching = await page.module("watching", "lib/tokens.js");

const user = { id: "u1", name: "Ann" };
const now = Math.floor(Date.now() / 1000);
const whole = { sub: "u1", iss: issuer, iat: now, exp: now + 900 };
/** Creates a token with exactly this header and payload, even if a library would refuse to create it. */
function raw(header, payload, key = secret) {
  const input = [header, payload].map((part) => Buffer.from(part).toString("base64url")).join(".");
  return `${input}.${createHmac("sha256", key).update(input).digest("base64url")}`;
}
const token = (claims, header = {}, key = secret) =>
  raw(JSON.stringify({ alg: "HS256", typ: "JWT", ...header }), JSON.stringify(claims), key);
const both = (given) => [() => before.check(given), () => after.check(given)];
const eachOf = (theirs, ours) => [() => jwt.verify(...theirs), () => verifyJwt(...ours)];

test("the code before and after verifies each other's tokens", () => {
  for (const [issue, check] of [
    [before.issue, after.check],
    [after.issue, before.check],
  ]) {
    const { iat, exp, ...claims } = check(issue(user));
    assert.deepEqual(claims, { sub: "u1", name: "Ann", iss: issuer });
    assert.equal(exp - iat, 900);
  }
});

test("while Edgeseal only watches, jsonwebtoken decides, and the log says what Edgeseal would refuse", (t) => {
  const warn = t.mock.method(console, "warn", () => {});
  assert.equal(watching.check(before.issue(user)).sub, "u1");
  assert.equal(warn.mock.callCount(), 0);
  const forEver = token({ sub: "u1", iss: issuer });
  assert.equal(watching.check(forEver).sub, "u1");
  assert.deepEqual(warn.mock.calls[0].arguments.slice(1), ["ERR_JWT_CLAIM_MISSING", "exp"]);
  assert.throws(() => watching.check(token(whole, {}, generateSecret())), { message: "invalid signature" });
});

const long = token({ ...whole, text: "a".repeat(9000) });
const late = { ...whole, iat: now - 901, exp: now - 1 };
const verifying = {
  "a token without `exp`": both(token({ sub: "u1", iss: issuer })),
  "a secret under 32 bytes": [
    () => jwt.verify(token(whole, {}, "short"), "short"),
    () => verifyJwt(token(whole, {}, "short"), "short"),
  ],
  "a token with `aud`, verified without `audience`": both(token({ ...whole, aud: "a" })),
  "HS512, without `algorithms`": (() => {
    const given = [jwt.sign(whole, secret + secret, { algorithm: "HS512" }), secret + secret];
    return eachOf(given, given);
  })(),
  "`iat` over 60 s in the future": both(token({ ...whole, iat: now + 120 })),
  "`crit` in the header": both(token(whole, { crit: ["x"], x: 1 })),
  '`typ: "at+jwt"` in the header': both(token(whole, { typ: "at+jwt" })),
  "a duplicate claim": both(raw('{"alg":"HS256"}', `{"iss":"x",${JSON.stringify(whole).slice(1)}`)),
  "a token over 8 KiB": both(long),
  "an `issuer` list": eachOf(...[0, 1].map(() => [token(whole), secret, { issuer: [issuer, "b"] }])),
  "a numeric `sub`, as in NestJS's tutorial": [
    () => jwt.verify(jwt.sign({ ...whole, sub: 1 }, secret), secret),
    () => verifyJwt(jwt.sign({ ...whole, sub: 1 }, secret), secret, { issuer }),
  ],
  "an audience as a pattern": eachOf(...[0, 1].map(() => [token({ ...whole, aud: "a" }), secret, { audience: /a/ }])),
  "a wrong secret, or a modified token": both(token(whole, {}, generateSecret())),
  "an expired token": both(token(late)),
  "a token before its `nbf`": both(token({ ...whole, nbf: now + 60 })),
  "a wrong issuer": both(token({ ...whole, iss: "https://other.example" })),
  "`undefined` instead of a token": both(undefined),
  "a `sub` that is empty": both(token({ ...whole, sub: "" })),
  "a `sub` with control characters": both(token({ ...whole, sub: "a\n" })),
  "a `sub` over 1,024 characters": both(token({ ...whole, sub: "a".repeat(1025) })),
  "`exp` after the year 9999": both(token({ ...whole, exp: 253_402_300_800 })),
};
proveTable(page, verifying, "What changes when you verify");

const signing = (claims, options) => [
  () => void jwt.sign({ ...claims }, secret, options),
  () => void signJwt({ ...claims }, secret, options),
];
/** jsonwebtoken signs a token with these options and then refuses it as expired. */
const expired = (options) => [
  () => {
    const signed = jwt.sign({}, secret, options);
    assert.throws(() => jwt.verify(signed, secret), jwt.TokenExpiredError);
    return "accepted, the token is expired";
  },
  () => void signJwt({}, secret, options),
];
proveTable(
  page,
  {
    "neither `expiresIn` nor `exp`": signing({}),
    'a duration without a unit, `expiresIn: "900"`': [
      () => {
        const { iat, exp } = jwt.decode(jwt.sign({}, secret, { expiresIn: "900" }));
        return exp - iat < 2 ? "accepted, as milliseconds" : "accepted, as seconds";
      },
      () => void signJwt({}, secret, { expiresIn: "900" }),
    ],
    "`expiresIn: 0`": expired({ expiresIn: 0 }),
    "`expiresIn: -5`": expired({ expiresIn: -5 }),
    "an `exp` in the past": signing({ exp: now - 10 }),
    "an `iat` in the future": signing({ iat: now + 3600, exp: now + 7200 }),
    "`notBefore: -10`": signing({}, { expiresIn: 60, notBefore: -10 }),
    "an `nbf` in the past": signing({ nbf: now - 10 }, { expiresIn: 60 }),
    "`noTimestamp: true`": [
      () => {
        const claims = jwt.decode(jwt.sign({}, secret, { expiresIn: 60, noTimestamp: true }));
        return "iat" in claims ? "accepted, with `iat`" : "accepted, without `iat`";
      },
      () => void signJwt({}, secret, { expiresIn: 60, noTimestamp: true }),
    ],
    '`header: { kid: "k1" }`': signing({}, { expiresIn: 60, header: { kid: "k1" } }),
    '`encoding: "latin1"`': signing({}, { expiresIn: 60, encoding: "latin1" }),
    "an empty `sub`": signing({ sub: "" }, { expiresIn: 60 }),
    "a payload that is text": [() => void jwt.sign("text", secret), () => void signJwt("text", secret)],
  },
  "What changes when you sign",
);

test("an expired token for tests is signed in the past", () => {
  const options = { expiresIn: 60, currentDate: new Date(Date.now() - 120_000) };
  assert.throws(() => verifyJwt(signJwt({}, secret, options), secret), { code: "ERR_JWT_EXPIRED" });
});

const inCode = (cell) => new Function(`return (${cell.slice(1, -1)})`)();
/** For each table row about `verify`, in order: claims that both libraries accept, and claims that both refuse. */
const verified = [
  [{}, { jti: "2" }],
  [{}, { iat: now - 3601 }],
  [
    { iat: 1_999_999_000, exp: 2_000_000_001 },
    { iat: 1_999_999_000, exp: 2_000_000_000 },
  ],
  [{ exp: now - 1 }, { exp: now - 10 }],
].map((pair) => pair.map((claims) => token({ ...whole, iat: now - 20, aud: "a", jti: "1", ...claims })));

test("options do the same under their new names", (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: now * 1000 });
  for (const [of, ...cells] of page.table("Options")) {
    const [theirs, ours] = cells.map(inCode);
    if (of === "sign") {
      const [a, b] = [jwt.sign({ sub: "u1" }, secret + secret, theirs), signJwt({ sub: "u1" }, secret + secret, ours)];
      assert.deepEqual(jwt.decode(a, { complete: true }).payload, jwt.decode(b, { complete: true }).payload);
      assert.deepEqual(jwt.decode(a, { complete: true }).header, jwt.decode(b, { complete: true }).header);
      continue;
    }
    const [accepted, refused] = verified.shift();
    assert.deepEqual(jwt.verify(accepted, secret, theirs), verifyJwt(accepted, secret, ours));
    assert.throws(() => jwt.verify(refused, secret, theirs), /jwt|maxAge/, cells[0]);
    assert.throws(() => verifyJwt(refused, secret, ours), { name: "JwtError" }, cells[1]);
  }
  assert.deepEqual(verified, []);
});
