// Compares edgeseal/jose with jose itself: the same calls have the same results and errors. jose-signing.test.mjs tests
// signing and keys.
import assert from "node:assert/strict";
import { randomBytes, webcrypto } from "node:crypto";
import { createRequire } from "node:module";
import { test } from "node:test";
import { KeyError, signJwt } from "edgeseal";
import * as ours from "edgeseal/jose";
import * as theirs from "jose";
import { agree, agreeButMessage, base64url, bytes, hashes, jwt, keys, secret, token } from "./jose-calls.mjs";

const { subtle } = webcrypto;
const now = Math.floor(Date.now() / 1000);

test("claims are validated by jose's rules, with its errors", async () => {
  const currentDate = new Date(now * 1000 + 500);
  const cases = [
    [{}, {}],
    [{ exp: now + 1 }, {}],
    [{ exp: now }, {}],
    [{ exp: now - 5 }, { clockTolerance: 6 }],
    [{ exp: now - 5 }, { clockTolerance: "5s" }],
    [{ exp: now - 5 }, { clockTolerance: "6 seconds" }],
    [{ exp: now - 5 }, { clockTolerance: -1 }],
    [{ exp: now - 5 }, { clockTolerance: Number.NaN }],
    [{ exp: now - 5 }, { clockTolerance: true }],
    [{ exp: now - 5 }, { clockTolerance: "soon" }],
    [{ exp: "1" }, {}],
    [{ exp: null }, {}],
    [{ nbf: now + 1 }, {}],
    [{ nbf: now + 1 }, { clockTolerance: 1 }],
    [{ nbf: [] }, {}],
    [{ iat: now + 100 }, {}],
    [{ iat: "x" }, {}],
    [{ iat: now - 10 }, { maxTokenAge: 9 }],
    [{ iat: now - 10 }, { maxTokenAge: "10s" }],
    [{ iat: now - 10 }, { maxTokenAge: 9, clockTolerance: 1 }],
    [{ iat: now + 10 }, { maxTokenAge: 9 }],
    [{}, { maxTokenAge: 9 }],
    [{ iat: now }, { maxTokenAge: -1 }],
    [{ iat: now }, { maxTokenAge: "never" }],
    [{ iat: now }, { maxTokenAge: Number.POSITIVE_INFINITY }],
    [{ aud: "x" }, {}],
    [{ aud: "x" }, { audience: "x" }],
    [{ aud: ["y", "x"] }, { audience: "x" }],
    [{ aud: ["y"] }, { audience: ["x", "y"] }],
    [{ aud: ["y"] }, { audience: ["x"] }],
    [{ aud: [] }, { audience: ["x"] }],
    [{ aud: 1 }, { audience: "1" }],
    [{ aud: null }, { audience: "1" }],
    [{}, { audience: "x" }],
    [{ iss: "i" }, { issuer: "i" }],
    [{ iss: "i" }, { issuer: ["h", "i"] }],
    [{ iss: "i" }, { issuer: "j" }],
    [{ iss: ["i"] }, { issuer: "i" }],
    [{}, { issuer: "j" }],
    [{ sub: "s" }, { subject: "s" }],
    [{ sub: "s" }, { subject: "t" }],
    [{}, { subject: "t" }],
    [{}, { requiredClaims: ["a", "b"] }],
    [{ b: null }, { requiredClaims: ["a", "b"] }],
    [{ a: 0, b: null }, { requiredClaims: ["a", "b"] }],
    [{}, { requiredClaims: ["toString"], issuer: "i", audience: "a", subject: "s", maxTokenAge: 1 }],
    [{}, { requiredClaims: ["iat"], subject: "s", maxTokenAge: 1 }],
    [{ exp: now + 1 }, { currentDate: new Date(Number.NaN) }],
    [{ aud: [5, null] }, { audience: [null] }],
    [{ aud: null }, { audience: [null] }],
    [{ exp: now + 1.25, nbf: now - 0.5 }, {}],
    [{ "": 1, n: { __proto__: null, deep: [1, "é", null] } }, {}],
  ];
  let refused = 0;
  for (const [claims, options] of cases) {
    const call = ({ jwtVerify }) => jwtVerify(jwt(claims), bytes(secret), { currentDate, ...options });
    if (!("value" in (await agree(call, JSON.stringify([claims, options]))))) refused += 1;
  }
  assert.ok(refused > 20);
  // Options of the wrong type are refused, not converted.
  for (const options of [
    { typ: ["jwt"] },
    { audience: 5 },
    { audience: null },
    { requiredClaims: null },
    { currentDate: null },
  ]) {
    const call = ({ jwtVerify }) =>
      jwtVerify(jwt({ aud: [5, null] }, { alg: "HS256", typ: "JWT" }), bytes(secret), options);
    await agreeButMessage(call, JSON.stringify(options));
  }
});

