// Reads HTTP attack rows from a file, and extracts values from their text.
import { readFileSync } from "node:fs";

const FIELDS = ["id", "group", "name", "strength", "request", "expected"];

/** Reads the rows in a file, whose first line must be `{ "_meta": … }`. */
export function load(path) {
  const lines = readFileSync(path, "utf8").split("\n");
  const rows = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const where = `${path}:${index + 1}`;
    const row = parse(line, where);
    if (index === 0 && row._meta) continue;
    if (index === 0) throw new Error(`${where}: the first line is not { "_meta": … }`);
    for (const field of FIELDS) if (typeof row[field] !== "string") throw new Error(`${where}: ${field} must be text`);
    if (!["must", "should"].includes(row.strength)) throw new Error(`${where}: strength must be must or should`);
    rows.push(row);
  }
  if (rows.length === 0) throw new Error(`${path}: no rows`);
  return rows;
}

function parse(line, where) {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error(`${where}: not a line of JSON`);
  }
}

/** Thrown if this runner doesn't understand something in a row. The row then fails. */
export class NotUnderstood extends Error {
  constructor(what) {
    super(`not understood: ${what}`);
  }
}

const ESCAPES = { n: "\n", r: "\r", t: "\t", 0: "\0", b: "\b", f: "\f", v: "\v" };

/** Replaces escapes in the style of Python's repr or JSON with the characters that they stand for. */
export const unescape = (text) =>
  text.replaceAll(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]+)\}|U([0-9a-fA-F]{8})|([\s\S]))/g,
    (all, byte, unit, point, long, one) => {
      const code = byte ?? unit ?? point ?? long;
      if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
      return ESCAPES[one] ?? one;
    },
  );

/** The quoted parts of a text, in order, with escapes replaced. An apostrophe inside a word isn't a quote. */
export function quoted(text) {
  const pattern = /(?<=^|[\s([,=])(?:'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)"|`([^`]*)`)(?=$|[\s)\],;:.])/g;
  return [...text.matchAll(pattern)].map(([, single, double, tick]) => unescape(single ?? double ?? tick));
}

/** The first quoted value after `word` in a name, or else all of the text after `word`. */
export function valueAfter(word, name) {
  const rest = new RegExp(`^.*?${word}\\s*`, "is").exec(name);
  if (!rest) throw new NotUnderstood(name);
  const value = name.slice(rest[0].length);
  return quoted(value)[0] ?? value.trim();
}

/** The size that a text mentions ("73 bytes", "1 MB", "32 KB"), in bytes. Undefined if there is none. */
export function bytesIn(text) {
  const found = /(\d[\d,]*)\s*(bytes?|[KM]i?B)\b/i.exec(text);
  const unit = { b: 1, k: 1024, m: 1024 * 1024 };
  return found ? number(found[1]) * unit[found[2][0].toLowerCase()] : undefined;
}

/** The count that a text mentions ("x50", "50 at once", "200 parallel"), or else the default. */
export function timesIn(text, otherwise) {
  const found =
    /(?<=\s)x\s?(\d+)\b|\b(\d+)\s+(?:at once|parallel|interleaved|times|IPs|addresses|accounts|concurrent)/i.exec(text);
  return found ? number(found[1] ?? found[2]) : otherwise;
}

const number = (text) => Number(text.replaceAll(",", ""));

/** The statuses that an expectation allows: those that it mentions, except those that it rules out. */
export function statusesIn(expected) {
  const allowed = expected.replaceAll(/\b(?:no|never|not|without)\s+(?:an?\s+)?[1-5]\d\d(?:\/[1-5]\d\d)*/gi, "");
  return [...allowed.matchAll(/(?<![\d.<=x-])\b([1-5]\d\d)\b(?!\s*(?:ms|bytes|s\b|[KM]B))/g)].map(([, code]) =>
    Number(code),
  );
}
