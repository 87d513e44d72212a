// Tests the tarball in workerd, in a Worker that is bundled with the `workerd` condition.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { compatibilityDate } from "../compatibility.mjs";
import { CASES } from "./cases.mjs";

/** Returns a response from a Worker with this code. Checks that the bundle imports the wasm module, not its bytes. */
async function inWorkerd(contents) {
  const bundled = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    format: "esm",
    conditions: ["workerd"],
    external: ["*.wasm"],
    metafile: true,
    write: false,
  });
  const entries = Object.keys(bundled.metafile.inputs).filter((path) => /edgeseal\/(index|slim)\.[\w.]*js$/.test(path));
  assert.deepEqual(
    entries.map((path) => path.split("/").at(-1)),
    ["index.workerd.js"],
    "only the workerd entry was resolved",
  );
  const script = bundled.outputFiles[0].text;
  assert.doesNotMatch(script, /new WebAssembly\.Module\(|AGFzbQ/);

  const wasm = readFileSync(new URL("../node_modules/edgeseal/edgeseal_bg.wasm", import.meta.url));
  const miniflare = new Miniflare({
    compatibilityDate,
    cf: false,
    modules: [
      { type: "ESModule", path: "worker.mjs", contents: script },
      { type: "CompiledWasm", path: "edgeseal_bg.wasm", contents: wasm },
    ],
  });
  try {
    const response = await miniflare.dispatchFetch("http://localhost/");
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return JSON.parse(text);
  } finally {
    await miniflare.dispose();
  }
}

test("cases in workerd, with the compiled module and no bytes", async () => {
  const ran = await inWorkerd(`import * as edgeseal from "edgeseal"; import { runCases } from "./cases.mjs";
    export default { async fetch() { return Response.json(await runCases(edgeseal)); } };`);
  assert.equal(ran.length, CASES);
});

test("the entries that depend on it, in one Worker", async () => {
  const answered = await inWorkerd(`
    import { jwtVerify, SignJWT } from "edgeseal/jose";
    import bcrypt from "edgeseal/bcrypt";
    import { getVerifiedSession, hs256, password } from "edgeseal/better-auth";
    import { signWebhook, verifyWebhook } from "edgeseal/webhooks";
    const secret = "0123456789abcdef0123456789abcdef";
    export default { async fetch(request) {
      const bytes = new TextEncoder().encode(secret);
      const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
      const token = await new SignJWT({ n: 1 }).setProtectedHeader({ alg: "HS256" }).setExpirationTime("1m").sign(bytes);
      const hooks = password({ algorithm: "bcrypt", cost: 10 });
      const stored = await bcrypt.hash("correct", 10);
      const signed = await hs256({ secret }).jwt.sign({ iss: "i", aud: "a", sub: "s", iat: 1, exp: 9e9 });
      const shared = { body: '{"n":1}', secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" };
      const headers = new Headers(signWebhook({ id: "msg_1", ...shared }));
      return Response.json({
        webhook: verifyWebhook({ headers, ...shared }).payload.n,
        claims: [(await jwtVerify(token, bytes)).payload.n, (await jwtVerify(token, key)).payload.n],
        right: [await bcrypt.compare("correct", stored), await hooks.verify({ hash: stored, password: "correct" })],
        wrong: [await bcrypt.compare("wrong", stored), await hooks.verify({ hash: stored, password: "wrong" })],
        subject: (await jwtVerify(signed, bytes, { audience: "a" })).payload.sub,
        session: getVerifiedSession(request, { secret, baseURL: "https://app.example" }),
      });
    } };`);
  assert.deepEqual(answered, {
    webhook: 1,
    claims: [1, 1],
    right: [true, true],
    wrong: [false, false],
    subject: "s",
    session: null,
  });
});
