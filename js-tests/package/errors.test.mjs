// Tests that the error classes add little to a bundle, and that errors are recognized by their code everywhere.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createRequire } from "node:module";
import { test } from "node:test";
import { MessageChannel, Worker } from "node:worker_threads";
import { build } from "esbuild";
import * as edgeseal from "edgeseal";
import * as jose from "edgeseal/jose";
import * as slim from "edgeseal/slim";
import * as webhooks from "edgeseal/webhooks";

const { isEdgesealError, JwtError, verifyJwt } = edgeseal;
const secret = edgeseal.generateSecret();

/** Bundles a module for the latest browsers. */
async function bundled(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0].text;
}

test("code that only checks errors bundles no wasm", async () => {
  for (const entry of ["edgeseal", "edgeseal/slim"]) {
    const looks = `import { isEdgesealError, JwtError, errorCodes } from "${entry}";
      export const is = (e) => isEdgesealError(e) || e instanceof JwtError || errorCodes.includes(e.code);`;
    const text = await bundled(looks);
    assert.ok(text.length < 3000, `${entry}: ${text.length}`);
    assert.ok(!text.includes("WebAssembly"), entry);
  }
  const verifies = await bundled(`export { verifyJwt } from "edgeseal/slim"`);
  assert.ok(verifies.includes("WebAssembly.Instance"), "code that verifies bundles it");
});

const require = createRequire(import.meta.url);

test("code that verifies webhooks bundles one wasm, and code that only checks their errors bundles none", async () => {
  const checks = await bundled(
    `import { WebhookError } from "edgeseal/webhooks"; export const is = (e) => e instanceof WebhookError;`,
  );
  assert.ok(!checks.includes("WebAssembly") && checks.length < 3000, checks.length);
  const verifies = await bundled(
    `export { verifyWebhook } from "edgeseal/webhooks"; export { verifyJwt } from "edgeseal";`,
  );
  assert.equal(verifies.split("AGFzbQ").length - 1, 1);
});

test("entries have the same classes", async () => {
  const refused = () => slim.verifyJwt("x", secret);
  assert.throws(refused, JwtError);
  assert.equal(slim.JwtError, JwtError);
  assert.equal(Object.getPrototypeOf(webhooks.WebhookError), edgeseal.EdgesealError);
  assert.equal(Object.getPrototypeOf(require("edgeseal/webhooks").WebhookError), require("edgeseal").EdgesealError);
  assert.equal(require("edgeseal").JwtError, require("edgeseal/slim").JwtError);
  assert.ok(isEdgesealError(new (require("edgeseal").JwtError)("ERR_JWT_EXPIRED", "x")));
});

const past = edgeseal.signJwt({ exp: 1e9 + 1 }, secret, { currentDate: new Date(1e12) });

function refusal() {
  try {
    return verifyJwt(past, secret);
  } catch (error) {
    return error;
  }
}

test("a serialised error is recognized by its code", async () => {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(refusal().toJSON());
  const [posted] = await once(port2, "message");
  port1.close();
  assert.deepEqual(posted, refusal().toJSON());
  assert.ok(isEdgesealError(posted));
  assert.ok(isEdgesealError(structuredClone(refusal().toJSON())));
  assert.ok(isEdgesealError(JSON.parse(JSON.stringify({ error: refusal() })).error));
});

test("an error thrown in a worker is recognized in its error event", async () => {
  const program = `const { verifyJwt, signJwt, generateSecret } = require(${JSON.stringify(require.resolve("edgeseal"))});
    const secret = generateSecret(), then = new Date(1e12);
    verifyJwt(signJwt({ exp: 1e9 + 1 }, secret, { currentDate: then }), secret);`;
  const worker = new Worker(program, { eval: true });
  const [error] = await once(worker, "error");
  assert.equal(error.code, "ERR_JWT_EXPIRED");
  assert.ok(isEdgesealError(error));
});

