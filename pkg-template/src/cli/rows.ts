import { UsageError } from "./command.js";

/** A row of a table. A row that can't be read is returned as an `Error` instead. */
export interface Row {
  /** The row's fields, by name. */
  readonly values: ReadonlyMap<string, unknown>;
  /** Returns the row in its own format, with one more field at its end. Without `value`, JSON has no such field. */
  text(name: string, value?: string): string;
  /** Returns the row as a JSON object, with one more field at its end if `value` is given. */
  json(name: string, value?: string): string;
}

/** In characters. Longer input can't be a row of a user table. */
const MAX_ROW = 1 << 20;

async function* text(input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (bytes?: Uint8Array) => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch {
      throw new UsageError("the rows are not UTF-8 text");
    }
  };
  for await (const bytes of input) yield decode(bytes);
  yield decode();
}

/**
 * Reads rows as JSON Lines. `text` and `json` keep the exact text of the existing fields, such as numbers with many
 * digits.
 */
export async function* readJsonLines(input: AsyncIterable<Uint8Array>): AsyncGenerator<Row | Error> {
  let rest = "";
  for await (const part of text(input)) {
    const lines = part.split("\n");
    lines[0] = rest + lines[0];
    rest = lines.pop()!;
    if (rest.length > MAX_ROW) throw new UsageError(`a line is longer than ${MAX_ROW} characters`);
    for (const line of lines) if (line.trim()) yield object(line.trim());
  }
  if (rest.trim()) yield object(rest.trim());
}

function object(line: string): Row | Error {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    // Not reported, because JSON.parse's error quotes the line.
  }
  if (typeof row !== "object" || row === null || Array.isArray(row)) return new Error("the line is not a JSON object");
  const values = new Map(Object.entries(row));
  const json = (name: string, value?: string) => {
    if (value === undefined) return line;
    const end = line.lastIndexOf("}");
    const comma = values.size > 0 ? "," : "";
    return `${line.slice(0, end)}${comma}${JSON.stringify(name)}:${JSON.stringify(value)}}`;
  };
  return { values, json, text: (name, value) => `${json(name, value)}\n` };
}

/** Reads rows as CSV (RFC 4180). The first record is returned as `header`. */
export async function readCsv(
  input: AsyncIterable<Uint8Array>,
): Promise<{ header: readonly string[]; rows: AsyncGenerator<Row | Error> }> {
  const all = records(input);
  const first = await all.next();
  if (first.done) throw new UsageError("there is no header: the input is empty");
  const header = first.value.map((name) => name.replace(/^\ufeff/, ""));
  if (new Set(header).size < header.length) throw new UsageError("the header contains the same column twice");
  return { header, rows: csvRows(header, all) };
}

async function* csvRows(header: readonly string[], all: AsyncGenerator<string[]>): AsyncGenerator<Row | Error> {
  for await (const fields of all) {
    if (fields.length === 1 && fields[0] === "") continue;
    if (fields.length !== header.length) {
      yield new Error(`the row has ${fields.length} fields, but the header has ${header.length}`);
      continue;
    }
    const values = new Map(header.map((name, place) => [name, fields[place]!]));
    yield {
      values,
      text: (_, value = "") => csvLine([...fields, value]),
      json: (name, value) =>
        JSON.stringify(Object.fromEntries([...values, ...(value === undefined ? [] : [[name, value]])])),
    };
  }
}

async function* records(input: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  let fields: string[] = [];
  let field = "";
  let isQuoted = false;
  // Whether the last character was a quote in a quoted field. It ends the field, unless another quote follows.
  let isAfterQuote = false;
  // Whether the last character was a carriage return, which ends a record with or without a line feed after it.
  let isAfterReturn = false;
  for await (const part of text(input)) {
    for (const letter of part) {
      if (isAfterReturn) {
        isAfterReturn = false;
        if (letter === "\n") continue;
      }
      if (isAfterQuote) {
        isAfterQuote = false;
        if (letter === '"') {
          field += letter;
          continue;
        }
        isQuoted = false;
      }
      if (isQuoted) {
        if (letter === '"') isAfterQuote = true;
        else field += letter;
        if (field.length > MAX_ROW) {
          throw new UsageError(`a quoted field is longer than ${MAX_ROW} characters; a closing quote may be missing`);
        }
      } else if (letter === '"' && field === "") isQuoted = true;
      else if (letter === ",") {
        fields.push(field);
        field = "";
      } else if (letter === "\n" || letter === "\r") {
        isAfterReturn = letter === "\r";
        yield [...fields, field];
        fields = [];
        field = "";
      } else field += letter;
    }
  }
  if (isQuoted && !isAfterQuote)
    throw new UsageError("the last row ends inside a quoted field; a closing quote may be missing");
  if (field !== "" || fields.length > 0) yield [...fields, field];
}

/** Returns a line of CSV. */
export function csvLine(values: readonly string[]): string {
  return `${values.map(csvField).join(",")}\n`;
}

const csvField = (field: string): string => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
