// Tests how a user replaces a forgotten password: the request, the link, the new password, and what invalidates a link.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { temporaryFolder } from "../temporary-folder.mjs";
import { CLOCK, cookieHeader, ORIGIN, SECRET, startWorker, WEAK } from "./local-worker.mjs";
import { assertSigned, pathOf, startMailbox, tokenOf } from "./mailbox.mjs";

let worker, mailbox;
before(async () => {
  mailbox = await startMailbox();
  worker = await startWorker({ ...WEAK, ...mailbox.bindings }, { clock: true });
});
after(async () => {
  await worker?.stop();
  mailbox?.stop();
});

const OLD = "old horse battery";
const NEW = "new horse battery";
const redirectTo = "/reset?from=mail";

/** Signs up a user. Returns their e-mail address, cookies and id. */
async function person(name) {
  const email = `${name}@example.com`;
  const response = await worker.post("/api/auth/sign-up/email", { name, email, password: OLD });
  assert.equal(response.status, 200);
  return { email, cookie: cookieHeader(response), id: (await response.json()).user.id };
}

async function requestLink(email) {
  const seen = mailbox.messages.filter((one) => one.type === "reset-password" && one.to === email).length;
  const response = await worker.post("/api/auth/request-password-reset", { email, redirectTo });
  assert.equal(response.status, 200);
  return mailbox.next("reset-password", email, { seen });
}

const reset = (token, newPassword = NEW) => worker.post("/api/auth/reset-password", { token, newPassword });
const signIn = (email, password) => worker.post("/api/auth/sign-in/email", { email, password });
const code = async (response) => [response.status, (await response.json()).code];

test("a forgotten password is replaced; all sessions end and the address is proved", async () => {
  const ann = await person("ann");
  const message = await requestLink(ann.email);
  assert.equal(message.from, "Shop <auth@shop.example>");
  assert.equal(message.userId, ann.id);
  assert.match(
    message.url,
    /^http:\/\/localhost:3000\/api\/auth\/reset-password\/[\w.-]+\?callbackURL=%2Freset%3Ffrom%3Dmail$/,
  );
  assertSigned(mailbox);
  // Opening the link doesn't use it up, because mail scanners open links, too.
  for (let i = 0; i < 2; i++) {
    const opened = await worker.fetch(pathOf(message));
    assert.equal(opened.status, 302);
    const location = new URL(opened.headers.get("location"));
    assert.equal(location.origin + location.pathname, `${ORIGIN}/reset`);
    assert.equal(location.searchParams.get("token"), tokenOf(message));
    assert.equal(opened.headers.get("referrer-policy"), "no-referrer");
  }
  const done = await reset(tokenOf(message));
  assert.deepEqual([done.status, await done.json()], [200, { status: true }]);
  assert.equal((await signIn(ann.email, OLD)).status, 401);
  const signedIn = await signIn(ann.email, NEW);
  assert.equal(signedIn.status, 200);
  assert.equal((await signedIn.json()).user.emailVerified, true);
  const before = await worker.fetch("/api/auth/get-session?disableCookieCache=true", {
    headers: { cookie: ann.cookie },
  });
  assert.equal(await before.json(), null);
  assert.deepEqual(await code(await reset(tokenOf(message), "another horse")), [400, "INVALID_TOKEN"]);
  const used = await worker.fetch(pathOf(message));
  assert.equal(used.headers.get("location"), `${ORIGIN}/reset?from=mail&error=INVALID_TOKEN`);
});

test("a refused password leaves the link usable", async () => {
  const bob = await person("bob");
  const token = tokenOf(await requestLink(bob.email));
  assert.deepEqual(await code(await reset(token, "short")), [400, "PASSWORD_TOO_SHORT"]);
  assert.deepEqual(await code(await reset(token, "x".repeat(129))), [400, "PASSWORD_TOO_LONG"]);
  assert.deepEqual(await code(await reset(token, "password1")), [400, "PASSWORD_COMPROMISED"]);
  assert.equal((await reset(token)).status, 200);
});

