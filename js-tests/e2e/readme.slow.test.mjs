// Copies the files of two apps from the package's README and docs/guide/quickstart.md, and then runs each app with
// `next build` and `next start`. The second app runs in front of the built Worker.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { basename, dirname, join } from "node:path";
import { after, test } from "node:test";
import { generateSecret, signJwt } from "edgeseal";
import { takeOut } from "../../scripts/example.mjs";
import { BETTER_AUTH_EXAMPLE, EXAMPLE, nextCommand, startNext } from "../../scripts/examples.mjs";
import { at, run } from "../../scripts/run.mjs";
import { readPage } from "../docs.mjs";
import { temporaryFolder } from "../temporary-folder.mjs";
import { cookieHeader, startWorker } from "../worker/local-worker.mjs";

const FOLDER = "js-tests/.readme-app";
const PAGES = [
  ["app/layout.tsx", "export default ({ children }: any) => <html><body>{children}</body></html>;"],
  ["app/page.tsx", "export default () => <p>home</p>;"],
];
const CONFIG = [
  "next.config.ts",
  `import { join } from "node:path";
   export default { turbopack: { root: join(import.meta.dirname, "../..") } };`,
];
const secret = generateSecret();

/** Builds an app from the code blocks on a page of the docs and from a test's own files. */
async function appOf(page, expected, added, env) {
  const files = readPage(page)
    .fences.filter(({ language, code }) => /^tsx?$/.test(language) && code.startsWith("// "))
    .map(({ code }) => [/^\/\/ (\S+)\n/.exec(code)[1], code]);
  assert.deepEqual(
    files.map(([path]) => path),
    expected,
  );
  const app = `${FOLDER}/${page.replaceAll("/", "_")}`;
  rmSync(at(app), { recursive: true, force: true });
  for (const [path, text] of [
    ["package.json", '{ "private": true, "type": "module" }'],
    ["tsconfig.json", readFileSync(at("examples/nextjs/tsconfig.json"), "utf8")],
    ...PAGES,
    ...added,
    ...files,
  ]) {
    mkdirSync(dirname(at(app, path)), { recursive: true });
    writeFileSync(at(app, path), text);
  }
  await run("node", [nextCommand("js-tests"), "build"], { cwd: at(app), env });
  return app;
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

after(() => rmSync(at(FOLDER), { recursive: true, force: true }));

for (const example of [EXAMPLE, BETTER_AUTH_EXAMPLE]) {
  test(`${example}, taken out, installs and builds`, async () => {
    const app = join(temporaryFolder("taken-out"), "app");
    await takeOut(basename(example), app);
    await run("npm", ["ci", "--no-audit", "--no-fund"], { cwd: app });
    await run("npm", ["run", "build"], { cwd: app });
    assert.ok(existsSync(join(app, ".next/BUILD_ID")));
  });
}

test("the README's app admits signed-in users", async (t) => {
  const baseURL = "http://localhost:3999";
  const folder = await appOf(
    "pkg-template/README.md",
    ["lib/auth.ts", "proxy.ts", "app/dashboard/page.tsx", "app/api/me/route.ts", "app/sign-in/callback.ts"],
    [
      CONFIG,
      [
        "app/sign-in/page.tsx",
        `import { after } from "./callback";
         export default async ({ searchParams }: any) => <p>then {after((await searchParams).callbackUrl)}</p>;`,
      ],
    ],
    // The build doesn't get any environment variables, just like the build of a container image that is used for all
    // deployments.
    {},
  );
  const app = await startNext(folder, { env: { BETTER_AUTH_SECRET: secret, BETTER_AUTH_URL: baseURL } });
  t.after(() => app.stop());
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

test("the quickstart's app forwards to the Worker with a seal: users sign up and are limited by their own address", async (t) => {
  const origin = `http://localhost:${await freePort()}`;
  const worker = await startWorker({ AUTH_SECRET: secret, BASE_URL: origin, RATE_LIMITS: null });
  t.after(() => worker.stop());
  const workerURL = (await worker.ready).origin;
  const folder = await appOf(
    "docs/guide/quickstart.md",
    ["lib/auth.ts", "proxy.ts", "lib/body-limit.ts", "next.config.ts", "app/dashboard/page.tsx", "lib/auth-client.ts"],
    [
      [
        "app/sign-up/page.tsx",
        `import { authClient } from "@/lib/auth-client"; export default () => <p>{typeof authClient}</p>;`,
      ],
    ],
    // The build must work without environment variables, because the Worker's URL is read only at run time.
    {},
  );
  const env = { AUTH_SECRET: secret, BASE_URL: origin, AUTH_URL: workerURL, CLIENT_IP_HEADER: "x-real-ip" };
  const app = await startNext(folder, { env, port: Number(new URL(origin).port) });
  t.after(() => app.stop());
  // A proxy in front of the app sets the second header.
  const front = { "x-forwarded-for": "198.51.100.9", "x-real-ip": "203.0.113.7" };
  const ask = (path, { headers, ...init } = {}) =>
    fetch(origin + path, { redirect: "manual", ...init, headers: { ...front, ...headers } });

  assert.equal((await ask("/sign-up")).status, 200);
  const { status, headers } = await ask("/dashboard");
  assert.equal(status, 307);
  assert.equal(new URL(headers.get("location"), origin).href, `${origin}/sign-in?callbackUrl=%2Fdashboard`);

  const signedUp = await ask("/api/auth/sign-up/email", {
    method: "POST",
    headers: { "content-type": "application/json", origin },
    body: JSON.stringify({ name: "Ann", email: "ann@example.com", password: "correct horse" }),
  });
  assert.equal(signedUp.status, 200);
  const { user } = await signedUp.json();
  const cookie = cookieHeader(signedUp);
  assert.match(worker.log, /"action":"sign-up".*"network":"203\.0\.113\.7"/);

  const page = await ask("/dashboard", { headers: { cookie } });
  assert.match(await page.text(), /Hello, (<!-- -->)?Ann/);

  const tasks = `/api/${user.id}/tasks`;
  assert.equal((await ask(tasks)).status, 401);
  assert.equal((await ask("/api/somebody/tasks", { headers: { cookie } })).status, 403);
  const answer = await ask(tasks, { headers: { cookie } });
  assert.equal(answer.status, 200);
  const { headers: forwarded } = await answer.json();
  assert.match(forwarded.authorization, /^Bearer ey/);
  assert.equal(forwarded.cookie, undefined);

  // After the session data expires, the client gets a 401, refreshes the session, and repeats the call.
  const token = cookie.split("; ").find((pair) => pair.startsWith("better-auth.session_token="));
  assert.equal((await ask(tasks, { headers: { cookie: token } })).status, 401);
  const refreshed = await ask("/api/auth/get-session", { headers: { cookie: token } });
  assert.equal((await refreshed.json()).user.id, user.id);
  assert.equal((await ask(tasks, { headers: { cookie: cookieHeader(refreshed) } })).status, 200);
});
