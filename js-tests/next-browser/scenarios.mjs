// The scenarios to run for each combination of Next.js version, bundler and mode. Each has a name and a test function.
import assert from "node:assert/strict";

/** Opens a tab and records its errors. The user is signed in, unless `signedIn` is false. */
async function open({ browser, origin }, path, { signedIn = true, ...options } = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const errors = [];
  const lines = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => lines.push(`${message.text()} ${message.location().url}`));
  page.setDefaultTimeout(20_000);
  if (signedIn) await context.request.post(`${origin}/api/sign-in`);
  await page.goto(origin + path, { waitUntil: options.javaScriptEnabled === false ? "load" : "networkidle" });
  return { context, page, errors, lines };
}

const at = (page) => page.evaluate(() => location.pathname + location.search);

/** Ends the session while the page stays open, as a sign-out in another tab would. */
const endSession = ({ context }) => context.clearCookies();

async function landsOnSignIn({ page, errors }, callbackUrl, why) {
  await page.waitForURL(/\/sign-in\?/).catch(() => assert.fail(`${why}: at ${page.url()}, ${errors.join("; ")}`));
  await page.waitForSelector("#sign-in");
  assert.equal(new URL(page.url()).searchParams.get("callbackUrl"), callbackUrl, why);
  assert.deepEqual(
    errors.filter((error) => !/NEXT_REDIRECT/.test(error)),
    [],
    why,
  );
}

/** How a user starts each of the actions in `Forms`. */
const ways = {
  async useActionState(page) {
    await page.fill("#state [name=text]", "typed");
    await page.click("text=Save");
  },
  async "a form alone"(page) {
    await page.fill("#alone [name=text]", "typed");
    await page.click("text=Drop");
  },
  "a call": (page) => page.click("text=Count"),
};