test("of 50 uses of one link at once, one succeeds", async () => {
  const eve = await person("eve");
  const token = tokenOf(await requestLink(eve.email));
  const uses = await Promise.all(Array.from({ length: 50 }, (_, i) => reset(token, `a new password ${i}`)));
  assert.deepEqual(uses.map(({ status }) => status).toSorted(), [200, ...Array(49).fill(400)]);
  const won = uses.findIndex(({ status }) => status === 200);
  assert.equal((await signIn(eve.email, `a new password ${won}`)).status, 200);
});

test("a change of the password or of the address ends the link; ending all sessions does not", async () => {
  const dan = await person("dan");
  const first = tokenOf(await requestLink(dan.email));
  const revoked = await worker.post("/api/auth/revoke-sessions", {}, { cookie: dan.cookie, origin: ORIGIN });
  assert.equal(revoked.status, 200);
  const changed = await worker.post(
    "/api/auth/change-password",
    { currentPassword: OLD, newPassword: "third horse battery" },
    { cookie: cookieHeader(revoked), origin: ORIGIN },
  );
  assert.equal(changed.status, 200);
  assert.deepEqual(await code(await reset(first)), [400, "INVALID_TOKEN"]);
  const second = tokenOf(await requestLink(dan.email));
  await worker.post("/api/auth/revoke-sessions", {}, { cookie: cookieHeader(changed), origin: ORIGIN });
  const third = tokenOf(await requestLink(dan.email));
  await worker.database.prepare('UPDATE "user" SET "email" = ? WHERE "id" = ?').bind("dan2@example.com", dan.id).run();
  assert.deepEqual(await code(await reset(third)), [400, "INVALID_TOKEN"]);
  await worker.database.prepare('UPDATE "user" SET "email" = ? WHERE "id" = ?').bind(dan.email, dan.id).run();
  assert.equal((await reset(second)).status, 200);
});

test("a link expires after an hour", async () => {
  const fay = await person("fay");
  const message = await requestLink(fay.email);
  const headers = (minutes) => ({ [CLOCK]: String(minutes * 60_000) });
  const open = async (minutes) =>
    (await worker.fetch(pathOf(message), { headers: headers(minutes) })).headers.get("location");
  assert.match(await open(59), /token=/);
  assert.match(await open(61), /error=INVALID_TOKEN/);
  const late = await worker.post(
    "/api/auth/reset-password",
    { token: tokenOf(message), newPassword: NEW },
    headers(61),
  );
  assert.deepEqual(await code(late), [400, "INVALID_TOKEN"]);
});

test("a user without a password account gets one", async () => {
  const gus = await person("gus");
  await worker.database.prepare('DELETE FROM "account" WHERE "userId" = ?').bind(gus.id).run();
  const token = tokenOf(await requestLink(gus.email));
  const uses = await Promise.all([1, 2, 3].map((i) => reset(token, `a new password ${i}`)));
  assert.deepEqual(uses.map(({ status }) => status).toSorted(), [200, 400, 400]);
  const { results } = await worker.database.prepare('SELECT * FROM "account" WHERE "userId" = ?').bind(gus.id).all();
  assert.equal(results.length, 1);
  const won = uses.findIndex(({ status }) => status === 200) + 1;
  assert.equal((await signIn(gus.email, `a new password ${won}`)).status, 200);
});

test("proof of an address that was never proved removes every other way in", async () => {
  const link = (user) =>
    worker.database
      .prepare(
        `INSERT INTO "account" ("id", "accountId", "providerId", "userId", "createdAt", "updatedAt") VALUES (?, 'g', 'google', ?, '2026', '2026')`,
      )
      .bind(`google-${user.id}`, user.id)
      .run();
  const providers = async (user) => {
    const { results } = await worker.database
      .prepare('SELECT "providerId" FROM "account" WHERE "userId" = ? ORDER BY 1')
      .bind(user.id)
      .all();
    return results.map(({ providerId }) => providerId);
  };
  const [hal, ida] = [await person("hal"), await person("ida")];
  for (const user of [hal, ida]) await link(user);
  await worker.database.prepare('UPDATE "user" SET "emailVerified" = 1 WHERE "id" = ?').bind(ida.id).run();
  for (const user of [hal, ida]) assert.equal((await reset(tokenOf(await requestLink(user.email)))).status, 200);
  assert.deepEqual(await providers(hal), ["credential"]);
  assert.deepEqual(await providers(ida), ["credential", "google"]);
});

