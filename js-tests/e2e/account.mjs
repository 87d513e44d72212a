// Tests the account pages.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { addTask, cookie, focused, fromPage, open, PASSWORD, person, REFRESH, stack, submit } from "./stack.mjs";

const signIn = (context, email, password) =>
  context.request.post(`${stack.app}/api/auth/sign-in/email`, { headers: fromPage(), data: { email, password } });
/** Whether a copy of a browser's refresh token still works. */
async function alive(token) {
  const answer = await fetch(`${stack.app}/api/auth/get-session`, { headers: { cookie: `${REFRESH}=${token}` } });
  return (await answer.json()) !== null;
}

test("a new name shows everywhere immediately", async () => {
  const { context } = await person("Ann");
  const page = await context.newPage();
  await page.goto(`${stack.app}/dashboard`);
  await page.getByRole("banner").getByText("Ann", { exact: true }).click();
  await page.getByRole("link", { name: "Account" }).click();
  await submit(page, { Name: "" }, "Save");
  await page.getByText("Enter your name.").waitFor();
  await submit(page, { Name: "Ann-Marie" }, "Save");
  await page.getByRole("status").getByText("Name saved.").waitFor();
  await page.getByRole("banner").getByText("Ann-Marie", { exact: true }).waitFor();
  // This page comes from Next.js's router cache.
  await page.goBack();
  await page.getByRole("heading", { name: "Hello, Ann-Marie" }).waitFor();
  await context.close();
});

test("a new password: a wrong current one is reported, other browsers are signed out, this one stays signed in", async () => {
  const { context, email } = await person("Bob");
  const other = await open();
  await signIn(other, email, PASSWORD);
  const elsewhere = await cookie(other, REFRESH);
  const before = await cookie(context, REFRESH);
  assert.equal(await alive(elsewhere), true);

  const page = await context.newPage();
  await page.goto(`${stack.app}/account/password`);
  await submit(page, { "Current password": "wrong horse", "New password": "a brand new battery" }, "Change password");
  await page.getByText("This is not your password.").waitFor();
  assert.equal(await focused(page), "currentPassword");
  await submit(page, { "Current password": PASSWORD, "New password": "password1" }, "Change password");
  await page.getByText("This password is too common").waitFor();
  assert.equal(await focused(page), "newPassword");
  await submit(page, { "New password": "a brand new battery" }, "Change password");
  await page.getByRole("status").getByText("Password changed.").waitFor();
  assert.equal(await page.getByLabel("New password", { exact: true }).inputValue(), "", "not left on the screen");

  assert.equal(await alive(elsewhere), false, "another browser");
  assert.equal(await alive(before), false, "a copy of this one's");
  assert.equal(await alive(await cookie(context, REFRESH)), true);
  await page.goto(`${stack.app}/dashboard`);
  await page.getByRole("heading", { name: "Hello, Bob" }).waitFor();
  assert.equal((await signIn(other, email, PASSWORD)).status(), 401, "the old password");
  assert.equal((await signIn(other, email, "a brand new battery")).status(), 200);
  await context.close();
  await other.close();
});

test("sign out everywhere", async () => {
  const { context, email } = await person("Cid");
  const other = await open();
  await signIn(other, email, PASSWORD);
  const tokens = [await cookie(other, REFRESH), await cookie(context, REFRESH)];
  const page = await context.newPage();
  await page.goto(`${stack.app}/account`);
  await page.getByRole("button", { name: "Sign out everywhere" }).click();
  await page.waitForURL(`${stack.app}/`);
  assert.equal(await cookie(context, REFRESH), undefined);
  assert.deepEqual(await Promise.all(tokens.map(alive)), [false, false]);
  await context.close();
  await other.close();
});

test("an account is deleted only with its password, and its tasks with it", async () => {
  const dee = await person("Dee");
  const { context, email, id } = dee;
  await addTask(dee, "Leave nothing behind");
  const { token } = await (await context.request.get(`${stack.app}/api/auth/token`)).json();
  // The upstream accepts this token until it expires.
  const tasksLeft = async () => {
    const headers = { authorization: `Bearer ${token}` };
    return (await (await fetch(`${stack.upstream}/api/${id}/tasks`, { headers })).json()).length;
  };
  assert.equal(await tasksLeft(), 1);
  const page = await context.newPage();
  await page.goto(`${stack.app}/account/delete`);
  await submit(page, {}, "Delete my account");
  await page.getByText("Enter your password to confirm").waitFor();
  await submit(page, { Password: "wrong horse" }, "Delete my account");
  await page.getByText("This is not your password.").waitFor();
  await submit(page, { Password: PASSWORD }, "Delete my account");
  await page.waitForURL(`${stack.app}/deleted`);
  await page.getByRole("heading", { name: "Your account is deleted" }).waitFor();
  assert.equal((await signIn(context, email, PASSWORD)).status(), 401);
  // The event arrives only after the response.
  for (let tries = 0; (await tasksLeft()) > 0; tries++) {
    assert.ok(tries < 50, "the tasks are still there");
    await pause(100);
  }
  await context.close();
});
