// Tests that users with hashes from other systems can sign in, and that doing so replaces their stored hashes with
// hashes that follow the new policy.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import bcryptjs from "bcryptjs";
import { hashPassword, needsRehash, passwordPresets } from "edgeseal";
import { password, rehashOnSignIn } from "edgeseal/better-auth";
import { argon2id, argon2Verify } from "hash-wasm";
import { at } from "../../scripts/run.mjs";
import { createDatabase, importHash, PASSWORD, signIn, signUp, startServer, storedHash, VERSIONS } from "./server.mjs";

/**
 * The hash functions of other systems, written as password hooks. A server with these hooks stands in for the system
 * where the users signed up.
 */
const salt = () => crypto.getRandomValues(new Uint8Array(16));
const MAKERS = {
  "better-auth's scrypt": {},
  "bcryptjs $2b$": {
    password: { hash: (text) => bcryptjs.hash(text, 10), verify: (of) => bcryptjs.compare(of.password, of.hash) },
  },
  "bcrypt $2a$": {
    password: {
      hash: async (text) => bcryptjs.hash(text, (await bcryptjs.genSalt(10)).replace("$2b$", "$2a$")),
      verify: (of) => bcryptjs.compare(of.password, of.hash),
    },
  },
  "hash-wasm's argon2id": {
    password: {
      hash: (password) =>
        argon2id({
          password,
          salt: salt(),
          iterations: 3,
          parallelism: 1,
          memorySize: 4096,
          hashLength: 32,
          outputType: "encoded",
        }),
      verify: ({ password, hash }) => argon2Verify({ password, hash }),
    },
  },
};
const POLICIES = { argon2id: passwordPresets.argon2id, bcrypt: { algorithm: "bcrypt", cost: 11 } };
/** A fast policy, for tests in which the hashing time doesn't matter. */
const FAST = { algorithm: "argon2id", memoryCost: 64, timeCost: 1, allowWeakParams: true };
/** A policy that takes about half a second per hash. */
const SLOW = { algorithm: "argon2id", timeCost: 80 };
const withPolicy = (policy, options = {}) => {
  const passwords = password(policy);
  return { emailAndPassword: { password: passwords }, plugins: [rehashOnSignIn(passwords)], ...options };
};

