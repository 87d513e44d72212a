// Follows a user through the app in a browser, from the first page to the last. Imports the tests in the other files,
// which share this file's stack.
import assert from "node:assert/strict";
import { test } from "node:test";
// This import must come first: it sets environment variables that the other modules read when they load.
import "./environment.mjs";
import "./headers.mjs";
import "./forms.mjs";
import "./tasks.mjs";
import "./account.mjs";
import "./without-javascript.mjs";
import "./sessions.mjs";
import "./several-tabs.mjs";
import "./isolation.mjs";
import "./outage.mjs";
import "./accessibility.mjs";
import "./axios.mjs";
import "./worker-emails.mjs";
import { nothingLeaked } from "./leaks.mjs";
import { open, PASSWORD, stack, submit } from "./stack.mjs";

test("sign up, protected page, tasks through the gateway, sign out, redirected, and back", async () => {
  const context = await open();
  const page = await context.newPage();
  await page.goto(`${stack.app}/`);
  await page.getByRole("main").getByRole("link", { name: "Sign up" }).click();
  await page.waitForURL(`${stack.app}/sign-up`);
  await submit(page, { Name: "Ann", "E-mail": "ann@example.com", Password: PASSWORD }, "Sign up");
  await page.waitForURL(`${stack.app}/dashboard`);
  await page.getByRole("heading", { name: "Hello, Ann" }).waitFor();
  await page.getByText("Nothing to do yet").waitFor();

  await submit(page, { "New task": "Buy milk" }, "Add");
  await page.getByRole("checkbox", { name: "Buy milk" }).click();
  await page.getByText("All done").waitFor();

  await page.getByText("Ann", { exact: true }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(`${stack.app}/`);
  await page.goto(`${stack.app}/account/password?from=mail`);
  assert.equal(page.url(), `${stack.app}/sign-in?callbackUrl=%2Faccount%2Fpassword%3Ffrom%3Dmail`);

  await submit(page, { "E-mail": "ann@example.com", Password: "wrong horse" }, "Sign in");
  await page.getByRole("alert").getByText("Wrong e-mail address or password").waitFor();
  await submit(page, { Password: PASSWORD }, "Sign in");
  await page.waitForURL(`${stack.app}/account/password?from=mail`);
  await page.goto(`${stack.app}/dashboard`);
  assert.equal(await page.getByRole("checkbox", { name: "Buy milk", checked: true }).count(), 1);
  await context.close();
});

test("the access token works at the upstream directly, a changed one does not", async () => {
  const sent = { method: "POST", headers: { "content-type": "application/json" } };
  const body = JSON.stringify({ email: "ann@example.com", password: PASSWORD });
  const { token, user } = await (await fetch(`${stack.worker}/api/auth/sign-in/email`, { ...sent, body })).json();
  const ask = async (base, value) =>
    (await fetch(`${base}/api/${user.id}/tasks`, { headers: { authorization: `Bearer ${value}` } })).status;
  const changed = token.slice(0, -5) + (token.at(-5) === "A" ? "B" : "A") + token.slice(-4);
  for (const base of [stack.upstream, stack.worker, stack.app]) {
    assert.equal(await ask(base, token), 200, base);
    assert.equal(await ask(base, changed), 401, base);
  }
});

// This test must run last, because it checks everything that the browsers received in the tests above.
test("no token is within reach of scripts, in a page or in storage", nothingLeaked);
