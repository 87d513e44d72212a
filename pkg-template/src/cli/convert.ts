import { convertHash, type HashFields, inspectHash, isEdgesealError } from "edgeseal";
import { createReadStream } from "node:fs";
import process from "node:process";
import { FIELDS } from "../hash-systems.js";
import { type Command, type Given, UsageError } from "./command.js";
import { asBefore, asSql } from "./outputs.js";
import { readCsv, readJsonLines, type Row } from "./rows.js";
import { isPiped } from "./source.js";

const NUMBERS: ReadonlySet<string> = new Set(["rounds", "memCost", "N", "r", "p", "iterations"]);
const SYSTEMS = Object.keys(FIELDS).join(", ");
/** The maximum number of different reasons in the summary. */
const MAX_REASONS = 20;

export const convert: Command = {
  summary: "Convert stored hashes of another system, row by row.",
  argument: "FILE",
  about: `Reads rows from FILE or standard input, as JSON Lines or as CSV with a header, and writes them with the converted hash to standard output. A row that can't be converted is left out, unless you use --keep; the summary on standard error says why. Systems: ${SYSTEMS}.`,
  options: {
    from: { value: "SYSTEM", about: "The system that made the hashes." },
    format: { value: "NAME", about: "jsonl or csv. Default: csv if FILE ends in .csv, otherwise jsonl." },
    column: {
      value: "FIELD=COLUMN",
      many: true,
      about: "The column with a field of the system, or a path such as fields.password. Default: its own name.",
    },
    set: {
      value: "FIELD=VALUE",
      many: true,
      about: "A field with the same value for all rows, such as iterations, instead of a column.",
    },
    to: { value: "COLUMN", about: "The new column for the converted hash. Default converted." },
    keep: { about: "Also write rows without a hash that can be converted, without the new column." },
    sql: {
      about: "Write SQL that inserts the rows, as JSON, into the column row of a new table edgeseal_import.",
    },
  },
  examples: [
    "npx edgeseal convert --from keycloak --column credential=cred users.jsonl > converted.jsonl",
    "npx edgeseal convert --from node-pbkdf2 --set iterations=100000 --set digest=sha512 users.csv",
    "npx edgeseal convert --from django --column hash=fields.password --keep --sql users.jsonl > users.sql",
  ],
  async run(given) {
    const from = systemOf(given);
    const isCsv = formatOf(given) === "csv";
    const to = given.one("to") ?? "converted";
    const [columns, constants] = [pairsOf(given, "column", from), pairsOf(given, "set", from)];
    const keeps = given.has("keep");
    const input = inputOf(given);
    const summary = new Summary();
    // Exiting before the end is a failure: the program that reads the output may close it early.
    process.exitCode = 1;
    try {
      const { header, rows } = await rowsOf(input, isCsv, to, from, columns, constants);
      const output = given.has("sql") ? asSql(to) : asBefore(to, header);
      await write(output.start);
      for await (const read of rows) {
        summary.next();
        const row = writable(read, to);
        if (row instanceof Error) {
          summary.fail(row, true);
          continue;
        }
        const result = converted(from, row, columns, constants);
        const hash = typeof result === "string" ? result : undefined;
        const text = hash !== undefined || keeps ? output.row(row, hash) : "";
        if (typeof result !== "string") summary.fail(result, !keeps || text === undefined);
        else if (text === undefined) summary.fail(new Error("the row is too long for an SQL statement"), true);
        else summary.succeed(result);
        await write(text ?? "");
      }
      await write(output.end());
    } catch (error) {
      const { code } = error as { code?: string };
      if (error instanceof UsageError || !code) throw error;
      throw new UsageError(`the rows can't be read (${code})`);
    } finally {
      summary.print();
    }
    if (summary.rows === 0) throw new UsageError("there are no rows");
    return { ok: summary.leftOut === 0 && summary.converted > 0 };
  },
};

/** Counts rows, and prints the counts to standard error. */
class Summary {
  rows = 0;
  converted = 0;
  /** The number of rows that were not written. */
  leftOut = 0;
  #failed = 0;
  #reported = Date.now();
  readonly #reasons = new Map<string, { rows: number; first: number }>();
  /** Converted hashes that edge runtimes refuse by default, and the memory that the largest one needs, in MiB. */
  readonly #large = { hashes: 0, memory: 0 };

  /** Counts a row. Every five seconds, prints the progress. */
  next(): void {
    this.rows += 1;
    if (Date.now() - this.#reported > 5000) {
      this.#reported = Date.now();
      process.stderr.write(`${this.#counts()} …\n`);
    }
  }

  /** Counts the current row as converted. */
  succeed(hash: string): void {
    this.converted += 1;
    const { verifies, memory = 0 } = inspectHash(hash);
    if (verifies.edge) return;
    this.#large.hashes += 1;
    this.#large.memory = Math.max(this.#large.memory, memory);
  }

