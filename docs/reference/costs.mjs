// npm run password:costs: the table of docs/guide/passwords.md, what a hash costs in Node and in workerd; and whether
// worker/src/password/cost.rs, by which refused sign-ins are filled up, is right on this machine.
import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { median } from "../../benches/measure.mjs";
import { installPackage } from "../../scripts/build-package.mjs";
import { build } from "../../scripts/build.mjs";
import { at, step } from "../../scripts/run.mjs";
import { npmPackages } from "../../scripts/toolchain.mjs";

const PAGE = at("docs/guide/passwords.md");
const [START, END] = ["<!-- made by npm run password:costs -->", "<!-- end -->"];
const ROUNDS = 9;
const password = "correct horse battery staple";

/** What is named, its memory in MiB, and how it is asked for. */
const HASHES = [
  ["bcrypt, cost 10 (floor)", 0, { cost: 10 }],
  ["bcrypt, cost 12 (default)", 0, { cost: 12 }],
  ["argon2id, 12 MiB, t=3, p=1", 12, { algorithm: "argon2id", memoryCost: 12288, timeCost: 3 }],
  ["argon2id, 19 MiB, t=2, p=1 (its default)", 19, { algorithm: "argon2id" }],
  ["argon2id, 46 MiB, t=1, p=1", 46, { algorithm: "argon2id", memoryCost: 47104, timeCost: 1 }],
  ["scrypt, N=2^15, r=8, p=3", 32, { algorithm: "scrypt", N: 2 ** 15, r: 8, p: 3 }],
  ["scrypt, N=2^17, r=8, p=1 (its default)", 128, { algorithm: "scrypt" }],
  ["scrypt, N=2^14, r=16, p=1 (Better Auth's)", 32, { algorithm: "scrypt", N: 2 ** 14, r: 16, p: 1 }],
  ["PBKDF2-SHA256, 600,000", 0, { algorithm: "pbkdf2-sha256" }],
  ["PBKDF2-SHA512, 210,000", 0, { algorithm: "pbkdf2-sha512" }],
].map(([name, memory, options]) => ({ name, memory, options: { ...options, allowWeakParams: true } }));

/** The Worker's table: microseconds by name. */
const COSTS = Object.fromEntries(
  [...readFileSync(at("worker/src/password/cost.rs"), "utf8").matchAll(/^const (\w+): f64 = ([\d.]+);/gm)].map(
    ([, name, micros]) => [name, Number(micros)],
  ),
);
/** How far the table may be off, as a share. */
const OFF = 0.25;

/** CPU milliseconds for a request: Cloudflare's plans, as documented. */
const LIMITS = { "of Workers Free's 10 ms": 10, "of Workers Paid's 30 s": 30_000 };

await build();
await npmPackages("js-tests");
await installPackage("js-tests");
// Loaded here: they import what the set-up installs.
const { hashPasswordSync } = await import("../../js-tests/node_modules/edgeseal/index.js");
const { startPasswordWorker } = await import("../../js-tests/password-worker.mjs");

const worker = await startPasswordWorker();
try {
  await step(`${HASHES.length} hashes, ${ROUNDS} times each`, measure);
} finally {
  await worker.stop();
}
const page = readFileSync(PAGE, "utf8");
const [before, after] = [page.indexOf(START) + START.length, page.indexOf(END)];
assert.ok(before > START.length && after > before, `${PAGE} has both marks`);
writeFileSync(PAGE, `${page.slice(0, before)}\n\n${table()}\n\n${page.slice(after)}`);
console.log("docs/guide/passwords.md");
compareCosts();

async function timed(run) {
  const start = performance.now();
  const result = await run();
  return { result, milliseconds: performance.now() - start };
}

/** In turn, so that what else the machine does falls on all. A Worker's clock stands still: it is timed from outside. */
async function measure() {
  const nothing = [];
  for (const hash of HASHES) Object.assign(hash, { node: [], workerd: [] });
  for (let round = -1; round < ROUNDS; round++) {
    for (const { options, node, workerd } of HASHES) {
      const idle = await timed(() => worker.ask({ call: "nothing", with: [] }));
      const here = await timed(() => hashPasswordSync(password, options));
      const there = await timed(() => worker.ask({ call: "hashPasswordSync", with: [password, options] }));
      // The first is to have the code warm.
      if (round < 0) continue;
      nothing.push(idle.milliseconds);
      node.push(here.milliseconds);
      const refused = there.result.value === "ERR_PASSWORD_PARAMS_REFUSED";
      if (!refused) assert.match(there.result.value, /^\$/);
      workerd.push(refused ? NaN : there.milliseconds);
    }
  }
  for (const hash of HASHES) {
    hash.node = median(hash.node);
    hash.workerd = median(hash.workerd) - median(nothing);
  }
}

function table() {
  const rows = [
    ["hash", "memory", "Node, ms", "workerd, ms", ...Object.keys(LIMITS)],
    ["---", "--:", "--:", "--:", ...Object.keys(LIMITS).map(() => "--:")],
    ...HASHES.map(({ name, memory, node, workerd }) => [
      name,
      memory === 0 ? "-" : `${memory} MiB`,
      node.toFixed(),
      ...(Number.isNaN(workerd)
        ? ["refused", ...Object.keys(LIMITS).map(() => "-")]
        : [workerd.toFixed(), ...Object.values(LIMITS).map((limit) => share(workerd, limit))]),
    ]),
  ];
  const machine = `${cpus()[0]?.model.trim()}, Node ${process.versions.node}, medians of ${ROUNDS}`;
  return `${rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n\nOn ${machine}.`;
}

/** What the Worker's table says of a hash, in milliseconds. */
function expected({ algorithm = "bcrypt", cost = 12, memoryCost = 19456, timeCost = 2, N = 2 ** 17, r = 8, p = 1 }) {
  const KiB = (N * r) / 8;
  const micros = {
    bcrypt: 2 ** cost * COSTS.BCRYPT_ROUND,
    argon2id: memoryCost * (timeCost * COSTS.ARGON2_PASS + COSTS.ARGON2_MEMORY),
    scrypt: KiB * (p * COSTS.SCRYPT_RUN + COSTS.SCRYPT_MEMORY),
    "pbkdf2-sha256": 600_000 * COSTS.PBKDF2_SHA256_ITERATION,
    "pbkdf2-sha512": 210_000 * COSTS.PBKDF2_SHA512_ITERATION,
  };
  return micros[algorithm] / 1000;
}

/** Only ratios count: each is compared as a multiple of bcrypt at its default. */
function compareCosts() {
  const bcrypt = HASHES.find(({ name }) => name.startsWith("bcrypt, cost 12"));
  console.log("cost.rs, as multiples of bcrypt 12: measured, in the table");
  for (const { name, workerd, options } of HASHES) {
    if (Number.isNaN(workerd)) continue;
    const [measured, table] = [workerd / bcrypt.workerd, expected(options) / expected(bcrypt.options)];
    const off = table / measured - 1;
    const verdict = Math.abs(off) < OFF ? "" : `: more than ${OFF * 100} % off`;
    console.log(`  ${name}: ${measured.toFixed(2)}, ${table.toFixed(2)} (${(off * 100).toFixed()} %)${verdict}`);
  }
}

function share(milliseconds, limit) {
  const of = milliseconds / limit;
  return of > 1 ? `${of.toFixed()} times` : `${(of * 100).toFixed(1)} %`;
}
