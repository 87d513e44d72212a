// Tests that nothing leaks: after millions of tokens, linear memory must be the same size as after the first few
// thousand. wasm memory never shrinks, so any leak would show. Needs --expose-gc.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { setImmediate } from "node:timers/promises";

const ISSUER = "https://auth.example.com";
let edgeseal, memory, secret;

before(async () => {
  // The package doesn't export its memory, so capture its instance when it is created.
  const { Instance } = WebAssembly;
  const made = [];
  WebAssembly.Instance = new Proxy(Instance, {
    construct(target, given) {
      const instance = new target(...given);
      made.push(instance);
      return instance;
    },
  });
  edgeseal = await import("edgeseal");
  WebAssembly.Instance = Instance;
  assert.equal(made.length, 1, "one instance at import");
  memory = made[0].exports.memory;
  secret = edgeseal.generateSecret();
});

const size = () => memory.buffer.byteLength;

/** Valid tokens of many lengths, and tokens that are refused, with the expected error codes. */
function mixedTokens() {
  const { signJwt, generateSecret } = edgeseal;
  const sign = (claims, key = secret) => signJwt(claims, key, { issuer: ISSUER, expiresIn: 86_400 });
  const valid = Array.from({ length: 200 }, (_, i) => sign({ sub: `user ${i}`, padding: "é".repeat((i * 7) % 500) }));
  const refused = {
    ERR_JWT_SIGNATURE_INVALID: sign({ sub: "u" }, generateSecret()),
    ERR_JWT_MALFORMED: `!${valid[0].slice(1)}`,
    ERR_JWT_EXPIRED: signJwt({ sub: "u" }, secret, { issuer: ISSUER, expiresIn: 1, currentDate: new Date(0) }),
    ERR_JWT_CLAIM_INVALID: signJwt({ sub: "u" }, secret, { issuer: `${ISSUER}x`, expiresIn: 86_400 }),
  };
  return { valid, refused: Object.entries(refused) };
}

/** Verifies ten thousand tokens, including a hundred that are refused. */
function tenThousand({ verify }, { valid, refused }) {
  for (let i = 0; i < 9900; i++) verify(valid[i % valid.length]);
  for (let i = 0; i < 100; i++) {
    const [code, token] = refused[i % refused.length];
    assert.throws(() => verify(token), { code });
  }
}

test("10 million verifies, one in a hundred refused, do not grow memory", () => {
  const verifier = edgeseal.createVerifier({ secret, issuer: ISSUER });
  const tokens = mixedTokens();
  tenThousand(verifier, tokens);
  const before = size();
  for (let done = 0; done < 10_000_000; done += 10_000) tenThousand(verifier, tokens);
  assert.equal(size(), before);
});

test("1 million verifies with a cache that is too small do not grow memory", () => {
  const verifier = edgeseal.createVerifier({ secret, issuer: ISSUER, cacheSize: 50 });
  const tokens = mixedTokens();
  tenThousand(verifier, tokens);
  const before = size();
  for (let done = 0; done < 1_000_000; done += 10_000) tenThousand(verifier, tokens);
  assert.equal(size(), before);
});

const signed = () => edgeseal.signJwt({ sub: "u" }, secret, { issuer: ISSUER, expiresIn: 86_400 });
const used = (token) => {
  const verifier = edgeseal.createVerifier({ secret, issuer: ISSUER, audience: false, requiredClaims: ["sub"] });
  assert.equal(verifier.verify(token).sub, "u");
  return verifier;
};

test("100,000 dropped verifiers do not grow memory", async () => {
  const token = signed();
  let collected = 0;
  const registry = new FinalizationRegistry(() => (collected += 1));
  let made = 0;
  const batch = async () => {
    for (let i = 0; i < 1000; i++) registry.register(used(token));
    made += 1000;
    // Unreferenced verifiers are freed between turns of the event loop, once the garbage collector has reported them.
    for (let turns = 0; collected < made && turns < 100; turns++) {
      gc();
      await setImmediate();
    }
    assert.equal(collected, made, "every verifier is collected");
    // The package's own registry may be notified a few turns later than this one.
    for (let turns = 0; turns < 4; turns++) await setImmediate();
  };
  for (let i = 0; i < 3; i++) await batch();
  const before = size();
  for (let i = 0; i < 100; i++) await batch();
  assert.equal(size(), before);
});

for (const [how, name] of [
  ["free()", "free"],
  ["[Symbol.dispose]()", Symbol.dispose],
]) {
  test(`100,000 verifiers, each ended by ${how}, do not grow memory, without the collector`, () => {
    const token = signed();
    const batch = (count) => {
      for (let i = 0; i < count; i++) used(token)[name]();
    };
    batch(10);
    const before = size();
    batch(100_000);
    assert.equal(size(), before);
  });
}

test("100,000 tokens signed and verified without a prepared verifier do not grow memory", () => {
  const batch = (count) => {
    for (let i = 0; i < count; i++) {
      assert.equal(edgeseal.verifyJwt(signed(), secret, { issuer: ISSUER }).sub, "u");
      assert.throws(() => edgeseal.verifyJwt(signed(), "short"), { code: "ERR_KEY_WEAK" });
    }
  };
  batch(10);
  const before = size();
  batch(100_000);
  assert.equal(size(), before);
});
