// Writes values into SQL, because wrangler can't bind values, and it splits statements by its own rules.
import { Failure } from "./failure.mjs";

/** Part of a statement. */
export class Fragment {
  constructor(sql) {
    this.sql = sql;
  }
}

export const NULL = new Fragment("NULL");

/**
 * Returns a string as an SQL literal. The string is written in hexadecimal, so it can't contain a character that ends
 * the literal, no matter which parser reads the SQL.
 */
export function literal(text) {
  if (text.includes("\0")) throw new Failure("TEXT_INVALID", "Text with NUL can't be stored.");
  if (!text.isWellFormed()) throw new Failure("TEXT_INVALID", "Text that is not Unicode can't be stored.");
  return `CAST(x'${Buffer.from(text).toString("hex")}' AS TEXT)`;
}

/** Returns a statement with values in place of ?1, ?2 …. Values are strings, whole numbers, or parts of statements. */
export const bind = (statement, ...values) =>
  statement.replaceAll(/\?(\d+)/g, (_, position) => spell(values[position - 1]));

function spell(value) {
  if (value instanceof Fragment) return value.sql;
  if (typeof value === "string") return literal(value);
  if (Number.isSafeInteger(value)) return String(value);
  throw new TypeError(`no SQL for ${typeof value}`);
}