test("headers are validated by jose's rules, with its errors", async () => {
  const headers = [
    { alg: "HS256", typ: "JWT", kid: "1", extra: { a: [1] } },
    { alg: "HS384" },
    { alg: "HS512" },
    {},
    { alg: "" },
    { alg: 1 },
    { alg: "HS256", crit: [] },
    { alg: "HS256", crit: "b64" },
    { alg: "HS256", crit: [""] },
    { alg: "HS256", crit: ["b64"] },
    { alg: "HS256", crit: ["b64"], b64: 1 },
    { alg: "HS256", crit: ["b64"], b64: true },
    { alg: "HS256", b64: false },
    { alg: "HS256", crit: ["exp"] },
    { alg: "HS256", crit: ["exp"], exp: 1 },
    { alg: "HS256", crit: ["toString"], toString: 1 },
    { alg: "HS256", crit: ["mine"], mine: 1 },
    { alg: "HS256", crit: ["mine"] },
    { alg: "HS256", crit: ["theirs"], theirs: null },
  ];
  for (const header of headers) {
    const given = jwt({ sub: "é" }, header, { hash: hashes[header.alg] ?? "sha256" });
    for (const options of [
      undefined,
      {},
      { algorithms: ["HS256"] },
      { algorithms: [] },
      { crit: { mine: true, theirs: false } },
    ]) {
      for (const verify of ["jwtVerify", "compactVerify"]) {
        await agree((jose) => jose[verify](given, bytes(secret), options), JSON.stringify([header, options]));
      }
    }
  }
  await agree(({ jwtVerify }) => jwtVerify(1, bytes(secret), { algorithms: "HS256" }), "a wrong option comes first");
  for (const understood of [null, Object.create({ mine: true }), Object.defineProperty({}, "mine", { value: true })]) {
    const given = jwt({}, { alg: "HS256", crit: ["mine"], mine: 1 });
    await agree(({ jwtVerify }) => jwtVerify(given, bytes(secret), { crit: understood }), "crit");
  }
  for (const algorithms of ["HS256", [1], null]) {
    await agreeButMessage(({ jwtVerify }) => jwtVerify(jwt({}), bytes(secret), { algorithms }), String(algorithms));
  }
  for (const [typ, expected] of [
    ["JWT", "jwt"],
    ["at+jwt", "application/AT+JWT"],
    ["application/at+jwt", "at+jwt"],
    ["JWT", "at+jwt"],
    [undefined, "JWT"],
    [1, "JWT"],
  ]) {
    await agree(
      ({ jwtVerify }) => jwtVerify(jwt({}, { alg: "HS256", typ }), bytes(secret), { typ: expected }),
      `${typ}`,
    );
  }
  for (const alg of ["none", "RS256", "ES256", "hs256", "HS1"]) {
    await agreeButMessage(
      ({ jwtVerify }) => jwtVerify(jwt({}, { alg: alg === "RS256" || alg === "ES256" ? "X256" : alg }), bytes(secret)),
      alg,
    );
    await assert.rejects(ours.jwtVerify(jwt({}, { alg }), bytes(secret)), { code: "ERR_JOSE_NOT_SUPPORTED" });
  }
});

test("malformed tokens are refused with jose's errors", async () => {
  const sound = jwt({ a: 1 });
  const [header, payload, signature] = sound.split(".");
  const other = signature.startsWith("A") ? "B" : "A";
  for (const given of [
    "",
    "..",
    "a.b",
    `${sound}.`,
    `${header}.${payload}.`,
    `${header}.${payload}.${signature.slice(4)}`,
    `${header}.${payload}.${other}${signature.slice(1)}`,
    `${header}.${payload}.${signature}*`,
    `${header}.${payload}.é`,
    `${header}.${payload}é.${signature}`,
    `${header}.${payload}A.${signature}`,
    `.${payload}.${signature}`,
    `*.${payload}.${signature}`,
    token("[]", "{}"),
    token("null", "{}"),
    token("{", "{}"),
    token('"x"', "{}"),
    token('{"alg":"HS256"}', "[]"),
    token('{"alg":"HS256"}', "null"),
    token('{"alg":"HS256"}', "{} x"),
    token('{"alg":"HS256"}', ""),
    token('{"alg":"HS256"}', Buffer.from([0xff])),
    token('{"alg":"HS256"}', "a*", { encoded: false }),
    new TextEncoder().encode(sound),
    new TextEncoder().encode("x"),
    1,
    null,
    undefined,
    {},
  ]) {
    await agree(({ jwtVerify }) => jwtVerify(given, bytes(secret)), String(given));
    await agree(({ compactVerify }) => compactVerify(given, bytes(secret)), String(given));
  }
});

