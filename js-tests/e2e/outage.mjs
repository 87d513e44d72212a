// Tests that, while a service is down, users see an error, keep the text that they typed, and have a way to continue.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { answers } from "./answers.mjs";
import { BY_AXE, look } from "./look.mjs";
import { addTask, dashboard, focused, hydrated, open, PASSWORD, person, stack, submit } from "./stack.mjs";

const READY = { fastapi: () => `${stack.upstream}/docs`, worker: () => `${stack.worker}/api/auth/ok` };

/**
 * Runs `work` while a part of the stack is stopped. The part is restarted afterwards, or earlier if `work` calls
 * `back`.
 */
async function without(part, work) {
  let started;
  const back = () =>
    (started ??= (async () => {
      stack.startPart(part);
      await answers(READY[part]());
    })());
  await stack.stopPart(part);
  try {
    await work(back);
  } finally {
    await back();
  }
}

test("the upstream is down: the page says so, keeps the typed text, and offers to try again", async () => {
  const ann = await person("Ann");
  await addTask(ann, "Before");
  const page = await dashboard(ann.context);
  const plain = await person("Bob", { javaScriptEnabled: false });
  const old = await plain.context.newPage();
  await old.goto(`${stack.app}/dashboard`);
  await without("fastapi", async (back) => {
    // A failed change is reverted and reported.
    await page.getByRole("checkbox", { name: "Before" }).click();
    await page.getByText("“Before” could not be marked as done: the service isn't responding.").waitFor();
    assert.equal(await page.getByRole("checkbox", { name: "Before", checked: false }).count(), 1);
    await page.getByRole("button", { name: "Delete Before" }).click();
    await page.getByText("“Before” could not be deleted:").waitFor();
    await page.getByRole("checkbox", { name: "Before" }).waitFor();

    await submit(page, { "New task": "While it was down" }, "Add");
    await page.getByText("so this may not be saved").waitFor();
    assert.equal(await page.getByLabel("New task").inputValue(), "While it was down");
    assert.equal(await focused(page), "alert");

    // Repeat this without JavaScript.
    await submit(old, { "New task": "By form" }, "Add");
    await old.getByText("so this may not be saved").waitFor();
    assert.equal(await old.getByLabel("New task").inputValue(), "By form");
    await old.getByText("Your tasks can't be shown right now").waitFor();

    // Post the form before the page's scripts load, and again afterwards.
    let release;
    const late = new Promise((resolve) => (release = resolve));
    const early = await ann.context.newPage();
    await early.route("**/_next/static/**/*.js", (route) => late.then(() => route.continue()));
    await early.goto(`${stack.app}/dashboard`, { waitUntil: "commit" });
    await submit(early, { "New task": "Written early" }, "Add");
    await early.getByText("so this may not be saved").waitFor();
    release();
    await hydrated(early);
    const tried = early.waitForResponse((response) => response.request().method() === "POST");
    await early.locator("form.add-task").getByRole("button", { name: "Try again" }).click();
    await tried;
    await early.locator("form.add-task[aria-busy=false]").getByText("so this may not be saved").waitFor();
    assert.equal(await early.getByLabel("New task").inputValue(), "Written early");
    await early.close();

    // A page that is loaded during the outage still renders.
    const fresh = await ann.context.newPage();
    await fresh.goto(`${stack.app}/dashboard`);
    await fresh.getByText("Your tasks can't be shown right now").waitFor();
    await fresh.getByLabel("New task").fill("Still typing");
    await fresh.getByRole("link", { name: "Try again" }).click();
    await fresh.getByRole("link", { name: "Try again" }).waitFor();
    await back();
    await fresh.getByRole("link", { name: "Try again" }).click();
    await fresh.getByRole("checkbox", { name: "Before" }).waitFor();
    assert.equal(await fresh.getByLabel("New task").inputValue(), "Still typing");
  });
  await page.locator("form.add-task").getByRole("button", { name: "Try again" }).click();
  await page.getByRole("checkbox", { name: "While it was down" }).waitFor();
  await page.getByRole("alert").getByRole("button", { name: "Try again" }).click();
  await page.getByRole("checkbox", { name: "Before" }).waitFor({ state: "detached" });
  await submit(old, {}, "Try again");
  await old.getByRole("checkbox", { name: "By form" }).waitFor();
  await ann.context.close();
  await plain.context.close();
});

/** Runs `work` while a different server listens on the upstream's port. */
async function instead(answer, work) {
  const server = createServer((_, response) => answer(response.setHeader("content-type", "application/json")));
  await new Promise((resolve) => server.listen(new URL(stack.upstream).port, "127.0.0.1", resolve));
  try {
    await work();
  } finally {
    await new Promise((resolve) => server.close(resolve).closeAllConnections());
  }
}

test("the upstream answers nonsense: an error page with a way to continue", async () => {
  const eve = await person("Eve", BY_AXE);
  await addTask(eve, "Before");
  const page = await eve.context.newPage();
  const plain = await open({ javaScriptEnabled: false });
  await plain.addCookies(await eve.context.cookies());
  const old = await plain.newPage();
  await without("fastapi", async () => {
    const brokenOff = (response) => {
      response.setHeader("content-length", 1000).write("[");
      setTimeout(() => response.destroy(), 50);
    };
    await instead(brokenOff, async () => {
      await old.goto(`${stack.app}/dashboard`);
      await old.getByText("Your tasks can't be shown right now").waitFor();
    });
    await instead(
      (response) => response.end("{}"),
      async () => {
        await page.goto(`${stack.app}/dashboard`);
        await page.getByRole("heading", { name: "Something went wrong" }).waitFor();
        await look(page, "error");
      },
    );
  });
  await plain.close();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("checkbox", { name: "Before" }).waitFor();
  await eve.context.close();
});

test("no response at all: the form says so, keeps the typed text, and works again", async () => {
  const { email } = await person("Cid");
  const context = await open();
  const page = await context.newPage();
  await page.goto(`${stack.app}/sign-in`);
  for (const failure of [(route) => route.abort(), (route) => route.fulfill({ status: 502 })]) {
    await page.route("**/sign-in/email", failure);
    await submit(page, { "E-mail": email, Password: PASSWORD }, "Sign in");
    await page.getByText("The server isn't responding.").waitFor();
    assert.equal(await page.getByLabel("E-mail").inputValue(), email);
    assert.equal(await page.getByLabel("Password", { exact: true }).inputValue(), PASSWORD);
    await page.unroute("**/sign-in/email");
  }
  await submit(page, {}, "Sign in");
  await page.waitForURL(`${stack.app}/dashboard`);
  await context.close();
});

test("the Worker is down: signed-in users see pages, and a failed sign-out is reported", async () => {
  const dee = await person("Dee");
  const page = await dashboard(dee.context);
  const old = await (await open({ javaScriptEnabled: false })).newPage();
  await old.goto(`${stack.app}/sign-in`);
  await without("worker", async () => {
    await page.goto(`${stack.app}/dashboard`);
    await page.getByText("Your tasks can't be shown right now").waitFor();
    await page.getByRole("banner").getByText("Dee", { exact: true }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByText("You are still signed in").waitFor();
    await submit(old, { "E-mail": dee.email, Password: PASSWORD }, "Sign in");
    await old.getByText("The server isn't responding.").waitFor();
    assert.equal(await old.getByLabel("E-mail").inputValue(), dee.email);
  });
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(`${stack.app}/`);
  await dee.context.close();
  await old.context().close();
});