for (const version of VERSIONS) {
  const served = (name, options, run) =>
    test(`${version}: ${name}`, async (t) => run(await startServer(t, version, options)));

  for (const [algorithm, policy] of Object.entries(POLICIES)) {
    test(`${version}: every user signs in, and has an ${algorithm} hash afterwards`, async (t) => {
      const db = createDatabase();
      const users = Object.keys(MAKERS).map((name, i) => [name, `user${i}@example.com`]);
      for (const [name, email] of users) {
        const before = await startServer(t, version, { db, emailAndPassword: MAKERS[name] });
        await signUp(before, email);
      }
      const server = await startServer(t, version, { db, ...withPolicy(policy) });
      for (const [name, email] of users) {
        const old = storedHash(db, email);
        assert.equal(needsRehash(old, policy), true, name);
        assert.equal(await signIn(server, email, "wrong horse battery"), "401 INVALID_EMAIL_OR_PASSWORD", name);
        assert.equal(storedHash(db, email), old, `${name}: a wrong password changes nothing`);
        assert.equal(await signIn(server, email), "200", name);
        const stored = storedHash(db, email);
        assert.equal(needsRehash(stored, policy), false, `${name}: ${stored}`);
        assert.equal(await signIn(server, email), "200", `${name}, again`);
        assert.equal(storedHash(db, email), stored, `${name}: hashed once`);
        assert.equal(await signIn(server, email, "wrong horse battery"), "401 INVALID_EMAIL_OR_PASSWORD", name);
      }
    });
  }

  served(
    "the stored hash of every other system signs its user in, and is replaced",
    withPolicy(FAST),
    async (server) => {
      const rows = readFileSync(at("contracts/passwords.jsonl"), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line))
        .filter(({ want, password }) => want === "verify" && password !== "");
      assert.ok(rows.length > 80);
      await signUp(server, "ann@example.com");
      for (const { name, stored, password } of rows) {
        importHash(server.db, "ann@example.com", stored);
        assert.equal(await signIn(server, "ann@example.com", "wrong horse"), "401 INVALID_EMAIL_OR_PASSWORD", name);
        assert.equal(storedHash(server.db, "ann@example.com"), stored, name);
        assert.equal(await signIn(server, "ann@example.com", password), "200", name);
        assert.equal(needsRehash(storedHash(server.db, "ann@example.com"), FAST), false, name);
        assert.equal(await signIn(server, "ann@example.com", password), "200", `${name}, after the new hash`);
      }
    },
  );

  served(
    "100 concurrent first sign-ins of one user all succeed, and store one hash",
    withPolicy(passwordPresets.argon2id),
    async (server) => {
      await signUp(server, "ann@example.com");
      importHash(server.db, "ann@example.com", await bcryptjs.hash(PASSWORD, 6));
      const updates = watchUpdates(server.db);
      const all = await Promise.all(Array.from({ length: 100 }, () => signIn(server, "ann@example.com")));
      assert.deepEqual(new Set(all), new Set(["200"]));
      assert.equal(needsRehash(storedHash(server.db, "ann@example.com"), passwordPresets.argon2id), false);
      assert.equal(updates().length, 1);
      assert.equal(await signIn(server, "ann@example.com"), "200");
      assert.equal(await signIn(server, "ann@example.com", "wrong horse battery"), "401 INVALID_EMAIL_OR_PASSWORD");
    },
  );

  test(`${version}: a password that is changed during the rehash stays changed`, async (t) => {
    const email = "ann@example.com";
    // Another instance of the app finishes long before the first one has computed its hash.
    const other = await startServer(t, version, { emailAndPassword: { password: password(FAST) } });
    const server = await startServer(t, version, { db: other.db, ...withPolicy(SLOW) });
    const { client } = await signUp(other, email);
    const updates = watchUpdates(other.db);
    const sessions = () => other.db.prepare("select count(*) as count from session").get().count;
    const moments = {
      immediately: async () => {},
      "while it is hashed": async (before, signedIn) => {
        let over = false;
        void signedIn.finally(() => (over = true));
        while (!over && sessions() === before) await new Promise((resolve) => setTimeout(resolve, 1));
      },
      afterwards: (_before, signedIn) => signedIn,
    };
    let current = PASSWORD;
    for (const [moment, come] of Object.entries(moments)) {
      const old = await bcryptjs.hash(current, 4);
      importHash(other.db, email, old);
      updates();
      const before = sessions();
      const signedIn = signIn(server, email, current);
      await come(before, signedIn);
      const newPassword = `another password, ${moment}`;
      assert.equal((await client.changePassword({ currentPassword: current, newPassword })).error, null, moment);
      await signedIn;
      const found = updates();
      if (moment === "while it is hashed") assert.deepEqual([found.length, found[0].old], [1, old], "the upgrade lost");
      if (moment === "afterwards") assert.deepEqual([found.length, found[0].old], [2, old], "the upgrade was first");
      assert.equal(await signIn(other, email, newPassword), "200", moment);
      assert.equal(await signIn(other, email, current), "401 INVALID_EMAIL_OR_PASSWORD", moment);
      current = newPassword;
    }
  });

  served("a database that refuses the update does not fail the sign-in", withPolicy(FAST), async (server) => {
    const email = "ann@example.com";
    await signUp(server, email);
    const old = await bcryptjs.hash(PASSWORD, 4);
    importHash(server.db, email, old);
    server.db.exec(
      "create trigger broken before update of password on account begin select raise(abort, 'not now'); end",
    );
    assert.equal(await signIn(server, email), "200");
    assert.equal(storedHash(server.db, email), old);
    const lines = server.log.filter((line) => line.includes("not upgraded"));
    assert.equal(lines.length, 1);
    assert.match(lines[0], /^error edgeseal: a stored hash was not upgraded \(\w+\); the next sign-in tries again$/);
    for (const line of server.log) assert.ok(!line.includes(PASSWORD) && !line.includes(old), line);
    server.db.exec("drop trigger broken");
    assert.equal(await signIn(server, email), "200");
    assert.equal(needsRehash(storedHash(server.db, email), FAST), false);
  });

  test(`${version}: also by user name and phone number, and before a second factor`, async (t) => {
    const { phoneNumber, twoFactor, username } = await import(`${version}/plugins`);
    const { phoneNumberClient, usernameClient } = await import(`${version}/client/plugins`);
    const passwords = password(FAST);
    const plugins = [twoFactor(), username(), phoneNumber(), rehashOnSignIn(passwords)];
    const server = await startServer(t, version, { emailAndPassword: { password: passwords }, plugins });
    const email = "ann@example.com";
    await signUp(server, email);
    server.db.exec("update user set username = 'ann', phoneNumber = '+4912345', phoneNumberVerified = 1");
    const { client } = server.browser({ plugins: [usernameClient(), phoneNumberClient()] });
    const ways = {
      username: () => client.signIn.username({ username: "ann", password: PASSWORD }),
      phone: () => client.signIn.phoneNumber({ phoneNumber: "+4912345", password: PASSWORD }),
      "second factor": () => {
        server.db.exec("update user set twoFactorEnabled = 1");
        return client.signIn.email({ email, password: PASSWORD });
      },
    };
    for (const [way, go] of Object.entries(ways)) {
      importHash(server.db, email, await bcryptjs.hash(PASSWORD, 4));
      const { data, error } = await go();
      assert.equal(error, null, way);
      assert.equal(data.twoFactorRedirect ?? false, way === "second factor", way);
      assert.equal(needsRehash(storedHash(server.db, email), FAST), false, way);
    }
  });

  served(
    "nothing is written until the e-mail address is verified",
    withPolicy(FAST, { emailVerification: { sendVerificationEmail: async () => {} } }),
    async (server) => {
      await signUp(server, "ann@example.com");
      const old = await bcryptjs.hash(PASSWORD, 4);
      importHash(server.db, "ann@example.com", old);
      server.auth.options.emailAndPassword.requireEmailVerification = true;
      assert.equal(await signIn(server, "ann@example.com"), "403 EMAIL_NOT_VERIFIED");
      assert.equal(storedHash(server.db, "ann@example.com"), old);
      server.db.exec("update user set emailVerified = 1");
      assert.equal(await signIn(server, "ann@example.com"), "200");
      assert.equal(needsRehash(storedHash(server.db, "ann@example.com"), FAST), false);
    },
  );

  test(`${version}: back to Better Auth's hashes: upgraded users sign in, and new hashes are Better Auth's`, async (t) => {
    const { hashPassword: own } = await import(`${version}/crypto`);
    const { db } = await startServer(t, version, withPolicy(FAST)).then(async (server) => {
      await signUp(server, "ann@example.com");
      return server;
    });
    const back = { emailAndPassword: { password: { hash: own, verify: password(FAST).verify } } };
    const server = await startServer(t, version, { db, ...back });
    assert.equal(await signIn(server, "ann@example.com"), "200");
    await signUp(server, "bob@example.com");
    const plain = await startServer(t, version, { db });
    assert.equal(await signIn(plain, "bob@example.com"), "200");
  });

  test(`${version}: hooks that could not verify the plugin's hashes are refused`, async (t) => {
    const [passwords, others] = [password(FAST), password(FAST)];
    for (const emailAndPassword of [{}, { password: others }]) {
      const options = { emailAndPassword, plugins: [rehashOnSignIn(passwords)] };
      await assert.rejects(
        startServer(t, version, options).then(async ({ auth }) => (await auth.$context).password),
        {
          code: "ERR_OPTION_INVALID",
          message: /the object of password\(\) that is also emailAndPassword.password/,
        },
      );
    }
  });
}

test("the newest version passes the work to the platform's waitUntil if it is configured", async (t) => {
  const given = [];
  const advanced = { backgroundTasks: { handler: (work) => given.push(work) } };
  const server = await startServer(t, "better-auth", withPolicy(passwordPresets.argon2id, { advanced }));
  await signUp(server, "ann@example.com");
  importHash(server.db, "ann@example.com", await hashPassword(PASSWORD, { algorithm: "bcrypt", cost: 10 }));
  assert.equal(await signIn(server, "ann@example.com"), "200");
  assert.equal(given.length, 1);
  await given[0];
  assert.equal(needsRehash(storedHash(server.db, "ann@example.com"), passwordPresets.argon2id), false);
});

/**
 * Returns a function that returns the password updates that the database has recorded since the function was last
 * called.
 */
function watchUpdates(db) {
  db.exec("create table seen (old text, new text)");
  db.exec(
    "create trigger watch after update of password on account begin insert into seen values (old.password, new.password); end",
  );
  return () => {
    const rows = db.prepare("select old, new from seen").all();
    db.exec("delete from seen");
    return rows;
  };
}
