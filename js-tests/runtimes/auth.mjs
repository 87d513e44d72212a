// Tests edgeseal/next in Next.js middleware, both in the edge runtime and on Node, with a real Better Auth server.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { signJwt } from "edgeseal";
import { nextCommand, startNext } from "../../scripts/examples.mjs";
import { at, run } from "../../scripts/run.mjs";
import { DATA, ended, startApp, TOKEN } from "../next/app.mjs";
import { isAsked, RUNTIMES, versionOf } from "./row.mjs";

let server;
before(async () => {
  server = await startApp();
});
after(() => server?.stop());

for (const { folder, edge, flags = [], env = {}, version } of [
  { folder: "next16/auth", edge: true, version: versionOf("next", "js-tests") },
  { folder: "next16/auth", edge: true, flags: ["--webpack"], version: versionOf("next", "js-tests") },
  ...["next15/auth", "next15/auth-node"].map((folder) => ({
    folder,
    edge: folder === "next15/auth",
    env: { NEXT_IGNORE_INCORRECT_LOCKFILE: "1" },
    version: versionOf("next", `${RUNTIMES}/next15`),
  })),
]) {
  const name = `edgeseal/next in Next.js ${version}, middleware.ts ${edge ? "at the edge" : "on Node"} ${flags.join(" ")}`;
  if (!isAsked(name)) continue;
  test(name, async () => {
    const app = at(RUNTIMES, folder);
    const built = await run("node", [nextCommand(`${RUNTIMES}/${folder}`), "build", ...flags], {
      cwd: app,
      env,
      quiet: true,
    });
    assert.equal(built.code, 0, built.output);
    if (edge) assertCompiled(join(app, ".next"));

    const baseURL = "http://localhost:3998";
    const next = await startNext(`${RUNTIMES}/${folder}`, {
      env: { BETTER_AUTH_SECRET: server.secret, BETTER_AUTH_URL: baseURL, AUTH_URL: server.authServer.url },
    });
    try {
      // Don't sign up any earlier, because the session data might expire while earlier rows run.
      const ann = await server.signUp("Ann");
      await assertGuards((path, headers) => fetch(next.origin + path, { headers, redirect: "manual" }), baseURL, ann);
    } finally {
      await next.stop();
    }
  });
}

async function assertGuards(ask, baseURL, ann) {
  const cookie = (data) => ({ cookie: `${DATA}=${data}` });
  assert.equal((await ask("/")).status, 200);
  const refused = await ask("/mine?a=1");
  assert.equal(refused.status, 307);
  assert.match(refused.headers.get("location"), /\/sign-in\?callbackUrl=%2Fmine%3Fa%3D1$/);
  for (const headers of [{}, cookie("x.y.z"), cookie(server.forge(ann.cookies, undefined, ended()))]) {
    assert.equal((await ask("/api/me", headers)).status, 401);
    assert.equal((await ask("/mine", headers)).status, 307);
  }
  const page = await ask("/mine", cookie(ann.cookies[DATA]));
  assert.equal(page.status, 200);
  assert.ok((await page.text()).includes(ann.user.email));
  const found = { id: ann.user.id, sealed: ann.user.id };
  assert.deepEqual(await (await ask("/api/me", cookie(ann.cookies[DATA]))).json(), found);
  const token = signJwt({ sub: "bob" }, server.secret, { issuer: baseURL, audience: baseURL, expiresIn: 60 });
  const bob = await ask("/api/me", { authorization: `Bearer ${token}` });
  assert.deepEqual(await bob.json(), { id: "bob", sealed: "bob" });

  const old = `${DATA}=${server.forge(ann.cookies, undefined, ended())}; ${TOKEN}=${ann.cookies[TOKEN]}`;
  const refreshed = await ask("/mine", { cookie: old });
  assert.equal(refreshed.status, 200, "refreshed at the real server");
  assert.ok(refreshed.headers.getSetCookie().some((line) => line.startsWith(`${DATA}=`)));
}

/**
 * Checks that edge bundles don't compile wasm at run time. Local sandboxes allow that, but Vercel's edge runtime
 * forbids it.
 */
function assertCompiled(dist) {
  const { middleware, functions } = JSON.parse(readFileSync(join(dist, "server/middleware-manifest.json"), "utf8"));
  for (const { files, wasm } of [...Object.values(middleware), ...Object.values(functions)]) {
    const shipped = readFileSync(at(RUNTIMES, "node_modules/edgeseal/edgeseal_slim_bg.wasm"));
    assert.equal(wasm.length, 1);
    assert.ok(readFileSync(join(dist, wasm[0].filePath)).equals(shipped), "the module of edgeseal/slim");
    const bundle = files.map((file) => readFileSync(join(dist, file), "utf8")).join("\n");
    assert.ok(bundle.includes("ERR_OPTION_INVALID"), "the bundle contains the package");
    assert.ok(!/new WebAssembly\.Module\(|AGFzbQ/.test(bundle), "an edge bundle compiles bytes");
  }
}
