// Tests docs/guide/migrate/from-jose.md with the real jose.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { generateSecret, signJwt, verifyJwt } from "edgeseal";
import * as renamedJose from "edgeseal/jose";
import * as jose from "jose";
import { migrationPage, proveTable } from "../migrate.mjs";

const secret = (process.env.JWT_SECRET = generateSecret());
const issuer = "https://app.example";
const page = migrationPage("from-jose");
const before = await page.module("before", "lib/tokens.js");
const renamed = await page.module("renamed", "lib/tokens.js");
const after = await page.module("after", "lib/tokens.js");

const user = { id: "u1", name: "Ann" };
const now = Math.floor(Date.now() / 1000);
const whole = { sub: "u1", iss: issuer, iat: now, exp: now + 900 };
const bytes = (text) => new TextEncoder().encode(text);
/** Creates a token with exactly this header and payload, even if a library would refuse to create it. */
function raw(header, payload, key = secret) {
  const input = [header, payload].map((part) => Buffer.from(part).toString("base64url")).join(".");
  return `${input}.${createHmac("sha256", key).update(input).digest("base64url")}`;
}
const token = (claims, header = {}, key = secret) =>
  raw(JSON.stringify({ alg: "HS256", ...header }), JSON.stringify(claims), key);
const all = (given) => [() => before.check(given), () => renamed.check(given), () => after.check(given)];
const allOf = (given, key, options) => [
  () => jose.jwtVerify(given, bytes(key), options),
  () => renamedJose.jwtVerify(given, bytes(key), options),
  () => verifyJwt(given, key, options),
];
const kindOf = (value) => (value instanceof Promise ? "a promise" : "the claims");

test("every library verifies every other's tokens, with the same claims", async () => {
  for (const { issue } of [before, renamed, after]) {
    const given = await issue(user);
    for (const { check } of [before, renamed, after]) {
      const { iat, exp, ...claims } = await check(given);
      assert.deepEqual(claims, { sub: "u1", name: "Ann", iss: issuer });
      assert.equal(exp - iat, 900);
    }
  }
});

test("errors have corresponding classes", async () => {
  const late = token({ ...whole, exp: now - 1 });
  await assert.rejects(renamed.check(late), renamedJose.errors.JWTExpired);
  await assert.rejects(before.check(late), jose.errors.JWTExpired);
});

const long = secret + secret;
const hs512 = signJwt(whole, long, { algorithm: "HS512" });
proveTable(page, {
  "a token without `exp`": all(token({ sub: "u1", iss: issuer })),
  "a token with `aud`, verified without `audience`": all(token({ ...whole, aud: "a" })),
  "`iat` over 60 s in the future": all(token({ ...whole, iat: now + 120 })),
  "an empty `sub`": all(token({ ...whole, sub: "" })),
  "HS512, without `algorithms`": allOf(hs512, long),
  '`typ: "at+jwt"`, without `typ`': all(token(whole, { typ: "at+jwt" })),
  "a token over 8 KiB": all(token({ ...whole, text: "a".repeat(9000) })),
  "a secret under 32 bytes": allOf(token(whole, {}, "short"), "short"),
  "a duplicate claim": all(raw('{"alg":"HS256"}', `{"iss":"x",${JSON.stringify(whole).slice(1)}`)),
  "an expired token": all(token({ ...whole, iat: now - 901, exp: now - 1 })),
  "a wrong issuer": all(token({ ...whole, iss: "https://other.example" })),
  "a wrong secret, or a modified token": all(token(whole, {}, generateSecret())),
  "an algorithm that `algorithms` does not list": allOf(hs512, long, { algorithms: ["HS256"] }),
  "`undefined` instead of a token": all(undefined),
  "what `verify` returns": [before, renamed, after].map(
    ({ check }) =>
      () =>
        kindOf(check(token(whole))),
  ),
});
