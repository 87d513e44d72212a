// Tests `edgeseal convert`: how it reads and writes rows, and what it reports about rows that it can't convert.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { verifyPasswordSync } from "edgeseal";
import { BIN, edgeseal, file } from "./cli.mjs";

const rows = readFileSync(new URL("../../contracts/passwords.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n");
const stored = Object.fromEntries(rows.map((line) => JSON.parse(line)).map((row) => [row.name, row.stored]));
const OF_ROWS = "Correct-Horse 9ü";
const jsonl = (...given) => given.map((row) => `${typeof row === "string" ? row : JSON.stringify(row)}\n`).join("");
const parse = (out) =>
  out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

test("rows as JSON Lines keep their members and get the converted hash", () => {
  const credential = stored["keycloak-pbkdf2-raw-json"];
  const input = jsonl({ id: 7, cred: credential }, { id: 8, cred: JSON.parse(credential) });
  const { code, out, err } = edgeseal(["convert", "--from", "keycloak", "--column", "credential=cred"], { input });
  assert.equal(code, 0, err);
  const converted = parse(out);
  assert.deepEqual(
    converted.map(({ id }) => id),
    [7, 8],
  );
  for (const { cred, converted: hash } of converted) {
    assert.ok(cred);
    assert.equal(verifyPasswordSync(OF_ROWS, hash), true);
    assert.equal(verifyPasswordSync("wrong", hash), false);
  }
  assert.equal(err, "converted 2 rows, 0 can't be converted\n");
});

test("rows as CSV with quotes, line breaks and CRLF", () => {
  const hash = stored["node-pbkdf2sync-colon"];
  const path = file("users.csv", `id,hash,"the ""name"""\r\n1,${hash},"a, ""b""\nc"\r\n`);
  const given = ["--from", "node-pbkdf2", "--set", "iterations=1000", "--set", "digest=sha512", "--to", "stored"];
  const { code, out } = edgeseal(["convert", path, ...given]);
  assert.equal(code, 0);
  const [, header, row, password] = /^(.*)\n(1,[\s\S]*),"(\$pbkdf2-sha512\$.*)"\n$/.exec(out);
  assert.equal(header, 'id,hash,"the ""name""",stored');
  assert.equal(row, `1,${hash},"a, ""b""\nc"`);
  assert.equal(verifyPasswordSync(OF_ROWS, password), true);
});

test("rows that can't be converted are left out, counted and explained, and the exit code is 1", () => {
  const good = { id: 1, hash: stored["meteor-bcrypt-sha256hex"] };
  const input = jsonl(good, { id: 2, hash: "hunter2-hunter2" }, { id: 3 }, "no JSON", {
    id: 4,
    hash: "hunter2-hunter2",
  });
  const { code, out, err } = edgeseal(["convert", "--from", "meteor"], { input });
  assert.equal(code, 1);
  assert.deepEqual(
    parse(out).map(({ id }) => id),
    [1],
  );
  assert.match(err, /^2 rows, the first is row 2: can't convert this hash: hash must begin with \$/m);
  assert.match(err, /^1 row, the first is row 3: hash must be a non-empty string/m);
  assert.match(err, /^1 row, the first is row 4: the line is not a JSON object/m);
  assert.match(err, /converted 1 rows, 4 can't be converted\n$/);
  assert.ok(!err.includes("hunter2"));
});

test("the other columns keep their exact text and their order", () => {
  const hash = stored["node-recipe-scrypt-defaults"];
  const line = `{"id":12345678901234567890, "2":1.0,"hash":"${hash}","__proto__":{"a":1}}`;
  const { code, out } = edgeseal(["convert", "--from", "node-scrypt"], { input: `${line}\r\n` });
  assert.equal(code, 0);
  assert.ok(out.startsWith(`${line.slice(0, -1)},"converted":"$scrypt$`), out);
  const csv = `\ufeffid,2024,1,__proto__,hash\r12345678901234567890,a,b,c,${hash}\r`;
  const { out: lines } = edgeseal(["convert", "--from", "node-scrypt", "--format", "csv"], { input: csv });
  assert.ok(
    lines.startsWith(`id,2024,1,__proto__,hash,converted\n12345678901234567890,a,b,c,${hash},"$scrypt$`),
    lines,
  );
});

test("a row with an enormous salt does not end the conversion", () => {
  const hash = "ab".repeat(64);
  const good = { hash: stored["node-recipe-scrypt-defaults"] };
  const { code, out, err } = edgeseal(["convert", "--from", "node-scrypt"], {
    input: jsonl(good, { hash, salt: "a".repeat(300_000) }, good),
  });
  assert.equal(code, 1);
  assert.equal(parse(out).length, 2);
  assert.match(err, /salt is longer than 2048 characters/);
});

test("input that can't be rows is refused, and a closed output is a failure", async () => {
  for (const [input, args, reason] of [
    ["", [], /there are no rows/],
    ["id,id,hash\n1,2,3\n", ["--format", "csv"], /the header contains the same column twice/],
    ["id;hash\n1;2\n", ["--format", "csv"], /the header has no column hash: name it with --column hash=COLUMN/],
    ["hash,converted\n1,2\n", ["--format", "csv"], /already has the column converted: choose another one with --to/],
    ['hash\n"abc\n1\n', ["--format", "csv"], /a closing quote may be missing/],
    [Buffer.from([0x7b, 0xff, 0x7d, 0x0a]), [], /the rows are not UTF-8 text/],
  ]) {
    const { code, err } = edgeseal(["convert", "--from", "meteor", ...args], { input });
    assert.equal(code, 2, err);
    assert.match(err, reason);
  }
  const long = edgeseal(["convert", file("long.jsonl", "x".repeat(1_200_000)), "--from", "meteor"]);
  assert.deepEqual(
    [long.code, long.err],
    [2, "edgeseal: a line is longer than 1048576 characters (see edgeseal convert --help)\n"],
  );
  const child = spawn(process.execPath, [BIN, "convert", "--from", "meteor"]);
  child.stdout.destroy();
  child.stdin.on("error", () => {});
  child.stdin.end(jsonl({ hash: stored["meteor-bcrypt-sha256hex"] }).repeat(5000));
  assert.notEqual(await new Promise((resolve) => child.on("close", resolve)), 0);
});

test("incorrect calls", () => {
  for (const [args, reason] of [
    [[], /--from must be one of keycloak, /],
    [["--from", "nobody"], /--from must be one of/],
    [["--from", "meteor"], /no rows: name a file, or pipe them in/],
    [["--from", "meteor", "--column", "salt=x", "x.csv"], /--column must name a field of meteor: hash/],
    [["--from", "meteor", "--format", "xml", "x"], /--format must be jsonl or csv/],
    [["--from", "meteor", "missing.jsonl"], /the rows can't be read \(ENOENT\)/],
  ]) {
    const { code, out, err } = edgeseal(["convert", ...args]);
    assert.deepEqual([code, out], [2, ""], args.join(" "));
    assert.match(err, reason);
  }
});

test("a large input needs no more memory than a small one, even if the reader is slow", async () => {
  const peak = async (count) => {
    const script = `process.on("exit", () => process.stderr.write("peak " + process.resourceUsage().maxRSS + "\\n"));`;
    const preload = file("peak.cjs", script);
    const child = spawn(process.execPath, ["--require", preload, BIN, "convert", "--from", "node-scrypt"]);
    let err = "";
    child.stderr.on("data", (text) => (err += text));
    child.stdout.resume();
    const row = jsonl({ hash: stored["node-recipe-scrypt-defaults"] }).repeat(1000);
    for (let i = 0; i < count / 1000; i++) {
      if (!child.stdin.write(row)) await new Promise((resolve) => child.stdin.once("drain", resolve));
    }
    child.stdin.end();
    const code = await new Promise((resolve) => child.on("close", resolve));
    assert.equal(code, 0, err);
    assert.ok(err.includes(`converted ${count} rows`), err);
    return Number(/peak (\d+)/.exec(err)[1]) / 1024;
  };
  const [small, large] = [await peak(10_000), await peak(100_000)];
  assert.ok(large < small + 60, `${small.toFixed(0)} MiB for 10,000 rows, ${large.toFixed(0)} MiB for 100,000`);
});
