// Tests that after a stack overflow or a trap in the core, the next call works.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";
import { promisify } from "node:util";

// A module with one function, which consists of a single `unreachable` instruction.
const { trap } = new WebAssembly.Instance(
  new WebAssembly.Module(
    Buffer.from("0061736d010000000104016000000302010007080104747261700000" + "0a05010300000b", "hex"),
  ),
).exports;
assert.throws(trap, WebAssembly.RuntimeError);

// Wraps the package's instances when they are created. If `armed` is the name of an export, the next call to that
// export traps.
let armed;
let last;
const { Instance } = WebAssembly;
WebAssembly.Instance = class {
  constructor(...given) {
    const { exports } = new Instance(...given);
    last = exports.memory;
    this.exports = Object.fromEntries(
      Object.entries(exports).map(([name, value]) => {
        if (typeof value !== "function") return [name, value];
        const called = (...of) => {
          if (armed !== name) return value(...of);
          armed = undefined;
          return trap();
        };
        return [name, called];
      }),
    );
  }
};

const require = createRequire(import.meta.url);
const secret = randomBytes(32).toString("base64url");
const weak = { cost: 4, allowWeakParams: true };
const stored = "$2b$04$zVHmKQtGGQob.b/Nc7l9NO8UlrYcW05FiuCj/SxsFO/ZtiN9.mNzy";
const headerOf = (token) => JSON.parse(Buffer.from(token.split(".")[0], "base64url"));

// Don't use a regular expression: V8 aborts the process if one is compiled when the stack is almost full.
const isHash = (hash, start) => assert.ok(hash.startsWith(start));

/** Calls to every export that uses the core, each with a check of the result. */
function callsOf({ createSigner, createVerifier, ...edgeseal }) {
  const signer = edgeseal.signJwt && createSigner({ secret, expiresIn: 60 });
  const token = entries.edgeseal.signJwt({ sub: "ann" }, secret, { expiresIn: 600 });
  const verifier = createVerifier({ secret });
  const cached = createVerifier({ secret, cacheSize: 2 });
  const isAnn = ({ sub }) => assert.equal(sub, "ann");
  const calls = {
    verify: () => isAnn(verifier.verify(token)),
    cached: () => isAnn(cached.verify(token)),
    refused: () => assert.throws(() => verifier.verify(`${token}x`), codeOr("ERR_JWT_SIGNATURE_INVALID")),
    createVerifier: () => createVerifier({ secret }).free(),
    verifyJwt: () => isAnn(edgeseal.verifyJwt(token, secret)),
  };
  if (!signer) return calls;
  return {
    ...calls,
    sign: () => assert.equal(headerOf(signer.sign({ sub: "ann" })).alg, "HS256"),
    createSigner: () => createSigner({ secret, expiresIn: 60 }).free(),
    signJwt: () => assert.equal(headerOf(edgeseal.signJwt({}, secret, { expiresIn: 60 })).alg, "HS256"),
    decodeJwt: () => isAnn(edgeseal.decodeJwt(token)),
    generateSecret: () => assert.equal(edgeseal.generateSecret().length, 43),
    inspectHash: () => assert.equal(edgeseal.inspectHash(stored).algorithm, "bcrypt"),
    needsRehash: () => assert.equal(edgeseal.needsRehash(stored), true),
    hashPasswordSync: () => isHash(edgeseal.hashPasswordSync("x", weak), "$2b$04$"),
    verifyPasswordSync: () => assert.equal(edgeseal.verifyPasswordSync("x", stored), false),
    peppered: () => isHash(edgeseal.hashPasswordSync("x", { ...weak, pepper: { k: secret } }), "$hmac-sha256$"),
  };
}

/** For `throws`: accepts errors with this code. All others, such as a stack overflow, are rethrown. */
const codeOr = (code) => (error) => {
  if (error.code !== code) throw error;
  return true;
};

const entries = {
  edgeseal: await import("edgeseal"),
  "edgeseal, required": require("edgeseal"),
  "edgeseal/slim": await import("edgeseal/slim"),
};
const bcrypt = await import("edgeseal/bcrypt");
const jose = await import("edgeseal/jose");
const { signWebhook, verifyWebhook } = await import("edgeseal/webhooks");
const webhook = { body: "{}", secret: `whsec_${randomBytes(32).toString("base64")}` };
const webhookHeaders = signWebhook({ id: "msg_1", ...webhook });
const joseKey = new TextEncoder().encode(secret);
const joseToken = await new jose.SignJWT({ sub: "ann" })
  .setProtectedHeader({ alg: "HS256" })
  .setExpirationTime("10m")
  .sign(joseKey);

