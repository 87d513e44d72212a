// Tests the example without the Worker in a browser: Better Auth runs in production Next.js, and the page itself calls
// FastAPI.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { hashPassword as ownHash } from "better-auth/crypto";
import { signJwt, verifyJwt } from "edgeseal";
import Database from "libsql";
import { freePorts } from "../../scripts/ports.mjs";
import { startBetterAuth } from "../../scripts/stack.mjs";
import { launchChromium } from "../chromium.mjs";
import { answers } from "./answers.mjs";
import { submit } from "./page.mjs";
import { temporaryFolder } from "../temporary-folder.mjs";

const artifacts = fileURLToPath(new URL("../../artifacts/", import.meta.url));
const PASSWORD = "correct horse battery";
const LONG = "long".repeat(50);
const JWT = /eyJ[\w-]+\.[\w-]+\.[\w-]+/;
let stack, browser, context, page, database, ann, bob;
const complaints = [];

before(async () => {
  const persist = temporaryFolder("better-auth");
  const [next, upstream] = await freePorts(2);
  stack = await startBetterAuth({ next, upstream, show: false, persist });
  browser = await launchChromium();
  context = await browser.newContext();
  page = await context.newPage();
  page.on("console", (line) => line.type() === "error" && complaints.push(`${line.text()} ${line.location().url}`));
  mkdirSync(artifacts, { recursive: true });
});
after(async () => {
  database?.close();
  await browser?.close();
  await stack?.close();
});

/** Takes two screenshots of the page: one on a phone in dark mode, and one on a desktop in light mode. */
async function shot(name) {
  for (const [device, width, height, colorScheme] of [
    ["phone", 390, 844, "dark"],
    ["desktop", 1280, 720, "light"],
  ]) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: `${artifacts}better-auth-${name}-${device}.png` });
    const overflow = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
    assert.equal(overflow, false, `${name} is wider than a ${device}`);
  }
}

/** Returns the responses that the page gets from the API during `work`, each as `{ status, request }`. */
async function answersOf(work) {
  const answers = [];
  const hear = (answer) => answer.url().startsWith(stack.upstream) && answers.push(answer);
  page.on("response", hear);
  await work();
  page.off("response", hear);
  return answers;
}
const statuses = (answers) => answers.map((answer) => answer.status());