  /** Counts the current row as one that can't be converted. */
  fail({ message }: Error, isLeftOut: boolean): void {
    this.#failed += 1;
    if (isLeftOut) this.leftOut += 1;
    const reason = this.#reasons.get(message) ?? { rows: 0, first: this.rows };
    reason.rows += 1;
    if (reason.rows > 1 || this.#reasons.size < MAX_REASONS) this.#reasons.set(message, reason);
  }

  print(): void {
    for (const [reason, { rows, first }] of this.#reasons) {
      process.stderr.write(`${rows} ${rows === 1 ? "row" : "rows"}, the first is row ${first}: ${reason}\n`);
    }
    const { hashes, memory } = this.#large;
    if (hashes > 0) {
      const need = hashes === 1 ? "1 hash needs" : `${hashes} hashes need`;
      process.stderr.write(`${need} more memory than edge runtimes allow by default (up to ${memory} MiB)\n`);
    }
    if (this.rows > 0) process.stderr.write(`${this.#counts()}\n`);
  }

  #counts(): string {
    return `converted ${this.converted} rows, ${this.#failed} can't be converted`;
  }
}

/** Returns the rows. For CSV, also returns the header, after checking that it suits the conversion. */
async function rowsOf(
  input: AsyncIterable<Uint8Array>,
  isCsv: boolean,
  to: string,
  from: HashFields["from"],
  columns: Readonly<Record<string, string>>,
  constants: Readonly<Record<string, string>>,
): Promise<{ header?: readonly string[]; rows: AsyncGenerator<Row | Error> }> {
  if (!isCsv) return { rows: readJsonLines(input) };
  const { header, rows } = await readCsv(input);
  if (header.includes(to))
    throw new UsageError(`the header already has the column ${to}: choose another one with --to`);
  const first = FIELDS[from][0]!;
  if (constants[first] === undefined && !header.includes(columns[first] ?? first)) {
    throw new UsageError(`the header has no column ${columns[first] ?? first}: name it with --column ${first}=COLUMN`);
  }
  return { header, rows };
}

function systemOf(given: Given): HashFields["from"] {
  const from = given.one("from");
  if (from === undefined || !Object.hasOwn(FIELDS, from)) throw new UsageError(`--from must be one of ${SYSTEMS}`);
  return from as HashFields["from"];
}

function formatOf(given: Given): "jsonl" | "csv" {
  const format = given.one("format") ?? (given.argument?.toLowerCase().endsWith(".csv") ? "csv" : "jsonl");
  if (format !== "jsonl" && format !== "csv") throw new UsageError("--format must be jsonl or csv");
  return format;
}

function pairsOf(given: Given, option: string, from: HashFields["from"]): Readonly<Record<string, string>> {
  const pairs = (given.many(option) ?? []).map((pair) => {
    const [, field = "", value = ""] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    if (!FIELDS[from].includes(field)) {
      throw new UsageError(`--${option} must name a field of ${from}: ${FIELDS[from].join(", ")}`);
    }
    return [field, value] as const;
  });
  return Object.fromEntries(pairs);
}

function inputOf({ argument }: Given): AsyncIterable<Uint8Array> {
  if (argument !== undefined && argument !== "-") return createReadStream(argument);
  if (argument === undefined && !isPiped()) throw new UsageError("no rows: name a file, or pipe them in");
  return process.stdin;
}

/** Returns the row, or an error if it couldn't be read or already has the new column. */
function writable(row: Row | Error, to: string): Row | Error {
  if (row instanceof Error || !row.values.has(to)) return row;
  return new Error(`the row already has ${to}: choose another name with --to`);
}

function converted(
  from: HashFields["from"],
  row: Row,
  columns: Readonly<Record<string, string>>,
  constants: Readonly<Record<string, string>>,
): string | Error {
  const fields: Record<string, unknown> = { from };
  for (const field of FIELDS[from]) {
    const column = columns[field] ?? field;
    const value = constants[field] ?? valueOf(row, column);
    if (value === undefined || value === null || value === "") continue;
    fields[field] = NUMBERS.has(field) ? Number(value) : value;
  }
  try {
    return convertHash(fields as HashFields);
  } catch (error) {
    if (isEdgesealError(error)) return error;
    throw error;
  }
}

/** Returns a column's value. If no column has this name, the name may be a path into an object. */
function valueOf({ values }: Row, column: string): unknown {
  if (values.has(column)) return values.get(column);
  const [first = "", ...rest] = column.split(".");
  return rest.reduce<unknown>(
    (value, name) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, name)
        ? (value as Record<string, unknown>)[name]
        : undefined,
    values.get(first),
  );
}

/** Writes text. Waits for a slow reader, so that a large file doesn't need more memory than a small one. */
async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await new Promise<void>((resolve) => process.stdout.once("drain", resolve));
}
