// Starts one stack for all test files: production Next.js, the Worker under wrangler, FastAPI behind it, and Chromium.
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { ADDRESS_HEADER, folder } from "./environment.mjs";
import { freePorts } from "../../scripts/ports.mjs";
import { startStack } from "../../scripts/stack.mjs";
import { launchChromium } from "../chromium.mjs";
import { watch } from "./watch.mjs";

export { focused, hydrated, submit } from "./page.mjs";

export const PASSWORD = "correct horse battery";

/** The stack's addresses and secret, and the `stopPart` and `startPart` functions. Filled in before the tests run. */
export const stack = {};
let browser;

before(async () => {
  const [next, worker, upstream] = await freePorts(3);
  Object.assign(stack, await startStack({ next, worker, upstream, show: false, persist: folder }));
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  await stack.close?.();
});

let people = 0;

/** Opens a new browser without a session. watch.mjs checks everything that the browser receives. */
export async function open(options = {}) {
  people += 1;
  const context = await browser.newContext({
    viewport: { width: 1280, height: 720 },
    extraHTTPHeaders: { [ADDRESS_HEADER]: `203.0.113.${people}` },
    ...options,
  });
  context.setDefaultTimeout(15_000);
  watch(context);
  return context;
}

/** The headers that a browser sends when one of our pages posts JSON. */
export const fromPage = () => ({ origin: stack.app, "content-type": "application/json" });

/** Opens a browser and signs up a user in it. `email` and `id` identify the user. */
export async function person(name, options) {
  const context = await open(options);
  const email = `${name.toLowerCase()}-${people}@example.com`;
  const data = { name, email, password: PASSWORD };
  const answer = await context.request.post(`${stack.app}/api/auth/sign-up/email`, { headers: fromPage(), data });
  if (!answer.ok()) throw new Error(`sign-up: ${answer.status()} ${await answer.text()}`);
  const { user } = await answer.json();
  return { context, email, name, id: user.id };
}

/** Adds a task by calling the gateway with this browser's cookies. */
export async function addTask({ context, id }, title) {
  const answer = await context.request.post(`${stack.app}/api/${id}/tasks`, { headers: fromPage(), data: { title } });
  return answer.json();
}

export async function tasksOf({ context, id }) {
  return (await context.request.get(`${stack.app}/api/${id}/tasks`)).json();
}

export const DATA = "better-auth.session_data";
export const REFRESH = "better-auth.session_token";

/** The value of a cookie in the browser. */
export const cookie = async (context, name) => (await context.cookies()).find((one) => one.name === name)?.value;

/** Replaces the value of one of this app's cookies. */
export const setCookie = (context, name, value) =>
  context.addCookies([{ name, value, url: stack.app, httpOnly: true, sameSite: "Lax" }]);

/** Opens a signed-in user's dashboard, and waits until the page's scripts are running. */
export async function dashboard(context) {
  const page = await context.newPage();
  // The list reloads once after it first appears.
  const looked = page.waitForResponse((response) => /\/tasks\?/.test(response.url()));
  await page.goto(`${stack.app}/dashboard`);
  await looked;
  return page;
}
