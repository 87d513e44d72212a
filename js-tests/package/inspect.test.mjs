// Tests that inspectHash describes stored hashes of every supported format, and never returns the hash itself.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import * as imported from "edgeseal";
import { bcryptjs, betterAuth } from "../passwords.mjs";

const { generateSecret, hashPasswordSync, inspectHash, needsRehash } = imported;

const [SALT, KEY] = ["MDEyMzQ1Njc4OWFiY2RlZg", "4aHoBpfpRSYZi1zLSqUWpXu0P9bi+hd8MPm/ep0d1e0"];
const HEX = "e1a1e80697e94526198b5ccb4aa516a57bb43fd6e2fa177c30f9bf7a9d1dd5ed";
const end = `${SALT}$${KEY}`;
const BCRYPT = "abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui";
const scrypt = (N, r, p) => ({ algorithm: "scrypt", params: { N, r, p } });
const pbkdf2 = (bits, iterations) => ({ algorithm: `pbkdf2-sha${bits}`, params: { iterations } });
const argon2 = (variant, version, [memoryCost, timeCost, parallelism]) => ({
  algorithm: `argon2${variant}`,
  version,
  params: { memoryCost, timeCost, parallelism },
});
const bcrypt = (version, cost) => ({ algorithm: "bcrypt", version, params: { cost } });
const lengths = (saltLength, hashLength) => ({ saltLength, hashLength });

const SPELLINGS = [
  ...["2a", "2b", "2x", "2y"].map((version) => [
    `$${version}$05$${BCRYPT}`,
    { ...bcrypt(version, 5), format: "crypt", ...lengths(16, 23) },
  ]),
  // Even a hash that is too expensive to verify is described.
  [`$2b$31$${BCRYPT}`, { ...bcrypt("2b", 31), format: "crypt", ...lengths(16, 23) }],
  [`bcrypt$$2b$12$${BCRYPT}`, { ...bcrypt("2b", 12), format: "django", ...lengths(16, 23) }],
  [`bcrypt_sha256$$2b$12$${BCRYPT}`, { ...bcrypt("2b", 12), format: "django", prehash: "sha256", ...lengths(16, 23) }],
  ...["i", "d", "id"].map((variant) => [
    `$argon2${variant}$v=19$m=65536,t=3,p=4$${end}`,
    { ...argon2(variant, 19, [65536, 3, 4]), format: "phc", ...lengths(16, 32) },
  ]),
  [`$argon2id$v=19$m=65536,p=4,t=3$${end}`, { ...argon2("id", 19, [65536, 3, 4]), format: "phc", ...lengths(16, 32) }],
  [`$argon2i$m=256,t=2,p=1$${end}`, { ...argon2("i", 16, [256, 2, 1]), format: "phc", ...lengths(16, 32) }],
  [
    `argon2$argon2id$v=19$m=102400,t=2,p=8$${end}`,
    { ...argon2("id", 19, [102400, 2, 8]), format: "django", ...lengths(16, 32) },
  ],
  [`$scrypt$ln=15,r=8,p=3$${end}`, { ...scrypt(2 ** 15, 8, 3), format: "phc", ...lengths(16, 32) }],
  [
    `$7$C6..../....${SALT}$${"A".repeat(42)}.`,
    { ...scrypt(2 ** 14, 8, 1), format: "crypt", ...lengths(SALT.length, 32) },
  ],
  [`scrypt:32768:8:1$${SALT}$${HEX}`, { ...scrypt(2 ** 15, 8, 1), format: "werkzeug", ...lengths(SALT.length, 32) }],
  [`scrypt$16384$${SALT}$8$5$${KEY}=`, { ...scrypt(2 ** 14, 8, 5), format: "django", ...lengths(SALT.length, 32) }],
  ...["256", "512"].flatMap((bits) => [
    [`$pbkdf2-sha${bits}$i=210000,l=32$${end}`, { ...pbkdf2(bits, 210000), format: "phc", ...lengths(16, 32) }],
    [
      `$pbkdf2-sha${bits}$29000$${end.replaceAll("+", ".")}`,
      { ...pbkdf2(bits, 29000), format: "passlib", ...lengths(16, 32) },
    ],
    [
      `pbkdf2:sha${bits}:600000$${SALT}$${HEX}`,
      { ...pbkdf2(bits, 600000), format: "werkzeug", ...lengths(SALT.length, 32) },
    ],
  ]),
  [`pbkdf2_sha256$870000$${SALT}$${KEY}=`, { ...pbkdf2("256", 870000), format: "django", ...lengths(SALT.length, 32) }],
  [
    `$hmac-sha256$keyid=2026/a.b$2y$10$${BCRYPT}`,
    { ...bcrypt("2y", 10), format: "crypt", pepper: "2026/a.b", ...lengths(16, 23) },
  ],
];

