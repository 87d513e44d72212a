// Tests sessions that were tampered with, have expired, or were ended.
import assert from "node:assert/strict";
import { test } from "node:test";
import { expire, revoke } from "./ended.mjs";
import {
  addTask,
  cookie,
  dashboard,
  DATA,
  hydrated,
  PASSWORD,
  person,
  REFRESH,
  setCookie,
  stack,
  submit,
  tasksOf,
} from "./stack.mjs";

test("invalid session data is refused by pages, their payloads and the gateway", async () => {
  const ann = await person("Ann");
  await addTask(ann, "Secret plan");
  const good = await cookie(ann.context, DATA);
  const refresh = await cookie(ann.context, REFRESH);
  const expired = await expire(ann.context);
  const changed = good.slice(0, -5) + (good.at(-5) === "A" ? "B" : "A") + good.slice(-4);
  const [header, , signature] = good.split(".");
  const claims = JSON.parse(Buffer.from(good.split(".")[1], "base64url"));
  claims.user.name = "Eve";
  const others = [header, Buffer.from(JSON.stringify(claims)).toString("base64url"), signature].join(".");
  const none = [Buffer.from('{"alg":"none"}').toString("base64url"), good.split(".")[1], ""].join(".");
  for (const value of [changed, expired, others, none, refresh, "x.y.z", ""]) {
    const headers = { cookie: `${DATA}=${value}` };
    for (const more of [{}, { rsc: "1" }]) {
      const response = await fetch(`${stack.app}/dashboard`, { headers: { ...headers, ...more }, redirect: "manual" });
      assert.equal(response.status, 307, value);
      assert.match(response.headers.get("location"), /\/sign-in\?callbackUrl=%2Fdashboard$/);
      assert.doesNotMatch(await response.text(), /Secret plan/);
    }
    assert.equal((await fetch(`${stack.app}/api/${ann.id}/tasks`, { headers })).status, 401);
  }
  const headers = { cookie: `${DATA}=${expired}; ${REFRESH}=${refresh}` };
  const refreshed = await fetch(`${stack.app}/dashboard`, { headers, redirect: "manual" });
  assert.equal(refreshed.status, 200, "expired session data beside a refresh token");
  assert.ok(refreshed.headers.getSetCookie().some((one) => one.startsWith(`${DATA}=`)));
  await ann.context.close();
});

test("session data expires during typing: one refresh serves all calls, and nothing is lost", async () => {
  const bob = await person("Bob");
  for (const title of ["One", "Two", "Three", "Four"]) await addTask(bob, title);
  const page = await dashboard(bob.context);
  const asked = [];
  const forced = "?disableCookieCache=true";
  let heard;
  const signalled = new Promise((resolve) => (heard = resolve));
  page.on("request", (request) => {
    if (!request.url().includes("/get-session")) return;
    const { search } = new URL(request.url());
    if (search === "" && asked.includes(forced)) heard();
    asked.push(search);
  });
  await page.getByLabel("New task").fill("Typed for a quarter of an hour");
  await expire(bob.context);
  // The list of tasks reloads while the user clicks.
  const unauthorized = [];
  let both;
  const twice = new Promise((resolve) => (both = resolve));
  page.on("response", (response) => {
    if (response.status() === 401 && unauthorized.push(response.url()) === 2) both();
  });
  // Better Auth's client also refreshes the session, perhaps even before the second call, so hold back its request.
  await page.route("**/get-session*", (route) => twice.then(() => route.continue()));
  await page.evaluate(async () => {
    document.dispatchEvent(new Event("visibilitychange"));
    // Wait until the list's request has been sent.
    await new Promise((resolve) => setTimeout(resolve));
    for (const tick of document.querySelectorAll(".tick")) tick.click();
    document.querySelector("form.add-task [type=submit]").click();
  });
  await page.getByRole("checkbox", { name: "Typed for a quarter of an hour" }).waitFor();
  await page.getByText("1 open").waitFor();
  assert.equal(asked.filter((query) => query === forced).length, 1, "one refresh for all of them");
  // Better Auth's `useSession` gets the refreshed session, too.
  await signalled;
  assert.equal(page.url(), `${stack.app}/dashboard`);
  assert.deepEqual(
    (await tasksOf(bob)).map(({ done }) => done),
    [true, true, true, true, false],
  );
  await bob.context.close();
});

