// Checks what docs/guide/better-auth.md says about getCookieCache against both tested versions of Better Auth.
import assert from "node:assert/strict";
import { test } from "node:test";
import { generateSecret } from "edgeseal";
import jwt from "jsonwebtoken";
import { createDatabase, signUp, startServer, VERSIONS } from "./server.mjs";

const NAME = "better-auth.session_data";
const secret = generateSecret();
const iso = (milliseconds) => new Date(Date.now() + milliseconds).toISOString();
const written = { createdAt: iso(0), updatedAt: iso(0) };
const session = { id: "s1", token: "t", userId: "ann", expiresAt: iso(300_000), ...written };
const userOf = (id) => ({ id, name: id, email: `${id}@example.com`, emailVerified: false, ...written });

for (const version of VERSIONS) {
  const { getCookieCache } = await import(`${version}/cookies`);
  const read = (cookie, options) =>
    getCookieCache(new Headers({ cookie }), { secret, strategy: "jwt", isSecure: false, ...options });
  const dataOf = (claims = {}, key = secret) =>
    jwt.sign({ session, user: userOf("ann"), updatedAt: Date.now(), ...claims }, key, { expiresIn: 300 });
  const isRead = async (cookie, options) => (await read(cookie, options).catch(() => null)) !== null;

  test(`${version}: any JWT signed with the secret and shaped like a session is accepted, even for two users`, async () => {
    assert.ok(await isRead(`${NAME}=${dataOf()}`));
    assert.ok(await isRead(`${NAME}=${dataOf({ user: userOf("eve") })}`));
    const expired = dataOf({ session: { ...session, expiresAt: iso(-1000) } });
    assert.equal(await isRead(`${NAME}=${expired}`), version === "better-auth-oldest", "an expired session");
  });

  test(`${version}: of several cookies with one name, the last counts`, async () => {
    assert.ok(await isRead(`${NAME}=junk; ${NAME}=${dataOf()}`));
    assert.equal(await isRead(`${NAME}=${dataOf()}; ${NAME}=junk`), false);
  });

  test(`${version}: the prefix follows NODE_ENV, unless isSecure is given`, async () => {
    assert.notEqual(process.env.NODE_ENV, "production");
    assert.ok(await isRead(`${NAME}=${dataOf()}`, { isSecure: undefined }));
    assert.equal(await isRead(`__Secure-${NAME}=${dataOf()}`, { isSecure: undefined }), false);
    assert.ok(await isRead(`__Secure-${NAME}=${dataOf()}`, { isSecure: true }));
  });

  test(`${version}: a weak secret is accepted, and only one secret`, async () => {
    assert.ok(await isRead(`${NAME}=${dataOf({}, "short")}`, { secret: "short" }));
    assert.equal(await isRead(`${NAME}=${dataOf()}`, { secret: generateSecret() }), false);
  });
}

test("after a rotation Better Auth's own endpoints no longer accept cookies of the old secret", async (t) => {
  const [fresh, old] = [generateSecret(), generateSecret()];
  const db = createDatabase();
  const options = (...values) => ({
    db,
    secrets: values.map((value, index) => ({ version: values.length - index, value })),
  });
  const before = await startServer(t, "better-auth", options(old));
  const { cookies } = await signUp(before, "ann@example.com");
  const after = await startServer(t, "better-auth", options(fresh, old));
  for (const [server, signedIn] of [
    [before, true],
    [after, false],
  ]) {
    const found = await server.auth.api.getSession({ headers: new Headers({ cookie: cookies() }) });
    assert.equal(found !== null, signedIn);
  }
});
