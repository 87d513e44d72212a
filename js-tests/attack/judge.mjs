// Compares a response with what its row expects.
import { readingOf } from "./protocol.mjs";
import { statusesIn } from "./rows.mjs";

/** Thrown if a row fails. The message describes the response. */
export class Wrong extends Error {}

export function expect(isRight, what) {
  if (!isRight) throw new Wrong(what);
}

/** A short description of a response, for failure messages. */
export const brief = (answer) => {
  const type = answer.header("content-type");
  return `${answer.status || "no response"} ${type?.startsWith("text/html") ? "(a page)" : answer.text.slice(0, 120)}`.trim();
};

/** The statuses that a row allows: the ones that it expects, and any that Better Auth's protocol requires instead. */
export function allowedStatuses(row) {
  const named = statusesIn(row.expected);
  const atSignUp = named.includes(201) && row.request.includes("{SIGN_UP}") ? [200] : [];
  return [...named, ...atSignUp, ...(readingOf(row)?.statuses ?? [])];
}

/** Asserts that a response has one of the statuses that the row allows, and meets the row's other expectations. */
export function expectAnswer(row, answer, what = "") {
  const detail = `${what && `${what}: `}${brief(answer)}`;
  expect(allowedStatuses(row).includes(answer.status), detail);
  expectWords(row, answer, what);
}

/** Checks a row's other expectations, which are recognized by their wording. */
export function expectWords(row, answer, what = "") {
  const { expected } = row;
  const said = (pattern) => pattern.test(expected);
  const prefix = what && `${what}: `;
  expect(answer.status !== 0, `${prefix}no response`);
  const refused = answer.status >= 400;
  if (said(/\bno 5\d\d\b|\bnever 5\d\d\b|no stack|no throw/i)) expect(answer.status < 500, `${prefix}${brief(answer)}`);
  if (said(/JSON body|JSON error|generic JSON/i) && refused) expectJson(answer, prefix);
  if (said(/WWW-Authenticate/i) && answer.status === 401)
    expect(/^Bearer\b/.test(answer.header("www-authenticate") ?? ""), `${prefix}no WWW-Authenticate: Bearer`);
  if (said(/no-store/i)) expect(/\bno-store\b/.test(answer.header("cache-control") ?? ""), `${prefix}no no-store`);
  if (said(/with Allow\b/i) && answer.status === 405) expect(answer.header("allow"), `${prefix}405 without Allow`);
  if (said(/no Set-Cookie/i)) expect(answer.all("set-cookie").length === 0, `${prefix}Set-Cookie`);
  if (said(/no body/i)) expect(answer.body.length === 0, `${prefix}a body of ${answer.body.length} bytes`);
  if (said(/\bno (?:state change|stack)|no stack trace/i)) expectNoInnards(answer, prefix);
  if (said(/Retry-After/i) && answer.status === 429) expect(answer.header("retry-after"), `${prefix}no Retry-After`);
}

function expectJson(answer, prefix) {
  const type = answer.header("content-type") ?? "no Content-Type";
  expect(/^application\/(problem\+)?json\b/.test(type), `${prefix}${type}`);
  expect(answer.json() !== undefined, `${prefix}the body is not JSON`);
}

/** Asserts that a response doesn't disclose the server's internals. */
export function expectNoInnards(answer, prefix = "") {
  const innards =
    /panicked|RuntimeError|Traceback|\bat [\w.<>]+ \(|\.rs:\d|\.js:\d|SQLITE|D1_|no such table|\$2[aby]\$|SELECT |INSERT /;
  const found = innards.exec(answer.raw);
  expect(!found, `${prefix}the response discloses internals: ${found?.[0]}`);
}
