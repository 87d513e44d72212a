// Tests the tarball in Next.js's edge runtime: a middleware imports it in a production build.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { generateSecret, signJwt } from "edgeseal";
import { EDGE_FIXTURE, startNext } from "../../scripts/examples.mjs";
import { at } from "../../scripts/run.mjs";
import { CASES } from "./cases.mjs";

const secret = generateSecret();
let server, origin;

before(async () => {
  server = await startNext(EDGE_FIXTURE);
  origin = server.origin;
});
after(() => server.stop());

test("cases in the edge runtime", async () => {
  const response = await fetch(`${origin}/cases`);
  const text = await response.text();
  assert.equal(response.status, 200, text);
  assert.equal(JSON.parse(text).length, CASES);
});

test("a middleware accepts only valid tokens", async () => {
  const ask = async (token) => {
    const headers = { "x-test-secret": secret, ...(token === undefined ? {} : { cookie: `token=${token}` }) };
    const response = await fetch(origin, { headers });
    return response.status === 200 ? 200 : (await response.json()).code;
  };
  const token = signJwt({ sub: "u" }, secret, { expiresIn: 60 });
  assert.equal(await ask(token), 200);
  assert.equal(await ask(signJwt({ sub: "u" }, generateSecret(), { expiresIn: 60 })), "ERR_JWT_SIGNATURE_INVALID");
  const late = new Date(Date.now() - 61_000);
  assert.equal(await ask(signJwt({}, secret, { expiresIn: 60, currentDate: late })), "ERR_JWT_EXPIRED");
  assert.equal(await ask(undefined), "ERR_JWT_MALFORMED");
  assert.equal(await ask(token), 200, "the next request works");
});

test("the bundle contains the edge-light entry's compiled module, and compiles no bytes", () => {
  const built = (file) => readFileSync(at(EDGE_FIXTURE, ".next", file));
  const { middleware } = JSON.parse(built("server/middleware-manifest.json"));
  const { files, wasm } = middleware["/"];
  assert.equal(wasm.length, 1, "one wasm asset");
  const shipped = readFileSync(at("js-tests/node_modules/edgeseal/edgeseal_bg.wasm"));
  assert.ok(built(wasm[0].filePath).equals(shipped));
  const bundle = files.map((file) => built(file)).join("\n");
  assert.match(bundle, /ERR_JWT_MALFORMED|verifyJwt/, "the bundle contains the package");
  // Vercel's edge runtime forbids compiling wasm at run time; the local sandbox does not.
  assert.doesNotMatch(bundle, /new WebAssembly\.Module\(|AGFzbQ/);
});