test("a link from before a rotation of the secrets works after it, and no longer once the old secret is gone", async () => {
  const persist = temporaryFolder("reset");
  const bindings = { ...WEAK, ...mailbox.bindings };
  const fresh = "fedcba9876543210fedcba9876543210-worker-tests";
  const email = "nia@example.com";
  let token;
  for (const [secrets, migrations, status] of [
    [{ AUTH_SECRET: SECRET }, undefined],
    [{ AUTH_SECRET: fresh }, [], 400],
    [{ AUTH_SECRET: null, AUTH_SECRETS: `2:${fresh},1:${SECRET}` }, [], 200],
  ]) {
    const at = await startWorker({ ...bindings, ...secrets }, { persist, migrations });
    try {
      if (status) {
        const response = await at.post("/api/auth/reset-password", { token, newPassword: NEW });
        assert.equal(response.status, status);
        continue;
      }
      await at.post("/api/auth/sign-up/email", { name: "Nia", email, password: OLD });
      await at.post("/api/auth/request-password-reset", { email, redirectTo });
      token = tokenOf(await mailbox.next("reset-password", email));
    } finally {
      await at.stop();
    }
  }
});

test("a disabled user gets no link, and an earlier link is refused", async () => {
  const kim = await person("kim");
  const token = tokenOf(await requestLink(kim.email));
  await worker.database
    .prepare('INSERT INTO "edgeseal_user" ("userId", "sessionsValidAfter", "disabledAt") VALUES (?, 1, 1)')
    .bind(kim.id)
    .run();
  assert.deepEqual(await code(await reset(token)), [400, "INVALID_TOKEN"]);
  const count = mailbox.count(kim.email);
  const response = await worker.post("/api/auth/request-password-reset", { email: kim.email });
  assert.equal(response.status, 200);
  await requestLink("ann@example.com");
  assert.equal(mailbox.count(kim.email), count);
});

test("what is refused", async () => {
  const post = (path, body, headers) => worker.post(`/api/auth${path}`, body, headers);
  for (const email of [
    "",
    "ann",
    "ann@example.com\r\nBcc: b@example.com",
    "Ann <ann@example.com>",
    '"ann"@example.com',
    `${"a".repeat(250)}@example.com`,
  ]) {
    assert.deepEqual(await code(await post("/request-password-reset", { email })), [400, "VALIDATION_ERROR"], email);
  }
  // The gateway would pass the token of a page under /api on to an upstream.
  for (const redirectTo of ["https://evil.example", "/api/ann/tasks", `${ORIGIN}/api/x`, "/x/../api/y?a=1"]) {
    assert.deepEqual(
      await code(await post("/request-password-reset", { email: "ann@example.com", redirectTo })),
      [403, "INVALID_REDIRECT_URL"],
      redirectTo,
    );
  }
  assert.deepEqual(
    await code(await post("/request-password-reset", { email: "ann@example.com", more: "x".repeat(1 << 16) })),
    [413, "PAYLOAD_TOO_LARGE"],
  );
  assert.deepEqual(await code(await post("/reset-password", { newPassword: NEW })), [400, "INVALID_TOKEN"]);
  const lea = await person("lea");
  const message = await requestLink(lea.email);
  const token = tokenOf(message);
  for (const wrong of [token.slice(0, -1), `${token}x`, token.split(".").slice(0, 2).join("."), "x".repeat(5000)]) {
    assert.deepEqual(await code(await reset(wrong)), [400, "INVALID_TOKEN"]);
  }
  for (const target of ["https%3A%2F%2Fevil.example", "%2Fapi%2Fx"]) {
    const evil = await worker.fetch(pathOf(message).replace(/callbackURL=.*/, `callbackURL=${target}`));
    assert.deepEqual(await code(evil), [403, "INVALID_CALLBACK_URL"], target);
  }
  const empty = await worker.fetch(pathOf(message).replace(/callbackURL=.*/, "callbackURL="));
  assert.equal(empty.headers.get("location"), `${ORIGIN}/api/auth/error?error=INVALID_TOKEN`);
  assert.equal((await reset(token)).status, 200);
});

test("no log line has a token, an address or a link", () => {
  assert.doesNotMatch(worker.log, /eyJ|@example\.com|callbackURL/);
});
