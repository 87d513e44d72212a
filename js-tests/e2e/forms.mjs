// Tests which messages the forms show, and which element receives focus.
import assert from "node:assert/strict";
import { test } from "node:test";
import { focused, hydrated, open, PASSWORD, person, stack, submit } from "./stack.mjs";

const signUp = async () => {
  const page = await (await open()).newPage();
  await page.goto(`${stack.app}/sign-up`);
  await hydrated(page);
  return page;
};
/** The text that a screen reader reads out for a field. */
const described = (page, id) =>
  page.evaluate((name) => {
    const ids = (document.getElementById(name).getAttribute("aria-describedby") ?? "").split(" ");
    return ids.map((one) => document.getElementById(one)?.textContent).join(" ");
  }, id);

test("an empty form: each field shows its error, the focus is in the first, and nothing is sent", async () => {
  const page = await signUp();
  const sent = [];
  page.on("request", (request) => request.method() === "POST" && sent.push(request.url()));
  await submit(page, {}, "Sign up");
  assert.equal(await page.locator("[aria-invalid=true]").count(), 3);
  assert.equal(await focused(page), "name");
  assert.match(await described(page, "name"), /Enter your name/);
  assert.match(await described(page, "email"), /Enter your e-mail address/);
  await submit(page, { Name: "Bob", "E-mail": "bob@", Password: PASSWORD }, "Sign up");
  assert.equal(await focused(page), "email");
  assert.match(await described(page, "email"), /such as ann@example.com/);
  assert.equal(await page.locator("[aria-invalid=true]").count(), 1, "what was mended is not called wrong");
  assert.deepEqual(sent, []);
  await page.context().close();
});

test("the Worker's errors appear at their fields: a common password, a known address", async () => {
  const { email } = await person("Cid");
  const page = await signUp();
  await submit(page, { Name: "Cid", "E-mail": email, Password: "password1" }, "Sign up");
  await page.getByText("This password is too common").waitFor();
  assert.equal(await focused(page), "password");
  assert.match(await described(page, "password"), /too common/);
  await submit(page, { Password: PASSWORD }, "Sign up");
  await page.getByText("An account with this e-mail address already exists").waitFor();
  assert.equal(await focused(page), "email");
  assert.equal(await page.getByLabel("Name").inputValue(), "Cid", "what was typed stays");
  await page.context().close();
});

test("the strength hint rates length and ignores the owner's name", async () => {
  const page = await signUp();
  await page.getByLabel("Name").fill("Dora Example");
  const hint = async (password) => {
    await page.getByLabel("Password", { exact: true }).fill(password);
    return page.locator(".strength [aria-live]").textContent();
  };
  assert.match(await hint("short"), /^Weak/);
  assert.match(await hint("aaaaaaaaaaaaaaaaaaaaaa"), /^Weak/);
  assert.match(await hint("abcdefghijklmnopqrstuv"), /^Weak/);
  assert.match(await hint("Dora-example-1"), /^Weak\. Don't use your name/);
  assert.match(await hint("quilt-7-marsh"), /^Fair/);
  assert.match(await hint("quilt marsh lantern"), /^Good/);
  await page.context().close();
});

test("a password is shown on request, and hidden while it is sent", async () => {
  const page = await signUp();
  const password = page.getByLabel("Password", { exact: true });
  await password.fill(PASSWORD);
  assert.equal(await password.getAttribute("type"), "password");
  await page.getByRole("button", { name: "Show password" }).click();
  assert.equal(await password.getAttribute("type"), "text");
  const hide = page.getByRole("button", { name: "Hide password" });
  assert.equal(await hide.textContent(), "Hide", "what is said is what is seen (WCAG 2.5.3)");
  await page.route("**/sign-up/email", () => {});
  await submit(page, { Name: "Eve", "E-mail": "eve@example.com" }, "Sign up");
  assert.equal(await password.getAttribute("type"), "password");
  await page.context().close();
});

test("password managers: one password form per page, with the names that they know", async () => {
  const { context } = await person("Fay");
  const page = await context.newPage();
  const anonymous = await (await open()).newPage();
  const expected = [
    [anonymous, "/sign-in", { email: "username", password: "current-password" }],
    [anonymous, "/sign-up", { email: "username", password: "new-password" }],
    [
      page,
      "/account/password",
      { username: "username", currentPassword: "current-password", newPassword: "new-password" },
    ],
    [page, "/account/delete", { username: "username", password: "current-password" }],
    [anonymous, "/reset-password?token=x", { newPassword: "new-password" }],
  ];
  for (const [on, path, fields] of expected) {
    await on.goto(stack.app + path);
    assert.equal(await on.locator("form:has(input[type=password])").count(), 1, path);
    for (const [name, autocomplete] of Object.entries(fields)) {
      const field = on.locator(`input[name=${name}]`);
      assert.equal(await field.getAttribute("autocomplete"), autocomplete, `${path}: ${name}`);
      assert.equal(await field.getAttribute("id"), name);
    }
  }
  await context.close();
  await anonymous.context().close();
});

test("on a slow network the button shows it, and a second click sends nothing", async () => {
  const page = await signUp();
  const sent = [];
  page.on("request", (request) => request.url().endsWith("/sign-up/email") && sent.push(request));
  const network = await page.context().newCDPSession(page);
  const slow = { offline: false, latency: 700, downloadThroughput: 20_000, uploadThroughput: 20_000 };
  await network.send("Network.emulateNetworkConditions", slow);
  await submit(page, { Name: "Gil", "E-mail": "gil@example.com", Password: PASSWORD }, "Sign up");
  const busy = page.getByRole("button", { name: "Creating your account…" });
  await busy.waitFor();
  assert.equal(await page.locator("form[aria-busy=true]").count(), 1);
  assert.equal(await busy.getAttribute("aria-disabled"), "true");
  await busy.click({ force: true });
  await page.getByLabel("Password", { exact: true }).press("Enter");
  await page.waitForURL(`${stack.app}/dashboard`);
  assert.equal(sent.length, 1);
  await page.context().close();
});

test("too many wrong passwords: the form says how long to wait, only to the address that tried them", async () => {
  const { email } = await person("Hal");
  const context = await open();
  for (let tries = 0; tries < 10; tries++) {
    const headers = { origin: stack.app };
    await context.request.post(`${stack.app}/api/auth/sign-in/email`, {
      headers,
      data: { email, password: "wrong horse" },
    });
  }
  const page = await context.newPage();
  await page.goto(`${stack.app}/sign-in`);
  await submit(page, { "E-mail": email, Password: PASSWORD }, "Sign in");
  const alert = page.getByRole("alert").filter({ hasText: "Too many attempts" });
  await alert.waitFor();
  assert.match(await alert.textContent(), /Wait \d+ minutes, then try again/);
  assert.equal(await focused(page), "alert");
  const elsewhere = await (await open()).newPage();
  await elsewhere.goto(`${stack.app}/sign-in`);
  await submit(elsewhere, { "E-mail": email, Password: PASSWORD }, "Sign in");
  await elsewhere.waitForURL(`${stack.app}/dashboard`);
  await elsewhere.context().close();
  await context.close();
});
