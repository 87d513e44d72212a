// Tests databases of every shape in js-tests/databases. The same SQLite file is used first by a real Better Auth server
// (with the shape's version and adapter), then by the Worker, and then by the real server again.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { password } from "edgeseal/better-auth";
import { temporaryFolder } from "../temporary-folder.mjs";
import { fixtureOf, fixturePath, schemaModule } from "../databases/generate.mjs";
import { connect, serverOf } from "../databases/options.mjs";
import { SHAPES } from "../databases/shapes.mjs";
import { cookieHeader, ORIGIN, startWorker, UPGRADING } from "./local-worker.mjs";
import { createFile, each, openFile } from "./shared-database.mjs";

const USERS = 20;

/** Sends one request to a real server. */
async function ask(server, path, body, cookie) {
  const headers = { "content-type": "application/json", origin: ORIGIN, ...(cookie && { cookie }) };
  const init = { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) };
  const answer = await server.handler(new Request(`${ORIGIN}/api/auth/${path}`, init));
  return { status: answer.status, cookie: cookieHeader(answer), body: await answer.json() };
}

for (const [name, { dates }] of Object.entries(SHAPES)) {
  test(`${name}: the schema is up to date with its generator`, async () => {
    assert.equal(readFileSync(fixturePath(name), "utf8"), await fixtureOf(name));
  });

  test(`${name}: ${USERS} users sign in, sign up and change their password, and the real server knows them`, async () => {
    const folder = temporaryFolder("d1");
    await createFile(folder);
    let db = openFile(folder);
    db.exec(readFileSync(fixturePath(name), "utf8"));
    const schema = await schemaModule(name);
    const before = await serverOf(name, await connect(name, db, schema), schema);
    const users = Array.from({ length: USERS }, (_, i) => ({
      name: `User ${i}`,
      email: `user${i}@example.com`,
      password: `correct horse ${i}`,
      newPassword: `another horse ${i}`,
    }));
    await each(users, async (user) => {
      const { status, body } = await ask(before, "sign-up/email", user);
      assert.equal(status, 200, JSON.stringify(body));
      user.id = body.user.id;
      user.createdAt = body.user.createdAt;
    });
    db.close();

    const worker = await startWorker(UPGRADING, { persist: folder });
    const newcomers = users.map((user) => ({ ...user, email: `new-${user.email}`, password: user.newPassword }));
    try {
      await each(users, async ({ id, email, password, newPassword, createdAt }) => {
        const signedIn = await worker.post("/api/auth/sign-in/email", { email, password });
        const { user, code } = await signedIn.json();
        assert.equal(signedIn.status, 200, `${email}: ${code}`);
        assert.equal(user.id, id);
        // The dates in a sign-up's response include milliseconds, which the database column may not store.
        const precision = dates === "seconds" ? 1000 : 1;
        assert.ok(Math.abs(Date.parse(user.createdAt) - Date.parse(createdAt)) < precision, user.createdAt);
        const headers = { cookie: cookieHeader(signedIn), origin: ORIGIN };
        const change = { currentPassword: password, newPassword };
        const changed = await worker.post("/api/auth/change-password", change, headers);
        assert.equal(changed.status, 200, await changed.clone().text());
      });
      await each(newcomers, async (newcomer) => {
        const answer = await worker.post("/api/auth/sign-up/email", newcomer);
        const { user } = await answer.json();
        assert.equal(answer.status, 200);
        Object.assign(newcomer, { id: user.id, createdAt: user.createdAt });
      });
      assert.doesNotMatch(worker.log, /DATABASE|INTERNAL|panicked/);
    } finally {
      await worker.stop();
    }

    db = openFile(folder);
    const passwords = password({ algorithm: "bcrypt", cost: 5, allowWeakParams: true });
    const options = { emailAndPassword: { password: passwords } };
    const after = await serverOf(name, await connect(name, db, schema), schema, options);
    await each([...users, ...newcomers], async ({ id, email, newPassword, createdAt }) => {
      const { status, cookie, body } = await ask(after, "sign-in/email", { email, password: newPassword });
      assert.equal(status, 200, `${email}: ${JSON.stringify(body)}`);
      assert.equal(body.user.id, id);
      const session = await ask(after, "get-session", undefined, cookie);
      assert.equal(session.body.user.email, email);
      const apart = Math.abs(Date.parse(session.body.user.createdAt) - Date.parse(createdAt));
      assert.ok(apart < (dates === "seconds" ? 1000 : 1), `${session.body.user.createdAt}, ${createdAt}`);
      // The real server can read and change what the Worker wrote.
      const change = { currentPassword: newPassword, newPassword: `${newPassword} again` };
      const changed = await ask(after, "change-password", change, cookie);
      assert.equal(changed.status, 200, JSON.stringify(changed.body));
    });
    const old = await ask(after, "sign-in/email", { email: users[0].email, password: users[0].password });
    assert.equal(old.status, 401);
    db.close();
  });
}
