// Tests `npx edgeseal` with passwords, stored hashes, and prompts in a real terminal.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { hashPasswordSync, inspectHash, signJwt, verifyPasswordSync } from "edgeseal";
import { answer, BIN, edgeseal, file, misused, OTHER, PASSWORD, SECRET, withoutSecrets, withPassword } from "./cli.mjs";

test("hash and check: every algorithm, from variable and file, right and wrong", () => {
  for (const [args, prefix] of [
    [["--cost", "10"], /^\$2b\$10\$/],
    [["--algorithm", "argon2id", "--memory-cost", "12288", "--time-cost", "3"], /^\$argon2id\$v=19\$m=12288,t=3,p=1\$/],
    [
      ["--algorithm", "scrypt", "--N", "16", "--r", "2", "--p", "3", "--allow-weak-params"],
      /^\$scrypt\$ln=4,r=2,p=3\$/,
    ],
    [
      [
        "--algorithm",
        "pbkdf2-sha512",
        "--iterations",
        "5",
        "--salt-length",
        "20",
        "--hash-length",
        "40",
        "--allow-weak-params",
      ],
      /^\$pbkdf2-sha512\$i=5,l=40\$/,
    ],
  ]) {
    const { code, out } = edgeseal(["hash", ...args, "--password-env", "PW"], withPassword);
    const stored = out.trim();
    assert.equal(code, 0);
    assert.match(stored, prefix);
    assert.equal(verifyPasswordSync(PASSWORD, stored), true);
    assert.deepEqual(edgeseal(["check", stored, "--password-env", "PW"], withPassword).code, 0);
    assert.deepEqual(answer(["check", "--password-env", "PW"], { ...withPassword, input: out }), {
      code: 0,
      matches: true,
    });
    const wrong = edgeseal(["check", stored, "--password-env", "PW"], { env: { PW: "hunter2-hunter2" } });
    assert.deepEqual([wrong.code, wrong.out, wrong.err], [1, "wrong: the password does not match the hash\n", ""]);
    const upgrade = answer(["inspect", stored, ...args]);
    assert.deepEqual([upgrade.code, upgrade.upgrade, upgrade.why], [0, false, []]);
  }
  const path = file("password", `${PASSWORD}\n`);
  const made = answer(["hash", "--cost", "10", "--password-file", path]);
  const { code, hash, ...described } = made;
  assert.deepEqual([code, described], [0, inspectHash(hash)]);
  assert.equal(verifyPasswordSync(PASSWORD, hash), true);
  assert.equal(edgeseal(["check", hash, "--password-file", path]).code, 0);

  assert.equal(edgeseal(["check", hash, "--password-file", "-"], { input: `${PASSWORD}\n` }).code, 0);
  misused(["check", "--password-file", "-"], /standard input can be used for only one value/, { input: hash });

  const long = edgeseal(["hash", "--password-file", file("long", "x".repeat(73))]);
  assert.deepEqual([long.code, long.out], [1, ""]);
  assert.match(long.err, /ERR_PASSWORD_TOO_LONG/);
  const empty = edgeseal(["hash", "--password-file", file("empty", "\n")]);
  assert.match(empty.err, /ERR_PASSWORD_INVALID/);
  for (const [bad, refused] of [
    ["$2b$10$x", "ERR_PASSWORD_HASH_INVALID"],
    [`$2b$31$${hash.slice(7)}`, "ERR_PASSWORD_PARAMS_REFUSED"],
    [`$hmac-sha256$keyid=a${hash}`, "ERR_KEY_UNKNOWN"],
  ]) {
    const found = answer(["check", bad, "--password-file", path]);
    assert.deepEqual([found.code, found.error.code], [1, refused]);
    assert.ok(!JSON.stringify(found).includes(hash.slice(7)));
  }
  misused(["hash"], /no password: use/);
  misused(["check", hash], /no password: use/);
  misused(["check", "--password-file", path], /no stored hash: pass it/);
});

test("a pepper by its variable's name", () => {
  const env = { PW: PASSWORD, NEW: SECRET, OLD: OTHER };
  const pepper = ["--pepper-env", "k2=NEW", "--pepper-env", "k1=OLD"];
  const { hash, pepper: id } = answer(["hash", "--cost", "10", "--password-env", "PW", ...pepper], { env });
  assert.equal(id, "k2");
  assert.equal(verifyPasswordSync(PASSWORD, hash, { pepper: { k2: SECRET } }), true);
  assert.equal(edgeseal(["check", hash, "--password-env", "PW", ...pepper], { env }).code, 0);
  const old = answer(["inspect", hash, "--cost", "10", "--pepper-env", "k1=OLD"], { env });
  assert.deepEqual([old.code, old.why], [1, ["its pepper is not the policy's pepper"]]);
});