for (const [how, { inspectHash }] of [
  ["import", imported],
  ["require", createRequire(import.meta.url)("edgeseal")],
]) {
  test(`each format with ${how}, without its salt and hash`, () => {
    for (const [stored, expected] of SPELLINGS) {
      const { verifies, memory, ...said } = inspectHash(stored);
      assert.deepEqual(said, expected, stored);
      assert.deepEqual(Object.keys(verifies), ["node", "edge"]);
      const text = JSON.stringify(said);
      for (const part of [SALT, KEY, HEX, BCRYPT.slice(0, 22), BCRYPT.slice(22), KEY.slice(0, 8)]) {
        assert.ok(!text.includes(part), `${stored}: ${part}`);
      }
    }
  });
}

test("hashes by hashPassword and others are described by their options", async () => {
  const pepper = { k1: generateSecret() };
  for (const [options, more] of [
    [{ algorithm: "bcrypt", cost: 4 }, { format: "crypt" }],
    [
      { algorithm: "argon2id", memoryCost: 64, timeCost: 1, parallelism: 2 },
      { format: "phc", version: 19 },
    ],
    [{ algorithm: "scrypt", N: 16, r: 2, p: 3 }, { format: "phc" }],
    [{ algorithm: "pbkdf2-sha256", iterations: 7 }, { format: "phc" }],
    [{ algorithm: "pbkdf2-sha512", iterations: 9 }, { format: "phc" }],
  ]) {
    const stored = hashPasswordSync("correct horse", { ...options, pepper, allowWeakParams: true });
    const { algorithm, params, pepper: keyid, ...said } = inspectHash(stored);
    assert.deepEqual({ algorithm, ...params }, options);
    assert.equal(keyid, "k1");
    for (const name of Object.keys(more)) assert.equal(said[name], more[name]);
    // The options in the description can be used as a policy for new hashes.
    assert.equal(needsRehash(stored, { algorithm, ...params, pepper, allowWeakParams: true }), false);
  }
  assert.deepEqual(inspectHash(bcryptjs.hashSync("x", 4)).params, { cost: 4 });
  assert.deepEqual(inspectHash(await betterAuth.hashPassword("x")), {
    ...scrypt(2 ** 14, 16, 1),
    format: "better-auth",
    prehash: "nfkc",
    // Hashes made with Node's own scrypt can have the same format.
    ambiguous: ["node-scrypt"],
    ...lengths(32, 64),
    verifies: { node: true, edge: true },
    memory: 32,
  });
});

test("a hash says where it verifies and how much memory that needs", () => {
  const place = (stored) => {
    const { verifies, memory } = inspectHash(stored);
    return [verifies.node, verifies.edge, memory];
  };
  assert.deepEqual(place(`$2b$12$${BCRYPT}`), [true, true, undefined]);
  assert.deepEqual(place(`$2b$31$${BCRYPT}`), [false, false, undefined]);
  assert.deepEqual(place(`$argon2id$v=19$m=65536,t=3,p=4$${end}`), [true, true, 64]);
  assert.deepEqual(place(`$argon2id$v=19$m=65537,t=3,p=4$${end}`), [true, false, 65]);
  assert.deepEqual(place(`$argon2id$v=19$m=262145,t=3,p=4$${end}`), [false, false, 257]);
  // passlib's default needs exactly 64 MiB.
  assert.deepEqual(place(`$scrypt$ln=16,r=8,p=1$${end}`), [true, true, 64]);
  assert.deepEqual(place(`$scrypt$ln=17,r=8,p=1$${end}`), [true, false, 128]);
});

