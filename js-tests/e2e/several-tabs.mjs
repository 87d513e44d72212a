// Tests more than one tab of the same browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { addTask, cookie, dashboard, fromPage, open, PASSWORD, person, stack, submit } from "./stack.mjs";

const signOut = async (page, name) => {
  await page.getByRole("banner").getByText(name, { exact: true }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(`${stack.app}/`);
};
/** Simulates a user who returns to a tab. */
const look = (page) => page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));

test("sign-out in one tab shows in the others without a click, and removes the typed text", async () => {
  const ann = await person("Ann");
  await addTask(ann, "Secret plan");
  const [first, second, home] = [
    await dashboard(ann.context),
    await dashboard(ann.context),
    await ann.context.newPage(),
  ];
  await home.goto(`${stack.app}/`);
  await home.getByRole("link", { name: "Go to your tasks" }).waitFor();
  await home.waitForLoadState("networkidle");
  await second.getByLabel("New task").fill("Another secret");
  await signOut(first, "Ann");
  await second.waitForURL(`${stack.app}/sign-in?callbackUrl=%2Fdashboard`);
  assert.doesNotMatch(await second.content(), /Secret plan|\bAnn\b/);
  assert.equal(await second.evaluate(() => sessionStorage.length), 0, "they meant to leave");
  await home.getByRole("main").getByRole("link", { name: "Sign in" }).waitFor();
  assert.equal(home.url(), `${stack.app}/`);
  await ann.context.close();
});

test("sign-in in one tab shows in the others when they become visible", async () => {
  const { email } = await person("Bob");
  const context = await open();
  const [first, second] = [await context.newPage(), await context.newPage()];
  await second.goto(`${stack.app}/sign-in?callbackUrl=%2Faccount`);
  await second.waitForLoadState("networkidle");
  await first.goto(`${stack.app}/sign-in`);
  await submit(first, { "E-mail": email, Password: PASSWORD }, "Sign in");
  await first.waitForURL(`${stack.app}/dashboard`);
  await look(second);
  await second.getByRole("heading", { name: "You are signed in" }).waitFor();
  await second.getByRole("link", { name: "Continue" }).click();
  await second.waitForURL(`${stack.app}/account`);
  await context.close();
});

test("another user in another tab: the first tab shows that user, and writes nothing into the wrong account", async () => {
  const [cid, dee] = [await person("Cid"), await person("Dee")];
  await addTask(cid, "Of Cid");
  await addTask(dee, "Of Dee");
  const page = await dashboard(cid.context);
  const data = { email: dee.email, password: PASSWORD };
  await cid.context.request.post(`${stack.app}/api/auth/sign-in/email`, { headers: fromPage(), data });
  await submit(page, { "New task": "Whose is it?" }, "Add");
  await page.getByText("belongs to another user").waitFor();
  await look(page);
  await page.getByRole("heading", { name: "Hello, Dee" }).waitFor();
  await page.getByRole("checkbox", { name: "Of Dee" }).waitFor();
  assert.doesNotMatch(await page.content(), /Of Cid/);
  await cid.context.close();
  await dee.context.close();
});

test("sign-out, and a page in the back/forward cache", async () => {
  const eve = await person("Eve");
  await addTask(eve, "Secret plan");
  const page = await dashboard(eve.context);
  // Simulates a page that enters the back/forward cache and is restored.
  const transition = (type) =>
    page.evaluate((name) => dispatchEvent(new PageTransitionEvent(name, { persisted: true })), type);
  const secret = page.getByRole("checkbox", { name: "Secret plan" });
  await transition("pagehide");
  assert.equal(await secret.isVisible(), false, "covered");
  await transition("pageshow");
  await secret.waitFor();
  await transition("pagehide");
  await eve.context.clearCookies();
  await transition("pageshow");
  await page.waitForURL(`${stack.app}/sign-in?callbackUrl=%2Fdashboard`);
  assert.equal(await cookie(eve.context, "better-auth.session_data"), undefined);
  await eve.context.close();
});
