// Tests how users verify and change their e-mail addresses, and how they delete their accounts with a link. Also tests
// sign-ups that require a verified address.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { CLOCK, cookieHeader, ORIGIN, startWorker, WEAK } from "./local-worker.mjs";
import { pathOf, startMailbox, tokenOf } from "./mailbox.mjs";

let worker, strict, mailbox;
before(async () => {
  mailbox = await startMailbox();
  const bindings = { ...WEAK, ...mailbox.bindings };
  worker = await startWorker({ ...bindings, DELETE_USER_CONFIRMATION: "email" }, { clock: true });
  strict = await startWorker({ ...bindings, REQUIRE_EMAIL_VERIFICATION: "true" }, { clock: true });
});
after(async () => {
  await worker?.stop();
  await strict?.stop();
  mailbox?.stop();
});

const PASSWORD = "correct horse battery";
/** The headers that a browser adds to requests from a script on a page. */
const cors = { "sec-fetch-mode": "cors", "sec-fetch-site": "same-origin" };
const code = async (response) => [response.status, (await response.json()).code];
const signIn = (email, on = worker, more = {}) =>
  on.post("/api/auth/sign-in/email", { email, password: PASSWORD, ...more });
const signUp = (email, on = worker, more = {}) =>
  on.post("/api/auth/sign-up/email", { name: "Someone", email, password: PASSWORD, ...more });
const sessionOf = async (cookie, on = worker) =>
  (await on.fetch("/api/auth/get-session?disableCookieCache=true", { headers: { cookie } })).json();
const write = (path, body, cookie) => worker.post(`/api/auth${path}`, body, { cookie, origin: ORIGIN });

async function person(name) {
  const email = `${name}@verify.example`;
  const response = await signUp(email, worker, { callbackURL: "/welcome" });
  return { email, cookie: cookieHeader(response), id: (await response.json()).user.id };
}

async function prove({ email }) {
  const message = await mailbox.next("verify-email", email);
  assert.equal((await worker.fetch(pathOf(message), { headers: cors })).status, 302);
}

test("a link proves the address, and does nothing more when it is used again", async () => {
  const ann = await person("ann");
  const message = await mailbox.next("verify-email", ann.email);
  assert.match(message.url, /^http:\/\/localhost:3000\/api\/auth\/verify-email\?token=[\w.-]+&callbackURL=%2Fwelcome$/);
  for (let i = 0; i < 2; i++) {
    const response = await worker.fetch(pathOf(message), { headers: cors });
    assert.deepEqual([response.status, response.headers.get("location")], [302, "/welcome"]);
    assert.deepEqual(response.headers.getSetCookie(), []);
  }
  assert.equal((await sessionOf(ann.cookie)).user.emailVerified, true);
  const asked = await worker.fetch(pathOf(message).replace(/&callbackURL=.*/, ""), { headers: cors });
  assert.deepEqual(await asked.json(), { status: true, user: null });
});

test("a mail scanner confirms nothing; the page's button does", async () => {
  const bob = await person("bob");
  const message = await mailbox.next("verify-email", bob.email);
  const scanners = [
    {},
    { accept: "*/*", "sec-fetch-mode": "cors" },
    { accept: "application/json, text/plain, */*" },
    { "sec-fetch-mode": "no-cors", "sec-fetch-site": "cross-site" },
    { "sec-fetch-mode": "cors", "sec-fetch-site": "cross-site", origin: "https://webmail.example" },
    { "sec-fetch-mode": "no-cors", "sec-fetch-site": "same-origin" },
    { accept: "text/html", "sec-fetch-mode": "navigate", "sec-fetch-site": "none" },
  ];
  for (const headers of scanners) {
    const opened = await worker.navigate(pathOf(message), undefined, headers);
    assert.equal(opened.status, 200);
    const page = await opened.text();
    assert.match(page, /<form method="post" action="[^"]*verify-email\?token=/);
    assert.ok(page.includes(bob.email));
    const policy = opened.headers.get("content-security-policy");
    const [, style] = page.match(/<style>(.*?)<\/style>/s);
    assert.ok(policy.includes(`style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`), policy);
    assert.match(policy, /default-src 'none'.*form-action 'self'/);
  }
  for (const cut of [/&callbackURL=.*/, /&(?=callbackURL)/]) {
    const path = pathOf(message).replace(cut, cut.source.includes("?=") ? "&amp;" : "");
    assert.equal((await worker.navigate(path, undefined, { accept: "*/*" })).status, 200, path);
  }
  assert.equal((await sessionOf(bob.cookie)).user.emailVerified, false);
  const confirmed = await worker.fetch(pathOf(message), {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", origin: ORIGIN },
  });
  assert.deepEqual([confirmed.status, confirmed.headers.get("location")], [303, "/welcome"]);
  assert.equal((await sessionOf(bob.cookie)).user.emailVerified, true);
});

