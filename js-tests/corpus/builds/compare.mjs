// Compares the results of the five builds for a list of cases. Returns counts for each build and any problems found.

/** The share of "should" rows that must pass, and the time limit for each case in milliseconds. */
export const BARS = { should: 0.95, ms: 50 };

/**
 * `answers` maps each build's name to its results, in the order of the cases. Returns `rows` (one per build),
 * `problems` (a map from each case to descriptions of its problems) and `slow` (lines about cases over the time limit).
 * None of these contains a token or a claim's value.
 */
export function compare(cases, answers) {
  const builds = Object.entries(answers).map(([name, results]) => ({ name, results }));
  const rows = builds.map(({ name, results }) => summary(name, cases, results));
  const problems = new Map();
  const report = (one, text) => problems.set(one, [...(problems.get(one) ?? []), text]);

  cases.forEach((one, index) => {
    const said = builds.map(({ name, results }) => ({ name, result: results[index] }));
    for (const { name, result } of said) {
      if (result.trap) report(one, `${name} trapped: ${result.trap}`);
      else if (one.strength === "must" && result.verdict !== one.expected) report(one, `${name} must ${one.expected}`);
      if (result.claims !== undefined && canonical(result.claims) !== payload(one.token))
        report(one, `${name} returns other claims than the token contains`);
    }
    if (new Set(said.map(({ result }) => fingerprint(result))).size > 1)
      report(one, `differs: ${said.map(({ name, result }) => `${name} ${brief(result)}`).join("; ")}`);
  });
  for (const { name, passed, total } of rows) {
    if (passed.should >= BARS.should * total.should) continue;
    for (const [index, one] of cases.entries())
      if (one.strength === "should" && !passes(one, answers[name][index]))
        report(one, `${name} should ${one.expected}`);
  }
  const slow = builds.flatMap(({ name, results }) =>
    results.flatMap(({ ms }, index) => (ms > BARS.ms ? [`${cases[index].id}: ${name} ${ms.toFixed(1)} ms`] : [])),
  );
  return { rows, problems, slow };
}

const passes = (one, result) => !result.trap && result.verdict === one.expected;

function summary(name, cases, results) {
  const [passed, total] = [
    { must: 0, should: 0, choice: 0 },
    { must: 0, should: 0, choice: 0 },
  ];
  cases.forEach((one, index) => {
    total[one.strength] += 1;
    if (passes(one, results[index])) passed[one.strength] += 1;
  });
  const traps = results.filter((result) => result.trap).length;
  const slowest = results.reduce((worst, { ms }, index) => (ms > results[worst].ms ? index : worst), 0);
  return { name, passed, total, traps, ms: results[slowest].ms, slowest: cases[slowest].id };
}

const brief = ({ trap, verdict, code, claim }) =>
  trap ? "trap" : [verdict, code, claim].filter((part) => part != null).join(" ");

/** The values that must be the same in every build. */
const fingerprint = ({ trap, verdict, code, claim, claims }) =>
  JSON.stringify([
    Boolean(trap),
    verdict,
    code ?? null,
    claim ?? null,
    claims === undefined ? null : canonical(claims),
  ]);

/** The token's payload, parsed with JSON.parse, to compare with the claims from the five builds. */
const payload = (token) => canonical(Buffer.from(token.split(".")[1], "base64url").toString("utf8"));

/**
 * Returns JSON text in canonical form: members are sorted, and numbers are written as in JavaScript (1e2, 100 and 100.0
 * are the same; -0 is 0). Takes and returns text, because an object would lose a `__proto__` member.
 */
function canonical(json) {
  const write = (value) => {
    if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${write(value[name])}`).join(",")}}`;
  };
  return write(JSON.parse(json));
}
