// Tests that expired session data with a refresh cookie causes one call to the auth server. Also tests how the result
// of that call is used.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { generateSecret } from "edgeseal";
import { claimsOf, DATA, ended, follow, startApp, TOKEN } from "./app.mjs";
import { pass } from "./auth-server.mjs";

/** How long the app may take to respond, in milliseconds, whatever the auth server does. */
const TIME_LIMIT = 8000;
let app, ann, bob;

before(async () => {
  app = await startApp();
  ann = await app.signUp("Ann");
  bob = await app.signUp("Bob");
});
afterEach(() => {
  app.authServer.fault = undefined;
  app.authServer.calls.length = 0;
});
after(() => app.stop());

/** Creates a user with expired session data and a valid refresh cookie. Using new users keeps tests independent. */
async function aged(name, of = app) {
  const { user, cookies } = await of.signUp(name);
  of.authServer.calls.length = 0;
  return { user, cookies: { ...cookies, [DATA]: of.forge(cookies, undefined, ended()) } };
}

test("the page is served in the same request, and the browser gets the fresh cookie", async () => {
  const { user, cookies } = await aged("Carl");
  const page = await app.ask("/dashboard", { cookies });
  assert.equal(page.status, 200);
  assert.ok(page.text.includes(user.id), "the same request's server component has it");
  const fresh = page.jar(cookies)[DATA];
  assert.equal(claimsOf(fresh).user.id, user.id);
  const line = page.headers["set-cookie"].find((cookie) => cookie.startsWith(`${DATA}=`));
  assert.match(line, /; HttpOnly/i);
  assert.match(line, /; SameSite=Lax/i);
  assert.equal(app.authServer.calls.length, 1);

  const again = await app.ask("/dashboard", { cookies: page.jar(cookies) });
  assert.equal(again.status, 200);
  assert.equal(app.authServer.calls.length, 1, "the fresh cookie needs no call");
});

test("session data may be missing, as when a browser deletes it; a route handler gets the fresh one too", async () => {
  const { user, cookies } = await aged("Dora");
  const me = await app.ask("/api/me", { cookies: { [TOKEN]: cookies[TOKEN] } });
  assert.equal(me.status, 200);
  assert.deepEqual(me.json(), { id: user.id });
  assert.equal(claimsOf(me.jar()[DATA]).user.id, user.id);
});

test("the seal after a refresh is for the refreshed session", async () => {
  const { user, cookies } = await aged("Emil");
  const { seal, session } = (await app.ask("/api/raw", { cookies })).json();
  assert.equal(seal.subject, user.id);
  assert.equal(session.user.id, user.id);
});

test("only the session's own cookies go to the auth server; a forged refresh cookie makes no session", async () => {
  const { cookies } = await aged("Finn");
  await app.ask("/dashboard", { cookies: { ...cookies, other: "private" } });
  assert.doesNotMatch(app.authServer.calls[0], /other=/);
  const [token, mac] = decodeURIComponent(cookies[TOKEN]).split(/\.(?=[^.]*$)/);
  for (const value of [`${token}.${mac.replace(/^./, (c) => (c === "A" ? "B" : "A"))}`, token, `x.${mac}`, "", "%"]) {
    const page = await follow(app, "/dashboard", { cookies: { [TOKEN]: encodeURIComponent(value) } });
    assert.equal(page.path.split("?")[0], "/sign-in", value);
  }
});

test("signed out on the server: the refresh cookie no longer works, and sign-in is reached", async () => {
  const { cookies } = await aged("Gina");
  assert.equal((await app.post("/api/auth/sign-out", {}, { cookies })).status, 200);
  const page = await follow(app, "/dashboard", { cookies });
  assert.equal(page.path.split("?")[0], "/sign-in");
  assert.equal(page.status, 200);
  assert.equal((await app.ask("/api/me", { cookies })).status, 401);
});

test("the auth server is asked neither for its own paths nor without need", async () => {
  const { cookies } = await aged("Hans");
  assert.equal((await app.ask("/api/auth/ok", { cookies })).status, 200);
  await app.ask("/dashboard");
  await app.ask("/dashboard", { cookies: { [DATA]: cookies[DATA] } });
  await app.ask("/dashboard", { cookies: ann.cookies });
  assert.deepEqual(app.authServer.calls, []);
});

