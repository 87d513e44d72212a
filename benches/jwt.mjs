// npm run bench:jwt: compares token operations in Node with those of popular libraries and plain node:crypto.
import { strict as assert } from "node:assert";
import { createHmac, createSecretKey, timingSafeEqual, webcrypto } from "node:crypto";
import { edgeseal, edgesealJose, fastJwt, hono, jose, jsonwebtoken, workerJwt } from "../js-tests/peers.mjs";
import { breakdown } from "./jwt-breakdown.mjs";
import { batchesOf, compare, printCase, writeCases } from "./measure.mjs";
import { AUDIENCE, claims, flat, ISSUER, LENGTH, refused, secret, token, tokens } from "./tokens.mjs";

const bytes = new TextEncoder().encode(secret);
const keyObject = createSecretKey(bytes);
const cryptoKey = await webcrypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, [
  "sign",
  "verify",
]);

const expected = { issuer: ISSUER, audience: AUDIENCE };
const joseHeader = { alg: "HS256", typ: "JWT" };
const joseOptions = { ...expected, algorithms: ["HS256"] };
const honoOptions = { alg: "HS256", iss: ISSUER, aud: AUDIENCE };
const fastOptions = { key: secret, algorithms: ["HS256"], allowedIss: ISSUER, allowedAud: AUDIENCE };

const verifier = edgeseal.createVerifier({ secret, ...expected });
const ours = (token) => verifier.verify(token);

const joseVerify = (jose, key) => async (token) => (await jose.jwtVerify(token, key, joseOptions)).payload;
const joseSign = (jose, key) => (claims) => new jose.SignJWT(claims).setProtectedHeader(joseHeader).sign(key);

/** Each contender accepts only HS256, checks the issuer, audience and expiration, and returns the claims object. */
const verifiers = {
  edgeseal: ours,
  "fast-jwt": fastJwt.createVerifier(fastOptions),
  "jsonwebtoken (KeyObject)": (token) => jsonwebtoken.verify(token, keyObject, joseOptions),
  "jsonwebtoken (string)": (token) => jsonwebtoken.verify(token, secret, joseOptions),
  "jose (CryptoKey)": joseVerify(jose, cryptoKey),
  "jose (Uint8Array)": joseVerify(jose, bytes),
  "hono/jwt (CryptoKey)": (token) => hono.verify(token, cryptoKey, honoOptions),
  "hono/jwt (string)": (token) => hono.verify(token, secret, honoOptions),
  "@tsndr/cloudflare-worker-jwt (CryptoKey)": (token) => workerVerify(token, cryptoKey),
  "@tsndr/cloudflare-worker-jwt (string)": (token) => workerVerify(token, secret),
};

/** This library can't check `iss` and `aud`, so we check them here, as its users must. */
async function workerVerify(token, key) {
  const { payload } = await workerJwt.verify(token, key, { algorithm: "HS256", throwError: true });
  if (payload.iss !== ISSUER || payload.aud !== AUDIENCE) throw new Error("not for us");
  return payload;
}

/** The bare minimum with node:crypto: checks only the signature, not the header or the claims. */
const bareVerify = (token) => {
  const [header, payload, signature] = token.split(".");
  const mac = createHmac("sha256", keyObject).update(`${header}.${payload}`).digest();
  const given = Buffer.from(signature, "base64url");
  if (given.length !== mac.length || !timingSafeEqual(given, mac)) throw new Error("signature");
  return JSON.parse(Buffer.from(payload, "base64url").toString());
};

