/** A row of a table, by column. */
export type Row = Readonly<Record<string, unknown>>;

async function* text(input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for await (const bytes of input) yield decoder.decode(bytes, { stream: true });
  yield decoder.decode();
}

/** Reads rows as JSON Lines. A line that is not a JSON object becomes an error. */
export async function* readJsonLines(input: AsyncIterable<Uint8Array>): AsyncGenerator<Row | Error> {
  let rest = "";
  for await (const part of text(input)) {
    const lines = (rest + part).split("\n");
    rest = lines.pop()!;
    for (const line of lines) if (line.trim()) yield object(line);
  }
  if (rest.trim()) yield object(rest);
}

function object(line: string): Row | Error {
  try {
    const row: unknown = JSON.parse(line);
    if (typeof row === "object" && row !== null && !Array.isArray(row)) return row as Row;
  } catch {
    // Reported below, because the error of JSON.parse quotes the line.
  }
  return new Error("the line is not a JSON object");
}

/** Reads rows as CSV (RFC 4180) with a header. A row with another number of fields than the header becomes an error. */
export async function* readCsv(input: AsyncIterable<Uint8Array>): AsyncGenerator<Row | Error> {
  let header: string[] | undefined;
  for await (const fields of records(input)) {
    if (fields.length === 1 && fields[0] === "") continue;
    if (!header) header = fields;
    else if (fields.length !== header.length) {
      yield new Error(`the row has ${fields.length} fields, and the header ${header.length}`);
    } else yield Object.fromEntries(header.map((name, place) => [name, fields[place]]));
  }
}

async function* records(input: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  let fields: string[] = [];
  let field = "";
  let isQuoted = false;
  // Whether the last character was a quote inside of a quoted field: it ends the field, unless another one follows.
  let isAfterQuote = false;
  for await (const part of text(input)) {
    for (const letter of part) {
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
      } else if (letter === '"' && field === "") isQuoted = true;
      else if (letter === ",") {
        fields.push(field);
        field = "";
      } else if (letter === "\n") {
        fields.push(field.replace(/\r$/, ""));
        yield fields;
        fields = [];
        field = "";
      } else field += letter;
    }
  }
  if (field !== "" || fields.length > 0) yield [...fields, field];
}

/** A line of CSV. */
export function csvLine(values: readonly unknown[]): string {
  return `${values.map(csvField).join(",")}\n`;
}

function csvField(value: unknown): string {
  const field = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
