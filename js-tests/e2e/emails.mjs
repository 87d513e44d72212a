// Tests the pages that send e-mails, and the pages that the links in those e-mails open. These tests work with any
// server that speaks Better Auth's protocol: a browser opens the links that the server sent.
import assert from "node:assert/strict";
import { test } from "node:test";
import { BY_AXE, look } from "./look.mjs";
import { focused, hydrated, submit } from "./page.mjs";

const PASSWORD = "correct horse battery";
const OFF = { javaScriptEnabled: false };
const inbox = (page) => page.getByRole("heading", { name: "Check your inbox" }).waitFor();
const status = (page, text) => page.getByRole("status").getByText(text).waitFor();

/**
 * Registers the tests. `stack` must contain the app's address by the time the tests run. `open` returns a new browser,
 * and `emailTo(address, type)` waits for the newest e-mail of that type. `deletesByEmail` says whether users must
 * confirm the deletion of their account by e-mail.
 */
export function testEmails({ stack, open, emailTo, deletesByEmail }) {
  let people = 0;
  const address = (name) => `${name.toLowerCase()}-${process.pid}-${(people += 1)}@example.com`;

  async function signUp(name, options) {
    const context = await open(options);
    const page = await context.newPage();
    const email = address(name);
    await page.goto(`${stack.app}/sign-up`);
    await submit(page, { Name: name, "E-mail": email, Password: PASSWORD }, "Sign up");
    await page.waitForURL(`${stack.app}/dashboard`);
    return { context, page, email };
  }
  const newPage = async (options) => (await open(options)).newPage();
  async function signIn(page, email, password) {
    await page.goto(`${stack.app}/sign-in`);
    await submit(page, { "E-mail": email, Password: password }, "Sign in");
  }
  /** Makes the browser forget the session data, which would otherwise be valid for several minutes. */
  const expire = (context) => context.clearCookies({ name: /session_data/ });

  test("a forgotten password: reset in another browser, and the first one is signed out", async () => {
    const ann = await signUp("Ann");
    const page = await newPage();
    await page.goto(`${stack.app}/sign-in`);
    await page.getByRole("link", { name: "Forgot password?" }).click();
    await page.waitForURL(`${stack.app}/forgot-password`);
    await hydrated(page);
    await submit(page, { "E-mail": "nobody" }, "Send link");
    assert.equal(await focused(page), "email");
    const texts = [];
    for (const email of [address("Nobody"), ann.email]) {
      await page.goto(`${stack.app}/forgot-password`);
      await submit(page, { "E-mail": email }, "Send link");
      await inbox(page);
      await page.getByText("If an account with this address exists, you'll get an e-mail.").waitFor();
      texts.push((await page.getByRole("main").innerText()).replace(email, ""));
    }
    assert.equal(texts[0].replace(/\d+ s/, ""), texts[1].replace(/\d+ s/, ""), "the same for an unknown address");
    const { url } = await emailTo(ann.email, "reset-password");

    const requests = [];
    page.on("request", (request) => requests.push(request));
    await page.goto(url);
    await page.waitForFunction(() => location.search === "");
    assert.equal(page.url(), `${stack.app}/reset-password`, "the token left the address bar");
    await submit(page, { "New password": "short" }, "Save password");
    await page.getByText("Use at least 8 characters.").waitFor();
    assert.equal(await focused(page), "newPassword");
    await page.getByLabel("New password", { exact: true }).fill("quilt-7-marsh");
    await page.getByText("Fair. Add another word").waitFor();
    await submit(page, { "New password": "a brand new battery" }, "Save password");
    await page.waitForURL(`${stack.app}/sign-in?notice=reset`);
    await status(page, "Password changed. Sign in with the new one.");
    const token = /reset-password\/([^?]+)/.exec(url)[1];
    for (const request of requests) {
      assert.ok(request.url().startsWith(stack.app), `${request.url()} is not ours`);
      const { referer = "" } = await request.allHeaders();
      assert.ok(!referer.includes(token), `${request.url()} got the token as its referrer`);
    }

    await expire(ann.context);
    await ann.page.goto(`${stack.app}/dashboard`);
    assert.match(ann.page.url(), /\/sign-in\?callbackUrl/, "the first browser");
    await signIn(ann.page, ann.email, PASSWORD);
    await ann.page.getByText("Wrong e-mail address or password").waitFor();
    await signIn(page, ann.email, "a brand new battery");
    await page.waitForURL(`${stack.app}/dashboard`);
    await page.goto(url);
    await page.getByText("This link has expired or was already used.").waitFor();
    await page.getByRole("link", { name: "Request another link" }).click();
    await page.waitForURL(`${stack.app}/forgot-password`);
    await page.goto(`${stack.app}/reset-password`);
    await page.getByText("This page needs the link from your e-mail.").waitFor();
    await page.goto(`${stack.app}/reset-password?token=made-up`);
    await submit(page, { "New password": "a brand new battery" }, "Save password");
    await page.getByText("This link has expired or was already used.").waitFor();
    await page.context().close();
    await ann.context.close();
  });

  test("an address is confirmed: a notice until then, sent again once a minute", async () => {
    const { context, page, email } = await signUp("Bob");
    const notice = page.getByRole("region", { name: "Confirm your e-mail address" });
    await notice.waitFor();
    await page.clock.install();
    await page.goto(`${stack.app}/account`);
    await hydrated(page);
    const sent = [];
    page.on("request", (request) => request.url().includes("/send-verification-email") && sent.push(request));
    const again = notice.getByRole("button", { name: "Send again", exact: true });
    await again.click();
    await status(page, "Sent. It may take a minute to arrive.");
    assert.equal(await again.getAttribute("aria-disabled"), "true");
    await page.clock.runFor(20_000);
    assert.match(await again.textContent(), /^Send again in (39|40) s$/);
    await again.click({ force: true });
    await status(page, /^Wait (39|40) more seconds\.$/);
    await page.clock.runFor(41_000);
    await status(page, "You can send it again now.");
    assert.equal(sent.length, 1, "not while it waits");
    await again.click();
    await page.waitForFunction(() => document.querySelector(".waits"));
    assert.equal(sent.length, 2);

    const { url } = await emailTo(email, "verify-email");
    await page.goto(url);
    await page
      .getByRole("button", { name: "Continue" })
      .or(page.getByRole("button", { name: "Confirm" }))
      .waitFor();
    await page.goto(`${stack.app}/verify-email`);
    await page.getByRole("main").getByText(email).waitFor();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL(`${stack.app}/dashboard`);
    await page.getByRole("heading", { name: "Hello, Bob" }).waitFor();
    assert.equal(await notice.count(), 0);
    await context.close();
  });

  test("links to confirm that don't work say why, and another one can be sent", async () => {
    const page = await newPage();
    for (const [code, text] of [
      ["TOKEN_EXPIRED", "This link has expired."],
      ["INVALID_TOKEN", "This link isn't valid any more."],
      ["USER_NOT_FOUND", "There is no account for this link any more."],
      ["<b>made up</b>", "This link isn't valid any more."],
    ]) {
      await page.goto(`${stack.app}/verify-email?${new URLSearchParams({ error: code })}`);
      await page.getByText(text).waitFor();
    }
    await submit(page, { "E-mail": address("Nobody") }, "Send another link");
    await inbox(page);
    await page.getByText("If this address needs to be confirmed, we sent a link to").waitFor();
    await page.context().close();
  });

  test("a new e-mail address: the current one confirms, then the new one", async () => {
    const { context, page, email } = await signUp("Cid");
    const [first, second] = [address("Cid"), address("Cid")];
    await page.goto(`${stack.app}/account/email`);
    await hydrated(page);
    await submit(page, { "New e-mail": email }, "Send link");
    await page.getByText("This is already your address.").waitFor();
    assert.equal(await focused(page), "newEmail");
    await submit(page, { "New e-mail": first }, "Send link");
    await status(page, `We sent a link to ${first}.`);
    await page.goto((await emailTo(email, "verify-email")).url);
    await page.goto(`${stack.app}/account/email`);
    await page.getByText("First your current address confirms the change").waitFor();
    await submit(page, { "New e-mail": second }, "Send link");
    await status(page, `We sent a link to your current address, ${email}.`);
    await page.goto((await emailTo(email, "change-email-confirmation")).url);
    await page.getByText(`Your address is ${email}.`).waitFor();
    const { url } = await emailTo(second, "change-email-verification");
    await page.goto(url);
    await page.getByText(`Your address is ${second}.`).waitFor();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL(`${stack.app}/dashboard`);
    await page.goto(`${stack.app}/account`);
    await page.getByRole("definition").getByText(second).waitFor();
    await page.goto(url);
    await page.getByRole("heading", { name: "Address not changed" }).waitFor();
    await context.close();
  });

  if (deletesByEmail) {
    test("an account is deleted by the link, only in a browser of its user", async () => {
      const { context, page, email } = await signUp("Dee", BY_AXE);
      await page.goto(`${stack.app}/account/delete`);
      await submit(page, { Password: "wrong horse" }, "Delete my account");
      await page.getByText("This is not your password.").waitFor();
      await submit(page, { Password: PASSWORD }, "Delete my account");
      await inbox(page);
      await page.getByText("Until then, nothing is deleted.").waitFor();
      await look(page, "emails-delete-sent");
      const { url } = await emailTo(email, "delete-account");
      const other = await newPage();
      await other.goto(url);
      await page.goto(`${stack.app}/dashboard`);
      await page.getByRole("heading", { name: "Hello, Dee" }).waitFor();
      await page.goto(`${stack.app}/account/delete?error=INVALID_TOKEN`);
      await page.getByText("Nothing was deleted").waitFor();
      await look(page, "emails-delete-refused");
      await page.goto(url);
      await page.waitForURL(`${stack.app}/deleted`);
      await page.getByRole("heading", { name: "Your account is deleted" }).waitFor();
      await signIn(page, email, PASSWORD);
      await page.getByText("Wrong e-mail address or password").waitFor();
      await other.context().close();
      await context.close();
    });
  }

  test("JavaScript off: notice, forgot, reset", async () => {
    const { context, page, email } = await signUp("Eve", OFF);
    const again = page.getByRole("button", { name: "Send again", exact: true });
    await again.click();
    await page.getByText("Sent. It may take a minute to arrive.").waitFor();
    assert.equal(await again.textContent(), "Send again", "a plain button");
    const other = await newPage(OFF);
    await other.goto(`${stack.app}/forgot-password`);
    await submit(other, { "E-mail": "nobody@nowhere" }, "Send link");
    await other.getByText("Enter an e-mail address such as").waitFor();
    await submit(other, { "E-mail": email }, "Send link");
    await inbox(other);
    await other.getByRole("button", { name: "Send again", exact: true }).click();
    await other.getByText("Sent. It may take a minute to arrive.").waitFor();
    await other.goto((await emailTo(email, "reset-password")).url);
    await submit(other, { "New password": "short" }, "Save password");
    await other.goto((await emailTo(email, "reset-password")).url);
    await submit(other, { "New password": "a brand new battery" }, "Save password");
    await other.waitForURL(`${stack.app}/sign-in?notice=reset`);
    await signIn(other, email, "a brand new battery");
    await other.waitForURL(`${stack.app}/dashboard`);
    await page.goto((await emailTo(email, "verify-email")).url);
    await page.goto(`${stack.app}/account/email`);
    await context.close();
    await other.context().close();
  });

  test("each state is accessible", async () => {
    const { context, page, email } = await signUp("Joy", BY_AXE);
    await page.getByRole("region", { name: "Confirm your e-mail address" }).waitFor();
    await page.goto(`${stack.app}/account`);
    await hydrated(page);
    await look(page, "emails-notice");
    await page.getByRole("button", { name: "Send again", exact: true }).click();
    await status(page, "Sent.");
    await look(page, "emails-notice-sent");
    await page.goto((await emailTo(email, "verify-email")).url);
    await page.getByRole("heading", { name: "E-mail address confirmed" }).waitFor();
    await look(page, "emails-confirmed");
    await page.goto(`${stack.app}/account/email`);
    await submit(page, { "New e-mail": address("Joy") }, "Send link");
    await status(page, "We sent a link to your current address");
    await look(page, "emails-change-sent");
    await page.goto((await emailTo(email, "change-email-confirmation")).url);
    await page.getByRole("heading", { name: "Thank you" }).waitFor();
    await look(page, "emails-change-confirmed");
    const other = await newPage(BY_AXE);
    await other.goto(`${stack.app}/forgot-password`);
    await submit(other, { "E-mail": email }, "Send link");
    await inbox(other);
    await look(other, "emails-forgot-sent");
    await other.goto((await emailTo(email, "reset-password")).url);
    await submit(other, { "New password": "short" }, "Save password");
    await look(other, "emails-reset-refused");
    await other.goto(`${stack.app}/reset-password?error=INVALID_TOKEN`);
    await look(other, "emails-reset-expired");
    await other.goto(`${stack.app}/verify-email?error=TOKEN_EXPIRED`);
    await submit(other, { "E-mail": address("Nobody") }, "Send another link");
    await inbox(other);
    await look(other, "emails-verify-sent");
    await other.goto(`${stack.app}/sign-in?notice=reset`);
    await look(other, "emails-sign-in-reset");
    await other.context().close();
    await context.close();
  });

  test("links lead only to this origin", async () => {
    const { context, page, email } = await signUp("Fay");
    const foreign = new RegExp(String.raw`^https?://evil\.example`);
    const left = [];
    page.on("request", (request) => foreign.test(request.url()) && left.push(request.url()));
    await page.goto(`${stack.app}/forgot-password`);
    await submit(page, { "E-mail": email }, "Send link");
    await inbox(page);
    for (const { url } of [await emailTo(email, "reset-password"), await emailTo(email, "verify-email")]) {
      for (const hostile of ["https://evil.example/", "//evil.example", "/\\evil.example"]) {
        const changed = new URL(url);
        changed.searchParams.set("callbackURL", hostile);
        await page.goto(changed.href);
        assert.equal(new URL(page.url()).origin, stack.app, hostile);
      }
    }
    for (const path of [
      "/reset-password?token=x&callbackURL=",
      "/verify-email?callbackURL=",
      "/deleted?callbackURL=",
    ]) {
      await page.goto(`${stack.app}${path}https%3A%2F%2Fevil.example`);
      assert.ok(!(await page.content()).includes('href="https://evil.example'), path);
    }
    assert.deepEqual(left, []);
    await context.close();
  });
}

