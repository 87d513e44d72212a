// Changes COOKIE_DOMAIN and COOKIE_PREFIX on a running site that a real Chromium browser uses over https. The most
// recent sign-in must win, a sign-out must remove all cookies, and sibling hosts must not be able to sign anybody in.
import assert from "node:assert/strict";
import { connect, createServer } from "node:net";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { launchChromium } from "../chromium.mjs";
import { startWorker, WEAK } from "./local-worker.mjs";

const PASSWORD = "correct horse battery";
const HOST = "www.app.example.org";
const ORIGIN = `https://${HOST}`;
const SIBLING = "https://evil.app.example.org";
const DOMAINS = [null, HOST, "app.example.org", "example.org"];
let browser, front, users;
const edges = new Map();

/** The port of the Worker that currently serves the site, and the open connections to the site. */
let current;
const open = new Set();

before(async () => {
  front = createServer((socket) => {
    const behind = connect(current, "127.0.0.1");
    open.add(socket);
    socket.pipe(behind).pipe(socket);
    for (const one of [socket, behind]) one.on("error", () => one.destroy());
    socket.on("close", () => open.delete(socket));
  });
  await new Promise((resolve) => front.listen(0, "127.0.0.1", resolve));
  const rules = `MAP *.example.org:443 127.0.0.1:${front.address().port}`;
  browser = await launchChromium(`--host-resolver-rules=${rules}`);
});
after(async () => {
  await browser?.close();
  front?.close();
  for (const worker of edges.values()) await worker.stop();
});

/**
 * Switches the site to a Worker with these settings. All of these Workers have the same two users in their databases.
 */
async function deploy(domain, prefix = null) {
  const key = `${domain} ${prefix}`;
  if (!edges.has(key)) {
    // Turn on rate limits, so that each sign-in also sets a device cookie.
    const bindings = { ...WEAK, BASE_URL: ORIGIN, COOKIE_DOMAIN: domain, COOKIE_PREFIX: prefix, RATE_LIMITS: null };
    const worker = await startWorker(bindings, { https: true });
    const [first] = edges.values();
    edges.set(key, worker);
    if (first) await copyUsers(first, worker);
    else users = await signUp(worker);
  }
  current = Number(new URL(await edges.get(key).ready).port);
  // Close the open connections. Otherwise, the browser would keep using them to reach the previous Worker.
  for (const socket of open) socket.destroy();
}

async function signUp(worker) {
  const ids = {};
  for (const name of ["ann", "bo"]) {
    const body = { name, email: `${name}@example.com`, password: PASSWORD };
    const answer = await worker.post("/api/auth/sign-up/email", body, { origin: ORIGIN });
    ids[name] = (await answer.json()).user.id;
  }
  return ids;
}

async function copyUsers(from, to) {
  for (const table of ["user", "account"]) {
    const { results } = await from.database.prepare(`SELECT * FROM "${table}"`).all();
    for (const row of results) {
      const [names, values] = [Object.keys(row), Object.values(row)];
      const columns = names.map((name) => `"${name}"`).join(", ");
      const sql = `INSERT INTO "${table}" (${columns}) VALUES (${names.map(() => "?").join(", ")})`;
      await to.database
        .prepare(sql)
        .bind(...values)
        .run();
    }
  }
}

/** Opens a page at an origin. By default, that page gets its own browser context with no cookies. */
async function openPage(t, origin = ORIGIN, context) {
  const own = context ?? (await browser.newContext({ ignoreHTTPSErrors: true }));
  if (!context) t.after(() => own.close());
  const page = await own.newPage();
  await page.route(`${origin}/blank`, (route) => route.fulfill({ contentType: "text/html", body: "<p>" }));
  await page.goto(`${origin}/blank`);
  const ask = (path, body) =>
    page.evaluate(
      async ([path, body]) => {
        const post = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
        const answer = await fetch(path, body ? post : {});
        return { status: answer.status, json: await answer.json().catch(() => undefined) };
      },
      [path, body],
    );
  return {
    page,
    context: own,
    signIn: async (name) => {
      const answer = await ask("/api/auth/sign-in/email", { email: `${name}@example.com`, password: PASSWORD });
      assert.equal(answer.status, 200, JSON.stringify(answer.json));
    },
    signOut: () => ask("/api/auth/sign-out", {}),
    ask,
    /** Returns the name of this browser's signed-in user. get-session and the gateway must agree on who that is. */
    async who(refresh = false) {
      const query = refresh ? "?disableCookieCache=true" : "";
      const { json } = await ask(`/api/auth/get-session${query}`);
      const name = Object.keys(users).find((one) => users[one] === json?.user.id) ?? null;
      for (const [one, id] of Object.entries(users)) {
        const { status } = await ask(`/api/${id}/tasks`);
        assert.equal(status === 200, one === name, `get-session says ${name}, the gateway at ${one}'s: ${status}`);
      }
      return name;
    },
    cookies: () => own.cookies(ORIGIN),
    sessionCookies: async () => (await own.cookies(ORIGIN)).filter(({ name }) => /session/.test(name)),
  };
}

/** The names of the cookies that exist more than once in the browser, with different scopes. */
async function inSeveralScopes(tab) {
  const names = (await tab.cookies()).map(({ name }) => name);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].sort();
}

