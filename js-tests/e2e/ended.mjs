// Makes sessions expire, or ends them.
import assert from "node:assert/strict";
import { signJwt } from "edgeseal";
import { cookie, DATA, fromPage, PASSWORD, setCookie, stack } from "./stack.mjs";

/** Replaces a browser's session data with data that expired a second ago. */
export async function expire(context) {
  const { session, user } = JSON.parse(Buffer.from((await cookie(context, DATA)).split(".")[1], "base64url"));
  const currentDate = new Date(Date.now() - 901_000);
  const expired = signJwt({ session, user }, stack.secret, { typ: false, expiresIn: 900, currentDate });
  await setCookie(context, DATA, expired);
  return expired;
}

/** Ends all of a user's sessions from another client, and replaces this browser's session data with expired data. */
export async function revoke({ context, email }) {
  const headers = fromPage();
  const signIn = { method: "POST", headers, body: JSON.stringify({ email, password: PASSWORD }) };
  const elsewhere = await fetch(`${stack.worker}/api/auth/sign-in/email`, signIn);
  const cookies = elsewhere.headers.getSetCookie().map((text) => text.split(";")[0]);
  const sent = { method: "POST", headers: { ...headers, cookie: cookies.join("; ") }, body: "{}" };
  assert.equal((await fetch(`${stack.worker}/api/auth/revoke-sessions`, sent)).status, 200);
  await expire(context);
}