test("other errors are not ours, whatever their code", async () => {
  const expired = await jose.jwtVerify(past, new TextEncoder().encode(secret)).catch((e) => e);
  assert.equal(expired.code, "ERR_JWT_EXPIRED");
  for (const other of [
    expired,
    new Error("x"),
    Object.assign(new Error("x"), { code: "ENOENT" }),
    { code: "ERR_JWT_EXPIRED" },
    { name: "JwtError", code: "ERR_OTHER", message: "" },
    "ERR_JWT_EXPIRED",
    null,
    undefined,
  ]) {
    assert.equal(isEdgesealError(other), false, String(other));
  }
});

test("a refused claim is named, when verifying and signing", () => {
  const claimOf = (call) => {
    try {
      call();
    } catch (error) {
      return [error.code, error.claim];
    }
    return undefined;
  };
  const sign = (claims, options) => edgeseal.signJwt(claims, secret, { expiresIn: 60, ...options });
  for (const [claims, claim] of [
    [{ exp: Number.NaN }, "exp"],
    [{ iat: Number.POSITIVE_INFINITY }, "iat"],
    [{ role: () => {} }, "role"],
    [{ when: new Date() }, "when"],
    [{ deep: { n: 1n } }, "deep"],
    [{ list: [Symbol("x")] }, "list"],
    [{ iss: 5 }, "iss"],
    [{ sub: "" }, "sub"],
    [{ aud: {} }, "aud"],
  ]) {
    assert.deepEqual(
      claimOf(() => sign(claims)),
      ["ERR_JWT_CLAIM_INVALID", claim],
    );
  }
  for (const [options, code, claim] of [
    [{ issuer: "i" }, "ERR_JWT_CLAIM_MISSING", "iss"],
    [{ subject: "bob" }, "ERR_JWT_CLAIM_INVALID", "sub"],
    [{ jwtId: "x" }, "ERR_JWT_CLAIM_MISSING", "jti"],
    [{ requiredClaims: ["role"] }, "ERR_JWT_CLAIM_MISSING", "role"],
    [{ audience: "a" }, "ERR_JWT_CLAIM_MISSING", "aud"],
    [{ maxTokenAge: 1, currentDate: new Date(Date.now() + 10_000) }, "ERR_JWT_EXPIRED", "iat"],
    [{ currentDate: new Date(Date.now() + 100_000) }, "ERR_JWT_EXPIRED", "exp"],
    [{ currentDate: new Date(Date.now() - 100_000) }, "ERR_JWT_NOT_YET_VALID", "iat"],
  ]) {
    assert.deepEqual(
      claimOf(() => verifyJwt(sign({ sub: "ann" }), secret, options)),
      [code, claim],
    );
  }
});

test("messages use JavaScript's option names", () => {
  const messages = [];
  const refused = (call) => {
    try {
      call();
    } catch (error) {
      messages.push(error.message);
    }
  };
  for (const options of [
    { cost: 1 },
    { cost: 99 },
    { algorithm: "argon2id", memoryCost: 1 },
    { algorithm: "argon2id", timeCost: 2 ** 31 },
    { algorithm: "argon2id", parallelism: 1000 },
    { algorithm: "scrypt", N: 2 },
    { algorithm: "scrypt", r: 1000 },
    { algorithm: "scrypt", p: 10_000 },
    { algorithm: "pbkdf2-sha256", iterations: 1 },
    { algorithm: "argon2id", saltLength: 1 },
    { algorithm: "argon2id", hashLength: 1 },
    { algorithm: "argon2id", memoryCost: 2 ** 19, maxMemory: 2 ** 21 },
  ]) {
    refused(() => edgeseal.hashPasswordSync("x", options));
  }
  assert.equal(messages.length, 12);
  for (const message of messages) assert.doesNotMatch(message, /_|::|\blog_n\b|\bm_cost\b/, message);
});
