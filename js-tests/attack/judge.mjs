// What a row expects, held against an answer.
import { readingOf } from "./protocol.mjs";
import { statusesIn } from "./rows.mjs";

/** A row that does not hold: what came. */
export class Wrong extends Error {}

export function expect(holds, what) {
  if (!holds) throw new Wrong(what);
}

/** A short account of an answer, for whoever reads of a failure. */
export const brief = (answer) => {
  const type = answer.header("content-type");
  return `${answer.status || "no answer"} ${type?.startsWith("text/html") ? "(a page)" : answer.text.slice(0, 120)}`.trim();
};

/** The statuses that a row allows, by its own words and by the protocol where that has the last word. */
export function allowedStatuses(row) {
  const named = statusesIn(row.expected);
  const atSignUp = named.includes(201) && row.request.includes("{SIGN_UP}") ? [200] : [];
  return [...named, ...atSignUp, ...(readingOf(row)?.statuses ?? [])];
}

/** The answer has one of the row's statuses, and whatever else its expectation says in words of HTTP. */
export function expectAnswer(row, answer, what = "") {
  const told = `${what && `${what}: `}${brief(answer)}`;
  expect(allowedStatuses(row).includes(answer.status), told);
  expectWords(row, answer, what);
}

/** What an expectation says besides the status, by its words. */
export function expectWords(row, answer, what = "") {
  const { expected } = row;
  const said = (pattern) => pattern.test(expected);
  const told = what && `${what}: `;
  expect(answer.status !== 0, `${told}no answer`);
  const refused = answer.status >= 400;
  if (said(/\bno 5\d\d\b|\bnever 5\d\d\b|no stack|no throw/i)) expect(answer.status < 500, `${told}${brief(answer)}`);
  if (said(/JSON body|JSON error|generic JSON/i) && refused) expectJson(answer, told);
  if (said(/WWW-Authenticate/i) && answer.status === 401)
    expect(/^Bearer\b/.test(answer.header("www-authenticate") ?? ""), `${told}no WWW-Authenticate: Bearer`);
  if (said(/no-store/i)) expect(/\bno-store\b/.test(answer.header("cache-control") ?? ""), `${told}no no-store`);
  if (said(/with Allow\b/i) && answer.status === 405) expect(answer.header("allow"), `${told}405 without Allow`);
  if (said(/no Set-Cookie/i)) expect(answer.all("set-cookie").length === 0, `${told}Set-Cookie`);
  if (said(/no body/i)) expect(answer.body.length === 0, `${told}a body of ${answer.body.length} bytes`);
  if (said(/\bno (?:state change|stack)|no stack trace/i)) expectNoInnards(answer, told);
  if (said(/Retry-After/i) && answer.status === 429) expect(answer.header("retry-after"), `${told}no Retry-After`);
}

function expectJson(answer, told) {
  const type = answer.header("content-type") ?? "no Content-Type";
  expect(/^application\/(problem\+)?json\b/.test(type), `${told}${type}`);
  expect(answer.json() !== undefined, `${told}a body that is no JSON`);
}

/** Nothing of what is behind an answer stands in it. */
export function expectNoInnards(answer, told = "") {
  const innards =
    /panicked|RuntimeError|Traceback|\bat [\w.<>]+ \(|\.rs:\d|\.js:\d|SQLITE|D1_|no such table|\$2[aby]\$|SELECT |INSERT /;
  const found = innards.exec(answer.raw);
  expect(!found, `${told}the answer tells of its inside: ${found?.[0]}`);
}
