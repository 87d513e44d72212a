// Compares edgeseal/jose with jose itself, as jose.test.mjs does, but for keys and signing.
import assert from "node:assert/strict";
import { createSecretKey, randomBytes, webcrypto } from "node:crypto";
import { test } from "node:test";
import { signJwt } from "edgeseal";
import * as ours from "edgeseal/jose";
import * as theirs from "jose";
import { agree, agreeButMessage, base64url, bytes, hashes, jwt, keys, outcome, secret } from "./jose-calls.mjs";

const { subtle } = webcrypto;

for (const alg of Object.keys(hashes)) {
  test(`${alg}: each verifies the other's tokens, with every form of a key`, async () => {
    for (const [form, key] of Object.entries(await keys(alg))) {
      for (const [signer, verifier] of [
        [ours, theirs],
        [theirs, ours],
        [ours, ours],
      ]) {
        const signed = await new signer.SignJWT({ sub: "é", list: [1, null] })
          .setProtectedHeader({ alg, kid: "k" })
          .sign(key);
        const { payload, protectedHeader } = await verifier.jwtVerify(signed, key, { algorithms: [alg] });
        assert.deepEqual(
          [payload, protectedHeader],
          [
            { sub: "é", list: [1, null] },
            { alg, kid: "k" },
          ],
          form,
        );
        const content = randomBytes(100);
        const jws = await new signer.CompactSign(content).setProtectedHeader({ alg }).sign(key);
        const opened = await verifier.compactVerify(jws, key);
        assert.deepEqual([Buffer.from(opened.payload), opened.protectedHeader], [content, { alg }], form);
        const forged = `${signed.slice(0, -4)}${signed.endsWith("AAAA") ? "BBBB" : "AAAA"}`;
        await assert.rejects(verifier.jwtVerify(forged, key), { code: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" }, form);
      }
    }
  });
}

test("both sign the same token", async () => {
  const sign = ({ SignJWT }) =>
    new SignJWT({ b: 1, a: { c: [] } })
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .setIssuer("i")
      .setSubject("s")
      .setAudience(["a", "b"])
      .setJti("j")
      .setNotBefore(10)
      .setIssuedAt(20)
      .setExpirationTime(new Date(30_999))
      .sign(secret);
  assert.equal(await sign(ours), await sign(theirs));
});

test("invalid keys and keys for another use are refused with jose's messages", async () => {
  const hmac = (hash, usages) => subtle.importKey("raw", secret, { name: "HMAC", hash }, true, usages);
  const pair = await subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  const aes = await subtle.importKey("raw", secret.subarray(0, 32), "AES-GCM", true, ["encrypt"]);
  const k = secret.toString("base64url");
  class Fancy {}
  for (const key of [
    undefined,
    null,
    "text",
    1,
    Symbol("x"),
    [],
    {},
    new Fancy(),
    class Named {},
    new ArrayBuffer(32),
    pair.publicKey,
    aes,
    await hmac("SHA-512", ["sign", "verify"]),
    await hmac("SHA-256", ["sign"]),
    await hmac("SHA-256", ["verify"]),
    { kty: "oct" },
    { kty: "oct", k: 1 },
    { kty: "RSA", n: "a", e: "b" },
    { kty: 1, k },
    { kty: "oct", k: "*" },
    { kty: "oct", k, use: "enc" },
    { kty: "oct", k, alg: "HS512" },
    { kty: "oct", k, key_ops: ["verify"] },
    { kty: "oct", k, key_ops: ["sign"] },
    { kty: "oct", k, key_ops: "sign" },
    { kty: "oct", k, key_ops: ["sign", "sign"] },
    { kty: "oct", k, ext: 1 },
    { kty: "oct", k, key_ops: [, "sign", "verify"] },
  ]) {
    const what = String(key?.constructor?.name);
    if (typeof key !== "function") {
      await agree(({ jwtVerify }) => jwtVerify(jwt({}), key), what);
      await agree(({ compactVerify }) => compactVerify(jwt({}), key), what);
    }
    if (JSON.stringify(key)?.includes('["verify"]')) continue;
    await agree(
      ({ CompactSign }) =>
        new CompactSign(bytes([1]))
          .setProtectedHeader({ alg: "HS256" })
          .sign(key)
          .then(() => 1),
      what,
    );
  }
});

test("a function resolves the key from the unverified header and token", async () => {
  const given = jwt({ sub: "s" }, { alg: "HS256", kid: "2" });
  for (const resolve of [
    () => bytes(secret),
    async () => createSecretKey(secret).export(),
    () => {
      throw new RangeError("no such key");
    },
    () => Promise.reject(new RangeError("none")),
    () => undefined,
  ]) {
    await agree(({ jwtVerify }) => jwtVerify(given, resolve), String(resolve));
    await agree(({ compactVerify }) => compactVerify(given, resolve), String(resolve));
  }
  const extractable = (await keys("HS256"))["CryptoKey, extractable"];
  assert.equal((await ours.jwtVerify(given, () => extractable)).key, extractable, "its bytes are not exposed");
  // Both libraries behave the same even if the function changes the header.
  await agree(
    ({ jwtVerify }) => jwtVerify(given, (header) => ((header.alg = "HS512"), bytes(secret))),
    "changed header",
  );
  const seen = [];
  await ours.jwtVerify(given, (...args) => (seen.push(args), bytes(secret)));
  await theirs.jwtVerify(given, (...args) => (seen.push(args), bytes(secret)));
  assert.deepEqual(seen[0], seen[1]);
});

test("SignJWT and CompactSign check their arguments", async () => {
  const mistakes = [
    ({ SignJWT }) => new SignJWT(null),
    ({ SignJWT }) => new SignJWT([]),
    ({ SignJWT }) => new SignJWT("x"),
    ({ SignJWT }) => new SignJWT().setIssuer(1),
    ({ SignJWT }) => new SignJWT().setSubject(),
    ({ SignJWT }) => new SignJWT().setJti({}),
    ({ SignJWT }) => new SignJWT().setAudience([1]),
    ({ SignJWT }) => new SignJWT().setAudience(),
    ({ SignJWT }) => new SignJWT().setExpirationTime(Number.NaN),
    ({ SignJWT }) => new SignJWT().setExpirationTime("2"),
    ({ SignJWT }) => new SignJWT().setExpirationTime(),
    ({ SignJWT }) => new SignJWT().setNotBefore(new Date(Number.NaN)),
    ({ SignJWT }) => new SignJWT().setIssuedAt(Number.POSITIVE_INFINITY),
    ({ SignJWT }) => new SignJWT().setProtectedHeader({ alg: "HS256" }).setProtectedHeader({ alg: "HS256" }),
    ({ SignJWT }) => new SignJWT().sign(secret),
    ({ SignJWT }) => new SignJWT().setProtectedHeader({}).sign(secret),
    ({ SignJWT }) => new SignJWT().setProtectedHeader([]).sign(secret),
    ({ SignJWT }) => new SignJWT().setProtectedHeader({ alg: "HS256", crit: ["a", "a"], a: 1 }).sign(secret),
    ({ SignJWT }) => new SignJWT().setProtectedHeader({ alg: "HS256", crit: ["a"], a: 1 }).sign(secret),
    ({ SignJWT }) =>
      new SignJWT().setProtectedHeader({ alg: "HS256", crit: ["a"], a: 1 }).sign(secret, { crit: { a: true } }),
    ({ SignJWT }) => new SignJWT().setProtectedHeader({ alg: "HS256", crit: ["b64"], b64: false }).sign(secret),
    ({ SignJWT }) => new SignJWT().setAudience(new Array(2)),
    ({ SignJWT }) => new SignJWT().setProtectedHeader({ crit: ["b64"], b64: false }).sign(secret),
    ({ SignJWT }) => new SignJWT({ exp: Number.NaN }).setProtectedHeader({ alg: "HS256" }).sign(secret),
    ({ CompactSign }) => new CompactSign("text"),
    ({ CompactSign }) => new CompactSign(),
    ({ CompactSign }) => new CompactSign(secret).sign(secret),
    ({ CompactSign }) =>
      new CompactSign(secret).setProtectedHeader({ alg: "HS256", crit: ["b64"], b64: false }).sign(secret),
  ];
  let refused = 0;
  for (const call of mistakes) {
    const { value, ...refusal } = await agree(async (jose) => JSON.stringify((await call(jose)) ?? null), String(call));
    if (refusal.name) refused += 1;
  }
  assert.equal(refused, mistakes.length - 1);
  for (const claims of [{ a: "\ud800" }, { a: 1e308 }, { a: JSON.parse(`${"[".repeat(32)}${"]".repeat(32)}`) }]) {
    const signing = new ours.SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(secret);
    await assert.rejects(signing, { code: "ERR_JWT_INVALID" }, "claims that verification would refuse are not signed");
  }
  const circular = {};
  circular.self = circular;
  await agreeButMessage(
    ({ SignJWT }) => new SignJWT().setProtectedHeader({ alg: "HS256", circular }).sign(secret),
    "circular",
  );
});

test("durations are parsed as in jose", async () => {
  const amounts = ["1", "0", "1.5", "007", "+2", "-2", "+ 3", "- 3", " 4", "5 ", "1e3", "", "9".repeat(400)];
  const units = [
    "s",
    "sec",
    "secs",
    "second",
    "seconds",
    "m",
    "mins",
    "minute",
    "h",
    "hrs",
    "hours",
    "d",
    "day",
    "w",
    "Weeks",
    "y",
    "yr",
    "YEARS",
    "ms",
    "month",
    "",
  ];
  const ends = ["", " ago", " from now", "ago", " Ago"];
  const claims = async ({ SignJWT, decodeJwt }, text) => {
    const signed = await new SignJWT().setExpirationTime(text).setProtectedHeader({ alg: "HS256" }).sign(secret);
    return decodeJwt(signed).exp;
  };
  let read = 0;
  for (const amount of amounts) {
    for (const unit of units) {
      for (const end of ends) {
        for (const gap of ["", " "]) {
          const text = `${amount}${gap}${unit}${end}`;
          const [one, other] = [await outcome(() => claims(ours, text)), await outcome(() => claims(theirs, text))];
          if ("value" in one && "value" in other) {
            // The clock may move on to the next second between the two calls.
            assert.ok(Math.abs(one.value - other.value) <= 1, text);
            read += 1;
          } else assert.deepEqual(one, other, text);
        }
      }
    }
  }
  assert.ok(read > 200, String(read));
});

test("UnsecuredJWT is refused, with what to use instead", async () => {
  const none = `${base64url('{"alg":"none"}')}.e30.`;
  assert.throws(() => new ours.UnsecuredJWT({ sub: "s" }).setIssuedAt().encode(), {
    code: "ERR_JOSE_NOT_SUPPORTED",
    message: /SignJWT/,
  });
  assert.throws(() => ours.UnsecuredJWT.decode(none), { code: "ERR_JOSE_NOT_SUPPORTED", message: /jwtVerify/ });
});

test("a secret of one repeated byte is accepted, as in jose", async () => {
  const zeros = new Uint8Array(32);
  const signed = await new ours.SignJWT().setProtectedHeader({ alg: "HS256" }).sign(zeros);
  await agree(({ jwtVerify }) => jwtVerify(signed, zeros), "zeros");
  assert.throws(() => signJwt({}, zeros, { expiresIn: 1 }), { code: "ERR_KEY_WEAK" });
});

test("a key that changes between calls is not cached", async () => {
  const key = bytes(secret);
  const given = jwt({});
  await ours.jwtVerify(given, key);
  key[0] ^= 1;
  await assert.rejects(ours.jwtVerify(given, key), { code: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" });
});