export const scenarios = {
  async "Server Actions work with a session"(app) {
    const tab = await open(app, "/form");
    await ways.useActionState(tab.page);
    await tab.page.waitForSelector("text=saved typed for Ann");
    await ways["a call"](tab.page);
    await tab.page.waitForSelector("#number:text('1')");
    await tab.context.close();
  },

  async "Server Actions with an expired session lead to the sign-in page, and back"(app) {
    for (const path of ["/form", "/open"]) {
      for (const [way, start] of Object.entries(ways)) {
        const tab = await open(app, path);
        await endSession(tab);
        await start(tab.page);
        await landsOnSignIn(tab, path, `${way} at ${path}`);
        await tab.page.click("button");
        await tab.page.waitForURL(app.origin + path);
        await tab.page.waitForSelector("#state");
        await tab.context.close();
      }
    }
  },

  async "getSession reads the cookies that an action has set, in the action and in its page"(app) {
    for (const javaScriptEnabled of [true, false]) {
      const { page, context } = await open(app, "/door", { signedIn: false, javaScriptEnabled });
      const is = (id, text) => page.waitForSelector(`#${id}:text-is('${text}')`);
      await is("who", "nobody");
      await page.click("text=Enter");
      await is("entered", "entered: Eve");
      await is("who", "Eve");
      await page.click("text=Leave");
      await is("left", "left: nobody");
      await is("who", "nobody");
      await context.close();
    }
  },

  async "a link that was prefetched before sign-in leads to its page after sign-in"(app) {
    const tab = await open(app, "/", { signedIn: false });
    const { page, lines, context } = tab;
    await page.click("text=to sign-in");
    await page.waitForSelector("#sign-in");
    // The router still has the prefetched data, because there has been no full page load since the prefetch.
    await page.click("button");
    await page.waitForSelector("#mine").catch(() => assert.fail(`still at ${page.url()}`));
    assert.equal(await at(page), "/mine");
    assert.deepEqual(
      lines.filter((line) => /Failed to load|error/i.test(line) && !line.includes("favicon")),
      [],
    );
    await context.close();
  },

  async "a link that is clicked while signed out leads to the sign-in page, and back to its page"(app) {
    const tab = await open(app, "/", { signedIn: false });
    await tab.page.click("text=to form");
    await landsOnSignIn(tab, "/form", "a link");
    await tab.page.click("button");
    await tab.page.waitForSelector("#state").catch(() => assert.fail(`still at ${tab.page.url()}`));
    assert.equal(await at(tab.page), "/form");
    await tab.page.goBack();
    await tab.context.close();
  },

  async "signed out: the logo and the icon load, and a script gets 401 as JSON"(app) {
    const { page, context } = await open(app, "/", { signedIn: false });
    assert.ok(await page.evaluate(() => document.querySelector("#logo").naturalWidth > 0));
    const icon = await page.getAttribute("link[rel=icon]", "href");
    const type = await page.evaluate(async (href) => (await fetch(href)).headers.get("content-type"), icon);
    assert.match(type, /svg/, icon);
    const asked = await page.evaluate(async () => {
      const answer = await fetch("/mine");
      return [answer.status, (await answer.json()).code];
    });
    assert.deepEqual(asked, [401, "UNAUTHORIZED"]);
    await context.close();
  },

  async "the Pages Router: getSession(req) of getServerSideProps and API routes"(app) {
    for (const signedIn of [true, false]) {
      const { page, context } = await open(app, "/legacy", { signedIn });
      const name = signedIn ? "Ann" : "nobody";
      assert.equal(await page.textContent("#legacy"), `legacy: ${name}`);
      assert.deepEqual(await page.evaluate(async () => (await fetch("/api/legacy")).json()), { name });
      await context.close();
    }
  },

  async "the Pages Router: a prefetched link leads to its page after sign-in, and to sign-in before"(app) {
    for (const signsIn of [true, false]) {
      const { page, context } = await open(app, "/links", { signedIn: false });
      // This prefetches the link.
      await page.hover("text=to kept");
      await page.waitForLoadState("networkidle");
      if (signsIn) await page.evaluate(() => fetch("/api/sign-in", { method: "POST" }));
      await page.evaluate(() => void window.next.router.push("/kept"));
      const found = signsIn ? "#kept:text-is('kept for Ann')" : "#sign-in";
      await page.waitForSelector(found).catch(() => assert.fail(`${signsIn}: at ${page.url()}`));
      await context.close();
    }
  },

  async "expired session data is refreshed at the app's own address"(app) {
    const context = await app.browser.newContext();
    await context.addCookies([{ name: "better-auth.session_token", value: "ann", url: app.origin }]);
    const page = await context.newPage();
    await page.goto(`${app.origin}/mine`);
    await page.waitForSelector("#mine", { timeout: 20_000 }).catch(() => assert.fail(`${page.url()} ${app.log()}`));
    await context.close();
  },

  async "a client component that imports the server's module fails with a clear message"(app) {
    const { page, errors, lines, context } = await open(app, "/leak", { signedIn: false });
    const said = () => [...errors, ...lines].join("\n");
    const sentence = /edgeseal\/next is for the server, and this is a browser/;
    for (let i = 0; i < 40 && !sentence.test(said()); i += 1) await page.waitForTimeout(250);
    assert.match(said(), sentence);
    await context.close();
  },

  async "signed in, but no session: the log says why, and in development the sign-in page's console"(app) {
    const context = await app.browser.newContext();
    await context.addCookies([{ name: "acme.session_data", value: "x", url: app.origin }]);
    const page = await context.newPage();
    const lines = [];
    page.on("console", (message) => lines.push(`${message.text()} ${message.location().url}`));
    await page.goto(`${app.origin}/mine`, { waitUntil: "networkidle" });
    await page.waitForSelector("#sign-in");
    const hint = /cookiePrefix: "acme"/;
    assert.match(app.log(), hint);
    const isDevelopment = app.mode === "dev";
    assert.equal(hint.test(lines.join("\n")), isDevelopment, lines.join("\n"));
    const { pathname, searchParams } = new URL(page.url());
    assert.equal(pathname, "/sign-in");
    assert.match(searchParams.get("callbackUrl"), isDevelopment ? /^\/mine#edgeseal_hint=/ : /^\/mine$/);
    await context.close();
  },

  async "forms without JavaScript with an expired session lead to the sign-in page"(app) {
    for (const path of ["/form", "/open"]) {
      for (const way of ["useActionState", "a form alone"]) {
        const tab = await open(app, path, { javaScriptEnabled: false });
        await endSession(tab);
        await ways[way](tab.page);
        await landsOnSignIn(tab, path, `${way} at ${path}`);
        await tab.context.close();
      }
    }
  },
};
