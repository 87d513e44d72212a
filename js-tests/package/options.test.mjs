// Tests that every option is either applied or refused with an error that names it, and never silently ignored.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import * as edgeseal from "edgeseal";
import * as betterAuth from "edgeseal/better-auth";
import { createAuth } from "edgeseal/next";
import * as slim from "edgeseal/slim";
import { signWebhook, verifyWebhook } from "edgeseal/webhooks";

const secret = edgeseal.generateSecret();
const foreign = edgeseal.signJwt({ iss: "https://evil.example" }, secret, { expiresIn: 60 });
const stored = edgeseal.hashPasswordSync("x", { cost: 4, allowWeakParams: true });
const baseURL = "https://app.example";
const webhook = { body: "{}", secret: `whsec_${Buffer.from(secret, "base64url").toString("base64")}` };
const headers = signWebhook({ id: "msg_1", ...webhook });

/** For every function with options: a call, an option that it accepts, a valid value, and its required options. */
const calls = {
  verifyJwt: [(options) => edgeseal.verifyJwt(foreign, secret, options), "issuer", "https://evil.example"],
  createVerifier: [(options) => edgeseal.createVerifier(options), "issuer", "i", { secret }],
  "slim's verifyJwt": [(options) => slim.verifyJwt(foreign, secret, options), "issuer", "https://evil.example"],
  "slim's createVerifier": [(options) => slim.createVerifier(options), "issuer", "i", { secret }],
  signJwt: [(options) => edgeseal.signJwt({ exp: 4e9 }, secret, options), "issuer", "i"],
  createSigner: [(options) => edgeseal.createSigner(options), "audience", "a", { secret }],
  decodeJwt: [(options) => edgeseal.decodeJwt(foreign, options), "maxTokenLength", 1000],
  hashPasswordSync: [(options) => edgeseal.hashPasswordSync("x", options), "cost", 10],
  verifyPasswordSync: [(options) => edgeseal.verifyPasswordSync("x", stored, options), "maxMemory", 2 ** 21],
  needsRehash: [(options) => edgeseal.needsRehash(stored, options), "cost", 10],
  hs256: [(options) => betterAuth.hs256(options), "issuer", "i", { secret }],
  password: [(options) => betterAuth.password(options), "cost", 10, { algorithm: "bcrypt" }],
  createSessionVerifier: [(options) => betterAuth.createSessionVerifier(options), "version", "2", { secret, baseURL }],
  getVerifiedSession: [(options) => betterAuth.getVerifiedSession("", options), "version", "2", { secret, baseURL }],
  signWebhook: [(options) => signWebhook(options), "timestamp", new Date(), { id: "msg_1", ...webhook }],
  verifyWebhook: [(options) => verifyWebhook(options), "toleranceSeconds", 60, { headers, ...webhook }],
  createAuth: [(options) => createAuth(options), "issuer", "i", { secret, baseURL }],
};

for (const [name, [call, option, value, needed = {}]] of Object.entries(calls)) {
  test(`${name}: an option that is undefined, inherited or hidden is refused`, () => {
    const refused = (options, message) =>
      assert.throws(() => call(options), { code: "ERR_OPTION_INVALID", message }, String(message));
    call({ ...needed, [option]: value });
    call(Object.assign(Object.create(null), needed, { [option]: value }));
    call(runInNewContext("Object.assign({}, given)", { given: { ...needed, [option]: value } }));

    refused({ ...needed, [option]: undefined }, new RegExp(`^${option} is undefined: `));
    refused({ ...needed, [`${option}s`]: value }, new RegExp(`^unknown option "${option}s"`));
    refused(Object.defineProperty({ ...needed }, `${option}s`, { value }), /^unknown option/);
    const bare = Object.assign(Object.create(null), { [option]: value });
    for (const inherited of [{ [option]: value }, bare])
      refused(Object.assign(Object.create(inherited), needed), /plain|named/);
    class Options {
      get [option]() {
        return value;
      }
    }
    refused(Object.assign(new Options(), needed), /plain|named/);
    for (const wrong of [[], new Map(), () => {}, "text", 1, null])
      refused(wrong, /an? (plain )?object$|named|undefined/);
  });
}