test("session data is refreshed before it expires, while the page is visible", async () => {
  const { context } = await person("Cid");
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(`${stack.app}/dashboard`);
  const before = await cookie(context, DATA);
  await page.waitForLoadState("networkidle");
  const asked = page.waitForRequest((request) => request.url().endsWith("/get-session?disableCookieCache=true"));
  await page.clock.runFor("14:10");
  await (await asked).response();
  assert.notEqual(await cookie(context, DATA), before);
  await context.close();
});

test("a session that has ended: sign in, and back with the typed text", async () => {
  const dora = await person("Dora");
  const page = await dashboard(dora.context);
  await page.getByLabel("New task").fill("A thought that must not be lost");
  await revoke(dora);
  await page.getByRole("button", { name: "Add" }).click();
  await page.waitForURL(`${stack.app}/sign-in?callbackUrl=%2Fdashboard`);
  const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage }));
  assert.deepEqual(Object.values(JSON.parse(kept)), ["A thought that must not be lost"], "text, and nothing else");
  await submit(page, { "E-mail": dora.email, Password: PASSWORD }, "Sign in");
  await page.waitForURL(`${stack.app}/dashboard`);
  await page.waitForFunction(() => document.getElementById("title").value === "A thought that must not be lost");
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByRole("checkbox", { name: "A thought that must not be lost" }).waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.length), 0, "taken back once");
  await dora.context.close();
});

test("a session that was ended elsewhere: forms lead to sign-in, and back to the typed text", async () => {
  const hue = await person("Hue");
  const { id } = await addTask(hue, "Call Ida");
  const page = await hue.context.newPage();
  for (const [path, label, text, button] of [
    ["/account", "Name", "Hue the Second", "Save"],
    [`/dashboard?edit=${id}`, "New name of Call Ida", "Call Ida and Jo", "Save"],
  ]) {
    await page.goto(stack.app + path.replace(/[?].*/, ""));
    await hydrated(page);
    if (path.includes("edit")) await page.getByRole("link", { name: "Rename Call Ida" }).click();
    assert.equal(page.url(), stack.app + path);
    // On the account page, the browser keeps its session data, which is still valid.
    const data = await cookie(hue.context, DATA);
    await revoke(hue);
    if (!path.includes("edit")) await setCookie(hue.context, DATA, data);
    await submit(page, { [label]: text }, button);
    await page.waitForURL(`${stack.app}/sign-in?${new URLSearchParams({ callbackUrl: path })}`);
    await submit(page, { "E-mail": hue.email, Password: PASSWORD }, "Sign in");
    await page.waitForURL(stack.app + path);
    await hydrated(page);
    assert.equal(await page.getByLabel(label, { exact: true }).inputValue(), text);
    await submit(page, {}, button);
  }
  await page.getByRole("checkbox", { name: "Call Ida and Jo" }).waitFor();
  assert.equal(page.url(), `${stack.app}/dashboard`);
  await hue.context.close();
});

test("one user's typed text is not shown to the next user", async () => {
  const eve = await person("Eve");
  const page = await dashboard(eve.context);
  await page.getByLabel("New task").fill("A secret of Eve's");
  await revoke(eve);
  await page.getByRole("button", { name: "Add" }).click();
  await page.waitForURL(/sign-in/);
  const fay = await person("Fay");
  await submit(page, { "E-mail": fay.email, Password: PASSWORD }, "Sign in");
  await page.waitForURL(`${stack.app}/dashboard`);
  await page.getByRole("heading", { name: "Hello, Fay" }).waitFor();
  await page.waitForLoadState("networkidle");
  assert.equal(await page.getByLabel("New task").inputValue(), "");
  await page.getByText("Fay", { exact: true }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(`${stack.app}/`);
  assert.equal(await page.evaluate(() => sessionStorage.length), 0, "whoever signs out leaves nothing behind");
  await eve.context.close();
  await fay.context.close();
});

test("the back button after sign-out shows nothing private", async () => {
  const gil = await person("Gil");
  await addTask(gil, "Secret plan");
  const page = await dashboard(gil.context);
  await page.goto(`${stack.app}/account`);
  await page.goto(`${stack.app}/dashboard`);
  await page.getByRole("checkbox", { name: "Secret plan" }).waitFor();
  await page.getByText("Gil", { exact: true }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(`${stack.app}/`);
  for (const path of ["dashboard", "account", "dashboard"]) {
    await page.waitForLoadState("networkidle");
    await page.goBack();
    await page.waitForURL(`${stack.app}/sign-in?callbackUrl=%2F${path}`);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    assert.doesNotMatch(await page.content(), /Secret plan|Gil/);
  }
  await gil.context.close();
});