const calls = Object.entries(entries).flatMap(([entry, exports]) =>
  Object.entries(callsOf(exports)).map(([name, call]) => [`${entry}: ${name}`, call]),
);
calls.push(
  ["edgeseal/bcrypt: hashSync", () => isHash(bcrypt.hashSync("x", 4), "$2b$04$")],
  [
    "edgeseal/webhooks: signWebhook",
    () => assert.equal(signWebhook({ id: "msg_1", ...webhook })["webhook-id"], "msg_1"),
  ],
  [
    "edgeseal/webhooks: verifyWebhook",
    () => assert.equal(verifyWebhook({ headers: webhookHeaders, ...webhook, toleranceSeconds: 86_400 }).id, "msg_1"),
  ],
  ["edgeseal/bcrypt: compareSync", () => assert.equal(bcrypt.compareSync("x", stored), false)],
);
const isWhole = async () => {
  for (const [name, call] of calls) {
    try {
      call();
    } catch (cause) {
      throw new Error(`${name} no longer works`, { cause });
    }
  }
  assert.equal((await jose.jwtVerify(joseToken, joseKey)).payload.sub, "ann");
};

/** Runs `call` when about this many stack frames are left. */
function atTheEnd(frames, call) {
  let left = frames;
  let outcome;
  const descend = () => {
    try {
      descend();
    } catch (cause) {
      // Counts frames upwards from the deepest one.
      if (outcome !== undefined) return;
      if (left-- > 0) throw cause;
      try {
        call();
        outcome = "returned";
      } catch (thrown) {
        outcome = thrown;
      }
    }
  };
  descend();
  return outcome;
}

test("the tests' own calls work", isWhole);

test("at every stack depth a call throws or returns, and the next ones return", async () => {
  const outcomes = { thrown: 0, returned: 0 };
  for (const [, call] of calls) {
    // Adds frames until a call succeeds, and then a few more.
    for (let frames = 0, returned = 0; returned < 12 && frames < 400; frames += 1) {
      const outcome = atTheEnd(frames, call);
      if (outcome === "returned") returned += 1;
      outcomes[outcome === "returned" ? "returned" : "thrown"] += 1;
      call();
    }
  }
  assert.ok(outcomes.thrown > 1000 && outcomes.returned > 300, JSON.stringify(outcomes));
  await isWhole();
});

test("after overflows at random depths in every export all others work, and memory does not grow", async () => {
  const rounds = Number(process.env.OVERFLOWS ?? 3000);
  let before;
  for (let round = 0; round < rounds; round++) {
    const [name, call] = calls[Math.floor(Math.random() * calls.length)];
    atTheEnd(Math.floor(Math.random() * 120), call);
    const [other, next] = calls[Math.floor(Math.random() * calls.length)];
    try {
      next();
    } catch (cause) {
      throw new Error(`${other} after ${name}`, { cause });
    }
    // Yield to the event loop, because finalizers run between its turns.
    if (round % 500 === 0) await new Promise(setImmediate);
    if (round === Math.floor(rounds / 3)) before = process.memoryUsage.rss();
  }
  await isWhole();
  const grown = (process.memoryUsage.rss() - before) / 2 ** 20;
  assert.ok(grown < 64, `${grown} MiB more`);
});

const exported = WebAssembly.Module.exports(
  new WebAssembly.Module(await readFile(require.resolve("edgeseal/edgeseal.wasm"))),
)
  .filter(({ kind }) => kind === "function")
  .map(({ name }) => name);

for (const name of exported) {
  test(`after a trap in ${name} every call works`, async () => {
    armed = name;
    let thrown = 0;
    for (const [, call] of calls) {
      try {
        call();
      } catch (cause) {
        assert.ok(cause instanceof WebAssembly.RuntimeError || cause.cause instanceof WebAssembly.RuntimeError, cause);
        thrown += 1;
      }
    }
    // If none of these calls uses the export, either only edgeseal/jose uses it, or nothing does.
    await jose.jwtVerify(joseToken, joseKey).catch(() => (thrown += 1));
    assert.ok(thrown <= 1, `${thrown} calls failed`);
    armed = undefined;
    await isWhole();
  });
}

const isZeros = ({ buffer }) => Buffer.from(buffer).equals(Buffer.alloc(buffer.byteLength));