for (const from of DOMAINS) {
  for (const to of DOMAINS.filter((domain) => domain !== from)) {
    const change = `COOKIE_DOMAIN from ${from ?? "none"} to ${to ?? "none"}`;
    test(`${change}: sessions stay valid, the next sign-in counts, and a sign-out removes all session cookies`, async (t) => {
      await deploy(from);
      const tab = await openPage(t);
      await tab.signIn("ann");
      assert.equal(await tab.who(), "ann");
      await deploy(to);
      assert.equal(await tab.who(), "ann", "the change signs nobody out");
      await tab.signIn("bo");
      assert.deepEqual(await inSeveralScopes(tab), [], "a sign-in removes the cookies in the other scope");
      assert.equal(await tab.who(), "bo");
      assert.equal(await tab.who(true), "bo", "refreshed");
      await deploy(from);
      assert.equal(await tab.who(), "bo", "and back");
      await tab.signOut();
      assert.equal(await tab.who(), null);
      assert.deepEqual(await tab.sessionCookies(), [], "nothing is left");
    });

    test(`${change}: cookies in both scopes are one session, and a sign-out ends it`, async (t) => {
      await deploy(from);
      const tab = await openPage(t);
      await tab.signIn("ann");
      await deploy(to);
      assert.equal(await tab.who(true), "ann", "a refresh adds cookies in the other scope");
      await tab.signOut();
      assert.equal(await tab.who(), null);
      await deploy(from);
      assert.equal(await tab.who(), null, "signed out in both scopes");
    });
  }
}

test("a read with cookies in two scopes leaves only those of COOKIE_DOMAIN", async (t) => {
  await deploy(HOST);
  const tab = await openPage(t);
  await tab.signIn("ann");
  await deploy("example.org");
  // Wait, because a refresh in the same second would sign an identical token, and the same value in two scopes would
  // look like a single cookie.
  await pause(1100);
  assert.equal(await tab.who(true), "ann");
  assert.deepEqual(await inSeveralScopes(tab), [
    "__Secure-better-auth.session_data",
    "__Secure-better-auth.session_token",
  ]);
  assert.equal(await tab.who(), "ann");
  assert.deepEqual([...new Set((await tab.sessionCookies()).map(({ domain }) => domain))], [".example.org"]);
  assert.deepEqual(await inSeveralScopes(tab), []);
});

for (const order of ["older", "newer"])
  test(`of two sign-ins under two COOKIE_DOMAINs the newer one counts, if the browser sends the ${order} one first`, async (t) => {
    const signedIn = [];
    for (const [name, domain] of [
      ["ann", "app.example.org"],
      ["bo", "example.org"],
    ]) {
      await deploy(domain);
      const tab = await openPage(t);
      await tab.signIn(name);
      signedIn.push(await tab.sessionCookies());
    }
    // Browsers send cookies with the same path in the order in which they were created (RFC 6265 §5.4).
    if (order === "newer") signedIn.reverse();
    const both = await openPage(t);
    for (const cookies of signedIn) await both.context.addCookies(cookies);
    assert.equal((await both.sessionCookies()).length, 4);
    assert.equal(await both.who(), "bo");
  });

/**
 * Sets the cookies of someone else's session in the victim's browser. They apply to all hosts of the site, like cookies
 * that a page on a sibling host could set.
 */
async function plant(t, victim, name) {
  await deploy(null);
  const attacker = await openPage(t);
  await attacker.signIn(name);
  const stolen = await attacker.sessionCookies();
  const sibling = await openPage(t, SIBLING, victim.context);
  for (const cookie of stolen) {
    await sibling.page.evaluate(
      ([name, value]) => {
        for (const domain of ["example.org", "app.example.org"])
          for (const path of ["/", "/api"])
            document.cookie = `${name}=${value}; Domain=${domain}; Path=${path}; Secure; Max-Age=9999`;
      },
      [cookie.name, cookie.value],
    );
  }
  const planted = (await victim.context.cookies(ORIGIN)).filter(({ domain }) => domain.startsWith("."));
  assert.ok(planted.length >= 4, "the cookies are set");
}

test("without COOKIE_DOMAIN a sibling host can't replace a session with a newer one", async (t) => {
  await deploy(null);
  const victim = await openPage(t);
  await victim.signIn("ann");
  await plant(t, victim, "bo");
  assert.equal(await victim.who(), "ann");
  assert.equal(await victim.who(true), "ann");
});

test("without COOKIE_DOMAIN a sibling host can't sign in a visitor", async (t) => {
  await deploy(null);
  const victim = await openPage(t);
  await plant(t, victim, "bo");
  assert.equal(await victim.who(), null);
  await victim.signIn("ann");
  assert.equal(await victim.who(), "ann");
});

test("COOKIE_PREFIX is the prefix of every cookie's name", async (t) => {
  await deploy(null, "staging");
  const tab = await openPage(t);
  await tab.signIn("ann");
  const names = (await tab.cookies()).map(({ name }) => name).sort();
  assert.deepEqual(names, [
    "__Host-staging.session_id",
    "__Secure-staging.edgeseal_device",
    "__Secure-staging.session_data",
    "__Secure-staging.session_token",
  ]);
});

test("COOKIE_PREFIX keeps staging and production apart on one domain", async (t) => {
  await deploy("example.org");
  const tab = await openPage(t);
  await tab.signIn("ann");
  await deploy("example.org", "staging");
  assert.equal(await tab.who(), null);
  await tab.signIn("bo");
  assert.equal(await tab.who(), "bo");
  await deploy("example.org");
  assert.equal(await tab.who(), "ann");
  await deploy("example.org", "staging");
  await tab.signOut();
  assert.equal(await tab.who(), null);
  await deploy("example.org");
  assert.equal(await tab.who(), "ann");
});
