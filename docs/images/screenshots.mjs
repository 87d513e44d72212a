// npm run screenshots: takes screenshots of the example for README.md and saves them in docs/images/. It runs the real
// stack, signs up, and takes a screenshot in each colour scheme. Run it when the example's pages have changed.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../../scripts/build.mjs";
import { prepareExamples } from "../../scripts/examples.mjs";
import { freePorts } from "../../scripts/ports.mjs";
import { at, step, stop } from "../../scripts/run.mjs";
import { startStack } from "../../scripts/stack.mjs";
import { chromium, npmPackages } from "../../scripts/toolchain.mjs";

const FOLDER = "docs/images";
/** Limits the total size of the pictures, because README.md is also read on phones. */
const MOST_BYTES = 300_000;
const VIEWPORT = { width: 960, height: 540 };
/** Device pixels per CSS pixel. Keeps the pictures, 720 pixels wide in README.md, sharp on high-density screens. */
const SHARP = 1.5;

const ANN = { name: "Ann", email: "ann@example.com", password: "a lamp, four chairs" };
const TASKS = [
  { title: "Read how a request is verified", done: true },
  { title: "Rotate the secret", done: false },
  { title: "Invite Bob", done: false },
];

await build();
await npmPackages("js-tests");
await prepareExamples();
process.env.CHROMIUM_PATH = await chromium();
const { launchChromium } = await import("../../js-tests/chromium.mjs");

const persist = mkdtempSync(join(tmpdir(), "edgeseal-screenshots-"));
const [next, worker, upstream] = await freePorts(3);
const stack = await startStack({ next, worker, upstream, show: false, persist }).catch(gaveUp);
const browser = await launchChromium();
for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => stack.close().then(() => process.exit(1)));
try {
  await step(`pictures in ${FOLDER}`, takePictures);
} finally {
  await browser.close();
  await stack.close();
  rmSync(persist, { recursive: true, force: true });
}

function gaveUp({ message, output = "" }) {
  stop(`${message}\n${output}`);
}

async function takePictures() {
  rmSync(at(FOLDER), { recursive: true, force: true });
  mkdirSync(at(FOLDER), { recursive: true });
  const signedOut = await browser.newContext({ viewport: VIEWPORT });
  const page = await signedOut.newPage();
  await signUp(page);
  await addTasks(page);
  const storageState = await signedOut.storageState();
  for (const colorScheme of ["light", "dark"]) {
    const context = await browser.newContext({
      viewport: VIEWPORT,
      deviceScaleFactor: SHARP,
      colorScheme,
      storageState,
    });
    const pictured = await context.newPage();
    await pictured.goto(`${stack.app}/dashboard`, { waitUntil: "networkidle" });
    await pictured.screenshot({ path: at(FOLDER, `dashboard-${colorScheme}.png`), animations: "disabled" });
    await context.close();
  }
  const bytes = readdirSync(at(FOLDER)).reduce((sum, name) => sum + statSync(at(FOLDER, name)).size, 0);
  if (bytes > MOST_BYTES) stop(`${FOLDER} has ${bytes} bytes; ${MOST_BYTES} are allowed.`);
  return `${bytes} bytes`;
}

/** Signs up through the form. Finds fields by the attributes that password managers use, not by label. */
async function signUp(page) {
  await page.goto(`${stack.app}/sign-up`, { waitUntil: "networkidle" });
  const form = page.locator("form").filter({ has: page.locator('input[type="password"]') });
  await form.locator('input[autocomplete="name"]').fill(ANN.name);
  await form.locator('input[type="email"]').fill(ANN.email);
  await form.locator('input[type="password"]').fill(ANN.password);
  await form.locator('button[type="submit"]').click();
  await page.waitForURL(`${stack.app}/dashboard`);
}

/** Adds tasks through the API, so that this script still works if the page's form changes. */
async function addTasks(page) {
  await page.evaluate(async (tasks) => {
    const { user } = await (await fetch("/api/auth/get-session")).json();
    const headers = { "content-type": "application/json" };
    for (const { title, done } of tasks) {
      const path = `/api/${user.id}/tasks`;
      const added = await fetch(path, { method: "POST", headers, body: JSON.stringify({ title }) });
      if (!added.ok) throw new Error(`${path} answered ${added.status}`);
      const { id } = await added.json();
      if (done) await fetch(`${path}/${id}`, { method: "PATCH", headers, body: JSON.stringify({ done }) });
    }
  }, TASKS);
}
