// The part of contract.test.mjs that tests e-mail. That file imports this one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CLOCK, cookieHeader, ORIGIN } from "../local-worker.mjs";
import { pathOf, tokenOf } from "../mailbox.mjs";
import {
  ask,
  CHANGE,
  clocked,
  expect,
  mailbox,
  PASSWORD,
  plain,
  RESET,
  SIGN_INS,
  someone,
  strict,
  VERIFY,
} from "./asking.mjs";

test("a forgotten password", async () => {
  const worker = clocked;
  const { email } = await someone(worker);
  await expect(400, "RESET_PASSWORD_DISABLED", "POST", RESET, { body: { email } });
  await expect(200, undefined, "POST", RESET, { worker, body: { email, redirectTo: "/reset" } });
  const message = await mailbox.next("reset-password", email);
  const [path] = pathOf(message).split("?");
  const token = tokenOf(message);
  await expect(302, undefined, "GET", pathOf(message), { worker });
  await expect(302, undefined, "GET", `${path}x?callbackURL=`, { worker });
  await expect(400, "VALIDATION_ERROR", "GET", path, { worker });
  await expect(403, "INVALID_CALLBACK_URL", "GET", `${path}?callbackURL=https://evil.example`, { worker });
  const reset = (newPassword) => ["POST", "/api/auth/reset-password", { worker, body: { token, newPassword } }];
  await expect(400, "PASSWORD_TOO_SHORT", ...reset("short"));
  await expect(400, "PASSWORD_TOO_LONG", ...reset("x".repeat(129)));
  await expect(400, "PASSWORD_COMPROMISED", ...reset("password123"));
  await expect(200, undefined, ...reset("an even longer staple"));
  await expect(400, "INVALID_TOKEN", ...reset("an even longer staple"));
});

/** The headers that a browser adds to same-origin requests from a script. */
const BY_SCRIPT = { "sec-fetch-mode": "cors", "sec-fetch-site": "same-origin" };

test("proof of an address", async () => {
  const worker = clocked;
  const [ann, bob] = [await someone(worker), await someone(worker)];
  const send = (email, more) => ["POST", "/api/auth/send-verification-email", { worker, body: { email }, ...more }];
  await expect(400, "VERIFICATION_EMAIL_NOT_ENABLED", ...send(ann.email, { worker: plain }));
  await expect(400, "EMAIL_MISMATCH", ...send(bob.email, { headers: ann.headers }));
  const link = pathOf(await mailbox.next("verify-email", ann.email));
  const alone = link.replace(/&.*/, "");
  // Opening the link in a browser doesn't change anything yet.
  await expect(200, undefined, "GET", link, { worker, navigated: true });
  await expect(200, undefined, ...send(ann.email, { headers: ann.headers }));
  await expect(400, "VALIDATION_ERROR", "GET", VERIFY, { worker });
  await expect(403, "INVALID_CALLBACK_URL", "GET", `${alone}&callbackURL=https://evil.example`, { worker });
  for (const [method, status] of [
    ["GET", 302],
    ["POST", 303],
  ]) {
    await expect(200, undefined, method, alone, { worker, headers: ann.headers });
    await expect(status, undefined, method, link, { worker, headers: BY_SCRIPT });
    await expect(status, undefined, method, `${VERIFY}?token=x&callbackURL=/`, { worker });
    await expect(401, "INVALID_TOKEN", method, `${VERIFY}?token=x`, { worker });
    await expect(401, "TOKEN_EXPIRED", method, alone, { worker, headers: { [CLOCK]: String(2 * 3_600_000) } });
  }
  await expect(400, "EMAIL_ALREADY_VERIFIED", ...send(ann.email, { headers: ann.headers }));
  const bobs = pathOf(await mailbox.next("verify-email", bob.email)).replace(/&.*/, "");
  await expect(200, undefined, "POST", "/api/auth/delete-user", { worker, body: {}, headers: bob.headers });
  for (const method of ["GET", "POST"]) await expect(401, "USER_NOT_FOUND", method, bobs, { worker });
});

test("change of an address", async () => {
  const worker = clocked;
  const [ann, bob] = [await someone(worker), await someone(worker)];
  const { headers } = ann;
  const change = (newEmail, more) => ["POST", CHANGE, { worker, headers, body: { newEmail }, ...more }];
  const linkTo = async (type, to) => pathOf(await mailbox.next(type, to)).replace(/&.*/, "");
  const stranger = await someone();
  await expect(
    400,
    "CHANGE_EMAIL_DISABLED",
    ...change("new@example.com", { worker: plain, headers: stranger.headers }),
  );
  await expect(400, "EMAIL_IS_THE_SAME", ...change(ann.email.toUpperCase()));
  await expect(200, undefined, "GET", await linkTo("verify-email", ann.email), { worker, headers });
  await expect(200, undefined, ...change("taken@example.com"));
  const first = await linkTo("change-email-confirmation", ann.email);
  for (const method of ["GET", "POST"]) {
    await expect(401, "UNAUTHORIZED", method, first, { worker });
    await expect(401, "INVALID_USER", method, first, { worker, headers: bob.headers });
    await expect(200, undefined, method, first, { worker, headers });
  }
  const second = await linkTo("change-email-verification", "taken@example.com");
  await worker.post(SIGN_INS[0], { name: "Eve", email: "taken@example.com", password: PASSWORD });
  for (const method of ["GET", "POST"])
    await expect(422, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL", method, second, { worker, headers });
  await expect(200, undefined, ...change("free@example.com", { headers: bob.headers }));
  const only = await linkTo("change-email-verification", "free@example.com");
  const changed = await ask("GET", only, { worker, headers: bob.headers });
  assert.equal((await changed.json()).user.email, "free@example.com");
});

test("a proved address and a confirmed deletion, if required", async () => {
  const worker = strict;
  const users = [1, 2].map((index) => ({ name: "Ann", email: `strict${index}@example.com`, password: PASSWORD }));
  const path = "/api/auth/delete-user/callback";
  await expect(400, "VALIDATION_ERROR", "GET", path, { worker });
  await expect(403, "INVALID_CALLBACK_URL", "GET", `${path}?token=x&callbackURL=https://evil.example`, { worker });
  await expect(404, "FAILED_TO_GET_USER_INFO", "GET", `${path}?token=x`, { worker });
  for (const [index, user] of users.entries()) {
    const { email } = user;
    await expect(200, undefined, "POST", SIGN_INS[0], { worker, body: user });
    await expect(403, "EMAIL_NOT_VERIFIED", "POST", SIGN_INS[1], { worker, body: user });
    const verification = pathOf(await mailbox.next("verify-email", email));
    await expect(302, undefined, "GET", verification, { worker, headers: BY_SCRIPT });
    const cookie = cookieHeader(await ask("POST", SIGN_INS[1], { worker, body: user }));
    const headers = { cookie, origin: ORIGIN };
    await expect(200, undefined, "POST", "/api/auth/delete-user", { worker, headers, body: {} });
    const link = pathOf(await mailbox.next("delete-account", email));
    await expect(404, "INVALID_TOKEN", "GET", `${path}?token=x`, { worker, headers });
    if (index === 0) await expect(302, undefined, "GET", link, { worker, headers });
    else await expect(200, undefined, "GET", link.replace(/&.*/, ""), { worker, headers });
    // The session has ended, so the Worker removes its cookies.
    await expect(404, "FAILED_TO_GET_USER_INFO", "GET", link, { worker, headers });
  }
});
