// Checks that the response time of a refused sign-in doesn't reveal which e-mail addresses have accounts, whatever
// hashes are stored. The PAIRS environment variable sets the number of pairs per run (200 by default). KINDS is a
// regular expression that selects the kinds of hashes to measure.
import assert from "node:assert/strict";
import { pbkdf2Sync, randomBytes, scryptSync } from "node:crypto";
import { test } from "node:test";
import argon2 from "argon2";
import bcrypt from "bcryptjs";
import { ask } from "../attack/ask.mjs";
import { mannWhitney, median } from "../attack/statistics.mjs";
import { ORIGIN, startWorker } from "./local-worker.mjs";

const PASSWORD = "correct horse";
const WRONG = "wrong horse";
const POLICY = { PASSWORD_PARAMS: { cost: 10 } };
/**
 * The limits: the medians must differ by at most 10%, and p must be over 0.01 for the kinds in SAME. If the first run
 * fails, two more must both pass.
 */
const BARS = { apart: 0.1, p: 0.01 };
const PAIRS = Number(process.env.PAIRS ?? 200);
/** A smaller number of turns, for measurements that don't need as many as `PAIRS`. */
const FEW = Math.ceil(PAIRS / 10);

const salt = randomBytes(16);
const hex = (bytes) => bytes.toString("hex");
const base64 = (bytes) => bytes.toString("base64").replaceAll("=", "");
/** Base64 as passlib writes it, with `.` instead of `+`. */
const dotted = (bytes) => base64(bytes).replaceAll("+", ".");
/** Makes a bcrypt hash, and replaces the `$2b$` prefix from bcryptjs with the given one. */
const modular = (cost, version) => bcrypt.hashSync(PASSWORD, cost).replace("$2b$", version);
const phcScrypt = (ln, r, p) => {
  const key = scryptSync(PASSWORD, salt, 32, { N: 2 ** ln, r, p, maxmem: 2 ** 27 });
  return `$scrypt$ln=${ln},r=${r},p=${p}$${base64(salt)}$${base64(key)}`;
};
const pbkdf2 = (iterations, length, digest) => pbkdf2Sync(PASSWORD, hex(salt), iterations, length, digest);

/** Stored values for which the Worker simply computes a hash with the policy's cost before it refuses a sign-in. */
const SAME = {
  "the policy's own": modular(10, "$2b$"),
  "no password": null,
  "no account": undefined,
  "an empty string": "",
  "Django's !unusable": "!unusableXq8rkq0DbL4mWpTYR7vZ3cJh2Nf5sE9aG1iKuO6",
  "crypt, yescrypt": `$y$j9T$${"F5Jx5fExrKuPp53xLKQ..1".slice(0, 22)}$${"X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7"}`,
  "a damaged hash": modular(10, "$2b$").slice(0, 40),
  "over the ceiling of time": modular(4, "$2b$").replace("$04$", "$17$"),
  "over the ceiling of memory": `$argon2id$v=19$m=1048576,t=1,p=1$${base64(salt)}$${base64(randomBytes(32))}`,
};
/**
 * Cheap stored hashes. Before it refuses a sign-in, the Worker computes such a hash and then does extra work until it
 * reaches the policy's cost.
 */
const FILLED = {
  "PHP's bcrypt, cost 4": modular(4, "$2y$"),
  "bcrypt, cost 8": modular(8, "$2a$"),
  "bcrypt, cost 9": modular(9, "$2b$"),
  "passlib's PBKDF2, 29,000": `$pbkdf2-sha256$29000$${dotted(salt)}$${dotted(pbkdf2Sync(PASSWORD, salt, 29_000, 32, "sha256"))}`,
  "Werkzeug's PBKDF2-SHA512, 50,000": `pbkdf2:sha512:50000$${hex(salt)}$${hex(pbkdf2(50_000, 64, "sha512"))}`,
  "phpass, $P$": "$P$BVXzKqYjHXlFNkuYw9eBZoZKoJo5P70",
  "WordPress, $wp$": "$wp$2y$10$rXo8z5QYJ9vVw6Hc3mNf4eu0kL7bTdSgAqWxEyRtUiOpZsDfGhJ1K",
  "crypt, $6$": `$6$rounds=5000$usesomesillystri$${"D4IrlXCisuXkXQCnxVSJ1zP".repeat(4).slice(0, 86)}`,
  "LDAP, {SSHA}": `{SSHA}${randomBytes(28).toString("base64")}`,
  "ASP.NET Identity V3": Buffer.concat([
    Buffer.from("01000000020000c35000000010", "hex"),
    salt,
    pbkdf2Sync(PASSWORD, salt, 50_000, 32, "sha512"),
  ]).toString("base64"),
  "Django's PBKDF2-SHA1, 100,000": `pbkdf2_sha1$100000$${hex(salt)}$${pbkdf2(100_000, 20, "sha1").toString("base64")}`,
  "argon2id, 4 MiB, t=3": await argon2.hash(PASSWORD, { memoryCost: 4096, timeCost: 3, parallelism: 1 }),
  "scrypt, N=2^13, r=8": phcScrypt(13, 8, 1),
};
/**
 * Stored hashes that cost more than the policy's. Refusing these users takes longer until their hashes are replaced.
 */
