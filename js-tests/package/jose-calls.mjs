// Makes the same call to edgeseal/jose and to jose. Also creates tokens and keys for these calls.
import assert from "node:assert/strict";
import { createHmac, createSecretKey, randomBytes, webcrypto } from "node:crypto";
import * as ours from "edgeseal/jose";
import * as theirs from "jose";

const { subtle } = webcrypto;
export const secret = randomBytes(64);
export const bytes = (key) => new Uint8Array(key);
export const base64url = (text) => Buffer.from(text).toString("base64url");
export const hashes = { HS256: "sha256", HS384: "sha384", HS512: "sha512" };

/** Signs a token with exactly this header and payload, valid or not. */
export function token(header, payload, { key = secret, hash = "sha256", encoded = true } = {}) {
  const signed = `${base64url(header)}.${encoded ? base64url(payload) : payload}`;
  return `${signed}.${createHmac(hash, key).update(signed).digest("base64url")}`;
}

export const jwt = (claims, header = { alg: "HS256" }, options) =>
  token(JSON.stringify(header), JSON.stringify(claims), options);

/** A call's outcome, with the error properties that jose's users check. */
export async function outcome(call) {
  try {
    return { value: await call() };
  } catch (error) {
    const { name, code, message, claim, reason, payload } = error;
    const details =
      claim === undefined ? {} : { claim, reason, payload, cause: { ...error.cause, payload: error.cause.payload } };
    return { name, code, message, ...details };
  }
}

/** Asserts that both libraries return the same value or throw the same error. */
export async function agree(call, what) {
  const [one, other] = [await outcome(() => call(ours)), await outcome(() => call(theirs))];
  assert.deepEqual(one, other, what);
  return one;
}

/** Asserts that both libraries refuse the call for the same reason; our error message may differ. */
export async function agreeButMessage(call, what) {
  const [{ message: _, ...one }, { message: __, ...other }] = [
    await outcome(() => call(ours)),
    await outcome(() => call(theirs)),
  ];
  assert.ok(one.name && !("value" in one), what);
  assert.deepEqual(one, other, what);
}

/** A secret in every form that jose accepts for an algorithm. */
export async function keys(alg) {
  const hash = `SHA-${alg.slice(2)}`;
  const algorithm = { name: "HMAC", hash };
  const raw = (extractable, usages) => subtle.importKey("raw", secret, algorithm, extractable, usages);
  const k = secret.toString("base64url");
  return {
    Uint8Array: bytes(secret),
    Buffer: secret,
    KeyObject: createSecretKey(secret),
    "CryptoKey, extractable": await raw(true, ["sign", "verify"]),
    "CryptoKey, not extractable": await raw(false, ["sign", "verify"]),
    JWK: { kty: "oct", k },
    "JWK with its use": { kty: "oct", k, alg, use: "sig", key_ops: ["sign", "verify"], ext: true },
  };
}
