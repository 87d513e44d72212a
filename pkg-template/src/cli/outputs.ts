import { csvLine, type Row } from "./rows.js";

/** How `edgeseal convert` writes rows. */
export interface Output {
  /** What comes before the rows. */
  readonly start: string;
  /** Returns what to write for a row and its converted hash, if it has one, or `undefined` if the row is too long. */
  row(row: Row, hash: string | undefined): string | undefined;
  /** Returns what comes after the rows. */
  end(): string;
}

/** Writes rows in the format in which they were read. `header` is the input's CSV header, if it has one. */
export const asBefore = (to: string, header: readonly string[] | undefined): Output => ({
  start: header ? csvLine([...header, to]) : "",
  row: (row, hash) => row.text(to, hash),
  end: () => "",
});

/** In bytes. Cloudflare D1 refuses SQL statements of more than 100,000 bytes. */
const MAX_STATEMENT = 90_000;
const CREATE = 'DROP TABLE IF EXISTS "edgeseal_import";\nCREATE TABLE "edgeseal_import" ("row" text NOT NULL);\n';
const INSERT = 'INSERT INTO "edgeseal_import" ("row") VALUES\n';

/** Writes SQL statements for SQLite. Each statement inserts as many rows as fit. */
export function asSql(to: string): Output {
  const encoder = new TextEncoder();
  let values: string[] = [];
  let length = 0;
  const end = () => {
    const statement = values.length > 0 ? `${INSERT}${values.join(",\n")};\n` : "";
    [values, length] = [[], 0];
    return statement;
  };
  return {
    start: CREATE,
    row(row, hash) {
      const value = `('${row.json(to, hash).replaceAll("'", "''")}')`;
      const added = encoder.encode(value).length + 2;
      if (added > MAX_STATEMENT) return undefined;
      const full = length + added > MAX_STATEMENT ? end() : "";
      values.push(value);
      length += added;
      return full;
    },
    end,
  };
}
