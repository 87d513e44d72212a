// Tests every page's accessibility with axe, and checks that each page can be used with the keyboard.
import assert from "node:assert/strict";
import { test } from "node:test";
import { BY_AXE, look } from "./look.mjs";
import { addTask, hydrated, open, person, stack, submit } from "./stack.mjs";

test("public pages are accessible", async () => {
  const page = await (await open(BY_AXE)).newPage();
  await page.goto(`${stack.app}/`);
  await look(page, "home");
  await page.goto(`${stack.app}/dashboard`);
  await look(page, "sign-in");
  await submit(page, { "E-mail": "nobody@example.com", Password: "wrong horse" }, "Sign in");
  await page.getByText("Wrong e-mail address or password").waitFor();
  await look(page, "sign-in-refused");
  await page.goto(`${stack.app}/sign-up`);
  await page.getByLabel("Password", { exact: true }).fill("quilt-7-marsh");
  await hydrated(page);
  await look(page, "sign-up");
  await submit(page, { Password: "" }, "Sign up");
  await look(page, "sign-up-refused");
  for (const path of ["forgot-password", "reset-password?token=x", "reset-password", "verify-email", "deleted"]) {
    await page.goto(`${stack.app}/${path}`);
    await page.waitForLoadState("networkidle");
    await look(page, path.replace("?token=x", "-form"));
  }
  await page.goto(`${stack.app}/verify-email?error=TOKEN_EXPIRED`);
  await look(page, "verify-email-refused");
  await page.context().close();
});

test("pages of a signed-in user are accessible", async () => {
  const ann = await person("Ann", BY_AXE);
  const page = await ann.context.newPage();
  await page.goto(`${stack.app}/dashboard`);
  await look(page, "dashboard-empty");
  await addTask(ann, "Buy milk");
  await addTask(ann, "Write to Grandma about the long weekend in the mountains, and the cake that she promised");
  await addTask(ann, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft");
  await page.goto(`${stack.app}/dashboard`);
  await page.getByRole("checkbox", { name: "Buy milk" }).click();
  await look(page, "dashboard");
  await page.getByRole("link", { name: "Rename Buy milk" }).click();
  await look(page, "dashboard-rename");
  await page.keyboard.press("Escape");
  await page.route("**/tasks/**", (route) => route.abort());
  await page.route("**/tasks", (route) => route.abort());
  await page.getByRole("checkbox", { name: "Buy milk" }).click();
  await submit(page, { "New task": "Buy bread" }, "Add");
  await page.getByText("so this may not be saved").waitFor();
  await look(page, "dashboard-refused");
  await page.getByRole("banner").getByText("Ann", { exact: true }).click();
  await look(page, "menu");
  for (const path of ["account", "account/password", "account/email", "account/delete", "nowhere"]) {
    await page.goto(`${stack.app}/${path}`);
    await page.waitForLoadState("networkidle");
    await look(page, path.replace("/", "-"));
  }
  await page.goto(`${stack.app}/sign-in`);
  await look(page, "signed-in");
  await ann.context.close();
});

test("the menu by keyboard: it opens, closes with Escape, and closes when the focus leaves it", async () => {
  const { context } = await person("Bob");
  const page = await context.newPage();
  await page.goto(`${stack.app}/`);
  const summary = page.locator("summary");
  const signOut = page.getByRole("button", { name: "Sign out" });
  await summary.focus();
  await page.keyboard.press("Enter");
  await signOut.waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Escape");
  await signOut.waitFor({ state: "hidden" });
  assert.equal(await summary.evaluate((element) => element === document.activeElement), true);
  await page.keyboard.press("Enter");
  for (let steps = 0; steps < 4; steps++) await page.keyboard.press("Tab");
  await signOut.waitFor({ state: "hidden" });
  await context.close();
});

test("everything can be reached by keyboard, with a visible focus", async () => {
  const page = await (await open()).newPage();
  await page.goto(`${stack.app}/sign-up`);
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to the content" });
  assert.equal(
    await skip.evaluate((element) => element === document.activeElement && element.getBoundingClientRect().top >= 0),
    true,
  );
  const reached = [];
  for (let steps = 0; steps < 9; steps++) {
    await page.keyboard.press("Tab");
    reached.push(await page.evaluate(() => document.activeElement.id || document.activeElement.textContent));
    const outlined = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle !== "none");
    assert.ok(outlined, `${reached.at(-1)} shows its focus`);
  }
  assert.deepEqual(reached.slice(0, 8), [
    "Edgeseal example",
    "Sign in",
    "Sign up",
    "name",
    "email",
    "password",
    "Show",
    "Sign up",
  ]);
  await page.context().close();
});