const DEARER = {
  "Better Auth's scrypt": `${hex(salt)}:${hex(scryptSync(PASSWORD, hex(salt), 64, { N: 2 ** 14, r: 16, p: 1, maxmem: 2 ** 26 }))}`,
  "Django's PBKDF2, 600,000": `pbkdf2_sha256$600000$${hex(salt)}$${pbkdf2(600_000, 32, "sha256").toString("base64")}`,
  "bcrypt, cost 12": modular(12, "$2b$"),
};

const wanted = (kinds) => Object.entries(kinds).filter(([name]) => new RegExp(process.env.KINDS ?? "").test(name));

/**
 * Starts a Worker with a user for each named kind of hash. If the hash is `undefined`, the user doesn't have an account
 * to sign in with.
 */
async function started(t, kinds) {
  const worker = await startWorker(POLICY);
  t.after(() => worker.stop());
  const url = (await worker.ready).origin;
  const emails = new Map();
  for (const [name, stored] of kinds) {
    const email = `user-${emails.size}@example.com`;
    const body = { name, email, password: PASSWORD };
    assert.equal((await worker.post("/api/auth/sign-up/email", body)).status, 200);
    const change = stored === undefined ? `DELETE FROM "account"` : `UPDATE "account" SET "password" = ?2`;
    await worker.database
      .prepare(`${change} WHERE "userId" = (SELECT "id" FROM "user" WHERE "email" = ?1)`)
      .bind(...[email, stored].filter((value) => value !== undefined))
      .run();
    emails.set(name, email);
  }
  const signIn = (email, password) =>
    ask(url, {
      method: "POST",
      target: "/api/auth/sign-in/email",
      host: new URL(ORIGIN).host,
      json: { email, password },
    });
  /**
   * Returns how long it takes to refuse the user with this kind of hash. If there is no such user, uses an unknown
   * address.
   */
  const refusal = async (name, password = WRONG) => {
    const email = emails.get(name) ?? `nobody-${randomBytes(8).toString("hex")}@example.com`;
    const answer = await signIn(email, password);
    assert.equal(answer.status, 401, `${name}: ${answer.text}`);
    return answer.ms;
  };
  const stored = (name) =>
    worker.database
      .prepare(`SELECT "password" FROM "account" JOIN "user" ON "userId" = "user"."id" WHERE "email" = ?`)
      .bind(emails.get(name))
      .first("password");
  return { refusal, stored, accepts: async (name) => (await signIn(emails.get(name), PASSWORD)).status === 200 };
}

/**
 * Measures how long these calls take, in milliseconds. Each turn runs all of them one after another, in varying order.
 */
async function inTurns(turns, calls) {
  const times = calls.map(() => []);
  for (let turn = 0; turn < turns; turn++) {
    const order = calls.map((_, i) => (i + turn) % calls.length);
    if (turn % 2 === 1) order.reverse();
    for (const i of order) times[i].push(await calls[i]());
  }
  return times;
}

const apart = (one, other) => Math.abs(median(one) - median(other)) / median(other);
/** Whether a condition is true in the first run or, if it isn't, in both of the next two runs. */
const mostly = async (run) => (await run()) || ((await run()) && (await run()));
const percent = (share) => `${(share * 100).toFixed(1)} %`;
const ms = (times) => `${median(times).toFixed(1)} ms`;

