// Tests that in every format, hashes that would take hours or gigabytes to verify are refused before any work is done.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";

const [SALT, KEY] = ["MDEyMzQ1Njc4OWFiY2RlZg", "4aHoBpfpRSYZi1zLSqUWpXu0P9bi+hd8MPm/ep0d1e0"];
const HEX = "e1a1e80697e94526198b5ccb4aa516a57bb43fd6e2fa177c30f9bf7a9d1dd5ed";
const end = `${SALT}$${KEY}`;
const BCRYPT = "abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui";

const HOSTILE = [
  ...["2a", "2b", "2x", "2y"].map((name) => `$${name}$31$${BCRYPT}`),
  `bcrypt$$2b$31$${BCRYPT}`,
  `bcrypt_sha256$$2b$31$${BCRYPT}`,
  ...["argon2id", "argon2i", "argon2d"].map((name) => `$${name}$v=19$m=8,t=4294967295,p=1$${end}`),
  `$argon2id$v=19$m=4294967295,t=1,p=1$${end}`,
  `$argon2id$v=19$m=262145,t=1,p=1$${end}`,
  `$argon2id$m=262144,t=1000,p=1$${end}`,
  `$argon2id$v=19$m=4294967296,t=1,p=1$${end}`,
  `argon2$argon2id$v=19$m=4194304,t=2,p=8$${end}`,
  `$scrypt$ln=20,r=8,p=1$${end}`,
  `$scrypt$ln=10,r=8,p=4294967295$${end}`,
  `$scrypt$ln=63,r=8,p=1$${end}`,
  `$scrypt$ln=1,r=4294967295,p=1$${end}`,
  // This hash has log2(N) = 31, r = 8 and p = 1.
  `$7$T6..../....${SALT}$${"A".repeat(42)}.`,
  `scrypt:2147483648:8:1$${SALT}$${HEX}`,
  `scrypt$1048576$${SALT}$8$5$${KEY}=`,
  ...["256", "512"].map((bits) => `$pbkdf2-sha${bits}$i=4294967295,l=32$${end}`),
  ...["256", "512"].map((bits) => `$pbkdf2-sha${bits}$4294967295$${end.replaceAll("+", ".")}`),
  `pbkdf2_sha256$4294967295$${SALT}$${KEY}=`,
  `pbkdf2:sha256:4294967295$${SALT}$${HEX}`,
  `pbkdf2:sha512:99999999999$${SALT}$${HEX}`,
  `$hmac-sha256$keyid=a$2b$31$${BCRYPT}`,
];

/** Runs a call in its own process, because hashing can't be stopped once it has started. */
const PROGRAM = `
  const { edgeseal, linearMemory } = await import(${JSON.stringify(new URL("../watched.mjs", import.meta.url))});
  const options = { pepper: { a: "0123456789abcdef0123456789abcdef" } };
  const code = (run) => { try { return run(); } catch ({ code }) { return code; } };
  const judge = async (stored) => [
    code(() => edgeseal.verifyPasswordSync("x", stored, options)),
    await edgeseal.verifyPassword("x", stored, options).catch(({ code }) => code),
  ];
  // The first call always allocates some memory, so don't measure it.
  await judge("");
  const before = linearMemory();
  const codes = [];
  for (const stored of process.argv.slice(1)) codes.push(await judge(stored));
  console.log(JSON.stringify({ codes, grown: linearMemory() - before }));
`;

test("stored hashes that require too much are refused before any work and allocation", () => {
  const child = ["--input-type=module", "--eval", PROGRAM, ...HOSTILE];
  const { codes, grown } = JSON.parse(execFileSync(process.execPath, child, { encoding: "utf8", timeout: 60_000 }));
  HOSTILE.forEach((stored, i) => {
    assert.deepEqual(codes[i], ["ERR_PASSWORD_PARAMS_REFUSED", "ERR_PASSWORD_PARAMS_REFUSED"], stored);
  });
  assert.ok(grown <= 65_536, `${grown} bytes: more than a page of wasm memory`);
});