test("a polluted prototype neither sets nor removes an option, for every function that checks", () => {
  const stranger = edgeseal.signJwt({ sub: "x", aud: "other" }, secret, { expiresIn: 60, currentDate: new Date(1e12) });
  const numeric = edgeseal.signJwt({ sub: 5 }, secret, { expiresIn: 60, numericSubject: true });
  const polluting = {
    clockTolerance: 3e9,
    audience: [],
    issuer: "https://evil.example",
    subject: "admin",
    numericSubject: true,
    jwtId: "x",
    keyId: "x",
    typ: "x",
    maxTokenLength: 2 ** 30,
    currentDate: 1e9,
  };
  for (const [name, value] of Object.entries(polluting)) {
    Object.prototype[name] = value;
    try {
      for (const { createVerifier, verifyJwt } of [edgeseal, slim]) {
        const verifier = createVerifier({ secret });
        for (const verify of [(token) => verifier.verify(token), (token) => verifyJwt(token, secret)]) {
          assert.throws(() => verify(stranger), { code: "ERR_JWT_EXPIRED" }, name);
          assert.throws(() => verify(numeric), { code: "ERR_JWT_CLAIM_INVALID" }, name);
          assert.equal(verify(foreign).iss, "https://evil.example", name);
        }
      }
      const signer = edgeseal.createSigner({ secret, expiresIn: 60 });
      for (const token of [signer.sign({}), edgeseal.signJwt({}, secret, { expiresIn: 60 })]) {
        assert.deepEqual(Object.keys(edgeseal.decodeJwt(token)).sort(), ["exp", "iat"], name);
        assert.deepEqual({ ...edgeseal.decodeProtectedHeader(token) }, { alg: "HS256", typ: "JWT" }, name);
      }
    } finally {
      delete Object.prototype[name];
    }
  }
});

test("a missing secret is reported, with what to check", () => {
  const message = "secret is undefined: is AUTH_SECRET set?";
  for (const call of [
    () => edgeseal.createVerifier({ secret: process.env.NO_SUCH_VARIABLE }),
    () => edgeseal.createVerifier({}),
    () => edgeseal.createSigner({ secret: undefined }),
    () => edgeseal.verifyJwt(foreign, undefined),
    () => edgeseal.signJwt({}, undefined, { expiresIn: 60 }),
    () => slim.verifyJwt(foreign, undefined),
    () => betterAuth.hs256({ secret: undefined }),
    () => betterAuth.createSessionVerifier({ secret: undefined, baseURL }),
    () => createAuth({ secret: undefined, baseURL }),
  ]) {
    assert.throws(call, { code: "ERR_OPTION_INVALID", message }, String(call));
  }
  for (const given of [[{ kid: "1", secret: undefined }], { k1: undefined }]) {
    assert.throws(() => edgeseal.createVerifier({ secret: given }), { message: /^secret "k?1" is undefined: / });
  }
});

test("baseURL and authURL may be undefined in development, and are refused by name in production", () => {
  const outcome = (mode, options) => {
    const program = `import("edgeseal/next").then(({ createAuth }) => createAuth(${options}))
      .then(() => console.log("made"), ({ message }) => console.log(message))`;
    const env = { ...process.env, NODE_ENV: mode, S: secret };
    return execFileSync(process.execPath, ["--eval", program], { encoding: "utf8", env, cwd: import.meta.dirname });
  };
  const secretOption = "secret: process.env.S";
  assert.equal(outcome("development", `{ ${secretOption}, baseURL: undefined, authURL: undefined }`), "made\n");
  assert.match(outcome("production", `{ ${secretOption}, baseURL: undefined }`), /^baseURL must be /);
  assert.match(
    outcome("production", `{ ${secretOption}, baseURL: "https://a.example", authURL: undefined }`),
    /^authURL is undefined: /,
  );
});

test("an uncaught error shows the line that threw and functions by name, not a page of source", () => {
  for (const [flag, load] of [
    ["commonjs", `const { createVerifier } = require("edgeseal")`],
    ["module", `import { createVerifier } from "edgeseal"`],
  ]) {
    const program = `${load}; createVerifier({ secret: process.env.NO_SUCH_VARIABLE, issuer: "x" })`;
    const options = { encoding: "utf8", cwd: import.meta.dirname };
    const { stderr } = spawnSync(process.execPath, [`--input-type=${flag}`, "--eval", program], options);
    assert.match(stderr, /secret is undefined: is AUTH_SECRET set\?/);
    assert.match(stderr, /at createVerifier/);
    assert.ok(stderr.length < 2500, stderr.slice(0, 300));
    for (const line of stderr.split("\n")) assert.ok(line.length < 250, line.slice(0, 300));
  }
});
