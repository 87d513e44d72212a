// Tests docs/guide/migrate/from-better-auth.md with the real Better Auth and a real SQLite database, through Better
// Auth's own HTTP handler.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { getMigrations } from "better-auth/db/migration";
import { getCookieCache } from "better-auth/cookies";
import { decodeJwt, decodeProtectedHeader, generateSecret, hashPassword, signJwt, verifyJwt } from "edgeseal";
import { getVerifiedSession } from "edgeseal/better-auth";
import Database from "libsql";
import { migrationPage, proveTable } from "../migrate.mjs";

const secret = (process.env.BETTER_AUTH_SECRET = generateSecret());
const baseURL = (process.env.BETTER_AUTH_URL = "http://localhost:3000");
process.env.TOKEN_SECRET = generateSecret();
process.env.BETTER_AUTH_TELEMETRY = "0";

const page = migrationPage("from-better-auth");
const db = (globalThis.db = new Database(":memory:"));
/** The app's own database, which both projects use. The page doesn't show it. */
const DATABASE = `import { SqliteDialect } from "kysely";
export const database = { dialect: new SqliteDialect({ database: globalThis.db }), type: "sqlite" };`;
for (const project of ["before", "after"]) writeFileSync(page.place(project, "lib/database.js"), DATABASE);
const { auth: before } = await page.module("before", "lib/auth.js");
const { auth: after } = await page.module("after", "lib/auth.js");
const { getSession: readBefore } = await page.module("before", "lib/session.js");
const { getSession: readAfter } = await page.module("after", "lib/session.js");
for (const { options } of [before, after]) await (await getMigrations(options)).runMigrations();

const password = "correct horse battery";
async function ask(auth, path, body, cookie = "") {
  const headers = { "content-type": "application/json", origin: baseURL, cookie };
  const init = body ? { method: "POST", body: JSON.stringify(body), headers } : { headers };
  const response = await auth.handler(new Request(`${baseURL}/api/auth${path}`, init));
  const cookies = response.headers.getSetCookie().map((line) => line.split(";")[0]);
  return { status: response.status, cookie: cookies.join("; "), data: await response.json().catch(() => null) };
}
let users = 0;
async function signUp(auth) {
  const email = `user${users++}@example.com`;
  const { status, cookie } = await ask(auth, "/sign-up/email", { name: "Ann", email, password });
  assert.equal(status, 200);
  return { email, cookie };
}
const account = "from account where userId = (select id from user where email = ?)";
const storedOf = (email) => db.prepare(`select password ${account}`).get(email).password;
const signIn = async (auth, { email }) => `\`${(await ask(auth, "/sign-in/email", { email, password })).status}\``;

const kindOfHash = ({ email }) =>
  /^[0-9a-f]{32}:[0-9a-f]{128}$/.test(storedOf(email)) ? "scrypt" : storedOf(email).split("$")[1];
const afterSignIn = async (auth) => {
  const user = await signUp(before);
  const old = storedOf(user.email);
  assert.equal(await signIn(auth, user), "`200`");
  return storedOf(user.email) === old ? "unchanged" : "replaced";
};
async function imported(auth) {
  const { email } = await signUp(before);
  const hash = await hashPassword(password, { cost: 10 });
  db.prepare("update account set password = ? where userId = (select id from user where email = ?)").run(hash, email);
  return signIn(auth, { email });
}
const request = (cookie) => new Request(baseURL, { headers: { cookie } });
const who = (session) => (session?.user ? "the session" : "no session");
const changed = (cookie) =>
  cookie.replace(/(session_data=.{40})(.)/, (_, head, one) => head + (one === "A" ? "B" : "A"));
const token = async (auth) => (await ask(auth, "/token", undefined, (await signUp(auth)).cookie)).data.token;
const life = async (auth) => {
  const { iat, exp } = decodeJwt(await token(auth));
  return `${(exp - iat) / 60} minutes`;
};

test("users of the old server sign in to the new one, with the same password and session", async () => {
  const user = await signUp(before);
  const { data } = await ask(after, "/get-session", undefined, user.cookie);
  assert.equal(data.user.email, user.email);
  assert.equal(await signIn(after, user), "`200`");
  assert.equal(kindOfHash(user), "argon2id");
  assert.equal(await signIn(after, user), "`200`");
});

