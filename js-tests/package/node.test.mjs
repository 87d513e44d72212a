// Tests the tarball in Node, through `import` and `require`, and checks the tarball's contents.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import * as esm from "edgeseal";
import { publint } from "publint";
import { transformSync } from "../../node_modules/esbuild/lib/main.js";
import { notices } from "../../pkg-template/notices.mjs";
import { runCases } from "./cases.mjs";

const cjs = createRequire(import.meta.url)("edgeseal");
const root = fileURLToPath(new URL("../../", import.meta.url));

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

test("an error of the CommonJS copy is recognized by the ESM one", () => {
  assert.throws(() => cjs.verifyJwt("x", "short"), esm.isEdgesealError);
});

test("the tarball contains only the package", async () => {
  const listed = execFileSync("tar", ["-tzf", `${root}target/npm/edgeseal.tgz`], { encoding: "utf8" });
  const stray = listed.split("\n").filter((name) => /test|\.map$|tsconfig|\.ts$/.test(name) && !name.endsWith(".d.ts"));
  assert.deepEqual(stray, []);
  const wasm = readFileSync(`${root}pkg/edgeseal_bg.wasm`, "latin1");
  assert.doesNotMatch(wasm, /\/(root|home|Users|work)\//, "an absolute path of the building machine");
  const { messages } = await publint({ pkgDir: `${root}pkg`, strict: true });
  assert.deepEqual(messages, []);
});

test("the tarball contains the licences of the crates in its wasm", async () => {
  const file = "package/THIRD-PARTY-LICENSES";
  const text = execFileSync("tar", ["-xzOf", `${root}target/npm/edgeseal.tgz`, file], { encoding: "utf8" });
  assert.equal(text, await notices());
  assert.match(
    text,
    /^subtle [\d.]+ \(BSD-3-Clause\)\n(?:.*\n){1,5}Redistribution and use in source and binary forms/m,
  );
  assert.match(text, /^jwt-compact [\d.]+ \(Apache-2\.0\)\n\n *Apache License\n/m);
  assert.match(text, /^wasm-bindgen [\d.]+ \(MIT OR Apache-2\.0\)\n {2}Copyright/m);
  assert.doesNotMatch(text, /^(?:bcrypt|argon2|syn|serde_derive) /m, "crates that are not in the wasm");
});

test("the examples of the README run", async () => {
  const readme = readFileSync(`${root}pkg/README.md`, "utf8");
  // Leave out examples that are files in an app: js-tests/e2e/readme.slow.test.mjs builds and runs them.
  const examples = [...readme.matchAll(/```ts\n(?!\/\/ )(.*?)```/gs)].map((match) => match[1]);
  assert.equal(examples.length, 10);
  // The examples together form one module.
  const module = transformSync(examples.join("\n"), { loader: "ts" })
    .code.replaceAll(/"(edgeseal(?:\/[\w.]+)?)"/g, (_, name) => JSON.stringify(import.meta.resolve(name)))
    .replaceAll(/import\.meta\.resolve\(("file:.+?")\)/g, "$1");
  const end = "export { claims, stored, next, old, decodeProtectedHeader, token, event };";
  const ran = await import(`data:text/javascript,${encodeURIComponent(`${module}\n${end}`)}`);
  assert.equal(ran.claims.sub, "user_1");
  assert.match(ran.stored, /^\$2b\$12\$/);
  assert.deepEqual([ran.event.id, ran.event.payload.data], ["msg_1", { id: "user_1" }]);
  assert.match(ran.old, /^\$2b\$10\$/);
  assert.match(ran.next, /^\$hmac-sha256\$keyid=2026a\$argon2id\$/);
  assert.deepEqual(ran.decodeProtectedHeader(ran.token), { alg: "HS256", typ: "JWT" });
});
