// Tests that Edgeseal and other libraries verify each other's valid tokens and refuse the same invalid ones.
import assert from "node:assert/strict";
import { createSecretKey, randomBytes } from "node:crypto";
import { test } from "node:test";
import * as workerJwt from "@tsndr/cloudflare-worker-jwt";
import { createVerifier, signJwt, verifyJwt } from "edgeseal";
import * as fastJwt from "fast-jwt";
import * as hono from "hono/jwt";
import * as jose from "jose";
import jsonwebtoken from "jsonwebtoken";
import { libraries, pythonSign, pythonVerify } from "../python.mjs";

const expected = { issuer: "https://i.example", audience: "https://a.example" };
const bytes = (secret) => new TextEncoder().encode(secret);

/**
 * Calls each library as its users would, with a fixed algorithm and, if supported, checks of the issuer and the
 * audience. `says` contains the library's error messages for an invalid signature, an expired token and a
 * different algorithm.
 */
const peers = {
  jose: {
    sign: (claims, secret, alg) => new jose.SignJWT(claims).setProtectedHeader({ alg }).sign(bytes(secret)),
    verify: async (token, secret, alg) =>
      (await jose.jwtVerify(token, bytes(secret), { ...expected, algorithms: [alg] })).payload,
    says: [/ERR_JWS_SIGNATURE_VERIFICATION_FAILED/, /ERR_JWT_EXPIRED/, /ERR_JOSE_ALG_NOT_ALLOWED/],
  },
  jsonwebtoken: {
    sign: (claims, secret, algorithm) => jsonwebtoken.sign(claims, secret, { algorithm }),
    verify: (token, secret, algorithm) =>
      jsonwebtoken.verify(token, createSecretKey(bytes(secret)), { ...expected, algorithms: [algorithm] }),
    says: [/invalid signature/, /jwt expired/, /invalid algorithm/],
  },
  "fast-jwt": {
    sign: (claims, secret, algorithm) => fastJwt.createSigner({ key: secret, algorithm })(claims),
    verify: (token, secret, algorithm) => {
      const { issuer: allowedIss, audience: allowedAud } = expected;
      return fastJwt.createVerifier({ key: secret, algorithms: [algorithm], allowedIss, allowedAud })(token);
    },
    says: [/FAST_JWT_INVALID_SIGNATURE/, /FAST_JWT_EXPIRED/, /FAST_JWT_INVALID_ALGORITHM/],
  },
  "hono/jwt": {
    sign: (claims, secret, alg) => hono.sign(claims, secret, alg),
    verify: (token, secret, alg) => hono.verify(token, secret, { alg, iss: expected.issuer, aud: expected.audience }),
    says: [/JwtTokenSignatureMismatched/, /JwtTokenExpired/, /JwtAlgorithmMismatch/],
  },
  "@tsndr/cloudflare-worker-jwt": {
    sign: (claims, secret, algorithm) => workerJwt.sign(claims, secret, { algorithm }),
    verify: async (token, secret, algorithm) =>
      (await workerJwt.verify(token, secret, { algorithm, throwError: true })).payload,
    says: [/INVALID_SIGNATURE/, /EXPIRED/, /INVALID_SIGNATURE/],
  },
};
for (const library of libraries) {
  peers[library] = {
    sign: (claims, secret, algorithm) => pythonSign(library, claims, secret, algorithm),
    verify: (token, secret, algorithm) => {
      const found = pythonVerify(library, token, secret, { ...expected, algorithm });
      if (typeof found === "string") throw new Error(found);
      return found;
    },
    says: {
      PyJWT: [/InvalidSignatureError/, /ExpiredSignatureError/, /InvalidAlgorithmError/],
      "python-jose": [/JWTError/, /ExpiredSignatureError/, /JWTError/],
    }[library],
  };
}

/** A secret that is long enough for HS512 (RFC 7518 §3.2), as a string, because every library accepts strings. */
const newSecret = () => randomBytes(64).toString("base64url");

const now = Math.floor(Date.now() / 1000);
/** Names and values with characters of two, three and four bytes, and with characters that must be escaped in JSON. */
const claims = {
  sub: "ü-1",
  name: "Zoë",
  prénom: "Анна",
  "役割/🔑": { ключ: ["值", "🦀", "\u2028", '"\\/\b\u0001\u007f'], "": null },
  amount: -1.5e-7,
  large: 9007199254740991,
  flags: [true, false, null, [], {}],
};
const whole = { ...claims, iss: expected.issuer, aud: expected.audience, iat: now, exp: now + 600 };

const ALGORITHMS = ["HS256", "HS384", "HS512"];
const ours = (secret, algorithm, changes) =>
  signJwt(claims, secret, { ...expected, algorithm, expiresIn: 600, currentDate: new Date(now * 1000), ...changes });
const ourVerify = (token, secret, algorithm) => verifyJwt(token, secret, { ...expected, algorithms: [algorithm] });

for (const [name, peer] of Object.entries(peers)) {
  for (const algorithm of ALGORITHMS) {
    test(`${algorithm}: tokens pass from edgeseal to ${name} and back`, async () => {
      const secret = newSecret();
      assert.deepEqual({ ...(await peer.verify(ours(secret, algorithm), secret, algorithm)) }, whole);
      const theirs = await peer.sign(whole, secret, algorithm);
      assert.deepEqual(ourVerify(theirs, secret, algorithm), whole);
      assert.deepEqual(createVerifier({ secret, ...expected, algorithms: ALGORITHMS }).verify(theirs), whole);
    });

    test(`${algorithm}: edgeseal and ${name} refuse a wrong secret, an expired token and another algorithm`, async () => {
      const [secret, another] = [newSecret(), newSecret()];
      const other = algorithm === "HS256" ? "HS512" : "HS256";
      const late = { ...whole, iat: now - 700, exp: now - 100 };

      const [signature, expired, mismatch] = peer.says;
      const theyRefuse = (token, says) =>
        assert.rejects(
          async () => peer.verify(token, secret, algorithm),
          (error) => says.test(`${error.name} ${error.code} ${error.message}`) || assert.fail(error),
        );
      await theyRefuse(ours(another, algorithm), signature);
      await theyRefuse(ours(secret, algorithm, { currentDate: new Date(late.iat * 1000) }), expired);
      await theyRefuse(ours(secret, other), mismatch);

      const weRefuse = async (claims, key, signedWith, code) => {
        const token = await peer.sign(claims, key, signedWith);
        assert.throws(() => ourVerify(token, secret, algorithm), { name: "JwtError", code });
      };
      await weRefuse(whole, another, algorithm, "ERR_JWT_SIGNATURE_INVALID");
      await weRefuse(late, secret, algorithm, "ERR_JWT_EXPIRED");
      await weRefuse(whole, secret, other, "ERR_JWT_ALG_NOT_ALLOWED");
    });
  }
}