test("a broken core keeps nothing: its memory is zeroed immediately", () => {
  const { createVerifier } = entries.edgeseal;
  const verifier = createVerifier({ secret: randomBytes(32) });
  armed = "verifier_verify";
  assert.throws(() => verifier.verify("a.b.c"), WebAssembly.RuntimeError);
  assert.throws(() => verifier.verify("a.b.c"), { code: "ERR_JWT_MALFORMED" });
  const memory = last;
  assert.equal(isZeros(memory), false);
  armed = "verifier_verify";
  assert.throws(() => verifier.verify("a.b.c"), WebAssembly.RuntimeError);
  assert.equal(isZeros(memory), true);
  assert.throws(() => verifier.verify("a.b.c"), { code: "ERR_JWT_MALFORMED" });
});

test("unused verifiers keep no broken core alive", async () => {
  const program = `let armed, kept = []; const { Instance } = WebAssembly;
    WebAssembly.Instance = class { constructor(...of) { const exports = { ...new Instance(...of).exports };
      kept.push(new WeakRef(exports.memory)); const { verifier_verify } = exports;
      exports.verifier_verify = (...of) => { if (armed) { armed = false; throw new WebAssembly.RuntimeError("unreachable"); } return verifier_verify(...of); };
      this.exports = exports; } };
    const { createVerifier, generateSecret } = require("edgeseal"); const idle = [];
    (async () => {
      for (let i = 0; i < 12; i++) {
        const verifier = createVerifier({ secret: generateSecret() }); idle.push(verifier);
        armed = true; try { verifier.verify("a.b.c"); } catch {}
        try { createVerifier({ secret: generateSecret() }).verify("a.b.c"); } catch {}
        await new Promise(setImmediate);
      }
      for (let i = 0; i < 5; i++) { gc(); await new Promise((resolve) => setTimeout(resolve, 20)); }
      console.log(kept.filter((memory) => memory.deref()).length, idle.length);
    })();`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", "--eval", program], {
    cwd: import.meta.dirname,
  });
  const [left] = stdout.split(" ").map(Number);
  assert.ok(left <= 3, `${left} of 13 instances are left`);
});

test("refusals create no new instance", () => {
  const before = last;
  const { createVerifier, signJwt } = entries.edgeseal;
  for (const call of [
    () => createVerifier({ secret, issuer: ["a", ,] }),
    () => createVerifier({ secret, audience: [,] }),
    () => createVerifier({ secret: [{ kid: "1", secret }, ,] }),
    () => signJwt(Object.defineProperty({}, "toJSON", { value: () => undefined }), secret, { expiresIn: 60 }),
  ]) {
    assert.throws(call, { code: "ERR_OPTION_INVALID" });
    createVerifier({ secret }).free();
  }
  assert.equal(last, before);
});

test("a verifier that is freed after a trap verifies nothing, also in the next core", () => {
  const verifier = entries.edgeseal.createVerifier({ secret });
  armed = "verifier_verify";
  assert.throws(() => verifier.verify("a.b.c"), WebAssembly.RuntimeError);
  verifier.free();
  assert.throws(() => verifier.verify("a.b.c"), { code: "ERR_OPTION_INVALID" });
});

test("a pending call in a worker thread completes, even if this thread's core breaks", async () => {
  const { hashPassword, verifyPassword, createVerifier } = entries.edgeseal;
  const under = [hashPassword("right", { cost: 10 }), verifyPassword("x", stored)];
  armed = "verifier_verify";
  assert.throws(() => createVerifier({ secret }).verify("a.b.c"), WebAssembly.RuntimeError);
  const [hash, right] = await Promise.all(under);
  assert.equal(right, false);
  assert.equal(await verifyPassword("right", hash), true);
});

test("a trap in a worker thread fails one call, and the next uses another thread", async () => {
  const program = `const workers = require("node:worker_threads"); const { Worker } = workers; let made = 0;
    const trapping = 'let calls = 0; const { Instance } = WebAssembly; WebAssembly.Instance = class { constructor(...of) {' +
      'const exports = { ...new Instance(...of).exports }; const { derive } = exports;' +
      'exports.derive = (n) => { if (calls++ === 1) throw new WebAssembly.RuntimeError("unreachable"); return derive(n); };' +
      'this.exports = exports; } };';
    workers.Worker = class extends Worker { constructor(code, options) { super((made++ === 0 ? trapping : "") + code, options); } };
    const { hashPassword } = require("edgeseal"); const weak = { cost: 4, allowWeakParams: true };
    (async () => {
      const results = [];
      for (let i = 0; i < 4; i++) results.push(await hashPassword("x", weak).then(() => "ok", () => "failed"));
      console.log(results.join(" "), made);
    })();`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--eval", program], { cwd: import.meta.dirname });
  assert.equal(stdout.trim(), "ok failed ok ok 2");
});
