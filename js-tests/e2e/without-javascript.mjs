// Tests the app without JavaScript. Its forms then post to Server Actions, which call the Worker.
import assert from "node:assert/strict";
import { test } from "node:test";
import { addTask, cookie, DATA, fromPage, open, PASSWORD, person, REFRESH, stack, submit, tasksOf } from "./stack.mjs";

const OFF = { javaScriptEnabled: false };

test("JavaScript off: sign up, tasks, account, sign out", async () => {
  const context = await open(OFF);
  const page = await context.newPage();
  await page.goto(`${stack.app}/sign-up`);
  assert.equal(await page.getByRole("button", { name: "Show password" }).count(), 0, "nothing that does nothing");
  await submit(page, { Name: "Nora", "E-mail": "nora@example.com", Password: "password1" }, "Sign up");
  await page.getByText("This password is too common").waitFor();
  assert.equal(await page.getByLabel("Name").inputValue(), "Nora", "what was typed is kept");
  assert.equal(await page.getByLabel("E-mail").inputValue(), "nora@example.com");
  assert.equal(await page.getByLabel("Password", { exact: true }).inputValue(), "", "but never a password");
  assert.ok(!(await page.content()).includes("password1"));
  await submit(page, { Password: PASSWORD }, "Sign up");
  await page.waitForURL(`${stack.app}/dashboard`);

  await submit(page, { "New task": "Buy milk" }, "Add");
  await page.getByRole("checkbox", { name: "Buy milk" }).click();
  await page.getByRole("checkbox", { name: "Buy milk", checked: true }).waitFor();
  await page.getByRole("link", { name: "Rename Buy milk" }).click();
  await submit(page, { "New name of Buy milk": "Buy oat milk" }, "Save");
  await page.getByRole("checkbox", { name: "Buy oat milk", checked: true }).waitFor();
  await page.getByRole("button", { name: "Delete Buy oat milk" }).click();
  await page.getByText("Nothing to do yet").waitFor();

  await page.getByRole("banner").getByText("Nora", { exact: true }).click();
  await page.getByRole("link", { name: "Account" }).click();
  await submit(page, { Name: "Nora N." }, "Save");
  await page.getByText("Name saved.").waitFor();
  await page.goto(`${stack.app}/account/password`);
  const [current, chosen] = ["Current password", "New password"];
  await submit(page, { [current]: "wrong horse", [chosen]: "a brand new battery" }, "Change password");
  await page.getByText("This is not your password.").waitFor();
  await submit(page, { [current]: PASSWORD, [chosen]: "a brand new battery" }, "Change password");
  await page.getByText("Password changed.").waitFor();
  await page.goto(`${stack.app}/dashboard`);
  await page.getByRole("banner").getByText("Nora N.", { exact: true }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(`${stack.app}/`);
  assert.equal(await cookie(context, DATA), undefined);

  await page.goto(`${stack.app}/account/delete`);
  await submit(page, { "E-mail": "nora@example.com", Password: "wrong horse" }, "Sign in");
  await page.getByText("Wrong e-mail address or password").waitFor();
  assert.equal(await page.getByLabel("E-mail").inputValue(), "nora@example.com");
  await submit(page, { Password: "a brand new battery" }, "Sign in");
  await page.waitForURL(`${stack.app}/account/delete`);
  await submit(page, { Password: "a brand new battery" }, "Delete my account");
  await page.waitForURL(`${stack.app}/deleted`);
  await context.close();
});

test("JavaScript off: a refused form keeps its boxes, and a deleted task is reported", async () => {
  const sam = await person("Sam", OFF);
  const { id } = await addTask(sam, "Gone by now");
  const page = await sam.context.newPage();
  await page.goto(`${stack.app}/dashboard`);
  await sam.context.request.delete(`${stack.app}/api/${sam.id}/tasks/${id}`, { headers: { origin: stack.app } });
  await page.getByRole("checkbox", { name: "Gone by now" }).click();
  await page.getByText("That didn't work. The task may have been deleted.").waitFor();
  await page.getByText("Nothing to do yet").waitFor();
  await page.getByRole("banner").getByText("Sam", { exact: true }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(`${stack.app}/`);

  await page.goto(`${stack.app}/sign-in`);
  const remember = page.getByLabel("Keep me signed in");
  await remember.uncheck();
  await submit(page, { "E-mail": sam.email, Password: "wrong horse" }, "Sign in");
  await page.getByText("Wrong e-mail address or password").waitFor();
  assert.equal(await remember.isChecked(), false);
  await submit(page, { Password: PASSWORD }, "Sign in");
  await page.waitForURL(`${stack.app}/dashboard`);
  const { expires } = (await sam.context.cookies()).find(({ name }) => name === REFRESH);
  assert.equal(expires, -1, "until the browser is closed");
  await sam.context.close();
});

test("an action sets the cookies that the Worker sets, with all their attributes", async () => {
  const { email } = await person("Olga");
  const context = await open(OFF);
  const page = await context.newPage();
  for (const remembered of [true, false]) {
    await page.goto(`${stack.app}/sign-in`);
    await page.getByLabel("Keep me signed in").setChecked(remembered);
    const posted = page.waitForResponse((response) => response.request().method() === "POST");
    await submit(page, { "E-mail": email, Password: PASSWORD }, "Sign in");
    const set = (await (await posted).headersArray()).filter(({ name }) => name.toLowerCase() === "set-cookie");
    const sent = { email, password: PASSWORD, rememberMe: remembered };
    const direct = await fetch(`${stack.worker}/api/auth/sign-in/email`, {
      method: "POST",
      headers: fromPage(),
      body: JSON.stringify(sent),
    });
    const shape = (text) => {
      const [pair, ...rest] = text.split(/; */);
      // Next.js adds Expires, but Max-Age takes precedence over it (RFC 6265 §5.3).
      const attributes = rest.map((one) => one.toLowerCase()).filter((one) => !one.startsWith("expires="));
      return [pair.split("=")[0], ...attributes.sort()].join("; ");
    };
    const byAction = set.flatMap(({ value }) => value.split("\n")).map(shape);
    const byWorker = direct.headers.getSetCookie().map(shape);
    // After the first sign-in, the browser has a device cookie, so the second sign-in doesn't set it again.
    const session = (list) => list.filter((one) => one.startsWith("better-auth")).sort();
    assert.deepEqual(session(byAction), session(byWorker));
    assert.equal(session(byAction).length, 2);
    if (remembered) assert.ok(byAction.some((one) => one.startsWith("edgeseal.device")));
    await page.goto(`${stack.app}/dashboard`);
    await page.getByRole("banner").getByText("Olga", { exact: true }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL(`${stack.app}/`);
  }
  await context.close();
});

test("a callbackUrl leads to this origin only", async () => {
  const { email } = await person("Pia");
  // js-tests/next/callback.test.mjs tests which URLs are refused; this test checks that they are refused both with and
  // without JavaScript.
  for (const [options, hostiles] of [
    [OFF, ["https://evil.example/", "//evil.example"]],
    [{}, ["/\\evil.example", "javascript:alert(1)"]],
  ]) {
    for (const hostile of hostiles) {
      const context = await open(options);
      const page = await context.newPage();
      await page.goto(`${stack.app}/sign-in?${new URLSearchParams({ callbackUrl: hostile })}`);
      await submit(page, { "E-mail": email, Password: PASSWORD }, "Sign in");
      await page.waitForURL(`${stack.app}/dashboard`);
      await context.close();
    }
  }
});

test("an action forged by another page or without a session does nothing", async () => {
  const quin = await person("Quin", OFF);
  const task = await addTask(quin, "Stay");
  const page = await quin.context.newPage();
  await page.goto(`${stack.app}/dashboard`);
  const form = page.locator("form:has([aria-label^=Delete])");
  const fields = await form.evaluate((element) => Object.fromEntries(new FormData(element)));
  assert.equal(fields.id, task.id);
  const post = (headers, cookies) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    return fetch(`${stack.app}/dashboard`, {
      method: "POST",
      body,
      headers: { ...headers, cookie: cookies },
      redirect: "manual",
    });
  };
  const cookies = (await quin.context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  for (const origin of ["https://evil.example", "null"]) {
    assert.notEqual((await post({ origin }, cookies)).status, 303, origin);
  }
  const nobody = await post({ origin: stack.app }, "");
  assert.match(nobody.headers.get("location"), /\/sign-in/);
  assert.equal((await tasksOf(quin)).length, 1);
  const own = await post({ origin: stack.app }, cookies);
  assert.equal(own.status, 303);
  assert.equal((await tasksOf(quin)).length, 0);
  await quin.context.close();
});

test("passwords tried by form are limited by the client's IP address", async () => {
  const { email } = await person("Rita");
  const context = await open(OFF);
  const page = await context.newPage();
  await page.goto(`${stack.app}/sign-in`);
  for (let tries = 0; tries < 10; tries++) {
    const posted = page.waitForResponse((response) => response.request().method() === "POST");
    await submit(page, { "E-mail": email, Password: "wrong horse" }, "Sign in");
    await posted;
    await page.getByText("Wrong e-mail address or password").waitFor();
  }
  await submit(page, { "E-mail": email, Password: PASSWORD }, "Sign in");
  await page.getByText("Too many attempts").waitFor();
  const other = await open(OFF);
  const another = await other.newPage();
  await another.goto(`${stack.app}/sign-in`);
  await submit(another, { "E-mail": email, Password: PASSWORD }, "Sign in");
  await another.waitForURL(`${stack.app}/dashboard`);
  assert.ok(await cookie(other, REFRESH));
  await context.close();
  await other.close();
});
