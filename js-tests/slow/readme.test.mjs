// The app of the package's README, from nothing: its files as they stand there, `next build` and `next start`.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { generateSecret, signJwt } from "edgeseal";
import { nextCommand, startNext } from "../../scripts/examples.mjs";
import { at, run } from "../../scripts/run.mjs";

const APP = "js-tests/.readme-app";
const secret = generateSecret();
const baseURL = "http://localhost:3999";
let app;

before(async () => {
  const readme = readFileSync(at("js-tests/node_modules/edgeseal/README.md"), "utf8");
  const files = [...readme.matchAll(/```tsx?\n\/\/ (\S+)\n(.*?)```/gs)].map(([, path, text]) => [path, text]);
  assert.deepEqual(
    files.map(([path]) => path),
    ["lib/auth.ts", "proxy.ts", "app/dashboard/page.tsx", "app/api/me/route.ts", "app/sign-in/callback.ts"],
  );
  rmSync(at(APP), { recursive: true, force: true });
  for (const [path, text] of [
    ...files,
    ["package.json", '{ "private": true, "type": "module" }'],
    ["tsconfig.json", readFileSync(at("examples/nextjs/tsconfig.json"), "utf8")],
    ["next.config.ts", readFileSync(at("js-tests/next-edge/next.config.ts"), "utf8")],
    ["app/layout.tsx", "export default ({ children }: any) => <html><body>{children}</body></html>;"],
    ["app/page.tsx", "export default () => <p>home</p>;"],
    [
      "app/sign-in/page.tsx",
      `import { after } from "./callback";
       export default async ({ searchParams }: any) => <p>then {after((await searchParams).callbackUrl)}</p>;`,
    ],
  ]) {
    mkdirSync(dirname(at(APP, path)), { recursive: true });
    writeFileSync(at(APP, path), text);
  }
  // Without the environment, as in a container that is built once for every place it runs in.
  await run("node", [nextCommand("js-tests"), "build"], { cwd: at(APP) });
  app = await startNext(APP, { env: { BETTER_AUTH_SECRET: secret, BETTER_AUTH_URL: baseURL } });
});
after(() => {
  app?.stop();
  rmSync(join(at(APP)), { recursive: true, force: true });
});

test("the README's app lets in who is signed in", async () => {
  const ask = (path, headers = {}) => fetch(app.origin + path, { headers, redirect: "manual" });
  assert.equal((await ask("/")).status, 200);
  const refused = await ask("/dashboard?a=1");
  assert.equal(refused.status, 307);
  assert.equal(refused.headers.get("location"), `${baseURL}/sign-in?callbackUrl=%2Fdashboard%3Fa%3D1`);
  assert.equal((await ask("/api/me")).status, 401);

  const user = { id: "u1", name: "Ann", email: "ann@example.com" };
  const session = { id: "s1", userId: "u1", expiresAt: new Date(Date.now() + 60_000).toISOString() };
  const cookie = `better-auth.session_data=${signJwt({ session, user }, secret, { typ: false, expiresIn: 60 })}`;
  const page = await ask("/dashboard", { cookie });
  assert.equal(page.status, 200);
  assert.match(await page.text(), /Hello, (<!-- -->)?Ann/);
  assert.deepEqual(await (await ask("/api/me", { cookie })).json(), { id: "u1" });

  for (const [given, then] of [
    ["%2Fmine%3Fa%3D1", "/mine?a=1"],
    ["%2F%2Fevil.example", "/dashboard"],
  ]) {
    const text = await (await ask(`/sign-in?callbackUrl=${given}`)).text();
    assert.ok(text.replace("<!-- -->", "").includes(`then ${then}<`), text);
  }
});
