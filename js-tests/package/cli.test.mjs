// npx edgeseal as it is installed: each command as a process of its own, with what it may be given and what is wrong.
// Whatever runs here is searched for the secrets and passwords that it was given.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { generateSecret, hashPasswordSync, inspectHash, signJwt, verifyJwt, verifyPasswordSync } from "edgeseal";
import { at } from "../../scripts/run.mjs";

const PACKAGE = at("js-tests/node_modules/edgeseal");
const manifest = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));
const BIN = join(PACKAGE, manifest.bin.edgeseal);
const COMMANDS = ["secret", "sign", "verify", "decode", "hash", "check", "inspect"];

const SECRET = generateSecret();
const OTHER = generateSecret();
const PASSWORD = "correct horse battery staple";
const HIDDEN = [SECRET, OTHER, PASSWORD, "hunter2-hunter2"];

const folder = mkdtempSync(join(tmpdir(), "edgeseal-cli-"));
after(() => rmSync(folder, { recursive: true }));
const file = (name, content) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

/** Without a terminal to ask on, and without what the machine's own environment may set. */
function edgeseal(args, { input, env = {} } = {}) {
  const { PATH } = process.env;
  const stdin = input === undefined ? "ignore" : "pipe";
  const options = { encoding: "utf8", env: { PATH, ...env }, input, stdio: [stdin, "pipe", "pipe"], detached: true };
  const { status, stdout, stderr, error } = spawnSync(BIN, args, { ...options, timeout: 60_000 });
  assert.equal(error, undefined);
  if (args[0] !== "secret") withoutSecrets(stdout + stderr, args);
  assert.doesNotMatch(stderr, /\n\s+at |node:internal|file:\/\//, "a stack trace");
  return { code: status, out: stdout, err: stderr };
}

function withoutSecrets(text, args) {
  for (const hidden of HIDDEN) assert.ok(!text.includes(hidden), `${args[0]} shows a secret`);
}

/** In JSON on standard output, and nothing beside it. */
function answer(args, options) {
  const { code, out, err } = edgeseal([...args, "--json"], options);
  assert.equal(err, "");
  assert.ok(out.endsWith("}\n") && out.indexOf("\n") === out.length - 1);
  return { code, ...JSON.parse(out) };
}

const withSecret = { env: { EDGESEAL_SECRET: SECRET } };
const withPassword = { env: { PW: PASSWORD } };

/** Refused as a wrong call, in text and in JSON alike. */
function misused(args, message, options) {
  const { code, out, err } = edgeseal(args, options);
  assert.deepEqual([code, out], [2, ""], args.join(" "));
  assert.match(err, message);
  assert.match(err, /^edgeseal: [^\n]+\n$/);
  const { code: again, error } = answer(args, options);
  assert.equal(again, 2);
  assert.match(error.message, message);
}

test("the bin is a file that runs, with a version", () => {
  assert.match(readFileSync(BIN, "utf8"), /^#!\/usr\/bin\/env node\n/);
  for (const asked of ["--version", "-v"]) {
    assert.deepEqual(edgeseal([asked]), { code: 0, out: `${manifest.version}\n`, err: "" });
  }
});

test("help: of the whole, of each command, and docs/cli.md has the same", () => {
  const docs = readFileSync(at("docs/cli.md"), "utf8");
  const { code, out, err } = edgeseal(["--help"]);
  assert.deepEqual([code, err], [0, ""]);
  assert.deepEqual(edgeseal(["-h"]).out, out);
  const listed = [
    ...out
      .split("Commands:\n")[1]
      .split("\n\n")[0]
      .matchAll(/^ {2}(\w+) /gm),
  ].map(([, name]) => name);
  assert.deepEqual(listed, COMMANDS);
  for (const code of [0, 1, 2]) assert.match(out, new RegExp(`^  ${code}  \\w`, "m"));
  assert.ok(docs.includes(`\`\`\`text\n${out}\`\`\`\n`), "docs/cli.md has another `edgeseal --help`");
  for (const name of COMMANDS) {
    const ofOne = edgeseal([name, "--help"]);
    assert.deepEqual([ofOne.code, ofOne.err], [0, ""]);
    assert.match(ofOne.out, /Usage: edgeseal .*\n[^]*Options:\n[^]*Examples:\n {2}\S/);
    assert.ok(docs.includes(`\`\`\`text\n${ofOne.out}\`\`\`\n`), `docs/cli.md has another help of ${name}`);
    assert.deepEqual(edgeseal([name, "-h", "--json"]).out, ofOne.out);
  }
  assert.equal(docs.match(/^```text$/gm).length, 1 + COMMANDS.length);
  const { code: none, err: help } = edgeseal([]);
  assert.equal(none, 2);
  assert.ok(help.includes(out.trimEnd()));
  misused(["sing"], /no such command; there are secret, sign/);
  misused(["constructor"], /no such command/);
});

test("secret: random, of the length that is asked for", () => {
  const { code, out } = edgeseal(["secret"]);
  assert.match(out, /^[\w-]{43}\n$/);
  assert.equal(code, 0);
  assert.notEqual(edgeseal(["secret"]).out, out);
  const long = answer(["secret", "--bytes", "64"]);
  assert.equal(Buffer.from(long.secret, "base64url").length, 64);
  verifyJwt(signJwt({}, long.secret, { algorithm: "HS512", expiresIn: 9 }), long.secret, { algorithms: ["HS512"] });
  for (const bytes of ["31", "513", "-1", "1e2", "", "x"]) misused(["secret", `--bytes=${bytes}`], /--bytes/);
});

test("sign: claims by argument, standard input and options", () => {
  const token = edgeseal(["sign", '{"sub":"u","n":1}', "--expires-in", "15m"], withSecret).out.trim();
  const claims = verifyJwt(token, SECRET);
  assert.deepEqual([claims.sub, claims.n, claims.exp - claims.iat], ["u", 1, 900]);

  const options = ["--issuer", "i", "--audience", "a", "--audience", "b", "--subject", "s", "--jwt-id", "j"];
  const more = [...options, "--key-id", "k", "--typ", "at+jwt", "--algorithm", "HS384", "--not-before", "0s"];
  const long = edgeseal(["secret", "--bytes", "48"]).out.trim();
  const full = answer(["sign", ...more, "--expires-in", "2h"], { env: { AUTH_SECRET: long }, input: '{"n":[1]}\n' });
  const read = verifyJwt(full.token, long, { issuer: "i", audience: "b", typ: "at+jwt", algorithms: ["HS384"] });
  assert.deepEqual([read.aud, read.sub, read.jti, read.n, read.exp - read.iat], [["a", "b"], "s", "j", [1], 7200]);
  assert.equal(JSON.parse(Buffer.from(full.token.split(".")[0], "base64url")).kid, "k");

  for (const input of [undefined, "", "{}"]) {
    assert.equal(edgeseal(["sign", "--expires-in", "1w"], { ...withSecret, input }).code, 0);
  }
  for (const claims of ["x", "[]", "1", "null", '{"a":', '"{}"'])
    misused(["sign", claims], /a JSON object/, withSecret);
  for (const time of ["15", "1.5h", "90s", "4w"]) {
    assert.equal(edgeseal(["sign", "--expires-in", time], withSecret).code, 0);
  }
  for (const time of ["", "m", "15 m", "-5", "1y", "0x9", "99999999999"]) {
    misused(["sign", `--expires-in=${time}`], /--expires-in/, withSecret);
  }
  misused(["sign", "--expires-in", "9", "--algorithm", "none"], /--algorithm must be HS256/, withSecret);
  misused(["sign", "--expires-in", "9", "--algorithm", "HS512"], /HS512 needs at least 64/, withSecret);
  const refused = edgeseal(["sign", '{"sub":"u"}'], withSecret);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /no "exp".*ERR_JWT_CLAIM_MISSING/);
  const twice = answer(["sign", '{"sub":"u"}', "--subject", "v", "--expires-in", "9"], withSecret);
  assert.deepEqual([twice.code, twice.error.code], [2, "ERR_OPTION_INVALID"]);
});

test("verify: what holds", () => {
  const token = signJwt({ sub: "u", role: "admin" }, SECRET, { expiresIn: 900, issuer: "i", audience: ["a", "b"] });
  const options = ["--issuer", "i", "--audience", "x", "--audience", "b", "--subject", "u", "--require", "role"];
  const { code, out, err } = edgeseal(
    ["verify", token, ...options, "--max-age", "1m", "--tolerance", "5s"],
    withSecret,
  );
  assert.deepEqual([code, err], [0, ""]);
  assert.match(out, /^valid\n\{\n[^]*"role": "admin"[^]*\n\}\nexpires in 1[45] minutes \(\d{4}-.*Z\)\nissued /);
  for (const how of [
    { args: [token], input: undefined },
    { args: [], input: token },
    { args: ["-"], input: `${token}\n` },
    { args: [], input: `  ${token}\r\n` },
  ]) {
    const { valid, claims, times } = answer(["verify", ...how.args, "--any-audience"], { ...withSecret, ...how });
    assert.deepEqual([valid, claims], [true, verifyJwt(token, SECRET, { audience: false })]);
    assert.match(times.exp, /^expires in /);
  }
});

test("verify: which rule refused, the code, the claim, times in words", () => {
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: "u", iss: "https://i.example", aud: ["a"], iat: now - 7200, exp: now + 3600 };
  const token = signJwt(claims, SECRET);
  const any = "--any-audience";
  const at = (seconds) => ["--at", new Date((now + seconds) * 1000).toISOString()];
  for (const [args, code, claim, text] of [
    [[token, any, ...at(3600 + 3 * 3600 + 5)], "ERR_JWT_EXPIRED", "exp", /^expired 3 hours ago \(\d{4}-.*Z\)$/m],
    [[token, any, ...at(3600)], "ERR_JWT_EXPIRED", "exp", /^expired 0 seconds ago|^expired in 0 seconds/m],
    [[token, any, ...at(3600 + 86_400 * 800)], "ERR_JWT_EXPIRED", "exp", /^expired 2 years ago/m],
    [[token, any, ...at(-8000)], "ERR_JWT_NOT_YET_VALID", "iat", /^issued in 13 minutes/m],
    [[token, any, "--max-age", "1h"], "ERR_JWT_EXPIRED", "iat", /^issued 2 hours ago/m],
    [[token], "ERR_JWT_CLAIM_INVALID", "aud", /aud is \[\n {2}"a"\n\]\n[^]*--any-audience leaves it unread/],
    [[token, any, "--issuer", "x"], "ERR_JWT_CLAIM_INVALID", "iss", /^claim: iss is "https:\/\/i\.example"$/m],
    [[token, any, "--require", "role"], "ERR_JWT_CLAIM_MISSING", "role", /^claim: role$/m],
    [[token, any, "--typ", "at+jwt"], "ERR_JWT_TYP_MISMATCH", undefined, /--typ names/],
    [[token, any, "--algorithm", "HS512"], "ERR_KEY_WEAK", undefined, /HS512/],
    [
      [signJwt(claims, OTHER), any],
      "ERR_JWT_SIGNATURE_INVALID",
      undefined,
      /another secret than that of EDGESEAL_SECRET/,
    ],
    [
      [signJwt(claims, OTHER.repeat(2), { algorithm: "HS512" }), any],
      "ERR_JWT_ALG_NOT_ALLOWED",
      undefined,
      /--algorithm/,
    ],
    [[`${token}.x`, any], "ERR_JWT_MALFORMED", undefined, /malformed/],
    [["x".repeat(9000)], "ERR_JWT_TOO_LARGE", undefined, /8192/],
  ]) {
    const said = edgeseal(["verify", ...args], withSecret);
    const json = answer(["verify", ...args], withSecret);
    if (code === "ERR_KEY_WEAK") {
      assert.deepEqual([said.code, said.out, json.error.code], [2, "", code]);
      continue;
    }
    assert.deepEqual([said.code, said.err, json.code, json.valid], [1, "", 1, false]);
    assert.match(said.out, /^refused: /);
    assert.match(said.out, new RegExp(`^code: ${code}$`, "m"));
    assert.match(said.out, text);
    assert.deepEqual([json.error.code, json.error.claim], [code, claim]);
    // What nobody signed with this secret is not shown as if somebody had.
    if (/SIGNATURE|ALG/.test(code))
      assert.ok(!said.out.includes("i.example") && !JSON.stringify(json).includes("i.example"));
  }
});

test("what a token holds does nothing to a terminal", () => {
  const token = signJwt({ sub: "u", x: "\u001b[31m\u009b\u202e\u{e0001}\n" }, SECRET, { expiresIn: 9 });
  for (const command of ["verify", "decode"]) {
    const { out } = edgeseal([command, token], withSecret);
    assert.doesNotMatch(out, /(?!\n)\p{C}/u);
    assert.match(out, /"x": "\\u001b\[31m\\u009b\\u202e\\udb40\\udc01\\n"/);
  }
});

test("decode: says that nobody has verified it", () => {
  const token = signJwt({ sub: "u" }, OTHER, { expiresIn: 900, keyId: "k" });
  const { code, out } = edgeseal(["decode", token]);
  assert.equal(code, 0);
  assert.match(out, /^untrusted: [^]*"kid": "k"[^]*"sub": "u"[^]*^expires in /m);
  const { verified, header, claims } = answer(["decode"], { input: token });
  assert.deepEqual([verified, header.kid, claims.sub], [false, "k", "u"]);
  for (const bad of ["x", "a.b.c", `${token}=`, `Bearer ${token}`]) {
    const { code, out, err } = edgeseal(["decode", bad]);
    assert.deepEqual([code, out], [1, ""]);
    assert.match(err, /ERR_JWT_MALFORMED/);
    assert.ok(!err.includes(token));
  }
  misused(["decode"], /there is no token/);
  misused(["decode"], /there is no token/, { input: "" });
  misused(["decode", "-"], /UTF-8/, { input: Buffer.from([0xff, 0xfe]) });
  misused(["decode", "-"], /1 MiB/, { input: "x".repeat((1 << 20) + 1) });
});

test("a secret: from a variable, its aliases, another variable, a file", () => {
  const token = signJwt({}, SECRET, { expiresIn: 900 });
  const verify = (env, ...args) => edgeseal(["verify", token, ...args], { env }).code;
  assert.equal(verify({ AUTH_SECRET: SECRET }), 0);
  assert.equal(verify({ BETTER_AUTH_SECRET: SECRET }), 0);
  assert.equal(verify({ EDGESEAL_SECRET: SECRET, AUTH_SECRET: OTHER, BETTER_AUTH_SECRET: OTHER }), 0);
  assert.equal(verify({ EDGESEAL_SECRET: "", AUTH_SECRET: SECRET }), 0);
  assert.equal(verify({ EDGESEAL_SECRET: OTHER, AUTH_SECRET: SECRET }), 1);
  assert.equal(verify({ EDGESEAL_SECRET: OTHER, MINE: SECRET }, "--secret-env", "MINE"), 0);
  for (const [end, code] of [
    ["", 0],
    ["\n", 0],
    ["\r\n", 0],
    ["\n\n", 1],
    [" ", 1],
    ["\r", 1],
  ]) {
    const path = file("secret", SECRET + end);
    assert.equal(verify({ EDGESEAL_SECRET: OTHER }, "--secret-file", path), code, JSON.stringify(end));
  }
  const bytes = file(
    "bytes",
    Buffer.alloc(32, 0).map((_, i) => 200 + i),
  );
  const signed = signJwt({}, new Uint8Array(readFileSync(bytes)), { expiresIn: 9 });
  assert.equal(edgeseal(["verify", signed, "--secret-file", bytes]).code, 0);

  misused(["verify", token], /no secret: set EDGESEAL_SECRET/);
  misused(["verify", token, "--secret-env", "NONE"], /--secret-env names a variable that is not set/);
  misused(["verify", token, "--secret-env", OTHER], /--secret-env/);
  misused(["verify", token, "--secret-file", join(folder, "none")], /--secret-file can't be read \(ENOENT\)/);
  misused(["verify", token, "--secret-file", folder], /EISDIR/);
  misused(["verify", token, "--secret-file", bytes, "--secret-env", "X"], /two sources/);
  misused(["verify", token], /the secret has 5 bytes/, { env: { EDGESEAL_SECRET: "short" } });
  misused(["verify", token], /PEM/, { env: { EDGESEAL_SECRET: `-----BEGIN PUBLIC KEY-----\n${"A".repeat(64)}` } });
});

test("a secret or password as an argument is refused, and not repeated", () => {
  for (const value of ["hunter2-hunter2", SECRET]) {
    for (const [args, message] of [
      [["sign", "--secret", value], /never an argument: set EDGESEAL_SECRET/],
      [["verify", "x", `--secret=${value}`], /--secret-env NAME/],
      [["hash", "--password", value], /never an argument: use --password-env/],
      [["check", "x", `--password=${value}`], /--password-file PATH/],
      [["hash", "--pepper", value], /--pepper-env ID=NAME/],
      [["hash", value], /hash takes no argument/],
      [["check", "$2b$", value], /argument 2 of check is one too many/],
      [["verify", "x", `--${value}`], /argument 2 of verify is no option/],
      [["verify", "x", `-${value}`], /argument 2 of verify is no option/],
      [["hash", "--pepper-env", value], /--pepper-env must be ID=NAME/],
      [["hash", "--pepper-env", `a=${value}`], /names a variable/],
      [["hash", "--password-env", value], /names a variable/],
      [["hash", "--cost", value], /--cost must be a whole number/],
      [["hash", "--algorithm", value], /--algorithm must be bcrypt/],
      [["sign", value, "--expires-in", "1h"], /a JSON object/],
      [["verify", "x", "--at", value], /--at must be a time/],
      [[value], /no such command/],
    ]) {
      misused(args, message, withSecret);
    }
  }
});

test("options that are wrong, doubled or short of a value", () => {
  for (const [args, message] of [
    [["verify", "x", "--issuer"], /--issuer needs a value: --issuer=TEXT/],
    [["verify", "x", "--issuer="], /--issuer needs a value/],
    [["verify", "x", "--issuer", "--any-audience"], /--issuer needs a value/],
    [["verify", "x", "--issuer", "a", "--issuer", "b"], /--issuer is given more than once/],
    [["verify", "x", "--any-audience=1"], /--any-audience takes no value/],
    [["verify", "x", "--any-audience", "--audience", "a"], /two answers/],
    [["verify", "x", "--isuer", "a"], /no option/],
    [["verify", "x", "--constructor"], /no option/],
    [["verify", "x", "--at", "2026-13-01"], /--at/],
    [["verify", "x", "--at", "1"], /--at/],
    [["verify", "x", "y"], /one too many/],
    [["hash", "--cost", "9"], /at least 10/],
    [["hash", "--cost", "17"], /from 4 to 16/],
    [["hash", "--memory-cost", "65536"], /memoryCost/],
    [["hash", "--algorithm", "scrypt", "--N", "1000"], /power of two/],
    [["inspect", "x", "--cost", "99"], /cost/],
  ]) {
    misused(args, message, { env: { ...withSecret.env, ...withPassword.env } });
  }
});

test("hash and check: every algorithm, variable and file, right and wrong", () => {
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
    assert.deepEqual([wrong.code, wrong.out, wrong.err], [1, "wrong: it is another password\n", ""]);
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
  misused(["check", "--password-file", "-"], /asked for twice/, { input: hash });

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
    const said = answer(["check", bad, "--password-file", path]);
    assert.deepEqual([said.code, said.error.code], [1, refused]);
    assert.ok(!JSON.stringify(said).includes(hash.slice(7)));
  }
  misused(["hash"], /there is no password/);
  misused(["check", hash], /there is no password/);
  misused(["check", "--password-file", path], /there is no stored hash/);
});

test("a pepper by the name of its variable", () => {
  const env = { PW: PASSWORD, NEW: SECRET, OLD: OTHER };
  const pepper = ["--pepper-env", "k2=NEW", "--pepper-env", "k1=OLD"];
  const { hash, pepper: id } = answer(["hash", "--cost", "10", "--password-env", "PW", ...pepper], { env });
  assert.equal(id, "k2");
  assert.equal(verifyPasswordSync(PASSWORD, hash, { pepper: { k2: SECRET } }), true);
  assert.equal(edgeseal(["check", hash, "--password-env", "PW", ...pepper], { env }).code, 0);
  const old = answer(["inspect", hash, "--cost", "10", "--pepper-env", "k1=OLD"], { env });
  assert.deepEqual([old.code, old.why], [1, ["its pepper is not the policy's"]]);
});

test("inspect: what it is, whether to upgrade it, and why", () => {
  const stored = hashPasswordSync(PASSWORD, { cost: 10 });
  const { code, out } = edgeseal(["inspect", stored]);
  assert.equal(code, 1);
  assert.match(
    out,
    /^algorithm: bcrypt\ncost: 10\nversion: 2b\n[^]*upgrade at the next sign-in: cost is 10, the policy's 12\n$/,
  );
  for (const part of [stored.slice(7, 29), stored.slice(29)]) assert.ok(!out.includes(part));
  const { upgrade, why, code: _code, ...described } = answer(["inspect", "--cost", "10"], { input: stored });
  assert.deepEqual([upgrade, why, described], [false, [], inspectHash(stored)]);
  assert.deepEqual(answer(["inspect", stored, "--algorithm", "argon2id"]).why, [
    "the algorithm is bcrypt, the policy's argon2id",
  ]);
  assert.match(answer(["inspect", stored.replace("$2b$", "$2a$"), "--cost", "10"]).why[0], /spelled/);
  const bad = edgeseal(["inspect", "no hash"]);
  assert.deepEqual([bad.code, bad.out], [1, ""]);
  assert.match(bad.err, /ERR_PASSWORD_HASH_INVALID/);
  misused(["inspect"], /there is no stored hash/);
});

/** Runs a command line in a pseudo terminal of its own: waits for each text, then types what follows it. */
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

test("prompts in a terminal show nothing of what is typed", () => {
  const stored = hashPasswordSync(PASSWORD, { cost: 10 });
  const made = inTerminal(
    [BIN, "hash", "--cost", "10"],
    [
      ["Password: ", `${PASSWORD}\r`],
      ["Once more: ", `${PASSWORD}\r`],
    ],
  );
  assert.equal(made.code, 0);
  assert.equal(verifyPasswordSync(PASSWORD, made.seen.match(/\$2b\$\S+/)[0]), true);
  // Both lines at once, as a paste is; a slip, an arrow key and a line begun anew.
  assert.equal(inTerminal([BIN, "hash", "--cost", "10"], [["Password: ", `${PASSWORD}\n${PASSWORD}\n`]]).code, 0);
  const edited = `wrong\u0015${PASSWORD}x\u007f\u001b[D\r`;
  assert.deepEqual(inTerminal([BIN, "check", stored], [["Password: ", edited]]).code, 0);
  assert.match(inTerminal([BIN, "check", stored], [["Password: ", "other\r"]]).seen, /wrong/);

  const differ = inTerminal(
    [BIN, "hash"],
    [
      ["Password: ", "one\r"],
      ["Once more: ", "two\r"],
    ],
  );
  assert.equal(differ.code, 2);
  assert.match(differ.seen, /not the same/);
  for (const [typed, message] of [
    ["\r", /there is no password/],
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
  // The terminal is asked where standard input is something else.
  const piped = inTerminal(["sh", "-c", `printf %s '${stored}' | '${BIN}' check`], [["Password: ", `${PASSWORD}\r`]]);
  assert.deepEqual([piped.code, /right/.test(piped.seen)], [0, true]);
  const plain = inTerminal([BIN, "decode", token], [], { NO_COLOR: "1" });
  assert.ok(!plain.seen.includes("\u001b") && plain.seen.startsWith("untrusted"));
});

test("what reads the answer may leave", () => {
  const token = signJwt({ long: "x".repeat(5000) }, SECRET, { expiresIn: 900 });
  const script = `trap '' PIPE; { "$0" decode ${token}; echo "code $?" >&2; } | true`;
  for (let i = 0; i < 5; i++) {
    const { stderr } = spawnSync("bash", ["-c", script, BIN], { encoding: "utf8" });
    assert.equal(stderr, "code 0\n");
  }
});
