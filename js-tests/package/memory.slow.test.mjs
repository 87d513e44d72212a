// wasm memory never shrinks, so what leaks stays: the linear memory after millions of tokens is the
// one after the first thousands. Needs --expose-gc.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { setImmediate } from "node:timers/promises";

const ISSUER = "https://auth.example.com";
let edgeseal, memory, secret;

before(async () => {
  // The package keeps its memory to itself; its instance is caught as it is made.
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

/** Tokens of many lengths, each with what it must come to: claims, or a code. */
function mixedTokens() {
  const { signJwt, generateSecret } = edgeseal;
  const sign = (claims, key = secret) => signJwt(claims, key, { issuer: ISSUER, expiresIn: 86_400 });
  const held = Array.from({ length: 200 }, (_, i) => sign({ sub: `user ${i}`, padding: "é".repeat((i * 7) % 500) }));
  const refused = {
    ERR_JWT_SIGNATURE_INVALID: sign({ sub: "u" }, generateSecret()),
    ERR_JWT_MALFORMED: `!${held[0].slice(1)}`,
    ERR_JWT_EXPIRED: signJwt({ sub: "u" }, secret, { issuer: ISSUER, expiresIn: 1, currentDate: new Date(0) }),
    ERR_JWT_CLAIM_INVALID: signJwt({ sub: "u" }, secret, { issuer: `${ISSUER}x`, expiresIn: 86_400 }),
  };
  return { held, refused: Object.entries(refused) };
}

/** Ten thousand verifies in all, a hundred of them of tokens to be refused. */
function tenThousand({ verify }, { held, refused }) {
  for (let i = 0; i < 9900; i++) verify(held[i % held.length]);
  for (let i = 0; i < 100; i++) {
    const [code, token] = refused[i % refused.length];
    assert.throws(() => verify(token), { code });
  }
}

test("10 million verifies, the hundredth of them refused, leave memory as it was", () => {
  const verifier = edgeseal.createVerifier({ secret, issuer: ISSUER });
  const tokens = mixedTokens();
  tenThousand(verifier, tokens);
  const before = size();
  for (let done = 0; done < 10_000_000; done += 10_000) tenThousand(verifier, tokens);
  assert.equal(size(), before);
});

test("1 million verifies with a cache that is too small leave memory as it was", () => {
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

test("100,000 verifiers, dropped, leave memory as it was", async () => {
  const token = signed();
  let collected = 0;
  const registry = new FinalizationRegistry(() => (collected += 1));
  let made = 0;
  const batch = async () => {
    for (let i = 0; i < 1000; i++) registry.register(used(token));
    made += 1000;
    // What is dropped is freed once the collector has said so, which it does between events.
    for (let turns = 0; collected < made && turns < 100; turns++) {
      gc();
      await setImmediate();
    }
    assert.equal(collected, made, "every verifier is collected");
    await setImmediate();
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
  test(`100,000 verifiers, each ended by ${how}, leave memory as it was, with no help of the collector`, () => {
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

test("100,000 tokens signed and verified with no verifier kept leave memory as it was", () => {
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
