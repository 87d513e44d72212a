// Tests the Worker with a database that contains user data from Better Auth's plugins.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SHAPES } from "../databases/shapes.mjs";
import { PASSWORD, serve, DATE_FORMATS, stored } from "./databases.mjs";
import { cookieHeader } from "./local-worker.mjs";

const MESSAGE = "You have been banned from this application. Please contact support if you believe this is an error.";
const HOUR = 60 * 60 * 1000;

for (const name of ["kysely-1.7.25-plugins", "drizzle-1.7.25-plugins"]) {
  const { dates } = SHAPES[name];
  const at = (offset) => DATE_FORMATS[dates](Date.now() + offset);
  const start = async (t) => {
    const { worker, tables, post } = await serve(t, name);
    const signIn = (id, password = PASSWORD) => post("sign-in/email", { email: `${id}@example.com`, password });
    const session = (cookie) => worker.fetch("/api/auth/get-session?disableCookieCache=1", { headers: { cookie } });
    return { worker, tables, post, signIn, session };
  };
  const refused = async (answer) => [answer.status, await answer.json()];

  test(`${name}: a banned user gets the admin plugin's response, and only with the right password`, async (t) => {
    const { tables, signIn } = await start(t);
    const banned = { banned: 1, banReason: "spam" };
    await stored(tables, dates, "forever", banned);
    await stored(tables, dates, "temporary", { ...banned, banExpires: at(HOUR) });
    await stored(tables, dates, "never", { banned: 0, banExpires: at(HOUR) });
    for (const id of ["forever", "temporary"]) {
      assert.deepEqual(await refused(await signIn(id)), [403, { code: "BANNED_USER", message: MESSAGE }], id);
      assert.equal((await signIn(id, "wrong horse")).status, 401, id);
    }
    assert.equal((await signIn("never")).status, 200);
  });

  test(`${name}: a ban ends sessions, and the first sign-in after it expires lifts it`, async (t) => {
    const { tables, post, signIn, session } = await start(t);
    await stored(tables, dates, "ann");
    const cookie = cookieHeader(await signIn("ann"));
    await tables.user.set("banned", 1, "ann");
    await tables.user.set("banReason", "spam", "ann");
    await tables.user.set("banExpires", at(HOUR), "ann");
    const read = await session(cookie);
    assert.equal(await read.json(), null);
    assert.equal(cookieHeader(read), "");
    assert.ok(read.headers.getSetCookie().length > 0, "the cookies are removed");
    for (const [path, body] of [
      ["change-password", { currentPassword: PASSWORD, newPassword: "another horse" }],
      ["update-user", { name: "Bo" }],
      ["delete-user", { password: PASSWORD }],
      ["revoke-sessions", {}],
    ])
      assert.equal((await post(path, body, cookie)).status, 401, path);

    await tables.user.set("banExpires", at(-HOUR), "ann");
    assert.equal(await (await session(cookie)).json(), null, "an earlier session is refused until the sign-in");
    const signedIn = await signIn("ann");
    assert.equal(signedIn.status, 200, await signedIn.clone().text());
    const [{ banned, banReason, banExpires }] = await tables.user.rows("id", "ann");
    assert.deepEqual([banned, banReason, banExpires], [0, null, null]);
    assert.equal((await (await session(cookieHeader(signedIn))).json()).user.id, "ann");
    assert.equal(await (await session(cookie)).json(), null, "and ends then, because the plugin deletes it");
  });

  test(`${name}: a user with a second factor can't sign in, since the Worker can't ask for it`, async (t) => {
    const { worker, tables, post, signIn, session } = await start(t);
    await stored(tables, dates, "ann");
    const cookie = cookieHeader(await signIn("ann"));
    await tables.user.set("twoFactorEnabled", 1, "ann");
    const answer = await signIn("ann");
    assert.deepEqual(answer.headers.getSetCookie(), []);
    const [status, { code }] = await refused(answer);
    assert.deepEqual([status, code], [403, "TWO_FACTOR_REQUIRED"]);
    assert.equal(
      (await signIn("ann", "wrong horse")).status,
      401,
      "the response with a wrong password does not reveal it",
    );
    // As in Better Auth, enabling two-factor authentication doesn't end sessions, and password changes don't require
    // it.
    assert.equal((await (await session(cookie)).json()).user.id, "ann");
    const change = { currentPassword: PASSWORD, newPassword: "another horse" };
    assert.equal((await post("change-password", change, cookie)).status, 200);
    await tables.user.set("twoFactorEnabled", 0, "ann");
    assert.equal((await signIn("ann", "another horse")).status, 200);
    assert.doesNotMatch(worker.log, /INTERNAL|panicked/);
  });
}
