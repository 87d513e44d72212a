// Tests the deployable environments in wrangler.toml, which users start from.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { generateSecret, signJwt } from "edgeseal";
import { startFastApi } from "../attack/upstreams.mjs";
import { at } from "../../scripts/run.mjs";
import { cookieHeader, ORIGIN, SECRET, startWorker, WEAK } from "./local-worker.mjs";

const { unstable_readConfig: readConfig } = createRequire(at("package.json"))("wrangler");

for (const env of ["staging", "production"]) {
  const { vars } = readConfig({ config: at("wrangler.toml"), env }, { hideWarnings: true });

  test(`the deployed environments give each upstream its own secret: ${env}`, async (t) => {
    const routes = vars.ROUTES;
    assert.ok(routes.length > 0);
    for (const name of ["secret", "aud"]) {
      const values = routes.map((route) => route[name]);
      assert.ok(values.every(Boolean), `${name} of every route`);
      // Routes to the same upstream may share a secret.
      const origins = new Set(routes.map(({ upstream }) => new URL(upstream).origin));
      assert.equal(new Set(values).size, origins.size, name);
    }

    // Use the tasks API as the upstream, as docs/guide/quickstart.md does.
    const [{ secret: name, aud }] = routes;
    const own = generateSecret();
    const tasks = await startFastApi({ AUTH_SECRET: own, AUTH_AUDIENCE: aud, BASE_URL: ORIGIN });
    t.after(() => tasks.stop());
    const forwarded = () => routes.map((route) => ({ ...route, upstream: tasks.url }));
    const worker = await startWorker({ ...WEAK, [name]: own }, { routes: forwarded });
    t.after(() => worker.stop());
    const data = { name: "Ann", email: "ann@example.com", password: "correct horse battery" };
    const signedUp = await worker.post("/api/auth/sign-up/email", data);
    const { user } = await signedUp.json();
    const url = (await worker.ready).origin;
    const ask = async (base, headers) => (await fetch(`${base}/api/${user.id}/tasks`, { headers })).status;
    assert.equal(await ask(url, { cookie: cookieHeader(signedUp) }), 200);

    const made = (secret, audience) => {
      const token = signJwt({ sub: user.id, email: user.email, name: "Ann" }, secret, {
        ...{ issuer: ORIGIN, audience, expiresIn: 60 },
      });
      return { authorization: `Bearer ${token}` };
    };
    for (const audience of [aud, ORIGIN])
      assert.equal(await ask(url, made(own, audience)), 401, "the upstream's secret");
    assert.equal(await ask(tasks.url, made(own, aud)), 200, "the upstream accepts its own token");
    assert.equal(await ask(tasks.url, made(SECRET, ORIGIN)), 401, "the upstream refuses a user's own token");
  });
}
