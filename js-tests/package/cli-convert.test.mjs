// Tests `edgeseal convert`: how it reads and writes rows, and what it reports about rows that it can't convert.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { verifyPasswordSync } from "edgeseal";
import Database from "libsql";
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

test("hashes that verify as they are get checked; --keep also writes the rows of the others", () => {
  const hash = stored["wordpress-phpass"];
  const rows = [
    { pk: 1, fields: { password: hash } },
    { pk: 2, fields: { password: "!unusable" } },
    { pk: 3, fields: {} },
    { pk: 4, fields: null },
    "no JSON",
  ];
  const given = ["convert", "--from", "django", "--column", "hash=fields.password"];
  const dropped = edgeseal(given, { input: jsonl(...rows) });
  assert.deepEqual(parse(dropped.out), [{ ...rows[0], converted: hash }]);
  assert.match(
    dropped.err,
    /1 row, the first is row 2: the stored hash marks an account that is locked or has no password/,
  );
  const kept = edgeseal([...given, "--keep"], { input: jsonl(...rows) });
  assert.deepEqual(parse(kept.out), [{ ...rows[0], converted: hash }, ...rows.slice(1, 4)]);
  assert.match(kept.err, /converted 1 rows, 4 can't be converted\n$/);
  assert.deepEqual([dropped.code, kept.code], [1, 1]);
  // With --keep, only a row that can't be written at all is a failure.
  assert.equal(edgeseal([...given, "--keep"], { input: jsonl(...rows.slice(0, 4)) }).code, 0);
  // A row's own member with the name of the new column must not be taken for a hash that was checked.
  const forged = edgeseal([...given, "--keep"], { input: jsonl(rows[0], { ...rows[1], converted: hash }) });
  assert.deepEqual(parse(forged.out), [{ ...rows[0], converted: hash }]);
  assert.match(forged.err, /1 row, the first is row 2: the row already has converted/);
  // If no hash was converted, a wrong column was probably named.
  const none = edgeseal([...given.slice(0, 3), "--column", "hash=wrong", "--keep"], { input: jsonl(rows[0]) });
  assert.equal(none.code, 1);
  const large = edgeseal([...given.slice(0, 3)], { input: jsonl({ hash: stored["django-argon2passwordhasher"] }) });
  assert.equal(large.code, 0);
  assert.match(large.err, /^1 hash needs more memory than edge runtimes allow by default \(up to 100 MiB\)$/m);
  const csv = edgeseal([...given.slice(0, 3), "--keep", "--format", "csv"], { input: `id,hash\n1,${hash}\n2,!\n` });
  assert.equal(csv.out, `id,hash,converted\n1,${hash},${hash}\n2,!,\n`);
});

test("--sql writes statements that SQLite accepts and D1 doesn't refuse for their length", () => {
  const hash = stored["wordpress-phpass"];
  const odd = { id: 1, hash, name: "O'Neil \"x\" \\ \u0000\n\u2028 ü'; DROP TABLE edgeseal_import; --" };
  const many = Array.from({ length: 3000 }, (_, id) => ({ id, hash, name: "ü".repeat(100) }));
  const long = { id: 9, hash, name: "x".repeat(95_000) };
  const { code, out, err } = edgeseal(["convert", "--from", "wordpress", "--sql"], {
    input: jsonl(odd, ...many, long),
  });
  assert.equal(code, 1);
  assert.match(err, /^1 row, the first is row 3002: the row is too long for an SQL statement$/m);
  const statements = out.split(";\n").filter(Boolean);
  assert.ok(statements.length > 5 && statements.length < 50);
  for (const statement of statements) assert.ok(Buffer.byteLength(statement) < 100_000);
  const database = new Database(":memory:");
  database.exec(out);
  const rows = database.prepare('SELECT "row" FROM "edgeseal_import"').all();
  assert.deepEqual(
    rows.map(({ row }) => JSON.parse(row)),
    [odd, ...many].map((row) => ({ ...row, converted: hash })),
  );
  const csv = edgeseal(["convert", "--from", "wordpress", "--sql", "--keep", "--format", "csv"], {
    input: `__proto__,hash\n"a'b",${hash}\nc,!\n`,
  });
  assert.equal(csv.code, 0, csv.err);
  database.exec(`DELETE FROM "edgeseal_import"; ${csv.out}`);
  const [first, second] = database.prepare('SELECT "row" FROM "edgeseal_import"').all();
  assert.equal(first.row, `{"__proto__":"a'b","hash":"${hash}","converted":"${hash}"}`);
  assert.equal(second.row, '{"__proto__":"c","hash":"!"}');
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
    [[], /--from must be one of aspnet-identity, django, /],
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
