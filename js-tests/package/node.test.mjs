// The tarball under Node, by `import` and by `require`, and what the tarball holds.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import * as esm from "edgeseal";
import * as jose from "jose";
import { publint } from "publint";
import { libraries, pythonSign, pythonVerify } from "../python.mjs";
import { runCases } from "./cases.mjs";

const cjs = createRequire(import.meta.url)("edgeseal");
const root = new URL("../../", import.meta.url).pathname;

test("cases by import", () => runCases(esm));
test("cases by require", () => runCases(cjs));

test("which entries were resolved", () => {
  assert.match(import.meta.resolve("edgeseal"), /\/node_modules\/edgeseal\/index\.js$/);
  assert.match(createRequire(import.meta.url).resolve("edgeseal"), /\/node_modules\/edgeseal\/index\.cjs$/);
});

test("codes are those of the contract", () => {
  const contract = JSON.parse(readFileSync(`${root}contracts/error-codes.json`, "utf8"));
  assert.deepEqual([...esm.errorCodes], contract);
});

test("an error of the CommonJS copy is known to the ESM one", () => {
  assert.throws(() => cjs.verifyJwt("x", "short"), esm.isEdgesealError);
});

test("tokens pass to and from jose", async () => {
  const secret = esm.generateSecret();
  const bytes = new TextEncoder().encode(secret);
  const ours = esm.signJwt({ sub: "u" }, secret, { issuer: "i", audience: "a", expiresIn: 60 });
  const { payload } = await jose.jwtVerify(ours, bytes, { issuer: "i", audience: "a", algorithms: ["HS256"] });
  assert.equal(payload.sub, "u");
  const signing = new jose.SignJWT({ sub: "v" }).setProtectedHeader({ alg: "HS256" });
  const theirs = await signing.setIssuer("i").setAudience("a").setIssuedAt().setExpirationTime("1m").sign(bytes);
  assert.equal(esm.verifyJwt(theirs, secret, { issuer: "i", audience: "a" }).sub, "v");
});

for (const library of libraries) {
  test(`tokens pass to and from ${library}`, () => {
    const secret = esm.generateSecret();
    const expected = { issuer: "https://i.example", audience: "https://a.example" };
    const ours = esm.signJwt({ sub: "u", name: "Zoë" }, secret, { ...expected, expiresIn: 60 });
    const { sub, name } = pythonVerify(library, ours, secret, expected);
    assert.deepEqual([sub, name], ["u", "Zoë"]);
    assert.match(pythonVerify(library, ours, esm.generateSecret(), expected), /Signature|JWTError/);

    const now = Math.floor(Date.now() / 1000);
    const claims = { sub: "v", name: "Zoë", iss: expected.issuer, aud: expected.audience, iat: now, exp: now + 60 };
    const theirs = pythonSign(library, claims, secret);
    assert.deepEqual(esm.verifyJwt(theirs, secret, expected), claims);
    const late = pythonSign(library, { ...claims, exp: now - 1 }, secret);
    assert.throws(() => esm.verifyJwt(late, secret, expected), { code: "ERR_JWT_EXPIRED" });
  });
}

test("the tarball holds the package and nothing else", async () => {
  const listed = execFileSync("tar", ["-tzf", `${root}target/npm/edgeseal.tgz`], { encoding: "utf8" });
  const stray = listed.split("\n").filter((name) => /test|\.map$|tsconfig|\.ts$/.test(name) && !name.endsWith(".d.ts"));
  assert.deepEqual(stray, []);
  const wasm = readFileSync(`${root}pkg/edgeseal_bg.wasm`, "latin1");
  assert.doesNotMatch(wasm, /\/(root|home|Users|work)\//, "an absolute path of the building machine");
  const { messages } = await publint({ pkgDir: `${root}pkg`, strict: true });
  assert.deepEqual(messages, []);
});
