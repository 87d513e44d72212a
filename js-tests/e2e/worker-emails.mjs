// The pages around e-mails, in front of the Worker: the links are those in the mailbox of `npm start`, which shows what
// the real binding sent.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { testEmails } from "./emails.mjs";
import { folder } from "./environment.mjs";
import { addTask, fromPage, open, PASSWORD, person, stack } from "./stack.mjs";

/** The type of a message by the `typ` of its link's token: the binding sends no type. */
const TYPES = {
  "reset-password+jwt": "reset-password",
  "verify-email+jwt": "verify-email",
  "confirm-email-change+jwt": "change-email-confirmation",
  "change-email+jwt": "change-email-verification",
  "delete-user+jwt": "delete-account",
};

function typeOf({ url }) {
  const token = new URL(url).searchParams.get("token") ?? new URL(url).pathname.split("/").at(-1);
  return TYPES[JSON.parse(Buffer.from(token.split(".")[0], "base64url")).typ];
}

/** Waits for the newest message of this type to an address. */
async function emailTo(to, type) {
  for (let waited = 0; waited < 15_000; waited += 100) {
    const messages = await (await fetch(`${stack.mailbox}/messages.json`)).json();
    const found = messages.find((message) => message.to === to && message.url && typeOf(message) === type);
    if (found) return found;
    await pause(100);
  }
  throw new Error(`no ${type} to ${to}`);
}

testEmails({ stack, open, emailTo, deletesByEmail: false });

test("a deleted user's tasks are deleted by the upstream, which gets a signed event", async () => {
  const [kit, lou] = [await person("Kit"), await person("Lou")];
  for (const one of [kit, lou]) await addTask(one, "Buy milk");
  const database = new DatabaseSync(join(folder, "tasks.sqlite"), { readOnly: true });
  const count = ({ id }) => database.prepare("SELECT count(*) AS count FROM task WHERE owner = ?").get(id).count;
  assert.deepEqual([count(kit), count(lou)], [1, 1]);
  const deleted = await kit.context.request.post(`${stack.app}/api/auth/delete-user`, {
    headers: fromPage(),
    data: { password: PASSWORD },
  });
  assert.equal(deleted.status(), 200);
  for (let waited = 0; count(kit) > 0 && waited < 10_000; waited += 50) await pause(50);
  assert.deepEqual([count(kit), count(lou)], [0, 1]);
  database.close();
  await kit.context.close();
  await lou.context.close();
});