test("a link that is opened where its user is signed in confirms at once, and renews the session's data", async () => {
  const cat = await person("cat");
  const message = await mailbox.next("verify-email", cat.email);
  const opened = await worker.navigate(pathOf(message), undefined, {
    cookie: cat.cookie,
    "sec-fetch-mode": "navigate",
  });
  assert.deepEqual([opened.status, opened.headers.get("location")], [302, "/welcome"]);
  const live = await worker.fetch("/api/auth/get-session", { headers: { cookie: cookieHeader(opened) } });
  assert.equal((await live.json()).user.emailVerified, true);
});

test("refused links say why", async () => {
  const dan = await person("dan");
  const message = await mailbox.next("verify-email", dan.email);
  const at = async (path, headers = {}) => worker.fetch(path, { headers: { ...cors, ...headers } });
  const bare = pathOf(message).replace(/&callbackURL=.*/, "");
  assert.deepEqual(await code(await at(bare, { [CLOCK]: String(61 * 60_000) })), [401, "TOKEN_EXPIRED"]);
  assert.deepEqual(await code(await at("/api/auth/verify-email?token=abc")), [401, "INVALID_TOKEN"]);
  assert.deepEqual(await code(await at("/api/auth/verify-email")), [400, "VALIDATION_ERROR"]);
  assert.deepEqual(await code(await at(`${bare}&callbackURL=https://evil.example`)), [403, "INVALID_CALLBACK_URL"]);
  const redirected = await at(`${bare}x&callbackURL=/welcome`);
  assert.equal(redirected.headers.get("location"), "/welcome?error=INVALID_TOKEN");
  await worker.database.prepare('DELETE FROM "user" WHERE "id" = ?').bind(dan.id).run();
  assert.deepEqual(await code(await at(bare)), [401, "USER_NOT_FOUND"]);
});

test("sending again: the same for known, unknown and verified addresses; a session knows more", async () => {
  const eve = await person("eve");
  await mailbox.next("verify-email", eve.email);
  const send = (email, cookie) =>
    worker.post("/api/auth/send-verification-email", { email }, cookie ? { cookie, origin: ORIGIN } : {});
  for (const email of [eve.email, "nobody@verify.example", "ann@verify.example"]) {
    const response = await send(email);
    assert.deepEqual([response.status, await response.json()], [200, { status: true }]);
  }
  await mailbox.next("verify-email", eve.email, { seen: 1 });
  assert.equal(mailbox.count("nobody@verify.example"), 0);
  assert.equal((await send(eve.email.toUpperCase(), eve.cookie)).status, 200);
  assert.deepEqual(await code(await send("ann@verify.example", eve.cookie)), [400, "EMAIL_MISMATCH"]);
  await prove(eve);
  assert.deepEqual(await code(await send(eve.email, eve.cookie)), [400, "EMAIL_ALREADY_VERIFIED"]);
});

test("REQUIRE_EMAIL_VERIFICATION: no session before proof; sign-in sends again", async () => {
  const email = "fay@verify.example";
  const response = await signUp(email, strict);
  assert.deepEqual([response.status, (await response.json()).token, response.headers.getSetCookie()], [200, null, []]);
  const first = await mailbox.next("verify-email", email);
  assert.deepEqual(await code(await signIn(email, strict)), [403, "EMAIL_NOT_VERIFIED"]);
  await mailbox.next("verify-email", email, { seen: 1 });
  const wrong = await strict.post("/api/auth/sign-in/email", { email, password: "wrong horse battery" });
  assert.deepEqual(await code(wrong), [401, "INVALID_EMAIL_OR_PASSWORD"]);
  // A sign-up with a known address gets the same response as one with a new address. The address's owner gets a
  // message.
  const again = await signUp(email, strict, { name: "Somebody else" });
  assert.deepEqual([again.status, (await again.json()).token], [200, null]);
  await mailbox.next("existing-account", email);
  assert.equal((await strict.fetch(pathOf(first), { headers: cors })).status, 302);
  assert.equal((await signIn(email, strict)).status, 200);
});