test("both session checks accept both servers' sessions", async () => {
  const [old, renewed] = [await signUp(before), await signUp(after)];
  assert.equal((await readBefore(request(old.cookie))).user.email, old.email);
  assert.equal(readAfter(request(renewed.cookie)).user.email, renewed.email);
  // On the first visit after the change of `strategy`, the new cookie comes from the database.
  const moved = await ask(after, "/get-session", undefined, old.cookie);
  assert.equal(readAfter(request(moved.cookie)).user.email, old.email);
});

test("services with the secret verify access tokens", async () => {
  const { sub } = verifyJwt(await token(after), process.env.TOKEN_SECRET, { issuer: baseURL, audience: baseURL });
  assert.equal(typeof sub, "string");
});

test("going back: the old server verifies its own hashes, but no new ones", async () => {
  const [old, fresh] = [await signUp(before), await signUp(after)];
  assert.equal(await signIn(before, old), "`200`");
  assert.notEqual(await signIn(before, fresh), "`200`");
  // The page says to keep the strategy, because Better Auth fails on cookies created with the other strategy.
  assert.equal((await ask(before, "/get-session", undefined, fresh.cookie)).status, 500);
  const kept = await getCookieCache(request(fresh.cookie), { secret, strategy: "jwt" });
  assert.equal(kept.user.email, fresh.email);
});

const cookieOf = async (auth) => (await signUp(auth)).cookie;
const secured = (cookie) => cookie.replaceAll("better-auth.", "__Secure-better-auth.");
const https = { secret, baseURL: "https://app.example" };
/** A cookie like the new server's, with an expired session. */
async function expired() {
  const { user, session } = decodeJwt((await cookieOf(after)).match(/session_data=([^;]+)/)[1]);
  const over = { ...session, expiresAt: new Date(Date.now() - 1000).toISOString() };
  return `better-auth.session_data=${signJwt({ session: over, user }, secret, { typ: false, expiresIn: 60 })}`;
}

proveTable(page, {
  "a new hash": [before, after].map((auth) => async () => kindOfHash(await signUp(auth))),
  "sign-in with a hash that Better Auth made": [before, after].map(
    (auth) => async () => signIn(auth, await signUp(before)),
  ),
  "that hash after sign-in": [before, after].map((auth) => () => afterSignIn(auth)),
  "an imported user with a bcrypt hash": [before, after].map((auth) => () => imported(auth)),
  "the cookie's strategy": [before, after].map((auth) => async () => {
    const cookie = (await cookieOf(auth)).match(/session_data=([^;]+)/)[1];
    return cookie.split(".").length === 3 ? "`jwt`" : "`compact`";
  }),
  "what reading a session returns": [readBefore, readAfter].map(
    (read) => () => (read(request("")) instanceof Promise ? "a promise" : "the session"),
  ),
  "a modified cookie": [
    async () => who(await readBefore(request(changed(await cookieOf(before))))),
    async () => who(readAfter(request(changed(await cookieOf(after))))),
  ],
  "an expired session in a cookie that is still valid": [
    async () => who(await getCookieCache(request(await expired()), { secret, strategy: "jwt" })),
    async () => who(readAfter(request(await expired()))),
  ],
  "a `__Secure-` cookie, outside production": [
    async () => who(await readBefore(request(secured(await cookieOf(before))))),
    async () => who(getVerifiedSession(request(secured(await cookieOf(after))), https)),
  ],
  "a plain cookie, with an https `baseURL`": [
    async () => who(await readBefore(request(await cookieOf(before)))),
    async () => who(getVerifiedSession(request(await cookieOf(after)), https)),
  ],
  "the `jwt` plugin's algorithm": [before, after].map(
    (auth) => async () => `\`${decodeProtectedHeader(await token(auth)).alg}\``,
  ),
  "`/api/auth/jwks`": [before, after].map((auth) => async () => `\`${(await ask(auth, "/jwks")).status}\``),
  "the lifetime of an access token": [before, after].map((auth) => () => life(auth)),
});
