// Tests the pages that send e-mails, and the pages that the links in those e-mails open. These tests use the example
// without the Worker: Better Auth sends the e-mails, and a browser opens the links.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { freePorts } from "../../scripts/ports.mjs";
import { startBetterAuth } from "../../scripts/stack.mjs";
import { launchChromium } from "../chromium.mjs";
import { temporaryFolder } from "../temporary-folder.mjs";
import { testEmails, testRequiredVerification } from "./emails.mjs";

const [plain, strict] = [{}, {}];
const faults = [];
let browser;

before(async () => {
  browser = await launchChromium();
  for (const [stack, env] of [
    [plain, {}],
    [strict, { REQUIRE_EMAIL_VERIFICATION: "true" }],
  ]) {
    const [next, upstream] = await freePorts(2);
    const persist = temporaryFolder("better-auth-emails");
    Object.assign(stack, await startBetterAuth({ next, upstream, show: false, persist, env }));
  }
});
after(async () => {
  await browser?.close();
  await plain.close?.();
  await strict.close?.();
});

let browsers = 0;

/** Opens a new browser with its own IP address, because Better Auth limits the number of attempts from each address. */
async function open(options) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(15_000);
  const address = `203.0.113.${(browsers += 1)}`;
  // The tasks server doesn't get this header, because its CORS settings don't allow it.
  await context.route(/^http:\/\/localhost:/, async (route) =>
    route.continue({ headers: { ...(await route.request().allHeaders()), "x-forwarded-for": address } }),
  );
  context.on("weberror", (error) => faults.push(`a page failed: ${error.error()}`));
  context.on("console", (line) => /Content.Security.Policy/i.test(line.text()) && faults.push(line.text()));
  return context;
}

/** All e-mails that were sent, oldest first. */
const emailsOf = ({ mail }) =>
  readdirSync(mail, { withFileTypes: true })
    .filter(({ name }) => name.endsWith(".json"))
    .map(({ name }) => ({ name, ...JSON.parse(readFileSync(join(mail, name), "utf8")) }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));

const mailboxOf = (stack) => async (to, type) => {
  const patience = Date.now() + 10_000;
  for (;;) {
    const found = emailsOf(stack).findLast((email) => email.to === to && email.type === type);
    if (found) return found;
    if (Date.now() > patience) throw new Error(`no ${type} to ${to}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

testEmails({ stack: plain, open, emailTo: mailboxOf(plain), deletesByEmail: true });
testRequiredVerification({ stack: strict, open, emailTo: mailboxOf(strict) });

test("a sign-up with a known address looks the same, and its owner gets an e-mail", async () => {
  const emailTo = mailboxOf(strict);
  const texts = [];
  for (const _ of ["new", "known"]) {
    const page = await (await open()).newPage();
    await page.goto(`${strict.app}/sign-up`);
    await page.getByLabel("Name").fill("Ida");
    await page.getByLabel("E-mail").fill("ida@example.com");
    await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
    await page.getByRole("main").getByRole("button", { name: "Sign up" }).click();
    await page.getByRole("heading", { name: "Check your inbox" }).waitFor();
    texts.push((await page.getByRole("main").innerText()).replace(/\d+ s/, ""));
    await page.context().close();
  }
  assert.equal(texts[0], texts[1]);
  const { subject, text, html } = await emailTo("ida@example.com", "existing-account");
  assert.equal(subject, "You already have an account");
  assert.ok(text.includes(`${strict.app}/sign-in`) && html.includes(`href="${strict.app}/sign-in"`));
});

test("e-mails are whole, and only their owner reads them", () => {
  const all = [...emailsOf(plain), ...emailsOf(strict)];
  assert.ok(all.length > 10);
  for (const { name, ...email } of all) {
    assert.match(name, /^\d{13}-[0-9a-f-]{36}\.json$/);
    const fields = ["id", "type", "to", "from", "subject", "text", "html", "url", "userId"];
    assert.deepEqual(Object.keys(email).sort(), fields.sort());
    for (const [field, value] of Object.entries(email)) assert.ok(value, `${email.type}: ${field}`);
    assert.ok(email.text.includes(email.url));
  }
});

test("no page failed, and no script or style was blocked", () => assert.deepEqual(faults, []));
