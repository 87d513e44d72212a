// A person in a browser: production Next.js, the Worker under wrangler, FastAPI behind it.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { signJwt } from "edgeseal";
import { WORKER_PORT } from "../../scripts/examples.mjs";
import { startStack } from "../../scripts/stack.mjs";
import { launchChromium } from "../chromium.mjs";

const artifacts = new URL("../../artifacts/", import.meta.url).pathname;
const COOKIE = "better-auth.session_data";
let stack, browser, context, page;

before(async () => {
  const persist = mkdtempSync(join(tmpdir(), "edgeseal-e2e-"));
  stack = await startStack({ next: 3210, worker: WORKER_PORT, upstream: 8010, show: false, persist });
  browser = await launchChromium();
  context = await browser.newContext();
  page = await context.newPage();
  mkdirSync(artifacts, { recursive: true });
});
after(async () => {
  await browser?.close();
  await stack?.close();
});

/** The page on a desktop and on a phone, for eyes. */
async function shot(name) {
  for (const [device, width, height] of [
    ["phone", 390, 844],
    ["desktop", 1280, 720],
  ]) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: `${artifacts}${name}-${device}.png` });
    const overflow = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
    assert.equal(overflow, false, `${name} is wider than a ${device}`);
  }
}
const sessionData = async () => (await context.cookies()).find((cookie) => cookie.name === COOKIE);

test("sign up, protected page, API through the gateway, sign out, redirected", async () => {
  await page.goto(`${stack.app}/dashboard`);
  assert.equal(page.url(), `${stack.app}/sign-in?callbackUrl=%2Fdashboard`, "without a cookie");
  await shot("sign-in");

  await page.goto(`${stack.app}/sign-up`);
  await page.getByLabel("Name").fill("Ann");
  await page.getByLabel("E-mail").fill("ann@example.com");
  await page.getByLabel("Password").fill("correct horse");
  await shot("sign-up");
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.waitForURL(`${stack.app}/dashboard`);
  assert.equal(await page.getByRole("heading").textContent(), "Hello, Ann");
  await shot("dashboard");
  assert.equal(await page.evaluate("document.cookie"), "", "no cookie is readable by scripts");

  const id = await page.locator("code").textContent();
  const statuses = await page.evaluate(async (user) => {
    const write = { method: "POST", headers: { "content-type": "application/json" }, body: '{"title":"Write"}' };
    const calls = [[`/api/${user}/tasks`, write], [`/api/${user}/tasks`], ["/api/somebody/tasks"]];
    return Promise.all(calls.map(async ([path, init]) => (await fetch(path, init)).status));
  }, id);
  assert.deepEqual(statuses, [201, 200, 403]);

  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(`${stack.app}/`);
  await shot("home");
  await page.goto(`${stack.app}/dashboard`);
  assert.match(page.url(), /\/sign-in/, "after sign-out");
});

test("a wrong password is told, the right one comes back to where it was asked", async () => {
  await page.goto(`${stack.app}/sign-in?callbackUrl=%2Fdashboard`);
  await page.getByLabel("E-mail").fill("ann@example.com");
  await page.getByLabel("Password").fill("wrong horse");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Invalid email or password").waitFor();
  await shot("wrong-password");
  await page.getByLabel("Password").fill("correct horse");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${stack.app}/dashboard`);
});

test("session data that does not hold is refused by the page and the gateway", async () => {
  const good = await sessionData();
  const refresh = (await context.cookies()).find((cookie) => cookie.name === "better-auth.session_token");
  const claims = JSON.parse(Buffer.from(good.value.split(".")[1], "base64url"));
  const expired = signJwt({ session: claims.session, user: claims.user }, stack.secret, {
    typ: false,
    expiresIn: 900,
    currentDate: new Date(Date.now() - 901_000),
  });
  const changed = good.value.slice(0, -5) + (good.value.at(-5) === "A" ? "B" : "A") + good.value.slice(-4);
  for (const value of [changed, expired, "x.y.z", ""]) {
    const headers = { cookie: `${COOKIE}=${value}` };
    const response = await fetch(`${stack.app}/dashboard`, { headers, redirect: "manual" });
    assert.equal(response.status, 307, value);
    assert.match(response.headers.get("location"), /\/sign-in\?callbackUrl=%2Fdashboard$/);
    assert.equal((await fetch(`${stack.app}/api/${claims.user.id}/tasks`, { headers })).status, 401);
  }
  const headers = { cookie: `${COOKIE}=${expired}; ${refresh.name}=${refresh.value}` };
  const refreshed = await fetch(`${stack.app}/dashboard`, { headers, redirect: "manual" });
  assert.equal(refreshed.status, 200, "expired session data beside a refresh token");
  assert.ok(refreshed.headers.getSetCookie().some((cookie) => cookie.startsWith(`${COOKIE}=`)));
});

test("the access token opens the upstream itself, a changed one does not", async () => {
  const sent = { method: "POST", headers: { "content-type": "application/json" } };
  const body = JSON.stringify({ email: "ann@example.com", password: "correct horse" });
  const { token, user } = await (await fetch(`${stack.worker}/api/auth/sign-in/email`, { ...sent, body })).json();
  const ask = async (base, value) =>
    (await fetch(`${base}/api/${user.id}/tasks`, { headers: { authorization: `Bearer ${value}` } })).status;
  const changed = token.slice(0, -5) + (token.at(-5) === "A" ? "B" : "A") + token.slice(-4);
  for (const base of [stack.upstream, stack.worker, stack.app]) {
    assert.equal(await ask(base, token), 200, base);
    assert.equal(await ask(base, changed), 401, base);
  }
});
