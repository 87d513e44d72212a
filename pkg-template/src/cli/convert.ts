import { convertHash, type HashFields, isEdgesealError } from "edgeseal";
import { createReadStream } from "node:fs";
import process from "node:process";
import { FIELDS } from "../hash-systems.js";
import { type Command, type Given, UsageError } from "./command.js";
import { csvLine, readCsv, readJsonLines, type Row } from "./rows.js";
import { isPiped } from "./source.js";

const NUMBERS: ReadonlySet<string> = new Set(["rounds", "memCost", "N", "r", "p", "iterations"]);
const SYSTEMS = Object.keys(FIELDS).join(", ");
/** The maximum number of different reasons in the summary. */
const MAX_REASONS = 20;

export const convert: Command = {
  summary: "Convert stored hashes of another system, row by row.",
  argument: "FILE",
  about: `Reads rows from FILE or standard input, as JSON Lines or as CSV with a header, and writes them with the converted hash to standard output. A row that can't be converted is left out; the summary on standard error says why. Systems: ${SYSTEMS}.`,
  options: {
    from: { value: "SYSTEM", about: "The system that made the hashes." },
    format: { value: "NAME", about: "jsonl or csv. Default: csv if FILE ends in .csv, otherwise jsonl." },
    column: {
      value: "FIELD=COLUMN",
      many: true,
      about: "The column with a field of the system. Default: its own name.",
    },
    set: {
      value: "FIELD=VALUE",
      many: true,
      about: "A field with the same value for all rows, such as iterations, instead of a column.",
    },
    to: { value: "COLUMN", about: "The new column for the converted hash. Default converted." },
  },
  examples: [
    "npx edgeseal convert --from keycloak --column credential=cred users.jsonl > converted.jsonl",
    "npx edgeseal convert --from node-pbkdf2 --set iterations=100000 --set digest=sha512 users.csv",
  ],
  async run(given) {
    const from = systemOf(given);
    const isCsv = formatOf(given) === "csv";
    const to = given.one("to") ?? "converted";
    const [columns, constants] = [pairsOf(given, "column", from), pairsOf(given, "set", from)];
    const input = inputOf(given);
    const counts = { converted: 0, failed: 0 };
    const reasons = new Map<string, { rows: number; first: number }>();
    let line = 0;
    let reported = Date.now();
    // Exiting before the end is a failure: the program that reads the output may close it early.
    process.exitCode = 1;
    try {
      for await (const row of await rowsOf(input, isCsv, to, from, columns, constants)) {
        line += 1;
        if (Date.now() - reported > 5000) {
          reported = Date.now();
          process.stderr.write(`${told(counts)} …\n`);
        }
        const result = row instanceof Error ? row : converted(from, row, to, columns, constants);
        if (typeof result === "string") {
          await write((row as Row).with(to, result));
          counts.converted += 1;
        } else {
          counts.failed += 1;
          const reason = reasons.get(result.message) ?? { rows: 0, first: line };
          reason.rows += 1;
          if (reason.rows > 1 || reasons.size < MAX_REASONS) reasons.set(result.message, reason);
        }
      }
    } catch (error) {
      const { code } = error as { code?: string };
      if (error instanceof UsageError || !code) throw error;
      throw new UsageError(`the rows can't be read (${code})`);
    } finally {
      for (const [reason, { rows, first }] of reasons) {
        process.stderr.write(`${rows} ${rows === 1 ? "row" : "rows"}, the first is row ${first}: ${reason}\n`);
      }
      if (line > 0) process.stderr.write(`${told(counts)}\n`);
    }
    if (line === 0) throw new UsageError("there are no rows");
    return { ok: counts.failed === 0 };
  },
};

/** Returns the rows. For CSV, also checks that the header suits the conversion, and writes the new header. */
async function rowsOf(
  input: AsyncIterable<Uint8Array>,
  isCsv: boolean,
  to: string,
  from: HashFields["from"],
  columns: Readonly<Record<string, string>>,
  constants: Readonly<Record<string, string>>,
): Promise<AsyncGenerator<Row | Error>> {
  if (!isCsv) return readJsonLines(input);
  const { header, rows } = await readCsv(input);
  if (header.includes(to))
    throw new UsageError(`the header already has the column ${to}: choose another one with --to`);
  const first = FIELDS[from][0]!;
  if (constants[first] === undefined && !header.includes(columns[first] ?? first)) {
    throw new UsageError(`the header has no column ${columns[first] ?? first}: name it with --column ${first}=COLUMN`);
  }
  await write(csvLine([...header, to]));
  return rows;
}

const told = ({ converted, failed }: { converted: number; failed: number }) =>
  `converted ${converted} rows, ${failed} can't be converted`;

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

function converted(
  from: HashFields["from"],
  row: Row,
  to: string,
  columns: Readonly<Record<string, string>>,
  constants: Readonly<Record<string, string>>,
): string | Error {
  if (row.values.has(to)) return new Error(`the row already has ${to}: choose another name with --to`);
  const fields: Record<string, unknown> = { from };
  for (const field of FIELDS[from]) {
    const column = columns[field] ?? field;
    const value = constants[field] ?? row.values.get(column);
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

/** Writes text. Waits for a slow reader, so that a large file doesn't need more memory than a small one. */
async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await new Promise<void>((resolve) => process.stdout.once("drain", resolve));
}
