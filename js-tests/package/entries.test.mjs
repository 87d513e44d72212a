// Tests the tarball's entry points other than `edgeseal`, and its type declarations.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import * as whole from "edgeseal";
import * as slim from "edgeseal/slim";
import { TARBALL } from "../../scripts/build-package.mjs";
import { at } from "../../scripts/run.mjs";
import { CASES, runCases } from "./cases.mjs";

const require = createRequire(import.meta.url);
const secret = whole.generateSecret();
const expected = { issuer: "https://auth.example", audience: "https://api.example" };
const token = whole.signJwt({ sub: "u", n: 1 }, secret, { ...expected, expiresIn: 60 });

for (const [how, { verifyJwt, createVerifier, isEdgesealError }] of [
  ["import", slim],
  ["require", require("edgeseal/slim")],
]) {
  test(`edgeseal/slim by ${how} gives the same verdicts as edgeseal`, () => {
    const verifier = createVerifier({ secret, ...expected, cacheSize: 2 });
    assert.deepEqual(verifier.verify(token), whole.verifyJwt(token, secret, expected));
    assert.equal(verifier.verify(token), verifier.verify(token));
    for (const [given, options] of [
      [`${token.slice(0, -3)}AAA`, expected],
      [token, { ...expected, issuer: "https://other.example" }],
      [token, {}],
      [token, { ...expected, currentDate: new Date(Date.now() + 61_000) }],
      [whole.signJwt({}, secret.repeat(2), { algorithm: "HS512", expiresIn: 60 }), expected],
      ["", expected],
      [token, { isuer: "x" }],
    ]) {
      const refusal = (verify) => {
        try {
          return verify(given, secret, options);
        } catch (error) {
          assert.ok(isEdgesealError(error) && whole.isEdgesealError(error), String(error));
          return error.toJSON();
        }
      };
      assert.equal(typeof refusal(verifyJwt).code, "string");
      assert.deepEqual(refusal(verifyJwt), refusal(whole.verifyJwt));
    }
    assert.throws(() => createVerifier({ secret: "short" }), { code: "ERR_KEY_WEAK" });
  });
}

test("the smaller core supports only HS256, and says so", () => {
  assert.throws(() => slim.createVerifier({ secret, algorithms: ["HS512"] }), { code: "ERR_OPTION_INVALID" });
});

test("exports of `require` can be mocked, as test runners do", (t) => {
  for (const entry of ["", "/slim", "/bcrypt", "/jose", "/better-auth", "/webhooks"]) {
    const required = require(`edgeseal${entry}`);
    for (const [name, { value, writable, configurable }] of Object.entries(
      Object.getOwnPropertyDescriptors(required),
    )) {
      if (name !== "__esModule") assert.ok(value !== undefined && writable && configurable, `${entry}: ${name}`);
    }
  }
  const bcrypt = require("edgeseal/bcrypt");
  t.mock.method(bcrypt, "compare", async () => "spied");
  return bcrypt.compare("x", "y").then((answer) => assert.equal(answer, "spied"));
});

for (const [how, type, load] of [
  [
    "import",
    "module",
    'const own = await import("edgeseal/wasm"); const { runCases } = await import("./package/cases.mjs");',
  ],
  [
    "require",
    "commonjs",
    'const own = require("edgeseal/wasm"); const { runCases } = await import("./package/cases.mjs");',
  ],
]) {
  test(`edgeseal/wasm by ${how}, in its own process: requires a module, then passes every case with it`, () => {
    const script = `(async () => {
      ${load}
      const { readFileSync } = await import("node:fs");
      const results = [];
      const refused = async (call) => { try { await call(); results.push("none"); } catch ({ code, message }) { results.push(code, message); } };
      await refused(() => own.verifyJwt("x", "0123456789abcdef0123456789abcdef"));
      await refused(() => own.hashPassword("x"));
      await refused(() => own.initialize("a string"));
      const bytes = readFileSync("node_modules/edgeseal/edgeseal_bg.wasm");
      own.initialize(bytes);
      own.initialize(new WebAssembly.Module(bytes));
      console.log(JSON.stringify({ results, cases: (await runCases(own)).length }));
    })()`;
    const options = { cwd: at("js-tests"), encoding: "utf8" };
    const { results, cases } = JSON.parse(execFileSync("node", [`--input-type=${type}`, "--eval", script], options));
    assert.equal(cases, CASES);
    const [first, asks, second, too, third, wants] = results;
    assert.deepEqual(
      [first, second, third],
      Array.from({ length: 3 }, () => "ERR_OPTION_INVALID"),
    );
    for (const message of [asks, too]) assert.match(message, /initialize/);
    assert.match(wants, /module/);
  });
}

test("declarations resolve in every mode, and match the exports", async () => {
  const data = new Uint8Array(readFileSync(at(TARBALL)));
  const { problems } = await checkPackage(createPackageFromTarballData(data));
  assert.deepEqual(problems, []);
});

// The last mode checks that code which compiles with jose also compiles with edgeseal/jose.
for (const mode of ["node16", "nodenext", "bundler", "loose", "jose"]) {
  test(`types with tsconfig.${mode}.json`, () => {
    const compiler = require.resolve("typescript/bin/tsc");
    execFileSync("node", [compiler, "--project", at(`js-tests/types/tsconfig.${mode}.json`)], { encoding: "utf8" });
  });
}

test("the declarations compile in projects without skipLibCheck", () => {
  const project = at("js-tests/types/tsconfig.bundler.json");
  const options = ["--project", project, "--skipLibCheck", "false", "--pretty", "false"];
  const { stdout } = spawnSync("node", [require.resolve("typescript/bin/tsc"), ...options], { encoding: "utf8" });
  assert.deepEqual(stdout.match(/^.*edgeseal\/types\/.*$/gm), null);
});
