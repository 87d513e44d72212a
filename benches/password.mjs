// npm run bench:password: compares our implementation of each scheme, at typical costs, with popular libraries,
// node:crypto and the unmodified Rust crates, compiled natively.
import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import * as node from "node:crypto";
import { createInterface } from "node:readline";
import {
  bcryptjs,
  edgeseal,
  hashWasm,
  missing,
  nativeArgon2,
  nativeBcrypt,
  nobleArgon2id,
  noblePbkdf2,
  nobleScrypt,
  nobleSha256,
  nobleSha512,
  nodeRsArgon2,
  nodeRsBcrypt,
} from "../js-tests/passwords.mjs";
import { at, run, step } from "../scripts/run.mjs";
import { compare, printCase, writeCases } from "./measure.mjs";

const ROUNDS = 11;
const password = "correct horse battery staple";
const bytes = new TextEncoder().encode(password);
const salt = new TextEncoder().encode("0123456789abcdef");
const LENGTH = 32;

const CASES = {
  "bcrypt, cost 12": { algorithm: "bcrypt", cost: 12 },
  "argon2id, 19 MiB, t=2, p=1": { algorithm: "argon2id", memoryCost: 19456, timeCost: 2, parallelism: 1 },
  "argon2id, 46 MiB, t=1, p=1": { algorithm: "argon2id", memoryCost: 47104, timeCost: 1, parallelism: 1 },
  "scrypt, N=2^14, r=16, p=1 (Better Auth)": { algorithm: "scrypt", N: 2 ** 14, r: 16, p: 1 },
  "scrypt, N=2^17, r=8, p=1": { algorithm: "scrypt", N: 2 ** 17, r: 8, p: 1 },
  "PBKDF2-HMAC-SHA256, 600,000": { algorithm: "pbkdf2-sha256", iterations: 600_000 },
  "PBKDF2-HMAC-SHA512, 210,000": { algorithm: "pbkdf2-sha512", iterations: 210_000 },
};

/**
 * The libraries' functions for each algorithm; a function that is unavailable is `undefined`. The functions return the
 * stored string or the key.
 */
const PEERS = {
  bcrypt: ({ cost }) => ({
    bcrypt: nativeBcrypt && (() => nativeBcrypt.hashSync(password, cost)),
    "@node-rs/bcrypt": nodeRsBcrypt && (() => nodeRsBcrypt.hashSync(password, cost)),
    "hash-wasm": () => hashWasm.bcrypt({ password, salt, costFactor: cost, outputType: "encoded" }),
    bcryptjs: () => bcryptjs.hashSync(password, cost),
  }),
  argon2id: ({ memoryCost, timeCost, parallelism }) => {
    const costs = { memoryCost, timeCost, parallelism };
    const ofNode = {
      message: bytes,
      nonce: salt,
      memory: memoryCost,
      passes: timeCost,
      parallelism,
      tagLength: LENGTH,
    };
    const ofWasm = { password, salt, iterations: timeCost, memorySize: memoryCost, parallelism, hashLength: LENGTH };
    const ofNoble = { t: timeCost, m: memoryCost, p: parallelism, dkLen: LENGTH };
    return {
      "@node-rs/argon2": nodeRsArgon2 && (() => nodeRsArgon2.hashSync(password, costs)),
      argon2: nativeArgon2 && (() => nativeArgon2.hash(password, { ...costs, type: nativeArgon2.argon2id })),
      "node:crypto": node.argon2Sync && (() => node.argon2Sync("argon2id", ofNode)),
      "hash-wasm": () => hashWasm.argon2id({ ...ofWasm, outputType: "encoded" }),
      "@noble/hashes": () => nobleArgon2id(bytes, salt, ofNoble),
    };
  },
  scrypt: ({ N, r, p }) => ({
    "node:crypto": () => node.scryptSync(bytes, salt, LENGTH, { N, r, p, maxmem: 256 * N * r }),
    "hash-wasm": () =>
      hashWasm.scrypt({ password, salt, costFactor: N, blockSize: r, parallelism: p, hashLength: LENGTH, ...BINARY }),
    "@noble/hashes": () => nobleScrypt(bytes, salt, { N, r, p, dkLen: LENGTH, maxmem: 256 * N * r }),
  }),
  "pbkdf2-sha256": ({ iterations }) => pbkdf2(iterations, "SHA-256", nobleSha256, hashWasm.createSHA256),
  "pbkdf2-sha512": ({ iterations }) => pbkdf2(iterations, "SHA-512", nobleSha512, hashWasm.createSHA512),
};
const BINARY = { outputType: "binary" };