const addTask = async (title) => {
  await page.getByLabel("New task").fill(title);
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByRole("checkbox", { name: title }).waitFor();
};
const post = (path, body) =>
  fetch(`${stack.app}/api/auth${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: stack.app },
    body: JSON.stringify(body),
  });
const signIn = (email, password) => submit(page, { "E-mail": email, Password: password }, "Sign in");
const storedHash = (email) =>
  database.prepare("select password from account join user on user.id = account.userId where email = ?").get(email)
    .password;

test("sign up, and a task that the page adds directly at FastAPI", async () => {
  await page.goto(stack.app);
  await shot("home");
  await page.goto(`${stack.app}/dashboard`);
  assert.equal(page.url(), `${stack.app}/sign-in?callbackUrl=%2Fdashboard`, "without a session");
  await shot("sign-in");
  await page.getByRole("main").getByRole("link", { name: "Sign up" }).click();
  await page.waitForURL(/sign-up/);
  await page.getByLabel("Name").fill("Ann");
  await page.getByLabel("E-mail").fill("ann@example.com");
  await shot("sign-up");
  await submit(page, { Password: PASSWORD }, "Sign up");
  await page.waitForURL(`${stack.app}/dashboard`);
  assert.equal(await page.getByRole("heading").textContent(), "Hello, Ann");
  await page.getByText("No tasks yet.").waitFor();

  const [added] = await answersOf(() => addTask("Write"));
  assert.equal(added.status(), 201);
  const sent = await added.request().allHeaders();
  assert.equal(sent.cookie, undefined);
  assert.equal((await added.allHeaders())["access-control-allow-origin"], stack.app);
  const token = sent.authorization.slice("Bearer ".length);
  const claims = verifyJwt(token, stack.secrets.api, { issuer: stack.app, audience: stack.upstream });
  assert.deepEqual([claims.email, claims.exp - claims.iat], ["ann@example.com", 900]);
  // Tokens for the API are not signed with the secret that signs sessions.
  assert.throws(() => verifyJwt(token, stack.secrets.session, { audience: false }), {
    code: "ERR_JWT_SIGNATURE_INVALID",
  });
  ann = claims.sub;
});

test("tasks are ticked and removed, and stay so after a reload", async () => {
  await addTask("Read");
  await addTask(LONG);
  await page.getByRole("checkbox", { name: "Write" }).check();
  await page.getByText("“Write” is done").waitFor();
  await page.reload();
  await page.getByRole("checkbox", { name: "Write", checked: true }).waitFor();
  await shot("dashboard");
  await page.getByRole("button", { name: "Remove Read" }).click();
  await page.getByText("“Read” was removed").waitFor();
  await page.getByRole("button", { name: `Remove ${LONG}` }).click();
  await page.getByText(`“${LONG}” was removed`).waitFor();
  assert.equal(await page.getByRole("checkbox").count(), 1);
});

test("another user's tasks are 403, also from the page itself; another origin may not read them", async () => {
  const answer = await post("/sign-up/email", { name: "Bob", email: "bob@example.com", password: PASSWORD });
  bob = (await answer.json()).user.id;
  const ask = (id) =>
    page.evaluate(async (url) => {
      const { token } = await (await fetch("/api/auth/token")).json();
      const got = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
      return [got.status, await got.text()];
    }, `${stack.upstream}/api/${id}/tasks`);
  assert.equal((await ask(ann))[0], 200);
  const [status, body] = await ask(bob);
  assert.deepEqual([status, JSON.parse(body).title], [403, "Forbidden"]);
  const foreign = await fetch(`${stack.upstream}/api/${ann}/tasks`, { headers: { origin: "https://evil.example" } });
  assert.equal(foreign.headers.get("access-control-allow-origin"), null);
});

/**
 * Reloads the page with `token` as its first token. Returns the number of tokens that the page requested, and the
 * status codes of the API's responses.
 */
async function withToken(token, work = async () => {}) {
  let asked = 0;
  await page.route("**/api/auth/token", (route) => {
    asked += 1;
    return asked === 1 ? route.fulfill({ json: { token } }) : route.continue();
  });
  const answers = await answersOf(async () => {
    await page.reload();
    await page.getByRole("checkbox").first().waitFor();
    await work();
  });
  await page.unrouteAll();
  return { asked, statuses: statuses(answers) };
}
const token = (options, secret = stack.secrets.api) =>
  signJwt({ sub: ann, email: "ann@example.com", name: "Ann" }, secret, {
    issuer: stack.app,
    audience: stack.upstream,
    expiresIn: 900,
    ...options,
  });

test("a token that is tampered with, expired or of another secret is 401, and a fresh one replaces it", async () => {
  const good = token();
  for (const refused of [
    `${good.slice(0, -5)}${good.at(-5) === "A" ? "B" : "A"}${good.slice(-4)}`,
    token({ currentDate: new Date(Date.now() - 901_000) }),
    token({}, stack.secrets.session),
    token({ audience: stack.app }),
  ]) {
    assert.deepEqual(await withToken(refused), { asked: 2, statuses: [401, 200] });
  }
});

test("a token near its end is replaced before it is used, once for all calls", async () => {
  await addTask("Rest");
  await addTask("Run");
  const both = async () => {
    await page.evaluate("for (const box of document.querySelectorAll('li input:not(:checked)')) box.click()");
    await page.locator("section[aria-busy=false] :checked").nth(2).waitFor();
  };
  assert.deepEqual(await withToken(token({ expiresIn: 30 }), both), { asked: 2, statuses: [200, 200, 200] });
});

test("no storage, cookie or document holds a token", async () => {
  const held = await page.evaluate(async () => {
    const databases = (await indexedDB.databases()).length + (await caches.keys()).length;
    return { databases, text: JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, name]) };
  });
  assert.equal(held.databases, 0);
  const cookies = await context.cookies();
  assert.ok(cookies.length > 0);
  for (const cookie of cookies) {
    assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.path], [true, "Lax", "/"], cookie.name);
  }
  const rsc = await page.evaluate(async () => {
    const answers = await Promise.all([fetch("/dashboard"), fetch("/dashboard", { headers: { rsc: "1" } })]);
    return Promise.all(answers.map((answer) => answer.text()));
  });
  const session = decodeURIComponent(cookies.find(({ name }) => name === "better-auth.session_token").value);
  for (const text of [held.text, await page.content(), ...rsc]) {
    assert.doesNotMatch(text, JWT);
    assert.ok(!text.includes(session.split(".")[0]), "the session's token");
  }
});

test("passwords are argon2id in the database, and Better Auth's own scrypt becomes it at a sign-in", async () => {
  database = new Database(stack.database);
  const ours = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/;
  assert.match(storedHash("ann@example.com"), ours);
  const old = await ownHash("bob's old password");
  assert.match(old, /^[0-9a-f]{32}:[0-9a-f]{128}$/);
  database.prepare("update account set password = ? where userId = ?").run(old, bob);

  await context.clearCookies();
  await page.goto(`${stack.app}/sign-in`);
  await signIn("bob@example.com", PASSWORD);
  const alert = page.getByRole("alert").filter({ hasText: "Wrong e-mail address or password" });
  await alert.waitFor();
  assert.equal(await alert.evaluate((element) => element === document.activeElement), true);
  await shot("wrong-password");
  assert.equal(storedHash("bob@example.com"), old);
  for (const _ of ["by the old hash", "by the new one"]) {
    await context.clearCookies();
    await page.goto(`${stack.app}/sign-in`);
    await signIn("bob@example.com", "bob's old password");
    await page.getByRole("heading", { name: "Hello, Bob" }).waitFor();
    assert.match(storedHash("bob@example.com"), ours);
    // Wait until the tasks have loaded. Otherwise, the page might send a request without cookies and then open the
    // sign-in page.
    await page.getByText("No tasks yet.").waitFor();
  }
});

test("while FastAPI is down the page says so, and keeps the typed text until it is added", async () => {
  await stack.stopPart("fastapi");
  await page.getByLabel("New task").fill("Do not lose me");
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByText("The tasks server isn't responding.").waitFor();
  assert.equal(await page.getByLabel("New task").inputValue(), "Do not lose me");
  await shot("outage");
  stack.startPart("fastapi");
  await answers(`${stack.upstream}/docs`);
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByRole("checkbox", { name: "Do not lose me" }).waitFor();
  assert.equal(await page.getByLabel("New task").inputValue(), "");
});

test("after sign-out no page shows private data", async () => {
  await page.getByRole("banner").getByText("Bob", { exact: true }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(`${stack.app}/`);
  assert.equal((await page.request.get(`${stack.app}/api/auth/token`)).status(), 401);
  await page.goBack();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  assert.equal(await page.getByText("Hello, Bob").count(), 0);
});

test("scripts run only with a nonce", async () => {
  const policies = await Promise.all(
    ["/", "/sign-up"].map(async (path) => (await fetch(stack.app + path)).headers.get("content-security-policy")),
  );
  for (const policy of policies) {
    assert.match(policy, /script-src 'nonce-[\w+/=]{40,}' 'strict-dynamic';/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.ok(policy.includes(`connect-src 'self' ${stack.upstream};`));
  }
  assert.notEqual(policies[0], policies[1]);
});

test("the browser's console has only errors that the tests caused", () => {
  const refusals = /status of 40[13] |net::ERR_CONNECTION_REFUSED/;
  assert.deepEqual(
    complaints.filter((line) => !refusals.test(line)),
    [],
  );
});
