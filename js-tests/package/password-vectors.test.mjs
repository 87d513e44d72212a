// Tests the packed package with published test vectors for every password scheme. The vectors have their own licences,
// so they are not in this repository; EDGESEAL_VECTORS is the path of their folder.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { edgeseal, linearMemory } from "../watched.mjs";

const { verifyPasswordSync, isEdgesealError } = edgeseal;
const folder = process.env.EDGESEAL_VECTORS ?? "";
const skip = !existsSync(folder) && "EDGESEAL_VECTORS names no folder";

const MIB = 2 ** 20;
/** The default memory limits in Node, and on platforms that limit isolates to 128 MB. */
const [NODE_MEMORY, EDGE_MEMORY] = [256 * MIB, 64 * MIB];

/**
 * For each known file, the number of rows, and the number of rows that can't be written as a stored hash. If a file has
 * a different number of rows, the test only logs the second number. `why` returns why a row can't be written.
 */
const LEFT_OUT = {
  "bcrypt.json": [372, 0],
  "argon2.json": [31, 5],
  "scrypt.json": [8, 2],
  "rfc_pbkdf2_sha256.json": [10, 0],
  "wycheproof_pbkdf2_hmacsha256.json": [40, 0],
  "wycheproof_pbkdf2_hmacsha384.json": [39, 39],
  "wycheproof_pbkdf2_hmacsha512.json": [39, 0],
  "password_formats.json": [41, 0],
};

/**
 * We treat `$2a$` as `$2b$`, as OpenBSD does. crypt_blowfish has a countermeasure that changes the hash in these rows
 * (owl-8, owl-17, xcrypt-1093), so we must refuse the passwords in these rows.
 */
const COUNTERMEASURE = /^2a countermeasure/;

for (const [file, [known, left]] of Object.entries(LEFT_OUT)) {
  test(file, { skip }, (context) => {
    const { cases } = JSON.parse(readFileSync(join(folder, "vectors", file), "utf8"));
    assert.ok(cases.length > 0);
    const out = cases.filter((row) => !check(file, row));
    context.diagnostic(`${cases.length - out.length} rows pass, ${out.length} have no stored form`);
    if (cases.length === known) assert.equal(out.length, left, out.map(({ id }) => id).join(" "));
  });
}

/** Checks a row. Returns `false` if the row can't be written as a stored hash. */
function check(file, row) {
  const stored = row.hash ?? row.encoded ?? phc(file, row);
  if (stored === undefined) return false;
  const password = textOrBytes(row, "password");
  const verify = (options) => verdict(password, stored, options);
  const needed = memoryOf(stored);
  if (row.limit_ms !== undefined) refusedAtNoCost(row.id, verify);
  else if (row.valid === false) assert.notEqual(verify(), true, row.id);
  else if (COUNTERMEASURE.test(row.quirk)) assert.equal(verify(), false, row.id);
  else if (needed > NODE_MEMORY) assert.equal(verify(), "ERR_PASSWORD_PARAMS_REFUSED", row.id);
  else {
    if (needed > EDGE_MEMORY) {
      assert.equal(verify({ maxMemory: EDGE_MEMORY }), "ERR_PASSWORD_PARAMS_REFUSED", row.id);
    }
    assert.equal(verify({ maxMemory: NODE_MEMORY }), true, row.id);
    if (row.hash === undefined && row.encoded === undefined) {
      assert.equal(verdict(password, phc(file, row, 0x80), {}), false, `${row.id}, another key`);
    }
  }
  return true;
}

/** Returns the result or, if the package throws an error of its own, that error's code. Other errors fail the test. */
function verdict(password, stored, options) {
  try {
    return verifyPasswordSync(password, stored, options);
  } catch (cause) {
    if (!isEdgesealError(cause)) throw cause;
    assert.match(cause.code, /^ERR_PASSWORD_/, stored);
    return cause.code;
  }
}

/** Checks how much memory the call allocates rather than how long it takes, because time depends on the machine. */
function refusedAtNoCost(id, verify) {
  const before = linearMemory();
  assert.notEqual(verify(), true, id);
  assert.ok(linearMemory() <= before, `${id}: linear memory grew`);
}

/** The PHC string for a raw row, with its key changed by `change`; `undefined` if the row can't be written as one. */
function phc(file, row, change = 0) {
  const key = Buffer.from(row.tag_hex ?? row.dk_hex, "hex");
  if (why(file, row, key) !== undefined) return undefined;
  key[0] ^= change;
  const base64 = (bytes) => Buffer.from(bytes).toString("base64").replaceAll("=", "");
  const end = `${base64(textOrBytes(row, "salt"))}$${base64(key)}`;
  if (row.variant !== undefined) {
    return `$${row.variant}$v=${row.version}$m=${row.m_kib},t=${row.t},p=${row.p}$${end}`;
  }
  if (row.N !== undefined) return `$scrypt$ln=${Math.log2(row.N)},r=${row.r},p=${row.p}$${end}`;
  return `$pbkdf2-sha${file.includes("512") ? 512 : 256}$i=${row.iterations},l=${key.length}$${end}`;
}

/** Why a raw row can't be written as a stored hash. Every reason is listed, so that no row is skipped by accident. */
function why(file, row, key) {
  if (file.includes("sha384")) return "PBKDF2 is with SHA-256 or SHA-512";
  if (row.secret_hex !== undefined || row.ad_hex !== undefined) return "argon2's own secret and data are not supported";
  if (key.length < 16 || key.length > 128) return "a stored key has 16 to 128 bytes";
  const salt = textOrBytes(row, "salt").length;
  if (salt < (row.variant === undefined ? 1 : 8)) return "a salt is not empty, argon2's has at least 8 bytes";
  return undefined;
}

function textOrBytes(row, name) {
  const hex = row[`${name}_hex`];
  return hex === undefined ? row[name] : Uint8Array.from(Buffer.from(hex, "hex"));
}

/** How many bytes of memory an argon2 or scrypt PHC string requires; 0 for all other formats. */
function memoryOf(stored) {
  const number = (name) => Number(stored.match(new RegExp(`[$,]${name}=(\\d+)`))?.[1]);
  if (stored.startsWith("$argon2")) return number("m") * 1024;
  if (stored.startsWith("$scrypt$")) return 2 ** number("ln") * number("r") * 128;
  return 0;
}
