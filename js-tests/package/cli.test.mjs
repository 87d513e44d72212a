// Tests `npx edgeseal`: help, secrets and tokens, and usage errors.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { signJwt, verifyJwt } from "edgeseal";
import { at } from "../../scripts/run.mjs";
import {
  answer,
  BIN,
  edgeseal,
  file,
  folder,
  manifest,
  misused,
  OTHER,
  SECRET,
  withPassword,
  withSecret,
} from "./cli.mjs";

const COMMANDS = ["secret", "sign", "verify", "decode", "hash", "check", "inspect", "convert"];

test("the bin runs and has a version", () => {
  assert.match(readFileSync(BIN, "utf8"), /^#!\/usr\/bin\/env node\n/);
  for (const asked of ["--version", "-v"]) {
    assert.deepEqual(edgeseal([asked]), { code: 0, out: `${manifest.version}\n`, err: "" });
  }
});

test("help, also of each command, is the same as in docs/guide/cli.md", () => {
  const docs = readFileSync(at("docs/guide/cli.md"), "utf8");
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
  assert.ok(docs.includes(`\`\`\`text\n${out}\`\`\`\n`), "docs/guide/cli.md has another `edgeseal --help`");
  for (const name of COMMANDS) {
    const ofOne = edgeseal([name, "--help"]);
    assert.deepEqual([ofOne.code, ofOne.err], [0, ""]);
    assert.match(ofOne.out, /Usage: edgeseal .*\n[^]*Options:\n[^]*Examples:\n {2}\S/);
    assert.ok(docs.includes(`\`\`\`text\n${ofOne.out}\`\`\`\n`), `docs/guide/cli.md has another help of ${name}`);
    assert.deepEqual(edgeseal([name, "-h", "--json"]).out, ofOne.out);
  }
  assert.equal(docs.match(/^```text$/gm).length, 1 + COMMANDS.length);
  const { code: none, err: help } = edgeseal([]);
  assert.equal(none, 2);
  assert.ok(help.includes(out.trimEnd()));
  misused(["sing"], /unknown command; the commands are secret, sign/);
  misused(["constructor"], /unknown command/);
  misused(["verify", "x", "--issuers", "a"], /unknown option --issuers \(/);
});

test("secret: random, with the requested length", () => {
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
  misused(["sign", '{"sub":"a","sub":"b"}'], /without duplicate names/, withSecret);
  misused(["sign", '{"n":12345678901234567890}'], /beyond 2\^53/, withSecret);
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

test("verify: valid tokens", () => {
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

test("verify: the failed rule, its code, the claim, times in words", () => {
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
    [[token], "ERR_JWT_CLAIM_INVALID", "aud", /aud is \[\n {2}"a"\n\]\n[^]*or use --any-audience/],
    [[token, any, "--issuer", "x"], "ERR_JWT_CLAIM_INVALID", "iss", /^claim: iss is "https:\/\/i\.example"$/m],
    [[token, any, "--require", "role"], "ERR_JWT_CLAIM_MISSING", "role", /^claim: role$/m],
    [[token, any, "--typ", "at+jwt"], "ERR_JWT_TYP_MISMATCH", undefined, /the expected one with --typ/],
    [[token, any, "--algorithm", "HS512"], "ERR_KEY_WEAK", undefined, /HS512/],
    [
      [signJwt(claims, OTHER), any],
      "ERR_JWT_SIGNATURE_INVALID",
      undefined,
      /a secret other than that of EDGESEAL_SECRET/,
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
    // The output never contains claims whose signature was not verified.
    if (/SIGNATURE|ALG/.test(code))
      assert.ok(!said.out.includes("i.example") && !JSON.stringify(json).includes("i.example"));
  }
});

test("a token's content cannot control a terminal", () => {
  const token = signJwt({ sub: "u", x: "\u001b[31m\u009b\u202e\u{e0001}\n" }, SECRET, { expiresIn: 9 });
  for (const command of ["verify", "decode"]) {
    const { out } = edgeseal([command, token], withSecret);
    assert.doesNotMatch(out, /(?!\n)\p{C}/u);
    assert.match(out, /"x": "\\u001b\[31m\\u009b\\u202e\\udb40\\udc01\\n"/);
  }
});

test("decode: says that the token is unverified", () => {
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
  misused(["decode"], /no token: pass it/);
  misused(["decode"], /no token: pass it/, { input: "" });
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

  // Random bytes may end with a newline byte.
  const ending = file("ending", Buffer.concat([Buffer.alloc(31, 0).map((_, i) => 200 + i), Buffer.from("\n")]));
  const whole = signJwt({}, new Uint8Array(readFileSync(ending)), { expiresIn: 900 });
  assert.equal(edgeseal(["verify", whole, "--secret-file", ending]).code, 0);
  const random = new Uint8Array(readFileSync(bytes));
  const written = signJwt({}, random, { expiresIn: 900 });
  for (const encoding of ["base64", "base64url", "hex"]) {
    const text = Buffer.from(random).toString(encoding);
    const env = { EDGESEAL_SECRET: text };
    assert.equal(edgeseal(["verify", written, "--secret-encoding", encoding], { env }).code, 0, encoding);
    const path = file("written", `${text}\n`);
    assert.equal(edgeseal(["verify", written, "--secret-encoding", encoding, "--secret-file", path]).code, 0, encoding);
    assert.equal(edgeseal(["verify", written], { env }).code, 1, "the undecoded text is another secret");
    misused(["verify", written, "--secret-encoding", encoding], /is not/, { env: { EDGESEAL_SECRET: `${text}!` } });
  }
  misused(["verify", token, "--secret-encoding", "rot13"], /must be text, base64/, {
    env: { EDGESEAL_SECRET: SECRET },
  });

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
      [["hash", value], /hash accepts options only \(argument 1\)/],
      [["check", "$2b$", value], /too many arguments: only HASH is accepted \(argument 2\)/],
      [["verify", "x", `--${value}`], /unknown option \(argument 2\)/],
      [["verify", "x", `-${value}`], /unknown option \(argument 2\)/],
      [["hash", "--pepper-env", value], /--pepper-env must be ID=NAME/],
      [["hash", "--pepper-env", `a=${value}`], /names a variable/],
      [["hash", "--password-env", value], /names a variable/],
      [["hash", "--cost", value], /--cost must be a whole number/],
      [["hash", "--algorithm", value], /--algorithm must be bcrypt/],
      [["sign", value, "--expires-in", "1h"], /a JSON object/],
      [["verify", "x", "--at", value], /--at must be a time/],
      [[value], /unknown command/],
    ]) {
      misused(args, message, withSecret);
    }
  }
});

test("options that are unknown, repeated or lack a value", () => {
  for (const [args, message] of [
    [["verify", "x", "--issuer"], /--issuer needs a value: --issuer=TEXT/],
    [["verify", "x", "--issuer="], /--issuer needs a value/],
    [["verify", "x", "--issuer", "--any-audience"], /--issuer needs a value/],
    [["verify", "x", "--issuer", "a", "--issuer", "b"], /--issuer is given more than once/],
    [["verify", "x", "--any-audience=1"], /--any-audience takes no value/],
    [["verify", "x", "--any-audience", "--audience", "a"], /contradict each other/],
    [["verify", "x", "--isuer", "a"], /unknown option \(argument 2\)/],
    [["verify", "x", "--constructor"], /unknown option \(argument 2\)/],
    [["verify", "x", "--at", "2026-13-01"], /--at/],
    [["verify", "x", "--at", "2026-02-31"], /--at/],
    [["verify", "x", "--at", "1"], /--at/],
    [["verify", "x", "y"], /too many arguments/],
    [["hash", "--cost", "9"], /at least 10/],
    [["hash", "--cost", "17"], /from 4 to 16/],
    [["hash", "--memory-cost", "65536"], /memoryCost/],
    [["hash", "--algorithm", "scrypt", "--N", "1000"], /power of two/],
    [["inspect", "x", "--cost", "99"], /cost/],
  ]) {
    misused(args, message, { env: { ...withSecret.env, ...withPassword.env } });
  }
});

test("the reader of the output may close the pipe", () => {
  const token = signJwt({ long: "x".repeat(5000) }, SECRET, { expiresIn: 900 });
  const script = `trap '' PIPE; { "$0" decode ${token}; echo "code $?" >&2; } | true`;
  for (let i = 0; i < 5; i++) {
    const { stderr } = spawnSync("bash", ["-c", script, BIN], { encoding: "utf8" });
    assert.equal(stderr, "code 0\n");
  }
});