test("an address that is proved changes after a click at the old address, signed in, and one at the new", async () => {
  const [gus, eva] = [await person("gus"), await person("eva")];
  await prove(gus);
  const [old, fresh] = [gus.email, "gus2@verify.example"];
  assert.equal((await write("/change-email", { newEmail: fresh, callbackURL: "/account" }, gus.cookie)).status, 200);
  const first = await mailbox.next("change-email-confirmation", old);
  const open = (message, cookie) => worker.fetch(pathOf(message), { headers: { ...cors, ...(cookie && { cookie }) } });
  assert.equal((await open(first)).headers.get("location"), "/account?error=UNAUTHORIZED");
  assert.equal((await open(first, eva.cookie)).headers.get("location"), "/account?error=INVALID_USER");
  assert.equal(mailbox.count(fresh), 0);
  assert.equal((await open(first, gus.cookie)).headers.get("location"), "/account");
  const second = await mailbox.next("change-email-verification", fresh);
  assert.ok(!second.text.includes(old), "a mistyped address gets nothing of the old one");
  assert.equal((await open(second)).headers.get("location"), "/account");
  const { user } = await sessionOf(gus.cookie);
  assert.deepEqual([user.email, user.emailVerified], [fresh, true]);
  for (const used of [first, second]) {
    assert.equal((await open(used, gus.cookie)).headers.get("location"), "/account?error=INVALID_TOKEN");
  }
  assert.equal((await signIn(fresh)).status, 200);
  assert.equal((await signIn(old)).status, 401);
});

test("an address that was never proved changes after a click at the new one", async () => {
  const hal = await person("hal");
  const fresh = "hal2@verify.example";
  await write("/change-email", { newEmail: fresh }, hal.cookie);
  const message = await mailbox.next("change-email-verification", fresh);
  const opened = await worker.navigate(pathOf(message), undefined, {});
  assert.equal(opened.status, 200, "a scanner at the new address confirms nothing");
  const page = await opened.text();
  assert.ok(page.includes(fresh) && !page.includes(hal.email), "the page shows the address that it confirms");
  assert.equal((await sessionOf(hal.cookie)).user.email, hal.email);
  const bare = pathOf(message).replace(/&callbackURL=.*/, "");
  const body = await (await worker.fetch(bare, { headers: cors })).json();
  assert.deepEqual([body.status, body.user.email, body.user.emailVerified], [true, fresh, true]);
});

