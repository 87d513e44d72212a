// Tests that two users can't read each other's tasks: every attempt is refused, and no data is returned.
import assert from "node:assert/strict";
import { test } from "node:test";
import { addTask, dashboard, fromPage, person, stack, tasksOf } from "./stack.mjs";

test("another user's tasks: by fetch, with every method", async () => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const secret = await addTask(ann, "Secret plan");
  const page = await dashboard(bob.context);
  const attempts = [
    ["GET", `/api/${ann.id}/tasks`],
    ["GET", `/api/${ann.id}/tasks/${secret.id}`],
    ["GET", `/api/${ann.id}/tasks?cursor=${secret.id}`],
    ["POST", `/api/${ann.id}/tasks`, { title: "From Bob" }],
    ["PUT", `/api/${ann.id}/tasks/${secret.id}`, { title: "From Bob" }],
    ["PATCH", `/api/${ann.id}/tasks/${secret.id}`, { done: true }],
    ["DELETE", `/api/${ann.id}/tasks/${secret.id}`],
    // Under Bob's own path, Ann's task does not exist.
    ["GET", `/api/${bob.id}/tasks/${secret.id}`],
    ["PATCH", `/api/${bob.id}/tasks/${secret.id}`, { done: true }],
    ["DELETE", `/api/${bob.id}/tasks/${secret.id}`],
    ["GET", `/api/${bob.id}/../${ann.id}/tasks`],
    ["GET", `/api/${bob.id}/%2e%2e/${ann.id}/tasks`],
    ["GET", `/api/${bob.id}%2f..%2f${ann.id}/tasks`],
    ["GET", `/api/${bob.id}/tasks?user_id=${ann.id}&owner=${ann.id}`],
  ];
  const answers = await page.evaluate(async (list) => {
    const send = async ([method, path, body]) => {
      const headers = { "content-type": "application/json", "x-user-id": "nobody" };
      const response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
      return [response.status, await response.text()];
    };
    return Promise.all(list.map(send));
  }, attempts);
  for (const [index, [status, text]] of answers.entries()) {
    const [method, path] = attempts[index];
    assert.doesNotMatch(text, /Secret plan/, `${method} ${path}`);
    if (path.includes("?user_id")) assert.equal(text, "[]");
    else assert.ok([403, 404].includes(status), `${method} ${path}: ${status}`);
  }
  assert.deepEqual(await tasksOf(ann), [secret]);
  await ann.context.close();
  await bob.context.close();
});

test("another user's tasks: by pages, payloads, and forms with their ids", async () => {
  const [cid, dee] = [await person("Cid"), await person("Dee")];
  const secret = await addTask(cid, "Secret plan");
  await addTask(dee, "Of Dee");
  const get = async (path, headers = {}) => {
    const answer = await dee.context.request.get(stack.app + path, { headers, maxRedirects: 0 });
    return answer.text();
  };
  const paths = [
    `/dashboard?edit=${secret.id}`,
    `/dashboard?after=${secret.id}`,
    `/dashboard?user=${cid.id}`,
    `/${cid.id}/tasks`,
  ];
  for (const path of paths) {
    for (const headers of [{}, { rsc: "1" }]) assert.doesNotMatch(await get(path, headers), /Secret plan/, path);
  }
  const page = await dee.context.newPage();
  await page.goto(`${stack.app}/dashboard`);
  for (const kind of ["Delete", "checkbox"]) {
    const form = page.locator(kind === "Delete" ? "form:has([aria-label^=Delete])" : "form:has([role=checkbox])");
    const fields = await form.evaluate((element) => Object.fromEntries(new FormData(element)));
    const multipart = { ...fields, id: secret.id };
    const headers = { origin: fromPage().origin };
    const answer = await dee.context.request.post(`${stack.app}/dashboard`, { headers, multipart, maxRedirects: 0 });
    assert.match(answer.headers().location, /failed/, kind);
  }
  // Instead of a task id, send a path that contains the owner's id.
  const multipart = {
    ...(await page
      .locator("form:has([aria-label^=Delete])")
      .evaluate((element) => Object.fromEntries(new FormData(element)))),
  };
  multipart.id = `../../${cid.id}/tasks/${secret.id}`;
  const headers = { origin: fromPage().origin };
  await dee.context.request.post(`${stack.app}/dashboard`, { headers, multipart, maxRedirects: 0 });
  assert.deepEqual(await tasksOf(cid), [secret]);
  assert.equal((await tasksOf(dee)).length, 1);
  await cid.context.close();
  await dee.context.close();
});
