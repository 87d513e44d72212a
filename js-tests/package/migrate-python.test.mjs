// Tests docs/guide/migrate/from-python.md with the real python-jose, passlib, PyJWT and argon2-cffi.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { generateSecret, hashPassword, passwordPresets, verifyJwt, verifyPassword } from "edgeseal";
import { migrationPage, proveTable } from "../migrate.mjs";
import { pythonHashPasswords } from "../python.mjs";

const secret = (process.env.AUTH_SECRET = generateSecret());
const issuer = "https://app.example";
const page = migrationPage("from-python");
const after = await page.module("after", "lib/auth.js");
const old = (expression, given, env) => page.python("before", "auth.py", expression, given, env);
const kept = (expression, given, env) => page.python("after", "auth.py", expression, given, env);

const now = Math.floor(Date.now() / 1000);
const whole = { sub: "u1", iss: issuer, aud: issuer, iat: now, exp: now + 900 };
/** Creates a token with exactly this header and payload, even if a library would refuse to create it. */
function raw(header, payload, key = secret) {
  const input = [header, payload].map((part) => Buffer.from(part).toString("base64url")).join(".");
  return `${input}.${createHmac("sha256", key).update(input).digest("base64url")}`;
}
const token = (changes, header = {}, key = secret) =>
  raw(JSON.stringify({ alg: "HS256", ...header }), JSON.stringify({ ...whole, ...changes }), key);
const all = (given) => [() => old("check(given)", given), () => kept("check(given)", given), () => after.check(given)];

test("tokens of python-jose and Edgeseal are verified by all libraries", () => {
  for (const given of [old('issue("u1", "Zoë")'), after.issue({ id: "u1", name: "Zoë" })]) {
    for (const { iat, exp, ...claims } of [
      old("check(given)", given),
      kept("check(given)", given),
      after.check(given),
    ]) {
      assert.deepEqual(claims, { sub: "u1", name: "Zoë", iss: issuer, aud: issuer });
      assert.equal(exp - iat, 900);
    }
  }
});

test("users with passlib's hashes sign in, get argon2id, and passlib verifies it", async () => {
  const password = "correct horse ü";
  let stored = pythonHashPasswords("passlib pbkdf2_sha256", [password])[0];
  assert.equal(await after.signIn("wrong", stored, assert.fail), false);
  assert.equal(await after.signIn(password, stored, (hash) => (stored = hash)), true);
  assert.match(stored, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.equal(await after.signIn(password, stored, assert.fail), true);
  assert.equal(old("check_password(*given)", [password, stored]), true);
  assert.equal(kept("check_password(*given)", [password, stored]), true);
  assert.equal(await after.signIn(password, old("hash_password(given)", password), () => {}), true);
});

test("passlib's bcrypt does not work with bcrypt 5", () => {
  assert.equal(kept('__import__("bcrypt").__version__').split(".")[0], "5");
  const hash = '__import__("passlib.hash").hash.bcrypt.using(rounds=4).hash("a")';
  assert.throws(() => kept(hash), { code: "ValueError" });
});

const short = token({}, {}, "short");
proveTable(page, {
  "a token without `exp`": all(token({ exp: undefined })),
  "a token without `aud`": all(token({ aud: undefined })),
  "a token without `sub`": all(token({ sub: undefined })),
  "a wrong audience": all(token({ aud: "https://other.example" })),
  "a wrong issuer": all(token({ iss: "https://other.example" })),
  "an expired token": all(token({ iat: now - 901, exp: now - 1 })),
  "`iat` over 60 s in the future": all(token({ iat: now + 120 })),
  "a numeric `sub`": all(token({ sub: 5 })),
  "a wrong secret, or a modified token": all(token({}, {}, generateSecret())),
  "a duplicate claim": all(raw('{"alg":"HS256"}', `{"iss":"x",${JSON.stringify(whole).slice(1)}`)),
  '`typ: "at+jwt"` in the header': all(token({}, { typ: "at+jwt" })),
  "a secret under 32 bytes": [
    () => old("check(given)", short, { AUTH_SECRET: "short" }),
    () => kept("check(given)", short, { AUTH_SECRET: "short" }),
    () => verifyJwt(short, "short", { issuer, audience: issuer }),
  ],
});

const right = "correct horse";
const made = async () => ({
  argon2: pythonHashPasswords("passlib argon2", [right])[0],
  pbkdf2: pythonHashPasswords("passlib pbkdf2_sha256", [right])[0],
  scrypt: pythonHashPasswords("passlib scrypt", [right])[0],
  sha512: old('__import__("passlib.hash").hash.sha512_crypt.using(rounds=1000).hash(given)', right),
  ours: await hashPassword(right, passwordPresets.argon2id),
});
const stored = await made();
const checking = (hash, password = right) => [
  () => old("check_password(*given)", [password, hash]),
  () => kept("check_password(*given)", [password, hash]),
  () => verifyPassword(password, hash),
];
proveTable(
  page,
  {
    "a wrong password": checking(stored.ours, "wrong"),
    "argon2 hash from passlib": checking(stored.argon2),
    "argon2id hash from `hashPassword`": checking(stored.ours),
    "PBKDF2 hash from passlib": checking(stored.pbkdf2),
    "scrypt hash from passlib": checking(stored.scrypt),
    "sha512_crypt hash from passlib, `$6$`": [
      () => old('__import__("passlib.hash").hash.sha512_crypt.verify(*given)', [right, stored.sha512]),
      ...checking(stored.sha512).slice(1),
    ],
    "a damaged hash": checking("$argon"),
  },
  "Passwords",
);
