// Tests a signed-in user's tasks, through the gateway.
import assert from "node:assert/strict";
import { test } from "node:test";
import { addTask, dashboard, open, person, stack, submit, tasksOf } from "./stack.mjs";

const titles = (page) => page.locator(".tasks .title").allTextContents();

test("add, tick, rename, delete, and the same after a reload", async () => {
  const ann = await person("Ann");
  const page = await dashboard(ann.context);
  for (const title of ["Buy milk", "Write to Bob"]) {
    await submit(page, { "New task": title }, "Add");
    await page.getByRole("checkbox", { name: title }).waitFor();
  }
  assert.deepEqual(await titles(page), ["Write to Bob", "Buy milk"], "the newest first");
  assert.equal(await page.getByLabel("New task").inputValue(), "", "empty for the next");
  await page.getByRole("checkbox", { name: "Buy milk" }).click();
  await page.getByRole("link", { name: "Rename Write to Bob" }).click();
  await submit(page, { "New name of Write to Bob": "Write to Bob and Cid" }, "Save");
  await page.getByRole("checkbox", { name: "Write to Bob and Cid" }).waitFor();
  await submit(page, { "New task": "A mistake" }, "Add");
  await page.getByRole("button", { name: "Delete A mistake" }).click();
  await page.getByRole("status").getByText("Deleted “A mistake”.").waitFor();
  await page.reload();
  assert.deepEqual(await titles(page), ["Write to Bob and Cid", "Buy milk"]);
  assert.equal(await page.getByRole("checkbox", { name: "Buy milk", checked: true }).count(), 1);
  assert.deepEqual(
    (await tasksOf(ann)).map(({ title, done }) => [title, done]),
    [
      ["Buy milk", true],
      ["Write to Bob and Cid", false],
    ],
  );
  await ann.context.close();
});

test("tasks by keyboard only; the focus is never lost", async () => {
  const bob = await person("Bob");
  await addTask(bob, "First");
  await addTask(bob, "Second");
  const page = await dashboard(bob.context);
  const focus = async (label) => {
    const holds = (wanted) => {
      const { id } = document.activeElement;
      return (document.activeElement.getAttribute("aria-label") ?? id) === wanted;
    };
    await page.waitForFunction(holds, label);
  };
  await page.getByLabel("New task").focus();
  await page.keyboard.type("Third");
  await page.keyboard.press("Enter");
  await page.getByRole("checkbox", { name: "Third" }).waitFor();
  await focus("title");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await focus("Third");
  await page.keyboard.press("Space");
  await page.getByRole("checkbox", { name: "Third", checked: true }).waitFor();
  await page.keyboard.press("Tab");
  await focus("Rename Third");
  await page.keyboard.press("Enter");
  await page.keyboard.type("3rd");
  await page.keyboard.press("Enter");
  await page.getByRole("checkbox", { name: "3rd" }).waitFor();
  await focus("Rename 3rd");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await focus("Rename 3rd");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await focus("Delete Second");
  await bob.context.close();
});

test("a change shows immediately, before the API responds", async () => {
  const cid = await person("Cid");
  await addTask(cid, "Slow");
  const page = await dashboard(cid.context);
  let answer;
  const held = new Promise((resolve) => (answer = resolve));
  let first = true;
  await page.route("**/tasks/*", async (route) => {
    if (first) {
      first = false;
      await held;
    }
    await route.continue();
  });
  const changes = [];
  page.on("requestfinished", (request) => request.method() === "PATCH" && changes.push(request.postData()));
  const looks = [];
  page.on("request", (request) => /\/tasks\?/.test(request.url()) && looks.push([...changes]));
  await page.getByRole("checkbox", { name: "Slow" }).click();
  await page.getByRole("checkbox", { name: "Slow", checked: true }).waitFor();
  await page.getByRole("checkbox", { name: "Slow" }).click();
  await page.getByRole("checkbox", { name: "Slow", checked: false }).waitFor();
  // Returning to the tab in the meantime must not bring back the old state.
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  assert.deepEqual(changes, [], "not yet");
  const looked = page.waitForResponse((response) => /\/tasks\?/.test(response.url()));
  answer();
  await looked;
  assert.deepEqual(changes, ['{"done":true}', '{"done":false}'], "the last click counts");
  assert.deepEqual(looks, [changes], "the list is asked for after what is under way");
  assert.equal((await tasksOf(cid))[0].done, false);
  await cid.context.close();
});

test("more than one page of tasks", async () => {
  const dan = await person("Dan");
  for (let number = 1; number <= 52; number++) await addTask(dan, `Task ${number}`);
  const page = await dashboard(dan.context);
  assert.equal((await titles(page)).length, 50);
  await page.getByRole("link", { name: "Older tasks" }).click();
  await page.getByText("Task 2", { exact: true }).waitFor();
  assert.deepEqual(await titles(page), ["Task 2", "Task 1"]);
  await page.getByRole("link", { name: "Newest tasks" }).click();
  await page.getByText("Task 52", { exact: true }).waitFor();

  const older = page.getByRole("link", { name: "Older tasks" });
  await page.getByRole("button", { name: "Delete Task 52" }).click();
  await page.getByText("Task 2", { exact: true }).waitFor();
  assert.equal(await older.count(), 1, "there is one more");
  await page.getByRole("button", { name: "Delete Task 51" }).click();
  await page.getByText("Task 1", { exact: true }).waitFor();
  assert.deepEqual([(await titles(page)).length, await older.count()], [50, 0]);

  // Without JavaScript, a change must lead back to the same page of the task list.
  await addTask(dan, "One more");
  const plain = await open({ javaScriptEnabled: false });
  await plain.addCookies(await dan.context.cookies());
  const old = await plain.newPage();
  await old.goto(`${stack.app}/dashboard`);
  await old.getByRole("link", { name: "Older tasks" }).click();
  await old.getByRole("link", { name: "Rename Task 1" }).click();
  await submit(old, { "New name of Task 1": "The first task" }, "Save");
  await old.getByRole("checkbox", { name: "The first task" }).click();
  await old.getByRole("checkbox", { name: "The first task", checked: true }).waitFor();
  await plain.close();
  await dan.context.close();
});

test("a deleted task: the page says so, and the list is current", async () => {
  const fay = await person("Fay");
  await addTask(fay, "Here");
  const { id } = await addTask(fay, "Gone by now");
  const page = await dashboard(fay.context);
  await fay.context.request.delete(`${stack.app}/api/${fay.id}/tasks/${id}`, { headers: { origin: stack.app } });
  await page.getByRole("checkbox", { name: "Gone by now" }).click();
  const alert = page.getByRole("alert").filter({ hasText: "could not be marked as done: There is no such task." });
  await alert.waitFor();
  assert.equal(await alert.getByRole("button").count(), 0, "trying again would not help");
  await page.getByRole("checkbox", { name: "Gone by now" }).waitFor({ state: "detached" });
  assert.deepEqual(await titles(page), ["Here"]);
  await fay.context.close();
});

test("a list that another tab changed is reloaded", async () => {
  const eve = await person("Eve");
  const page = await dashboard(eve.context);
  await addTask(eve, "From elsewhere");
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await page.getByRole("checkbox", { name: "From elsewhere" }).waitFor();
  await page.goto(`${stack.app}/account`);
  await page.goBack();
  await page.getByRole("checkbox", { name: "From elsewhere" }).waitFor();
  await eve.context.close();
});
