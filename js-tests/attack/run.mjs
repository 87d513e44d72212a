// Runs every row against the stack, one after another, and summarizes the results.
import { CHECKS } from "./checks.mjs";
import { checkOf } from "./imported.mjs";
import { Wrong } from "./judge.mjs";
import { readingOf } from "./protocol.mjs";
import { NotUnderstood } from "./rows.mjs";
import { startTargets } from "./targets.mjs";

/** The share of "should" rows that must pass. All of the "must" rows have to pass. */
export const SHOULD = 0.95;

/** Runs the rows, and calls `tell` with each result. */
export async function attack(rows, tell = () => {}) {
  const targets = await startTargets();
  const results = [];
  try {
    for (const row of rows) {
      const start = performance.now();
      const fault = await judge(row, targets);
      const { id, group, name, strength, expected } = row;
      const reading = readingOf(row);
      const result = {
        ...{
          id,
          group,
          name,
          strength,
          expected,
          passed: fault === undefined,
          ms: Math.round(performance.now() - start),
        },
        ...(fault === undefined ? {} : { got: fault }),
        ...(reading ? { reads: reading.reads, why: reading.why } : {}),
      };
      results.push(result);
      tell(result);
    }
  } finally {
    await targets.close();
  }
  return summary(results);
}

/** Runs one row. Returns why it failed, or undefined if it passed. */
async function judge(row, targets) {
  try {
    await checkFor(row)(row, targets);
    return undefined;
  } catch (error) {
    if (error instanceof Wrong || error instanceof NotUnderstood) return error.message;
    return `the runner failed: ${error.stack}`;
  }
}

function checkFor(row) {
  const name = checkOf(row);
  if (name === undefined || !Object.hasOwn(CHECKS, name)) throw new NotUnderstood(`${row.group}: ${name ?? row.name}`);
  return CHECKS[name];
}

function summary(results) {
  const count = (wanted) => {
    const found = results.filter(wanted);
    return { passed: found.filter(({ passed }) => passed).length, total: found.length };
  };
  const groups = Object.fromEntries(
    [...new Set(results.map(({ group }) => group))].map((name) => [
      name,
      {
        must: count(({ group, strength }) => group === name && strength === "must"),
        should: count(({ group, strength }) => group === name && strength === "should"),
      },
    ]),
  );
  const [must, should] = ["must", "should"].map((wanted) => count(({ strength }) => strength === wanted));
  const holds = must.passed === must.total && should.passed >= SHOULD * should.total;
  return { holds, must, should, groups, rows: results };
}

/** Formats the summary as text. */
export function report({ holds, must, should, groups, rows }) {
  const ratio = ({ passed, total }) => `${passed}/${total}`;
  const lines = Object.entries(groups).map(([name, counts]) => {
    const parts = ["must", "should"]
      .filter((one) => counts[one].total > 0)
      .map((one) => `${one} ${ratio(counts[one])}`);
    const all = { passed: counts.must.passed + counts.should.passed, total: counts.must.total + counts.should.total };
    return `${name} ${ratio(all)} (${parts.join(", ")})`;
  });
  const read = rows.filter(({ reads }) => reads);
  const readings = [...new Set(read.map(({ reads, why, group }) => `  ${group}: ${reads}\n    ${why}`))];
  return [
    ...(readings.length > 0
      ? [`${read.length} rows are judged by the protocol or by a decision of the project:`, ...readings]
      : []),
    ...lines,
    `all must ${ratio(must)}, should ${ratio(should)}: ${holds ? "passed" : "failed"}`,
    `# pass ${must.passed + should.passed}`,
    `# fail ${must.total + should.total - must.passed - should.passed}`,
  ].join("\n");
}