/** Registers the tests for a server on which users must confirm their address before they can sign in. */
export function testRequiredVerification({ stack, open, emailTo }) {
  for (const [name, options] of [
    ["Gil", BY_AXE],
    ["Hal", OFF],
  ]) {
    const off = options === OFF;
    test(`no session before the address is confirmed${off ? ", JavaScript off" : ""}`, async () => {
      const context = await open(options);
      const page = await context.newPage();
      const email = `${name.toLowerCase()}-${process.pid}@example.com`;
      await page.goto(`${stack.app}/sign-up?callbackUrl=%2Faccount`);
      await submit(page, { Name: name, "E-mail": email, Password: PASSWORD }, "Sign up");
      await inbox(page);
      await page.getByText(email).waitFor();
      assert.ok(!page.url().includes("@"), "the address is in no URL");
      const again = page.getByRole("button", { name: "Send again", exact: true });
      assert.equal(await again.getAttribute("aria-disabled"), String(!off));
      if (!off) {
        assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1");
        await look(page, "emails-sign-up-inbox");
      }
      await page.goto(`${stack.app}/sign-in?callbackUrl=%2Faccount`);
      await submit(page, { "E-mail": email, Password: PASSWORD }, "Sign in");
      await inbox(page);
      await page.getByText("Confirm your e-mail address before you sign in.").waitFor();
      if (off) {
        await again.click();
        await page.getByText("Sent. It may take a minute to arrive.").waitFor();
      }
      const { url } = await emailTo(email, "verify-email");
      await page.goto(url);
      // A server may ask people without a session to press a button, so that a mail scanner that opens the link doesn't
      // confirm anything.
      const confirm = page.getByRole("button", { name: "Confirm" });
      if (await confirm.count()) await confirm.click();
      await page.getByRole("heading", { name: "E-mail address confirmed" }).waitFor();
      await page.goto(`${stack.app}/sign-in?callbackUrl=%2Faccount`);
      await submit(page, { "E-mail": email, Password: PASSWORD }, "Sign in");
      await page.waitForURL(`${stack.app}/account`);
      assert.equal(await page.getByRole("region", { name: "Confirm your e-mail address" }).count(), 0);
      await context.close();
    });
  }
}