test("edgeseal/jose is stricter where docs/guide/migrate/from-jose.md says so", async () => {
  const weak = randomBytes(31);
  const cases = [
    ["a duplicate name in the header", token('{"alg":"HS256","kid":"a","kid":"b"}', "{}"), "ERR_JWS_INVALID"],
    ["a duplicate claim", token('{"alg":"HS256"}', '{"a":1,"\\u0061":2}'), "ERR_JWT_INVALID"],
    ["a duplicate name deeper", token('{"alg":"HS256"}', '{"x":[{"a":1,"a":2}]}'), "ERR_JWT_INVALID"],
    ["a byte order mark", token('{"alg":"HS256"}', "\ufeff{}"), "ERR_JWT_INVALID"],
    ["a number beyond a double", token('{"alg":"HS256"}', '{"a":1e400}'), "ERR_JWT_INVALID"],
    ["a number of 1e308", token('{"alg":"HS256"}', '{"a":1e308}'), "ERR_JWT_INVALID"],
    ["a lone surrogate", token('{"alg":"HS256"}', '{"a":"\\ud800"}'), "ERR_JWT_INVALID"],
    ["a newline after the token", `${jwt({})}\n`, "ERR_JWS_INVALID"],
    ["padding", `${jwt({})}=`, "ERR_JWS_INVALID"],
    ["33 levels", token('{"alg":"HS256"}', `{"a":${"[".repeat(32)}${"]".repeat(32)}}`), "ERR_JWT_INVALID"],
    ["a secret shorter than the hash", jwt({}, undefined, { key: weak }), "ERR_KEY_WEAK", weak],
  ];
  const texts = ["-----BEGIN PUBLIC KEY-----", "-----BEGIN CERTIFICATE-----", "ssh-rsa", '{"kty":"RSA","n":"'];
  for (const text of texts) {
    const key = Buffer.from(`${text} ${"A".repeat(64)}`);
    cases.push([`${text} as the secret`, jwt({}, undefined, { key }), "ERR_KEY_WEAK", key]);
  }
  for (const [what, given, code, key = secret] of cases) {
    assert.ok(await theirs.jwtVerify(given, bytes(key)), what);
    await assert.rejects(ours.jwtVerify(given, bytes(key)), { code }, what);
    const [, , signature] = given.split(".");
    const error = await ours.jwtVerify(given, bytes(key)).catch((cause) => cause);
    assert.equal(error instanceof KeyError, code === "ERR_KEY_WEAK");
    assert.ok(!String(error.stack).includes(signature) && !JSON.stringify(error).includes(signature));
  }
  // Repeat the checks with a non-extractable key, except for the cases that have their own key.
  const sealed = await subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  for (const [what, given, code] of cases.filter(([, , , key]) => key === undefined)) {
    await assert.rejects(ours.jwtVerify(given, sealed), { code }, what);
  }
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const weakKey = await subtle.importKey("raw", weak, algorithm, false, ["sign", "verify"]);
  await assert.rejects(ours.jwtVerify(jwt({}, undefined, { key: weak }), weakKey), { code: "ERR_KEY_WEAK" });
  await assert.rejects(new ours.CompactSign(secret).setProtectedHeader({ alg: "HS256" }).sign(weakKey), KeyError);
  const long = jwt({ a: "x".repeat(2 ** 20) });
  assert.ok(await theirs.jwtVerify(long, bytes(secret)));
  await assert.rejects(ours.jwtVerify(long, bytes(secret)), { code: "ERR_JWS_INVALID", message: /longer than/ });
  const signing = new ours.CompactSign(new Uint8Array(2 ** 20)).setProtectedHeader({ alg: "HS256" }).sign(secret);
  await assert.rejects(signing, { code: "ERR_JWS_INVALID", message: /longer than/ });
});

test("a stray bit or padding in any part is refused", async () => {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  let refused = 0;
  for (let size = 0; size < 8; size++) {
    const parts = jwt({ a: "x".repeat(size) }, { alg: "HS256", kid: "y".repeat(size) }).split(".");
    for (const [i, part] of parts.entries()) {
      const next = alphabet[alphabet.indexOf(part.at(-1)) + 1] ?? "_";
      for (const changed of [`${part}=`, `${part} `, `${part.slice(0, -1)}${next}`, `${part}\n`]) {
        const given = parts.with ? parts.with(i, changed) : Object.assign([...parts], { [i]: changed });
        await assert.rejects(ours.jwtVerify(given.join("."), bytes(secret)), /JWS|signature|JOSE/);
        refused += 1;
      }
    }
  }
  assert.equal(refused, 96);
});

