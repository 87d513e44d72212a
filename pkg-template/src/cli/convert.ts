import { convertHash, type HashFields, isEdgesealError } from "edgeseal";
import { createReadStream } from "node:fs";
import process from "node:process";
import { type Command, type Given, UsageError } from "./command.js";
import { csvLine, readCsv, readJsonLines, type Row } from "./rows.js";
import { isPiped } from "./source.js";

/** The fields of each system, as `convertHash` names them. The first ones are required. */
const FIELDS: Readonly<Record<HashFields["from"], readonly string[]>> = {
  keycloak: ["credential"],
  firebase: ["passwordHash", "salt", "saltSeparator", "rounds", "memCost", "signerKeyId"],
  auth0: ["hash"],
  clerk: ["digest", "hasher"],
  "node-scrypt": ["hash", "salt", "N", "r", "p", "saltEncoding", "keyEncoding"],
  "node-pbkdf2": ["hash", "salt", "iterations", "digest", "saltEncoding", "keyEncoding"],
  "passport-local-mongoose": ["hash", "salt", "iterations"],
  payload: ["hash", "salt", "iterations"],
  devise: ["hash", "pepperId"],
  "flask-security": ["hash", "saltId"],
  "bcrypt-net-enhanced": ["hash"],
  meteor: ["hash"],
  symfony: ["hash", "salt", "iterations", "digest"],
  magento: ["hash"],
  web2py: ["hash"],
  md5: ["hash"],
  sha1: ["hash"],
  sha256: ["hash"],
  sha512: ["hash"],
};

const NUMBERS: ReadonlySet<string> = new Set(["rounds", "memCost", "N", "r", "p", "iterations"]);
const SYSTEMS = Object.keys(FIELDS).join(", ");
/** The number of different reasons that the summary lists. */
const MAX_REASONS = 20;

export const convert: Command = {
  summary: "Convert stored hashes of another system, row by row.",
  argument: "FILE",
  about: `Reads rows from FILE or standard input, as JSON Lines or as CSV with a header, and writes them with the converted hash to standard output. A row that can't be converted is left out; the summary on standard error says why. Systems: ${SYSTEMS}. Fields that a row lacks come from --set.`,
  options: {
    from: { value: "SYSTEM", about: "The system that made the hashes." },
    format: { value: "NAME", about: "jsonl or csv. Default: csv if FILE ends in .csv, otherwise jsonl." },
    column: {
      value: "FIELD=COLUMN",
      many: true,
      about: "The column with a field of the system. Default: its own name.",
    },
    set: { value: "FIELD=VALUE", many: true, about: "A field with the same value for all rows, such as iterations." },
    to: { value: "COLUMN", about: "The column for the converted hash. Default password." },
  },
  examples: [
    "npx edgeseal convert --from keycloak --column credential=cred users.jsonl > converted.jsonl",
    "npx edgeseal convert --from node-pbkdf2 --set iterations=100000 --set digest=sha512 users.csv",
  ],
  async run(given) {
    const from = systemOf(given);
    const isCsv = formatOf(given) === "csv";
    const to = given.one("to") ?? "password";
    const [columns, constants] = [pairsOf(given, "column", from), pairsOf(given, "set", from)];
    const input = inputOf(given);
    const counts = { converted: 0, failed: 0 };
    const reasons = new Map<string, { rows: number; first: number }>();
    let header: string[] | undefined;
    let line = 0;
    let reported = Date.now();
    try {
      for await (const row of isCsv ? readCsv(input) : readJsonLines(input)) {
        line += 1;
        if (Date.now() - reported > 5000) {
          reported = Date.now();
          process.stderr.write(`${told(counts)} …\n`);
        }
        const result = row instanceof Error ? row : converted(from, row, columns, constants);
        if (typeof result === "string") {
          const whole = { ...(row as Row), [to]: result };
          header ??= isCsv ? await writeHeader(Object.keys(whole)) : [];
          await write(isCsv ? csvLine(header.map((name) => whole[name])) : `${JSON.stringify(whole)}\n`);
          counts.converted += 1;
        } else {
          counts.failed += 1;
          const reason = reasons.get(result.message) ?? { rows: 0, first: line };
          reason.rows += 1;
          if (reason.rows > 1 || reasons.size < MAX_REASONS) reasons.set(result.message, reason);
        }
      }
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new UsageError(`the rows can't be read (${(error as { code?: string }).code ?? "invalid UTF-8"})`);
    }
    for (const [reason, { rows, first }] of reasons) {
      process.stderr.write(`${rows} ${rows === 1 ? "row" : "rows"}, the first is row ${first}: ${reason}\n`);
    }
    process.stderr.write(`${told(counts)}\n`);
    return { ok: counts.failed === 0 };
  },
};

const told = ({ converted, failed }: { converted: number; failed: number }) =>
  `converted ${converted} rows, ${failed} can't be converted`;

function systemOf(given: Given): HashFields["from"] {
  const from = given.one("from");
  if (from === undefined || !Object.hasOwn(FIELDS, from)) throw new UsageError(`--from must be one of ${SYSTEMS}`);
  return from as HashFields["from"];
}

function formatOf(given: Given): "jsonl" | "csv" {
  const format = given.one("format") ?? (given.argument?.endsWith(".csv") ? "csv" : "jsonl");
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
  columns: Readonly<Record<string, string>>,
  constants: Readonly<Record<string, string>>,
): string | Error {
  const fields: Record<string, unknown> = { from };
  for (const field of FIELDS[from]) {
    const column = columns[field] ?? field;
    const value = constants[field] ?? (Object.hasOwn(row, column) ? row[column] : undefined);
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

async function writeHeader(names: string[]): Promise<string[]> {
  await write(csvLine(names));
  return names;
}

/** Waits if the reader is slower than this program, so that a large file needs no more memory than a small one. */
async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await new Promise<void>((resolve) => process.stdout.once("drain", resolve));
}
