// Tests more options of the verifier and the signer: durations, several issuers, the header, and numeric subjects.
import assert from "node:assert/strict";
import { test } from "node:test";
import jsonwebtoken from "jsonwebtoken";
import * as edgeseal from "edgeseal";
import * as jose from "edgeseal/jose";
import * as slim from "edgeseal/slim";

const { createSigner, createVerifier, decodeJwt, decodeProtectedHeader, generateSecret, signJwt, verifyJwt } = edgeseal;
const secret = generateSecret();
const currentDate = new Date(1_800_000_000_000);

test("every duration is a number of seconds or a text", () => {
  for (const [expiresIn, seconds] of [
    ["15m", 900],
    ["90s", 90],
    ["2h", 7200],
    ["1.5h", 5400],
    ["7d", 604_800],
    ["4w", 2_419_200],
    [900, 900],
  ]) {
    const { iat, exp } = decodeJwt(signJwt({}, secret, { expiresIn, currentDate }));
    assert.equal(exp - iat, seconds, String(expiresIn));
  }
  const late = new Date(currentDate.getTime() + 930_000);
  const token = createSigner({ secret, expiresIn: "15m", notBefore: "0s", currentDate }).sign({});
  assert.throws(() => verifyJwt(token, secret, { currentDate: late }), { code: "ERR_JWT_EXPIRED" });
  verifyJwt(token, secret, { currentDate: late, clockTolerance: "1m", maxTokenAge: "1h" });
  assert.throws(() => verifyJwt(token, secret, { currentDate: late, clockTolerance: "1m", maxTokenAge: "10m" }), {
    code: "ERR_JWT_EXPIRED",
    claim: "iat",
  });
  // jsonwebtoken interprets a string without a unit as milliseconds.
  for (const wrong of ["15", "", "m", "-15m", "15 minutes", "15M", "1e3s", "Infinitys", " 15m", null, {}, Number.NaN]) {
    assert.throws(() => signJwt({}, secret, { expiresIn: wrong }), { code: "ERR_OPTION_INVALID" }, String(wrong));
  }
});

test("a verifier may accept several issuers, and no others", () => {
  const issuer = ["https://a.example", "https://b.example"];
  for (const { createVerifier } of [edgeseal, slim]) {
    const verifier = createVerifier({ secret, issuer });
    for (const one of issuer) verifier.verify(signJwt({}, secret, { issuer: one, expiresIn: 60 }));
    const by = (options) => () => verifier.verify(signJwt({}, secret, { expiresIn: 60, ...options }));
    assert.throws(by({ issuer: "https://c.example" }), { code: "ERR_JWT_CLAIM_INVALID", claim: "iss" });
    assert.throws(by({}), { code: "ERR_JWT_CLAIM_MISSING", claim: "iss" });
    assert.throws(() => createVerifier({ secret, issuer: [] }), { code: "ERR_OPTION_INVALID" });
  }
});

test("complete returns the header too, with a cache and without", () => {
  const ring = [{ kid: "ü", secret }];
  const token = signJwt({ sub: "ann" }, ring, { expiresIn: 60, typ: "at+jwt" });
  const expected = { alg: "HS256", typ: "at+jwt", kid: "ü" };
  for (const { createVerifier, verifyJwt } of [edgeseal, slim]) {
    const { header, claims } = verifyJwt(token, ring, { complete: true, typ: "at+jwt" });
    assert.deepEqual([header, claims.sub], [expected, "ann"]);
    const verifier = createVerifier({ secret: ring, complete: true, typ: "at+jwt", cacheSize: 2 });
    for (let i = 0; i < 3; i++) assert.deepEqual(verifier.verify(token).header, expected);
  }
  assert.deepEqual(verifyJwt(token, ring, { complete: false, typ: "at+jwt" }).sub, "ann");
});

test("decodeJwt returns the claims and decodeProtectedHeader the header, as in edgeseal/jose", () => {
  const token = signJwt({ sub: "ann" }, secret, { expiresIn: 60, currentDate });
  assert.deepEqual(decodeJwt(token), jose.decodeJwt(token));
  assert.deepEqual(decodeProtectedHeader(token), jose.decodeProtectedHeader(token));
  for (const decode of [decodeJwt, decodeProtectedHeader]) {
    assert.throws(() => decode("a.b"), { code: "ERR_JWT_MALFORMED" });
    assert.throws(() => decode(token, { maxTokenLength: 10 }), { code: "ERR_JWT_TOO_LARGE" });
  }
});

test("a numeric subject is refused, unless numericSubject is set", () => {
  // NestJS's tutorial signs such tokens: `{ sub: user.userId, username }`.
  const foreign = jsonwebtoken.sign({ sub: 1, username: "ann" }, secret, { expiresIn: "15m" });
  assert.throws(() => verifyJwt(foreign, secret), { code: "ERR_JWT_CLAIM_INVALID", claim: "sub" });
  assert.throws(() => signJwt({ sub: 1 }, secret, { expiresIn: 60 }), { code: "ERR_JWT_CLAIM_INVALID", claim: "sub" });
  for (const { verifyJwt } of [edgeseal, slim]) {
    assert.equal(verifyJwt(foreign, secret, { numericSubject: true }).sub, 1);
    assert.equal(verifyJwt(foreign, secret, { numericSubject: true, subject: "1" }).sub, 1);
    assert.throws(() => verifyJwt(foreign, secret, { numericSubject: true, subject: "2" }), { claim: "sub" });
  }
  const signed = signJwt({ sub: 42 }, secret, { expiresIn: 60, numericSubject: true });
  assert.equal(jsonwebtoken.verify(signed, secret).sub, 42);
  assert.equal(
    verifyJwt(signJwt({ sub: "ann" }, secret, { expiresIn: 60 }), secret, { numericSubject: true }).sub,
    "ann",
  );
  for (const sub of [1.5, 2 ** 53, 1e21, Number.NaN, true, null, [1]]) {
    const options = { expiresIn: 60, numericSubject: true };
    assert.throws(
      () => signJwt({ sub }, secret, options),
      { code: "ERR_JWT_CLAIM_INVALID", claim: "sub" },
      String(sub),
    );
  }
  for (const numericSubject of [1, "true", undefined]) {
    assert.throws(() => verifyJwt(foreign, secret, { numericSubject }), { code: "ERR_OPTION_INVALID" });
  }
});

test("an untrusted header never selects the error class in edgeseal/jose", async () => {
  const key = new TextEncoder().encode(secret).subarray(0, 32);
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  for (const alg of ["HS384", "HS512", "none", "RS256", "HS2048", "hs256", "constructor", ""]) {
    const token = `${part({ alg })}.${part({ sub: "x" })}.AAAA`;
    const refused = await jose.jwtVerify(token, key).catch((error) => error);
    assert.ok(refused instanceof jose.errors.JOSEError, `${alg}: ${refused.name}`);
  }
  // If the options allow the algorithm, the error is about the key.
  const token = `${part({ alg: "HS512" })}.${part({})}.AAAA`;
  await assert.rejects(jose.jwtVerify(token, key, { algorithms: ["HS512"] }), { code: "ERR_KEY_WEAK" });
  await assert.rejects(jose.jwtVerify(token, key.subarray(0, 31)), { code: "ERR_KEY_WEAK" });
});
