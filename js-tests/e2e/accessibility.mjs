// Every page, in both colour schemes and on two devices: axe, no sideways scrolling, and pictures for eyes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { addTask, artifacts, open, person, stack, submit } from "./stack.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const DEVICES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 720 } };
// Axe is put into the page, which the policy rightly forbids.
const BY_AXE = { bypassCSP: true };

async function look(page, name) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const [device, size] of Object.entries(DEVICES)) {
      await page.setViewportSize(size);
      await page.screenshot({ path: `${artifacts}${name}-${device}-${colorScheme}.png` });
      assert.equal(
        await page.evaluate(() => document.documentElement.scrollWidth > innerWidth),
        false,
        `${name} is wider than a ${device}`,
      );
      if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
      const { violations, passes } = await page.evaluate(() => window.axe.run());
      const told = violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => ({ id, html, failureSummary })),
      );
      assert.deepEqual(told, [], `${name}, ${colorScheme}, ${device}`);
      assert.ok(passes.length > 10, `${name}: axe looked at something`);
    }
  }
}

test("pages for everybody", async () => {
  const page = await (await open(BY_AXE)).newPage();
  await page.goto(`${stack.app}/`);
  await look(page, "home");
  await page.goto(`${stack.app}/dashboard`);
  await look(page, "sign-in");
  await submit(page, { "E-mail": "nobody@example.com", Password: "wrong horse" }, "Sign in");
  await page.getByText("E-mail address or password is wrong").waitFor();
  await look(page, "sign-in-refused");
  await page.goto(`${stack.app}/sign-up`);
  await page.getByLabel("Password", { exact: true }).fill("quilt-7-marsh");
  await look(page, "sign-up");
  await submit(page, { Password: "" }, "Sign up");
  await look(page, "sign-up-refused");
  await page.context().close();
});

test("pages for whoever is signed in", async () => {
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
  await page.getByText("This was not saved").waitFor();
  await look(page, "dashboard-refused");
  await page.getByRole("banner").getByText("Ann", { exact: true }).click();
  await look(page, "menu");
  for (const path of ["account", "account/password", "account/delete", "nowhere"]) {
    await page.goto(`${stack.app}/${path}`);
    await page.waitForLoadState("networkidle");
    await look(page, path.replace("/", "-"));
  }
  await page.goto(`${stack.app}/sign-in`);
  await look(page, "signed-in");
  await ann.context.close();
});

test("everything can be reached, and seen, by keyboard", async () => {
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