function pbkdf2(iterations, hash, ofNoble, ofWasm) {
  const digest = hash.replace("-", "").toLowerCase();
  const bits = { name: "PBKDF2", hash, salt, iterations };
  return {
    "node:crypto": () => node.pbkdf2Sync(bytes, salt, iterations, LENGTH, digest),
    WebCrypto: async () => {
      const key = await node.webcrypto.subtle.importKey("raw", bytes, "PBKDF2", false, ["deriveBits"]);
      return new Uint8Array(await node.webcrypto.subtle.deriveBits(bits, key, LENGTH * 8));
    },
    "hash-wasm": () =>
      hashWasm.pbkdf2({ password, salt, iterations, hashLength: LENGTH, hashFunction: ofWasm(), ...BINARY }),
    "@noble/hashes": () => noblePbkdf2(ofNoble, bytes, salt, { c: iterations, dkLen: LENGTH }),
  };
}

/**
 * Starts a process that hashes once per line of input. The process measures the time itself, so that the pipe's delay
 * is not included.
 */
async function startNative() {
  await step("native bench", async () => {
    await run("cargo", ["build", "--release", "--locked", "--quiet", "--example", "bench-password"]);
  });
  const folder = process.env.CARGO_TARGET_DIR ?? at("target");
  const child = spawn(`${folder}/release/examples/bench-password`, { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    hash: async (options) => {
      child.stdin.write(`${JSON.stringify({ password, ...options })}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error("the native bench ended");
      return JSON.parse(value);
    },
    stop: () => child.stdin.end(),
  };
}

const ours = (options) => () => edgeseal.hashPasswordSync(password, { ...options, allowWeakParams: true });

/** Times each operation individually, because a single one takes long enough to measure. */
const timed = (run) => async () => {
  const start = performance.now();
  await run();
  return performance.now() - start;
};

/** Checks that all contenders do the same work. Runs before the measurement and serves as a warm-up. */
async function check(name, options, made) {
  const stored = typeof made === "string" ? made : phc(options, made);
  assert.equal(edgeseal.verifyPasswordSync(password, stored), true, `${name}: ${stored}`);
}

function phc({ algorithm, memoryCost, timeCost, parallelism, N, r, p, iterations }, key) {
  const params = {
    argon2id: `v=19$m=${memoryCost},t=${timeCost},p=${parallelism}`,
    scrypt: `ln=${Math.log2(N)},r=${r},p=${p}`,
  }[algorithm];
  const base64 = (bytes) => Buffer.from(bytes).toString("base64").replaceAll("=", "");
  return `$${algorithm}$${params ?? `i=${iterations},l=${key.length}`}$${base64(salt)}$${base64(key)}`;
}

const native = await startNative();
try {
  for (const what of missing) console.log(`- not on this machine: ${what}`);
  if (!node.argon2Sync) console.log(`- not on this machine: argon2 of node:crypto (Node ${process.versions.node})`);
  const cases = [];
  for (const [title, options] of Object.entries(CASES)) {
    const runs = { edgeseal: ours(options), ...PEERS[options.algorithm](options) };
    const batches = {};
    for (const [name, run] of Object.entries(runs)) {
      if (run === undefined) continue;
      await check(name, options, await run());
      batches[name] = timed(run);
    }
    await check("native Rust", options, (await native.hash(options)).stored);
    batches["native Rust, the crates as they come"] = async () => (await native.hash(options)).milliseconds;
    const measured = await compare(title, batches, { rounds: ROUNDS, count: 1 });
    printCase(measured, { unit: "ms" });
    cases.push(measured);
  }
  writeCases("password", cases);
} finally {
  native.stop();
}
