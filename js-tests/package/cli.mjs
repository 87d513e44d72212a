// Runs the installed `npx edgeseal` as a process. Checks that its output never contains secrets or passwords from
// its input.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateSecret } from "edgeseal";
import { at } from "../../scripts/run.mjs";
import { temporaryFolder } from "../temporary-folder.mjs";

const PACKAGE = at("js-tests/node_modules/edgeseal");
export const manifest = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));
export const BIN = join(PACKAGE, manifest.bin.edgeseal);

/** This secret must not begin with a dash, because the program would parse it as an option. */
export const SECRET = generateSecret().replace(/^-/, "_");
export const OTHER = generateSecret();
export const PASSWORD = "correct horse battery staple";
const HIDDEN = [SECRET, OTHER, PASSWORD, "hunter2-hunter2"];

export const folder = temporaryFolder("cli");
export const file = (name, content) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

/** Runs the command without a terminal for prompts. It inherits only `PATH` from this machine's environment. */
export function edgeseal(args, { input, env = {} } = {}) {
  const { PATH } = process.env;
  const stdin = input === undefined ? "ignore" : "pipe";
  const options = { encoding: "utf8", env: { PATH, ...env }, input, stdio: [stdin, "pipe", "pipe"], detached: true };
  const { status, stdout, stderr, error } = spawnSync(BIN, args, { ...options, timeout: 60_000 });
  assert.equal(error, undefined);
  if (args[0] !== "secret") withoutSecrets(stdout + stderr, args);
  assert.doesNotMatch(stderr, /\n\s+at |node:internal|file:\/\//, "a stack trace");
  return { code: status, out: stdout, err: stderr };
}

export function withoutSecrets(text, args) {
  for (const hidden of HIDDEN) assert.ok(!text.includes(hidden), `${args[0]} shows a secret`);
}

/** Returns the JSON on standard output, and asserts that there is no other output. */
export function answer(args, options) {
  const { code, out, err } = edgeseal([...args, "--json"], options);
  assert.equal(err, "");
  assert.ok(out.endsWith("}\n") && out.indexOf("\n") === out.length - 1);
  return { code, ...JSON.parse(out) };
}

export const withSecret = { env: { EDGESEAL_SECRET: SECRET } };
export const withPassword = { env: { PW: PASSWORD } };

/** Asserts that the command reports a usage error, both as text and as JSON. */
export function misused(args, message, options) {
  const { code, out, err } = edgeseal(args, options);
  assert.deepEqual([code, out], [2, ""], args.join(" "));
  assert.match(err, message);
  assert.match(err, /^edgeseal: [^\n]+\n$/);
  const { code: again, error } = answer(args, options);
  assert.equal(again, 2);
  assert.match(error.message, message);
}