test("an unencoded payload (RFC 7797) is verified by compactVerify and refused as a JWT", async () => {
  const header = '{"alg":"HS256","b64":false,"crit":["b64"]}';
  for (const payload of ["$02", "a b", "{}", ""]) {
    const given = token(header, payload, { encoded: false });
    await agree(({ compactVerify }) => compactVerify(given, bytes(secret)), payload);
    await agree(({ jwtVerify }) => jwtVerify(given, bytes(secret)), payload);
    await agree(
      async ({ compactVerify }) => compactVerify(given, (await keys("HS256"))["CryptoKey, not extractable"]),
      payload,
    );
  }
  await agree(({ compactVerify }) => compactVerify(token(header, "é", { encoded: false }), bytes(secret)), "é");
});

test("decodeJwt, decodeProtectedHeader and base64url accept the same input as jose's", async () => {
  const sound = jwt({ sub: "é" }, { alg: "RS256", kid: "x" });
  for (const given of [
    sound,
    "a.b",
    "a..c",
    "a.b.c.d.e",
    `.${base64url("[]")}.`,
    `.${base64url("{")}.`,
    "..",
    ".*.",
    1,
    undefined,
  ]) {
    await agree(({ decodeJwt }) => decodeJwt(given), String(given));
  }
  const [header] = sound.split(".");
  for (const given of [
    sound,
    `${header}.a.b.c.d`,
    `${header}.a`,
    { protected: header },
    {},
    { protected: "" },
    null,
    1,
    "",
    "*..",
    `${base64url("[]")}..`,
  ]) {
    await agree(({ decodeProtectedHeader }) => decodeProtectedHeader(given), JSON.stringify(given));
  }
  for (const given of ["", "AA", "_-8", "A", "+/8", bytes(Buffer.from("AAAA")), "é"]) {
    await agree(({ base64url }) => base64url.decode(given).join(), String(given));
    await agree(({ base64url }) => base64url.encode(given), String(given));
  }
  for (const given of [5, null, {}]) await agree(({ base64url }) => base64url.decode(given), String(given));
  for (const given of ["AA==", "AB", "A A", "AA\n"]) assert.throws(() => ours.base64url.decode(given), TypeError);
});

test("error classes are jose's, by name, code and inheritance", () => {
  for (const [name, { code }] of Object.entries(theirs.errors)) {
    assert.equal(ours.errors[name].code, code, name);
    const [one, other] = [ours, theirs].map(
      ({ errors }) => new errors[name](undefined, name.includes("JWT") ? {} : undefined),
    );
    assert.deepEqual([one.name, one.code], [other.name, other.code]);
    assert.equal(one.message, other.message);
    for (const kin of Object.keys(theirs.errors)) {
      assert.equal(one instanceof ours.errors[kin], other instanceof theirs.errors[kin], `${name} is a ${kin}`);
    }
  }
});

test("an error's claims are available to the program but not in its logs", async () => {
  const error = await ours.jwtVerify(jwt({ exp: 1, email: "someone@example.com" }), secret).catch((cause) => cause);
  assert.equal(error.payload.email, "someone@example.com");
  const { inspect } = await import("node:util");
  assert.ok(!inspect(error, { depth: 9 }).includes("someone@") && !JSON.stringify(error).includes("someone@"));
});

test("claims and headers change no prototype, and options are not read from one", async () => {
  const given = token(
    '{"alg":"HS256","__proto__":{"x":1}}',
    '{"__proto__":{"admin":true},"constructor":{"prototype":{}}}',
  );
  const { payload, protectedHeader } = await ours.jwtVerify(given, bytes(secret));
  assert.deepEqual(
    [Object.keys(payload), payload.admin, {}.admin],
    [["__proto__", "constructor"], undefined, undefined],
  );
  assert.deepEqual([Object.keys(protectedHeader), protectedHeader.x], [["alg", "__proto__"], undefined]);
});

test("require exports the same, and tokens of edgeseal itself verify", async () => {
  const required = createRequire(import.meta.url)("edgeseal/jose");
  assert.deepEqual(Object.keys(required).sort(), Object.keys(ours).sort());
  const { payload } = await required.jwtVerify(signJwt({ sub: "s" }, secret, { expiresIn: 60 }), secret, {
    typ: "JWT",
  });
  assert.equal(payload.sub, "s");
});