test("a hash of another system says its format, algorithm and prehash", () => {
  const rows = readFileSync(new URL("../../contracts/passwords.jsonl", import.meta.url), "utf8")
    .trim()
    .split("\n");
  const stored = Object.fromEntries(rows.map((line) => JSON.parse(line)).map((row) => [row.name, row.stored]));
  const described = (name) => {
    const { format, algorithm, prehash } = inspectHash(stored[name] ?? name);
    return [format, algorithm, prehash].filter(Boolean).join(" ");
  };
  for (const [name, expected] of Object.entries({
    "wordpress-phpass": "phpass phpass-md5",
    "wordpress-6.8": "wordpress bcrypt hmac-sha384-base64",
    "phpbb3-phpass": "phpass phpass-md5",
    drupal7: "drupal phpass-sha512",
    "aspnet-identity-v2": "aspnet pbkdf2-sha1",
    "aspnet-identity-v3-net8": "aspnet pbkdf2-sha512",
    "spring-bcrypt": "spring bcrypt",
    "spring-pbkdf2-5.8": "spring pbkdf2-sha256",
    "spring-scrypt-5.8": "spring scrypt",
    "mkpasswd-sha256crypt": "crypt sha256-crypt",
    "passlib-sha512-crypt": "crypt sha512-crypt",
    "ldap-ssha": "ldap salted-sha1",
    "ldap-crypt-6": "ldap sha512-crypt",
    lucia2: "lucia scrypt nfkc",
    "nextcloud-3": "nextcloud argon2id",
    "mattermost-pbkdf2": "mattermost pbkdf2-sha256",
    "medusa-scrypt-kdf": "scrypt-kdf scrypt",
    "firebase-fbscrypt": "firebase scrypt",
    [`pbkdf2_sha256$1000$salt$${HEX}`]: "clerk pbkdf2-sha256",
    [`pbkdf2_sha1$1000$salt$${HEX.slice(0, 40)}`]: "clerk pbkdf2-sha1",
    "passlib-bcrypt-sha256-v2": "passlib bcrypt hmac-sha256-base64",
    [`$md5-hex$2b$12$${BCRYPT}`]: "prehashed bcrypt md5",
    [`$sha384-base64$2a$12$${BCRYPT}`]: "prehashed bcrypt sha384-base64",
    [`$suffix$keyid=devise$2a$12$${BCRYPT}`]: "prehashed bcrypt suffix",
  })) {
    assert.equal(described(name), expected, name);
  }
  assert.equal(inspectHash(`$suffix$keyid=devise$2a$12$${BCRYPT}`).legacyKey, "devise");
});

test("malformed stored hashes are refused as by needsRehash", () => {
  const refusal = (run) => {
    try {
      return run();
    } catch (error) {
      return error.toJSON();
    }
  };
  for (const bad of [
    "",
    "x",
    "$",
    `$2b$5$${BCRYPT}`,
    `$2c$05$${BCRYPT}`,
    `$2b$05$${BCRYPT.slice(1)}`,
    `$2b$05$${BCRYPT}\n`,
    `$argon2id$v=18$m=8,t=1,p=1$${end}`,
    `$argon2id$v=19$m=8,t=1,p=1,keyid=a$${end}`,
    `$hmac-sha256$keyid=$2b$05$${BCRYPT}`,
    `$hmac-sha256$keyid=a b$2b$05$${BCRYPT}`,
    `$pbkdf2-sha256$i=1,l=31$${end}`,
    "a".repeat(513),
    undefined,
    null,
    12,
    new Uint8Array(60),
    ["$2b$05$"],
  ]) {
    const refused = refusal(() => inspectHash(bad));
    assert.match(refused.code, /^ERR_(PASSWORD_HASH_INVALID|OPTION_INVALID)$/, String(bad));
    assert.deepEqual(
      refused,
      refusal(() => needsRehash(bad)),
    );
    if (typeof bad === "string" && bad.length > 2) assert.ok(!refused.message.includes(bad));
  }
});