test("inspect: describes a hash, whether to upgrade it, and why", () => {
  const stored = hashPasswordSync(PASSWORD, { cost: 10 });
  const { code, out } = edgeseal(["inspect", stored]);
  assert.equal(code, 1);
  assert.match(
    out,
    /^algorithm: bcrypt\ncost: 10\nversion: 2b\n[^]*upgrade at the next sign-in: cost is 10, not 12\n$/,
  );
  for (const part of [stored.slice(7, 29), stored.slice(29)]) assert.ok(!out.includes(part));
  const { upgrade, why, code: _code, ...described } = answer(["inspect", "--cost", "10"], { input: stored });
  assert.deepEqual([upgrade, why, described], [false, [], inspectHash(stored)]);
  assert.deepEqual(answer(["inspect", stored, "--algorithm", "argon2id"]).why, [
    "the algorithm is bcrypt, not argon2id",
  ]);
  assert.match(answer(["inspect", stored.replace("$2b$", "$2a$"), "--cost", "10"]).why[0], /format or limits differ/);
  const bad = edgeseal(["inspect", "no hash"]);
  assert.deepEqual([bad.code, bad.out], [1, ""]);
  assert.match(bad.err, /ERR_PASSWORD_HASH_INVALID/);
  misused(["inspect"], /no stored hash: pass it/);
});

/**
 * Runs a command line in its own pseudo-terminal. For each step, waits for the prompt and then types the reply.
 */
const TERMINAL = `
import json, os, pty, sys
argv, env, steps = json.load(sys.stdin)
pid, terminal = pty.fork()
if pid == 0:
    os.execvpe(argv[0], argv, env)
seen, since = b"", 0
try:
    while True:
        while steps and steps[0][0].encode() in seen[since:]:
            since = seen.index(steps[0][0].encode(), since) + len(steps[0][0].encode())
            os.write(terminal, steps.pop(0)[1].encode())
        seen_now = os.read(terminal, 4096)
        if not seen_now:
            break
        seen += seen_now
except OSError:
    pass
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
json.dump({"code": code, "seen": seen.decode(), "left": len(steps)}, sys.stdout)
`;

function inTerminal(argv, steps, env = {}) {
  const input = JSON.stringify([argv, { PATH: process.env.PATH, TERM: "xterm", ...env }, steps]);
  const ran = spawnSync("python3", ["-c", TERMINAL], { input, encoding: "utf8", timeout: 60_000 });
  assert.equal(ran.status, 0, ran.stderr);
  const { left, ...said } = JSON.parse(ran.stdout);
  assert.equal(left, 0, `not asked: ${said.seen}`);
  withoutSecrets(said.seen, argv);
  return said;
}

test("prompts in a terminal never show the typed text", () => {
  const stored = hashPasswordSync(PASSWORD, { cost: 10 });
  const made = inTerminal(
    [BIN, "hash", "--cost", "10"],
    [
      ["Password: ", `${PASSWORD}\r`],
      ["Again: ", `${PASSWORD}\r`],
    ],
  );
  assert.equal(made.code, 0);
  assert.equal(verifyPasswordSync(PASSWORD, made.seen.match(/\$2b\$\S+/)[0]), true);
  // First pastes both lines together. Then types a line, deletes it and types it again, with a correction and an arrow
  // key.
  assert.equal(inTerminal([BIN, "hash", "--cost", "10"], [["Password: ", `${PASSWORD}\n${PASSWORD}\n`]]).code, 0);
  const edited = `wrong\u0015${PASSWORD}x\u007f\u001b[D\r`;
  assert.deepEqual(inTerminal([BIN, "check", stored], [["Password: ", edited]]).code, 0);
  assert.match(inTerminal([BIN, "check", stored], [["Password: ", "other\r"]]).seen, /wrong/);

  const differ = inTerminal(
    [BIN, "hash"],
    [
      ["Password: ", "one\r"],
      ["Again: ", "two\r"],
    ],
  );
  assert.equal(differ.code, 2);
  assert.match(differ.seen, /don't match/);
  for (const [typed, message] of [
    ["\r", /no password: use/],
    ["abc\u0003", /cancelled/],
    ["\u0004", /cancelled/],
  ]) {
    const { code, seen } = inTerminal([BIN, "check", stored], [["Password: ", typed]]);
    assert.equal(code, 2);
    assert.match(seen, message);
  }
  assert.match(inTerminal([BIN, "hash", "--cost", "9"], []).seen, /at least 10/);

  const token = signJwt({ sub: "u" }, SECRET, { expiresIn: 900 });
  const { code, seen } = inTerminal([BIN, "verify", token], [["Secret: ", `${SECRET}\r`]]);
  assert.equal(code, 0);
  assert.match(seen, /\u001b\[32mvalid\u001b\[0m/);
  // Prompts use the terminal even if standard input is a pipe.
  const piped = inTerminal(["sh", "-c", `printf %s '${stored}' | '${BIN}' check`], [["Password: ", `${PASSWORD}\r`]]);
  assert.deepEqual([piped.code, /right/.test(piped.seen)], [0, true]);
  const plain = inTerminal([BIN, "decode", token], [], { NO_COLOR: "1" });
  assert.ok(!plain.seen.includes("\u001b") && plain.seen.startsWith("untrusted"));
});