test("a change to a taken address reaches nobody; one taken meanwhile is refused", async () => {
  const [ida, jon] = [await person("ida"), await person("jon")];
  await mailbox.next("verify-email", jon.email);
  const count = mailbox.count(jon.email);
  assert.equal((await write("/change-email", { newEmail: jon.email }, ida.cookie)).status, 200);
  assert.deepEqual(await code(await write("/change-email", { newEmail: ida.email }, ida.cookie)), [
    400,
    "EMAIL_IS_THE_SAME",
  ]);
  const wanted = "wanted@verify.example";
  await write("/change-email", { newEmail: wanted }, ida.cookie);
  const message = await mailbox.next("change-email-verification", wanted);
  assert.equal(mailbox.count(jon.email), count);
  await signUp(wanted);
  const late = await worker.fetch(pathOf(message).replace(/&callbackURL=.*/, ""), { headers: cors });
  assert.deepEqual(await code(late), [422, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL"]);
});

test("whatever ends all sessions also ends a change of address that a thief has begun", async () => {
  const [mia, noa] = [await person("mia"), await person("noa")];
  await prove(noa);
  const open = (message, more = {}) => worker.fetch(pathOf(message), { headers: { ...cors, ...more } });
  const changePassword = (cookie) =>
    write("/change-password", { currentPassword: PASSWORD, newPassword: "another horse battery" }, cookie);
  // The old address was never verified, so opening the link sent to the new one is enough.
  await write("/change-email", { newEmail: "thief1@verify.example" }, mia.cookie);
  const first = await mailbox.next("change-email-verification", "thief1@verify.example");
  assert.equal((await changePassword(mia.cookie)).status, 200);
  assert.match((await open(first)).headers.get("location"), /error=INVALID_TOKEN/);
  // The old address is verified. The owner opens the link sent there, but then resets the password.
  await write("/change-email", { newEmail: "thief2@verify.example" }, noa.cookie);
  await open(await mailbox.next("change-email-confirmation", noa.email), { cookie: noa.cookie });
  const second = await mailbox.next("change-email-verification", "thief2@verify.example");
  await worker.post("/api/auth/request-password-reset", { email: noa.email, redirectTo: "/reset" });
  const token = tokenOf(await mailbox.next("reset-password", noa.email));
  assert.equal((await worker.post("/api/auth/reset-password", { token, newPassword: "a new password" })).status, 200);
  assert.match((await open(second)).headers.get("location"), /error=INVALID_TOKEN/);
});

test("the first link of a change goes out for every new address; its messages are limited by their receiver", async () => {
  const [pia, quin] = [await person("pia"), await person("quin")];
  await prove(pia);
  await write("/change-email", { newEmail: quin.email }, pia.cookie);
  const first = await mailbox.next("change-email-confirmation", pia.email);
  const count = mailbox.count(quin.email);
  assert.equal((await worker.fetch(pathOf(first), { headers: { ...cors, cookie: pia.cookie } })).status, 302);
  await write("/change-email", { newEmail: "free@verify.example" }, pia.cookie);
  await mailbox.next("change-email-confirmation", pia.email, { seen: 1 });
  assert.equal(mailbox.count(quin.email), count, "the owner of a taken address gets nothing");
});

test("an account is deleted by a link, in a browser where its user is signed in", async () => {
  const [kim, lea] = [await person("kim"), await person("lea")];
  const asked = await write("/delete-user", { callbackURL: "/bye" }, kim.cookie);
  assert.deepEqual(await asked.json(), { success: true, message: "Verification email sent" });
  const message = await mailbox.next("delete-account", kim.email);
  const open = (cookie) => worker.fetch(pathOf(message), { headers: cookie ? { cookie } : {} });
  assert.deepEqual(await code(await open()), [404, "FAILED_TO_GET_USER_INFO"]);
  assert.deepEqual(await code(await open(lea.cookie)), [404, "INVALID_TOKEN"]);
  assert.ok(await sessionOf(kim.cookie));
  const done = await open(kim.cookie);
  assert.deepEqual([done.status, done.headers.get("location")], [302, "/bye"]);
  assert.equal(await sessionOf(kim.cookie), null);
  assert.equal((await signIn(kim.email)).status, 401);
});

test("no kind of link is accepted where another is needed", async () => {
  const max = await person("max");
  const links = { "verify-email": tokenOf(await mailbox.next("verify-email", max.email)) };
  await write("/change-email", { newEmail: "max2@verify.example" }, max.cookie);
  links["change-email-verification"] = tokenOf(await mailbox.next("change-email-verification", "max2@verify.example"));
  await write("/delete-user", {}, max.cookie);
  links["delete-account"] = tokenOf(await mailbox.next("delete-account", max.email));
  await worker.post("/api/auth/request-password-reset", { email: max.email, redirectTo: "/reset" });
  links["reset-password"] = tokenOf(await mailbox.next("reset-password", max.email));
  const session = await sessionOf(max.cookie);
  const tokens = { ...links, access: (await (await signIn(max.email)).json()).token, sid: session.session.token };
  const refresh = decodeURIComponent(max.cookie.match(/session_token=([^;]+)/)[1]);
  tokens.refresh = refresh.split(".").slice(0, 3).join(".");
  tokens.data = max.cookie.match(/session_data=([^;]+)/)[1];
  const cookie = max.cookie;
  const doors = {
    "reset-password": (token) => worker.post("/api/auth/reset-password", { token, newPassword: "a new password" }),
    "verify-email": (token) => worker.fetch(`/api/auth/verify-email?token=${token}`, { headers: { ...cors, cookie } }),
    "delete-account": (token) => worker.fetch(`/api/auth/delete-user/callback?token=${token}`, { headers: { cookie } }),
    bearer: (token) => worker.fetch(`/api/${max.id}/x`, { headers: { authorization: `Bearer ${token}` } }),
  };
  const right = {
    "reset-password": ["reset-password"],
    "verify-email": ["verify-email", "change-email-verification"],
    "delete-account": ["delete-account"],
    bearer: ["access"],
  };
  for (const [door, open] of Object.entries(doors)) {
    for (const [kind, token] of Object.entries(tokens)) {
      if (right[door].includes(kind)) continue;
      const { status } = await open(token);
      assert.ok([400, 401, 404].includes(status), `${kind} at ${door}: ${status}`);
    }
  }
  for (const token of Object.values(links)) {
    const as = (name) => worker.fetch("/api/auth/get-session", { headers: { cookie: `better-auth.${name}=${token}` } });
    for (const name of ["session_token", "session_data"]) assert.equal(await (await as(name)).json(), null);
  }
  assert.ok(await sessionOf(max.cookie), "nothing was done to the account");
});
