// Tests that wasm memory doesn't retain secrets or passwords, and that it doesn't retain derived keys once their
// verifier is freed.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";

import { edgeseal, inMemory } from "../watched.mjs";

const { createSigner, createVerifier, signJwt, verifyJwt } = edgeseal;

test("a key is in memory only while its verifier or signer exists", () => {
  for (const prepare of [createVerifier, createSigner]) {
    const secret = randomBytes(32);
    const states = [absorbed(secret, 0x36), absorbed(secret, 0x5c)];
    const prepared = prepare({ secret });
    assert.ok(states.every(inMemory), "the test finds keys in memory");
    assert.equal(inMemory(secret), false, "the secret itself");
    prepared.free();
    assert.deepEqual(states.map(inMemory), [false, false], "the key's pads, absorbed");
  }
});

test("a single call leaves nothing of its secret", () => {
  const secret = randomBytes(32);
  verifyJwt(signJwt({}, secret, { expiresIn: 60 }), secret);
  for (const bytes of [secret, absorbed(secret, 0x36), absorbed(secret, 0x5c)]) assert.equal(inMemory(bytes), false);
});

test("edgeseal/jose leaves nothing of a secret, also after refused tokens", async () => {
  const { jwtVerify, SignJWT } = await import("edgeseal/jose");
  for (const [alg, length] of Object.entries({ HS256: 32, HS384: 48, HS512: 64 })) {
    const secret = randomBytes(length);
    const pads = [0x36, 0x5c].map((pad) => secret.map((byte) => byte ^ pad));
    const isClean = (call) => {
      for (const bytes of [
        secret,
        ...pads,
        ...(length === 32 ? [absorbed(secret, 0x36), absorbed(secret, 0x5c)] : []),
      ]) {
        assert.equal(inMemory(bytes), false, `${call}, ${alg}`);
      }
    };
    const token = await new SignJWT().setProtectedHeader({ alg }).sign(secret);
    isClean("sign");
    await jwtVerify(token, secret);
    isClean("verify");
    await assert.rejects(jwtVerify(`${token.slice(0, -4)}AAAA`, secret));
    isClean("refuse");
  }
  const weak = randomBytes(31);
  await assert.rejects(new SignJWT().setProtectedHeader({ alg: "HS256" }).sign(weak));
  assert.equal(inMemory(weak), false, "a weak secret");
});

test("edgeseal/webhooks leaves nothing of a secret, also after refused webhooks", async () => {
  const { signWebhook, verifyWebhook } = await import("edgeseal/webhooks");
  for (const length of [24, 64]) {
    const key = randomBytes(length);
    const secret = `whsec_${key.toString("base64")}`;
    // Also look for the last bytes of the key, because later data in the buffer may overwrite the first ones.
    const traces = [
      key,
      key.subarray(-16),
      ...[0x36, 0x5c].flatMap((pad) => [key.map((byte) => byte ^ pad), absorbed(key, pad)]),
      Buffer.from(secret.slice(6)),
    ];
    const isClean = (call) => {
      for (const bytes of traces) assert.equal(inMemory(bytes), false, `${call}, ${length}`);
    };
    for (const body of ["{}", `{"long":"${"x".repeat(100_000)}"}`]) {
      const headers = signWebhook({ id: "msg_1", body, secret });
      isClean("sign");
      verifyWebhook({ headers, body, secret });
      isClean("verify");
      assert.throws(() => verifyWebhook({ headers, body: "[]", secret }));
      isClean("refuse");
    }
  }
});

test("hashing and verifying leave nothing of a password", async () => {
  const pepper = { k: randomBytes(32) };
  const padded = [0x36, 0x5c].map((pad) => pepper.k.map((byte) => byte ^ pad));
  const costs = {
    bcrypt: { cost: 4 },
    argon2id: { memoryCost: 64 },
    scrypt: { N: 16 },
    "pbkdf2-sha256": { iterations: 2 },
    "pbkdf2-sha512": { iterations: 2 },
  };
  for (const [algorithm, cost] of Object.entries(costs)) {
    for (const length of [30, 70]) {
      const password = randomBytes(length).toString("hex").slice(0, length);
      // Look for the password as text, as big-endian words (bcrypt, SHA-2), and XORed with each of HMAC's pads.
      const bytes = Buffer.from(password);
      const words = Buffer.from(bytes.subarray(0, 28)).swap32();
      const traces = [bytes.subarray(0, 16), bytes.subarray(8, 24), words.subarray(0, 16), words.subarray(8, 24)];
      const flipped = [0x36, 0x5c].map((pad) => bytes.subarray(0, 16).map((byte) => byte ^ pad));
      const options = { algorithm, ...cost, allowWeakParams: true };
      for (const more of [{}, { pepper }]) {
        // Check memory after each call, because the next call would overwrite whatever is left.
        const isClean = (call) => {
          for (const trace of [...traces, ...flipped, ...(more.pepper ? [pepper.k, ...padded] : [])]) {
            assert.equal(
              inMemory(trace),
              false,
              `${call}, ${algorithm}, ${length} characters: ${trace.toString("hex")}`,
            );
          }
        };
        const stored = edgeseal.hashPasswordSync(password, { ...options, ...more });
        isClean("hash");
        assert.equal(edgeseal.verifyPasswordSync(password, stored, more), true);
        isClean("verify");
        assert.equal(await edgeseal.verifyPassword(password, stored, more), true);
        isClean("verify in a thread");
      }
    }
  }
});

test("the test finds a password that is in memory", () => {
  const password = randomBytes(24);
  // The token buffer keeps the last input, so finding it proves that this test reads the right memory.
  assert.throws(() => edgeseal.decodeJwt(password.toString("hex")));
  assert.equal(inMemory(Buffer.from(password.toString("hex"))), true);
});

/**
 * SHA-256's state (FIPS 180-4) after its first block, which is the padded key (RFC 2104). The state is in little-endian
 * words, as wasm stores it.
 */
function absorbed(secret, pad) {
  const block = Buffer.alloc(64, pad);
  secret.forEach((byte, i) => (block[i] ^= byte));
  const fraction = (root, n) => Math.floor((root(n) % 1) * 2 ** 32) | 0;
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  const initial = primes.slice(0, 8).map((prime) => fraction(Math.sqrt, prime));
  const constants = primes.map((prime) => fraction(Math.cbrt, prime));
  const rotate = (x, by) => (x >>> by) | (x << (32 - by));
  const words = Array.from({ length: 16 }, (_, i) => block.readInt32BE(i * 4));
  for (let i = 16; i < 64; i++) {
    const [a, b] = [words[i - 15], words[i - 2]];
    const small = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
    const large = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
    words[i] = (words[i - 16] + small + words[i - 7] + large) | 0;
  }
  let [a, b, c, d, e, f, g, h] = initial;
  for (let i = 0; i < 64; i++) {
    const first = (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + h + constants[i] + words[i];
    const second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    [a, b, c, d, e, f, g, h] = [(first + second) | 0, a, b, c, (d + first) | 0, e, f, g];
  }
  const state = Buffer.alloc(32);
  [a, b, c, d, e, f, g, h].forEach((word, i) => state.writeInt32LE((word + initial[i]) | 0, i * 4));
  return state;
}
