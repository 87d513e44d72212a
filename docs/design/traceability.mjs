// node docs/design/traceability.mjs --check: fails if traceability.md, which is written by hand, mentions a file or a
// test that does not exist.
import { existsSync, readFileSync } from "node:fs";
import { at, isMain, stop } from "../../scripts/run.mjs";

const PAGE = "docs/design/traceability.md";
const RESULTS = /^(?:fulfilled|in part: .|decided otherwise: .|not applicable: .)/;

/** Returns the rows of every table in the page: id, requirement, code, tests, result. */
export function rowsOf(text) {
  return text
    .split("\n")
    .map((line, index) => ({ cells: line.split(/(?<!\\)\|/).map((cell) => cell.trim()), line: index + 1 }))
    .filter(({ cells }) => cells.length === 7 && cells[1] !== "id" && !/^-+$/.test(cells[1]))
    .map(({ cells: [, id, requirement, code, tests, result], line }) => ({
      ...{ id, requirement, result, line },
      code: [...code.matchAll(/`([^`]+)`/g)].map(([, path]) => path),
      tests: tests.split("<br>").flatMap(testsOf),
    }));
}

/** Parses a cell such as "`file`: a name; another name". A name may be just the start of a test's title. */
export function testsOf(text) {
  const [, path, names = ""] = /^`([^`]+)`(?:: (.*))?$/.exec(text.trim()) ?? [];
  return path ? [{ path, names: names.split("; ").filter(Boolean) }] : [];
}

/** Returns the problems with a row. */
export function problemsOf({ code, tests, result }) {
  const problems = [];
  const files = [...code, ...tests.map(({ path }) => path)];
  for (const path of files) if (!existsSync(at(path))) problems.push(`there is no file ${path}`);
  for (const { path, names } of tests.filter(({ path }) => existsSync(at(path)))) {
    const source = readFileSync(at(path), "utf8");
    for (const name of names) if (!source.includes(name)) problems.push(`${path} has no test "${name}"`);
  }
  if (!RESULTS.test(result)) problems.push(`"${result}" is not a valid result`);
  if (result === "fulfilled" && tests.length === 0) problems.push("a fulfilled requirement needs a test");
  return problems;
}

if (isMain(import.meta.url)) {
  const rows = rowsOf(readFileSync(at(PAGE), "utf8"));
  const wrong = rows.flatMap((row) => problemsOf(row).map((text) => `${PAGE}:${row.line} (${row.id}): ${text}`));
  if (rows.length === 0) wrong.push(`${PAGE}: no rows`);
  if (wrong.length > 0) stop(wrong.join("\n  "));
  console.log(`${PAGE}: ${rows.length} requirements, every file and test exists`);
}