const HEADER = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString("base64url");
const bareSign = (claims) => {
  const input = `${HEADER}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
  return `${input}.${createHmac("sha256", keyObject).update(input).digest("base64url")}`;
};

const jsonwebtokenOptions = { algorithm: "HS256" };
const signer = edgeseal.createSigner({ secret });
const signers = {
  edgeseal: (claims) => signer.sign(claims),
  "fast-jwt": fastJwt.createSigner({ key: secret, algorithm: "HS256" }),
  "jsonwebtoken (KeyObject)": (claims) => jsonwebtoken.sign(claims, keyObject, jsonwebtokenOptions),
  "jsonwebtoken (string)": (claims) => jsonwebtoken.sign(claims, secret, jsonwebtokenOptions),
  "jose (CryptoKey)": joseSign(jose, cryptoKey),
  "jose (Uint8Array)": joseSign(jose, bytes),
  "hono/jwt (CryptoKey)": (claims) => hono.sign(claims, cryptoKey, "HS256"),
  "hono/jwt (string)": (claims) => hono.sign(claims, secret, "HS256"),
  "@tsndr/cloudflare-worker-jwt (CryptoKey)": (claims) => workerJwt.sign(claims, cryptoKey),
  "@tsndr/cloudflare-worker-jwt (string)": (claims) => workerJwt.sign(claims, secret),
  "bare createHmac": bareSign,
};

/** The same calls through jose and edgeseal/jose, with every form of key. */
const joseVerifiers = {
  "edgeseal/jose (Uint8Array)": joseVerify(edgesealJose, bytes),
  "jose (Uint8Array)": verifiers["jose (Uint8Array)"],
  "edgeseal/jose (KeyObject)": joseVerify(edgesealJose, keyObject),
  "jose (KeyObject)": joseVerify(jose, keyObject),
  "edgeseal/jose (CryptoKey, not extractable)": joseVerify(edgesealJose, cryptoKey),
  "jose (CryptoKey, not extractable)": verifiers["jose (CryptoKey)"],
};
const joseSigners = {
  "edgeseal/jose (Uint8Array)": joseSign(edgesealJose, bytes),
  "jose (Uint8Array)": signers["jose (Uint8Array)"],
};

const CACHE = 2000;
const cachingVerifier = edgeseal.createVerifier({ secret, ...expected, cacheSize: CACHE });
const caching = {
  edgeseal: (token) => cachingVerifier.verify(token),
  "fast-jwt": fastJwt.createVerifier({ ...fastOptions, cache: CACHE }),
};

/** Checks, before anything is measured, that all contenders do the same work. */
async function check() {
  for (const [name, verify] of [verifiers, joseVerifiers, caching].flatMap(Object.entries)) {
    for (let time = 0; time < 2; time++) assert.deepEqual({ ...(await verify(token)) }, claims, name);
    for (const [what, one] of Object.entries(refused)) {
      await assert.rejects(async () => verify(one), `${name} takes ${what}`);
    }
  }
  assert.deepEqual(bareVerify(token), claims);
  assert.throws(() => bareVerify(refused["a changed signature"]));
  for (const [name, sign] of [signers, joseSigners].flatMap(Object.entries))
    assert.deepEqual(ours(await sign(claims)), claims, name);
}

const once = (input) => (count) => new Array(count).fill(input);
const inTurn = (count) => Array.from({ length: count }, (_, i) => flat(tokens[i % tokens.length]));

await check();
const all = { ...verifiers, "bare createHmac": bareVerify };
const of = `a token of ${LENGTH} characters`;
const cases = [];
for (const [title, runs, inputs] of [
  [`verify ${of}`, all, once(token)],
  [`verify ${of}, a different one each time, each a new string`, all, inTurn],
  [`verify with a cache, one string again and again`, caching, once(token)],
  [`verify with a cache, ${tokens.length} tokens in turn, each a new string`, caching, inTurn],
  [`sign the same claims`, signers, once(claims)],
  [`jwtVerify of ${of}`, joseVerifiers, once(token)],
  [`jwtVerify of ${of}, a different one each time, each a new string`, joseVerifiers, inTurn],
  [`SignJWT of the same claims`, joseSigners, once(claims)],
]) {
  const measured = await compare(title, batchesOf(runs, inputs));
  printCase(measured);
  cases.push(measured);
}
const parts = await breakdown(ours, keyObject);
printCase(parts, { ratios: false });
writeCases("jwt", [...cases, parts]);
