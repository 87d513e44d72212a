// A demo account, created in the same way as any other: through the auth API, the mailbox and the tasks API.
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const TASKS = ["Tick this task", "Add one of your own", "Sign out and come back"];

/**
 * Creates the demo account, and keeps its address and password beside the database so that every start shows the same
 * ones. `auth` and `tasks` are the URLs of the two APIs.
 */
export async function makeDemoAccount({ app, auth, tasks, state, mailbox }) {
  const file = join(state, "demo-account.json");
  const known = existsSync(file);
  const account = known
    ? JSON.parse(readFileSync(file, "utf8"))
    : { email: "demo@example.com", password: randomBytes(12).toString("base64url") };
  const send = (path, body, headers = {}) =>
    fetch(`${auth}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: app, ...headers },
      body: JSON.stringify(body),
    });
  let answer = known ? await send("/sign-in/email", account) : undefined;
  if (!answer?.ok) answer = await send("/sign-up/email", { name: "Demo", ...account });
  if (!answer.ok) {
    const { message } = await answer.json().catch(() => ({}));
    throw new Error(
      `The demo account ${account.email} could not be made: ${message ?? answer.status}. ` +
        `Its password is not in ${file}: delete ${state} to begin anew, or name another folder with --state.`,
    );
  }
  mkdirSync(state, { recursive: true });
  writeFileSync(file, `${JSON.stringify(account, null, 2)}\n`, { mode: 0o600 });
  const { user } = await answer.json();
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  if (!user.emailVerified) await verify(user, { send, cookie, mailbox });
  await addTasks(user, { auth, tasks, cookie });
  return account;
}

/** Verifies the address by opening the link in a message, as its owner would. */
async function verify({ email }, { send, cookie, mailbox }) {
  for (let waited = 0; waited < 10_000; waited += 50) {
    // The sign-up has already sent a message, unless the account was created on an earlier start.
    if (waited === 1000) {
      await send("/send-verification-email", { email, callbackURL: "/" }, { cookie });
    }
    const messages = await (await fetch(`${mailbox}/messages.json`)).json();
    const message = messages.find(({ to, url }) => to === email && url.includes("/verify-email"));
    if (message) {
      const { headers } = await fetch(message.url, { headers: { cookie }, redirect: "manual" });
      if (headers.get("location") === "/") return;
    }
    await pause(50);
  }
  throw new Error(`The mailbox got no link that verifies ${email}.`);
}

/** Adds three tasks if there are none yet. */
async function addTasks(user, { auth, tasks, cookie }) {
  const { token } = await (await fetch(`${auth}/token`, { headers: { cookie } })).json();
  const url = `${tasks}/api/${user.id}/tasks`;
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const there = await fetch(url, { headers });
  if (!there.ok) throw new Error(`The tasks API answered ${there.status} to the demo account.`);
  if ((await there.json()).length > 0) return;
  for (const title of TASKS) await fetch(url, { method: "POST", headers, body: JSON.stringify({ title }) });
}
