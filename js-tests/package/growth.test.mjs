// Tests the package with increasingly long input in one process. At some point, the core's memory has to grow, which
// detaches every view of that memory.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import * as edgeseal from "edgeseal";
import { compactVerify } from "edgeseal/jose";
import * as slim from "edgeseal/slim";
import { signWebhook, verifyWebhook } from "edgeseal/webhooks";

const secret = "0123456789abcdef0123456789abcdef-growth";
const key = new TextEncoder().encode(secret);
const base64url = (text) => Buffer.from(text).toString("base64url");

function signed(payload) {
  const input = `${base64url('{"alg":"HS256"}')}.${base64url(payload)}`;
  return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
}

/** Tokens from 100 bytes to 700 KB, each about a tenth longer than the one before. */
function* tokens() {
  for (let length = 10; length < 500_000; length = Math.ceil(length * 1.1)) {
    const claims = { exp: 4_000_000_000, pad: "q".repeat(length) };
    yield [claims, signed(JSON.stringify(claims))];
  }
}

// If several entry points share a core, its memory grows only in the first of their tests.
test("edgeseal/webhooks: sign and verify", () => {
  const webhookSecret = `whsec_${Buffer.from(key).toString("base64")}`;
  for (const [claims] of tokens()) {
    const body = JSON.stringify(claims);
    const headers = signWebhook({ id: "msg_1", body, secret: webhookSecret });
    assert.deepEqual(verifyWebhook({ headers, body, secret: webhookSecret }).payload, claims);
  }
});

test("edgeseal/jose: compactVerify", async () => {
  for (const [claims, token] of tokens()) {
    const { payload } = await compactVerify(token, key);
    assert.deepEqual(JSON.parse(new TextDecoder().decode(payload)), claims);
  }
});

for (const [entry, { createVerifier }] of Object.entries({ "edgeseal/slim": slim, edgeseal })) {
  test(`${entry}: verify`, () => {
    for (const [claims, token] of tokens()) {
      // Set the limit to the token's length, so that the core has to allocate more memory for the output.
      const verifier = createVerifier({ secret, maxTokenLength: token.length });
      assert.deepEqual(verifier.verify(token), claims);
      verifier.free();
    }
  });
}

test("edgeseal: sign", () => {
  const signer = edgeseal.createSigner({ secret });
  for (const [claims] of tokens()) {
    const { iat: _, ...others } = edgeseal.verifyJwt(signer.sign(claims), secret, { maxTokenLength: 1_000_000 });
    assert.deepEqual(others, claims);
  }
});