const json = { "content-type": "application/json" };
const faults = {
  "it responds with 500": (request, response) => response.writeHead(500, json).end("{}"),
  "it responds with 429": (request, response) => response.writeHead(429, { ...json, "retry-after": "1" }).end("{}"),
  "it closes the connection": (request, response) => response.destroy(),
  "it closes the connection during its response": (request, response) => {
    response.writeHead(200, { ...json, "content-length": "100" }).write("{");
    setTimeout(() => response.destroy(), 100);
  },
  "it responds with HTML": (request, response) => response.writeHead(200, json).end("<html>"),
  "it responds with null": (request, response) => response.writeHead(200, json).end("null"),
  "it never responds": () => {},
  "its response never ends": (request, response) => response.writeHead(200, json).write("{"),
  "it returns a session, and sets no cookie": (request, response) => {
    const { session, user } = claimsOf(ann.cookies[DATA]);
    response.writeHead(200, json).end(JSON.stringify({ session, user }));
  },
  "it sets an invalid cookie": (request, response) => {
    const value = app.forge(ann.cookies, undefined, { key: generateSecret() });
    response.writeHead(200, { ...json, "set-cookie": `${DATA}=${value}; Path=/; HttpOnly` }).end("{}");
  },
  "it sets an expired cookie": (request, response) => {
    const value = app.forge(ann.cookies, undefined, ended());
    response.writeHead(200, { ...json, "set-cookie": `${DATA}=${value}; Path=/; HttpOnly` }).end("{}");
  },
  "it redirects": (request, response) => response.writeHead(302, { location: "/api/auth/get-session" }).end(),
};
for (const [what, fault] of Object.entries(faults)) {
  test(`fails closed, and in time: ${what}`, async () => {
    const { cookies } = await aged("Ida");
    app.authServer.fault = fault;
    const start = Date.now();
    const [page, api] = await Promise.all(["/dashboard", "/api/me"].map((path) => app.ask(path, { cookies })));
    assert.ok(Date.now() - start < TIME_LIMIT, `${Date.now() - start} ms`);
    assert.doesNotMatch(page.text, /protected/);
    assert.ok([307, 502, 503, 504].includes(page.status), `page ${page.status}`);
    assert.ok([401, 502, 503, 504].includes(api.status), `API ${api.status}`);
    if (page.status === 307) assert.equal(new URL(page.headers.location, app.baseURL).pathname, "/sign-in");

    const landed = await follow(app, "/dashboard", { cookies });
    assert.ok(landed.status >= 500 || landed.path.startsWith("/sign-in"), "no loop");
    app.authServer.fault = undefined;
    assert.equal((await app.ask("/", { cookies })).status, 200, "the app still works");
  });
}

test("after a fault the same session is refreshed again: failures are not remembered for long", async () => {
  const { user, cookies } = await aged("Jane");
  app.authServer.fault = faults["it responds with 500"];
  assert.notEqual((await app.ask("/dashboard", { cookies })).status, 200);
  app.authServer.fault = undefined;
  const start = Date.now();
  let page = await app.ask("/dashboard", { cookies });
  while (page.status !== 200 && Date.now() - start < TIME_LIMIT) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    page = await app.ask("/dashboard", { cookies });
  }
  assert.ok(page.text.includes(user.id));
});

test("refreshes are not mixed up: the response of a slow call goes to its own user", async () => {
  const [kim, leo] = [await aged("Kim"), await aged("Leo")];
  app.authServer.fault = (request, response) =>
    setTimeout(
      () => pass(app.baseURL, request, response),
      request.headers.cookie.includes(kim.cookies[TOKEN]) ? 700 : 0,
    );
  const people = [kim, leo, kim, leo];
  const answers = await Promise.all(people.map(({ cookies }) => app.ask("/api/me", { cookies })));
  for (const [index, answer] of answers.entries()) assert.deepEqual(answer.json(), { id: people[index].user.id });
});

test("200 concurrent requests with expired data of five sessions: one call each, all responses correct", async (t) => {
  // The time limit is higher here, because a busy machine may be slow.
  const app = await startApp({ REFRESH_TIMEOUT: "60" });
  t.after(() => app.stop());
  const people = [];
  for (const name of ["Mia", "Ned", "Ole", "Pia", "Rob"]) people.push(await aged(name, app));
  app.authServer.calls.length = 0;
  const asked = Array.from({ length: 200 }, (_, index) => people[index % people.length]);
  const answers = await Promise.all(
    asked.map(({ cookies }, index) => app.ask(index % 2 === 0 ? "/api/me" : "/dashboard", { cookies })),
  );
  for (const [index, answer] of answers.entries()) {
    const { user, cookies } = asked[index];
    assert.equal(answer.status, 200, answer.text.slice(0, 200));
    assert.ok(answer.text.includes(user.id), `request ${index}`);
    assert.equal(claimsOf(answer.jar(cookies)[DATA]).user.id, user.id);
  }
  const counted = people.map(
    ({ cookies }) => app.authServer.calls.filter((call) => call.includes(cookies[TOKEN])).length,
  );
  assert.deepEqual(counted, [1, 1, 1, 1, 1]);
  assert.equal(app.authServer.calls.length, 5);
});

test("another user's data with one's own refresh cookie: never two users in one response", async () => {
  const cookies = { [DATA]: app.forge(bob.cookies, undefined, ended()), [TOKEN]: ann.cookies[TOKEN] };
  const answer = await app.ask("/api/me", { cookies });
  if (answer.status === 200) assert.deepEqual(answer.json(), { id: ann.user.id });
  else assert.equal(answer.status, 401);
});