test("a refusal takes the same time for an unknown address and for every kind of hash up to the policy's cost", async (t) => {
  const kinds = [...wanted(SAME), ...wanted(FILLED)];
  const worker = await started(t, kinds);
  const names = kinds.map(([name]) => name);
  const turns = (count, those) =>
    inTurns(
      count,
      [undefined, ...those].map((name) => () => worker.refusal(name)),
    );
  // Warm up the wasm code.
  await turns(5, [undefined]);
  /** Measures one run. Returns the kinds of hashes whose times differ from those of an unknown address. */
  const others = async (those) => {
    const [unknown, ...times] = await turns(PAIRS, those);
    return those.filter((name, i) => {
      const [away, p] = [apart(times[i], unknown), mannWhitney(unknown, times[i])];
      t.diagnostic(`${name}: ${ms(times[i])}, unknown ${ms(unknown)}, ${percent(away)} apart, p ${p.toPrecision(2)}`);
      return away >= BARS.apart || (p <= BARS.p && name in SAME);
    });
  };
  // One run in 100 fails by chance. If the first run fails, two more must both pass.
  const doubtful = await others(names);
  const failed = new Set();
  for (let run = 0; run < 2 && doubtful.length > 0; run++) for (const name of await others(doubtful)) failed.add(name);
  assert.deepEqual([...failed], [], "the time of these kinds differs");
  for (const [name] of wanted(FILLED)) {
    assert.ok(await worker.accepts(name), `${name}: the right password signs in`);
    assert.match(await worker.stored(name), /^\$2b\$10\$/, `${name}: is upgraded`);
  }
});

test("a refusal takes the same time for the empty password and for one that has two forms", async (t) => {
  const names = ["the policy's own", "bcrypt, cost 8", "a damaged hash"];
  const worker = await started(
    t,
    names.map((name) => [name, { ...SAME, ...FILLED }[name]]),
  );
  await inTurns(5, [() => worker.refusal()]);
  const once = median((await inTurns(FEW, [() => worker.refusal()]))[0]);
  // The second password has a full-width letter, which NFKC replaces, so the Worker hashes two forms of that password.
  for (const [password, forms] of [
    ["", 1],
    ["ｗrong horse", 2],
  ]) {
    const isEqual = await mostly(async () => {
      const [unknown, ...others] = await inTurns(
        4 * FEW,
        [undefined, ...names].map((name) => () => worker.refusal(name, password)),
      );
      t.diagnostic(`"${password}": unknown, ${names.join(", ")}: ${[unknown, ...others].map(ms).join(", ")}`);
      const works = median(unknown) / once / forms;
      return works > 0.75 && works < 1.25 && others.every((times) => apart(times, unknown) < BARS.apart);
    });
    assert.ok(isEqual, `the time for "${password}" differs`);
  }
});

test("a hash that costs more than the policy's slows refusals of its own account only", async (t) => {
  const kinds = wanted(DEARER);
  const [with_, without] = [await started(t, kinds), await started(t, [])];
  const calls = [
    () => without.refusal(),
    () => with_.refusal(),
    ...kinds.map(
      ([name]) =>
        () =>
          with_.refusal(name),
    ),
  ];
  await inTurns(3, calls);
  const isEqual = await mostly(async () => {
    const [before, unknown, ...dearer] = await inTurns(2 * FEW, calls);
    t.diagnostic(`unknown: ${ms(before)} without such hashes, ${ms(unknown)} with`);
    const ratios = dearer.map((times) => median(times) / median(unknown));
    for (const [i, [name]] of kinds.entries())
      t.diagnostic(`costlier than the policy: ${name}: ${ms(dearer[i])}, ${ratios[i].toFixed(2)} times`);
    return apart(unknown, before) < BARS.apart && ratios.every((ratio) => ratio > 1 - BARS.apart);
  });
  assert.ok(isEqual, "it also slows unknown addresses, or it is faster than the policy");
  for (const [name] of kinds) {
    assert.ok(await with_.accepts(name), `${name}: the right password signs in`);
    // The Worker doesn't replace a stronger hash if that hash uses the policy's algorithm.
    assert.match(await with_.stored(name), name.startsWith("bcrypt") ? /^\$2b\$12\$/ : /^\$2b\$10\$/, name);
  }
});
