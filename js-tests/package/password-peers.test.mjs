// Tests edgeseal against other libraries: edgeseal verifies all of their hashes, they verify all of our hashes in
// formats that they support, and both refuse a wrong password.
import assert from "node:assert/strict";
import { pbkdf2Sync, randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import { test } from "node:test";
import { hashPasswordSync, needsRehash, verifyPasswordSync } from "edgeseal";
import {
  bcryptjs,
  betterAuth,
  hashWasm,
  nativeArgon2,
  nativeBcrypt,
  nodeRsArgon2,
  nodeRsBcrypt,
} from "../passwords.mjs";
import { pythonHashPasswords, pythonVerifyPasswords } from "../python.mjs";

/** Passwords of at most 72 bytes, bcrypt's limit. Some are as long as SHA-256's 64-byte block, or slightly longer. */
const SHORT = [
  "correct horse battery staple",
  " led and trailed by space ",
  "pässwörd",
  "cafe\u0301",
  "パスワード🔑密码",
  "m".repeat(64),
  "n".repeat(65),
  "x".repeat(72),
  "🦀".repeat(18),
];
const NUL = ["\0", "a\0b", "\0after", "before\0"];
const LONG = ["y".repeat(73), "é".repeat(100), "z".repeat(129), "🦀".repeat(64)];
const BYTES = [
  Uint8Array.of(0xff, 0xff, 0xa3),
  Uint8Array.of(0x80),
  Uint8Array.of(0xc3, 0x28, 0xed, 0xa0, 0x80),
  new Uint8Array(72).fill(0xff),
];
const LONG_BYTES = [Uint8Array.from({ length: 256 }, (_, i) => i)];

const TEXT = [...SHORT, ...NUL, ...LONG];
const ALL = [...TEXT, ...BYTES, ...LONG_BYTES];
const FOR_BCRYPT = [...SHORT, ...NUL, ...BYTES];

/** Returns the password with a different last character or byte. */
function wrong(password) {
  if (typeof password === "string")
    return `${[...password].slice(0, -1).join("")}${password.endsWith("!") ? "?" : "!"}`;
  const bytes = Uint8Array.from(password);
  bytes[bytes.length - 1] ^= 1;
  return bytes;
}

const weak = (options) => ({ ...options, allowWeakParams: true });
const OURS = {
  bcrypt: weak({ algorithm: "bcrypt", cost: 4 }),
  argon2id: weak({ algorithm: "argon2id", memoryCost: 256, timeCost: 2, parallelism: 2 }),
  scrypt: weak({ algorithm: "scrypt", N: 1024, r: 8, p: 2 }),
  "pbkdf2-sha256": weak({ algorithm: "pbkdf2-sha256", iterations: 1000 }),
  "pbkdf2-sha512": weak({ algorithm: "pbkdf2-sha512", iterations: 1000 }),
};

/** Adapts a library that handles one password per call, because the tests pass lists of passwords. */
const oneByOne = ({ hash, verify, ...rest }) => ({
  hash: (passwords) => Promise.all(passwords.map(hash)),
  verify: (pairs) => Promise.all(pairs.map(([password, stored]) => verify(password, stored))),
  ...rest,
});

const buffer = (password) => Buffer.from(password);
const salt = () => new Uint8Array(randomBytes(16));
const argon2 = { iterations: 2, memorySize: 256, parallelism: 2, hashLength: 32, outputType: "encoded" };
const costs = { timeCost: 2, memoryCost: 256, parallelism: 2 };

const javascript = {
  bcryptjs: {
    hash: (password) => bcryptjs.hash(password, 4),
    verify: (password, stored) => bcryptjs.compare(password, stored),
    passwords: [...SHORT, ...NUL],
    ours: OURS.bcrypt,
  },
  bcrypt: nativeBcrypt && {
    hash: (password) => nativeBcrypt.hash(buffer(password), 4),
    verify: (password, stored) => nativeBcrypt.compare(buffer(password), stored),
    passwords: FOR_BCRYPT,
    ours: OURS.bcrypt,
  },
  "@node-rs/bcrypt": nodeRsBcrypt && {
    hash: (password) => nodeRsBcrypt.hash(buffer(password), 4),
    verify: (password, stored) => nodeRsBcrypt.compare(buffer(password), stored),
    passwords: FOR_BCRYPT,
    ours: OURS.bcrypt,
  },
  "hash-wasm bcrypt": {
    hash: (password) => hashWasm.bcrypt({ password, salt: salt(), costFactor: 4, outputType: "encoded" }),
    verify: (password, hash) => hashWasm.bcryptVerify({ password, hash }),
    // hash-wasm uses crypt_blowfish and writes `$2a$`. This means that some passwords with the byte 0xff, which UTF-8
    // text never contains, get a hash that only crypt_blowfish produces.
    passwords: FOR_BCRYPT.filter((password) => typeof password === "string" || !password.includes(0xff)),
    ours: OURS.bcrypt,
  },
  "hash-wasm argon2id": {
    hash: (password) => hashWasm.argon2id({ ...argon2, password, salt: salt() }),
    verify: (password, hash) => hashWasm.argon2Verify({ password, hash }),
    passwords: ALL,
    ours: OURS.argon2id,
  },
  ...Object.fromEntries(
    ["argon2i", "argon2d"].map((variant) => [
      `hash-wasm ${variant}`,
      {
        hash: (password) => hashWasm[variant]({ ...argon2, password, salt: salt() }),
        verify: (password, hash) => hashWasm.argon2Verify({ password, hash }),
        passwords: ALL,
      },
    ]),
  ),
  "@node-rs/argon2": nodeRsArgon2 && {
    hash: (password) => nodeRsArgon2.hash(buffer(password), costs),
    verify: (password, stored) => nodeRsArgon2.verify(stored, buffer(password)),
    // This library accepts only valid UTF-8.
    passwords: TEXT,
    ours: OURS.argon2id,
  },
  ...Object.fromEntries(
    ["argon2id", "argon2i", "argon2d"].map((variant) => [
      `argon2 ${variant}`,
      nativeArgon2 && {
        hash: (password) => nativeArgon2.hash(buffer(password), { ...costs, type: nativeArgon2[variant] }),
        verify: (password, stored) => nativeArgon2.verify(stored, buffer(password)),
        passwords: ALL,
        ours: variant === "argon2id" ? OURS.argon2id : undefined,
      },
    ]),
  ),
  "node:crypto scrypt": {
    hash: (password) => {
      const bytes = salt();
      return `$scrypt$ln=11,r=4,p=3$${base64(bytes)}$${base64(nodeScrypt(password, bytes, 2048, 4, 3, 64))}`;
    },
    verify: (password, stored) => {
      const [, , named, bytes, key] = stored.split("$");
      const [ln, r, p] = named.split(",").map((one) => Number(one.split("=")[1]));
      const wanted = Buffer.from(key, "base64");
      return timingSafeEqual(nodeScrypt(password, Buffer.from(bytes, "base64"), 2 ** ln, r, p, wanted.length), wanted);
    },
    passwords: ALL,
    ours: OURS.scrypt,
  },
  ...Object.fromEntries(
    ["sha256", "sha512"].map((digest) => [
      `node:crypto pbkdf2 ${digest}`,
      {
        hash: (password) => {
          const bytes = salt();
          const key = pbkdf2Sync(password, bytes, 1001, 48, digest);
          return `$pbkdf2-${digest}$i=1001,l=48$${base64(bytes)}$${base64(key)}`;
        },
        verify: (password, stored) => {
          const [, , named, bytes, key] = stored.split("$");
          const [iterations, length] = named.split(",").map((one) => Number(one.split("=")[1]));
          const wanted = Buffer.from(key, "base64");
          const made = pbkdf2Sync(password, Buffer.from(bytes, "base64"), iterations, length, digest);
          return timingSafeEqual(made, wanted);
        },
        passwords: ALL,
        ours: OURS[`pbkdf2-${digest}`],
      },
    ]),
  ),
  "better-auth": {
    hash: betterAuth.hashPassword,
    verify: (password, hash) => betterAuth.verifyPassword({ password, hash }),
    passwords: [...SHORT.slice(0, 5), "ｐａｓｓ ﬁ", NUL[1], LONG[1]],
  },
};

const base64 = (bytes) => Buffer.from(bytes).toString("base64").replaceAll("=", "");
const nodeScrypt = (password, salt, N, r, p, length) =>
  scryptSync(password, salt, length, { N, r, p, maxmem: 256 * N * r * p });

/** For each Python library, the passwords to test and, if it supports our hashes, the options for creating them. */
const PYTHON = {
  bcrypt: [FOR_BCRYPT, OURS.bcrypt],
  "argon2-cffi ID": [ALL, OURS.argon2id],
  "argon2-cffi I": [ALL],
  "argon2-cffi D": [ALL],
  "passlib argon2": [ALL, OURS.argon2id],
  "passlib scrypt": [ALL, OURS.scrypt],
  "passlib scrypt $7$": [ALL],
  "passlib pbkdf2_sha256": [ALL],
  "passlib pbkdf2_sha512": [ALL],
  "django PBKDF2PasswordHasher": [TEXT],
  "django ScryptPasswordHasher": [TEXT],
  "django Argon2PasswordHasher": [TEXT],
  "django BCryptPasswordHasher": [[...SHORT, ...NUL]],
  "django BCryptSHA256PasswordHasher": [TEXT],
  "werkzeug pbkdf2:sha256:1000": [TEXT],
  "werkzeug pbkdf2:sha512:1000": [TEXT],
  "werkzeug scrypt:1024:8:2": [TEXT],
};
const python = Object.fromEntries(
  Object.entries(PYTHON).map(([peer, [passwords, ours]]) => [
    peer,
    {
      hash: (list) => pythonHashPasswords(peer, list),
      verify: (pairs) => pythonVerifyPasswords(peer, pairs),
      passwords,
      ours,
    },
  ]),
);

const peers = {
  ...Object.fromEntries(Object.entries(javascript).map(([name, peer]) => [name, peer && oneByOne(peer)])),
  ...Object.fromEntries(Object.entries(python).map(([name, peer]) => [`Python's ${name}`, peer])),
};

for (const [name, peer] of Object.entries(peers)) {
  test(`${name}: its hashes verify here`, { skip: !peer && "not available on this platform" }, async () => {
    const hashes = await peer.hash(peer.passwords);
    const pairs = peer.passwords.flatMap((password, i) => [
      [password, hashes[i]],
      [wrong(password), hashes[i]],
    ]);
    assert.deepEqual(
      await peer.verify(pairs),
      pairs.map((_, i) => i % 2 === 0),
      "as the library says",
    );
    peer.passwords.forEach((password, i) => verifiesHere(password, hashes[i]));
  });

  if (peer?.ours === undefined) continue;
  test(`${name}: our hashes verify there`, async () => {
    const pairs = peer.passwords.flatMap((password) => {
      const stored = hashPasswordSync(password, peer.ours);
      return [
        [password, stored],
        [wrong(password), stored],
      ];
    });
    assert.deepEqual(
      await peer.verify(pairs),
      pairs.map((_, i) => i % 2 === 0),
    );
  });
}

function verifiesHere(password, stored) {
  const what = `${JSON.stringify(password)} ${stored}`;
  assert.equal(verifyPasswordSync(password, stored), true, what);
  assert.equal(verifyPasswordSync(wrong(password), stored), false, what);
}

test("a library's default hashes verify here, and are distinguished from ours", () => {
  const [password] = SHORT;
  for (const [peer, algorithm] of [
    ["bcrypt", "bcrypt"],
    ["argon2-cffi ID", "argon2id"],
    ["passlib argon2", "argon2id"],
    ["passlib pbkdf2_sha256", "pbkdf2-sha256"],
    ["django PBKDF2PasswordHasher", "pbkdf2-sha256"],
    ["django ScryptPasswordHasher", "scrypt"],
    ["django Argon2PasswordHasher", "argon2id"],
    ["django BCryptSHA256PasswordHasher", "bcrypt"],
    ["werkzeug pbkdf2", "pbkdf2-sha256"],
    ["werkzeug scrypt", "scrypt"],
  ]) {
    const [stored] = pythonHashPasswords(peer, [password], { "as it comes": true });
    verifiesHere(password, stored);
    const legacy = /^(django|werkzeug|passlib pbkdf2)/.test(peer);
    assert.equal(needsRehash(stored, { algorithm }), legacy, stored);
  }
});

test("Better Auth normalises to NFKC, and nothing else does", async () => {
  const [composed, decomposed] = ["caf\u00e9", "cafe\u0301"];
  assert.equal(verifyPasswordSync(decomposed, await betterAuth.hashPassword(composed)), true);
  assert.equal(verifyPasswordSync(composed, await betterAuth.hashPassword(decomposed)), true);
  for (const options of Object.values(OURS)) {
    assert.equal(verifyPasswordSync(decomposed, hashPasswordSync(composed, options)), false);
  }
});

test("bcrypt over 72 bytes: hashes of truncating libraries verify here, by the same rule", async () => {
  for (const password of LONG) {
    for (const hash of [bcryptjs.hash(password, 4), nativeBcrypt?.hash(password, 4)]) {
      const stored = await hash;
      if (stored === undefined) continue;
      assert.equal(verifyPasswordSync(password, stored), true);
      assert.equal(verifyPasswordSync(`!${[...password].slice(1).join("")}`, stored), false);
    }
    assert.throws(() => hashPasswordSync(password, OURS.bcrypt), { code: "ERR_PASSWORD_TOO_LONG" });
  }
});
