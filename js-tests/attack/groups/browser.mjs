// Checks for the rows about what browsers send automatically, and about what they let other pages read.
import { APP } from "../ask.mjs";
import { allowedStatuses, brief, expect, expectAnswer, expectWords } from "../judge.mjs";
import { JSON_TYPE, ME, Person, SIGN_IN, SIGN_OUT } from "../people.mjs";
import { fill, headersIn, methodsIn, targetIn } from "../request.mjs";
import { NotUnderstood, valueAfter } from "../rows.mjs";

const EVIL = "https://evil.test";

/** Sends write requests with A's cookie and the headers listed in the row's name to the gateway and the auth API. */
async function write(row, targets) {
  const a = await Person.signUp(await targets.worker(), "C");
  const headers = [a.cookie, ...pageOf(row)];
  const [, method = "POST"] = /state-changing (POST|PUT|PATCH|DELETE)/i.exec(row.name) ?? [];
  await a.task();
  const before = await a.list();
  const target = method === "POST" ? a.tasks : `${a.tasks}/${await a.task()}`;
  const answer = await a.worker.ask({ method, target, headers, json: { title: "by another page" } });
  const named = allowedStatuses(row);
  const detail = (what, one) => `${what}: ${brief(one)}`;
  expect(named.includes(answer.status), detail("at the gateway", answer));
  expectWords(row, answer);
  if (answer.status >= 400) expect((await a.list()) === before, "a task was added or changed");
  const update = await a.worker.ask({
    method: "POST",
    target: "/api/auth/update-user",
    headers,
    json: { name: "Evil" },
  });
  expect(answer.status >= 400 ? update.status === 403 : update.status === 200, detail("at the auth API", update));
  if (update.status === 403) {
    const session = await a.worker.ask({
      target: "/api/auth/get-session?disableCookieCache=true",
      headers: [a.cookie],
    });
    expect(session.json()?.user.name === a.name, "the name has changed");
    expect(update.all("set-cookie").length === 0, "Set-Cookie");
  }
}

/**
 * Parses the headers in a row's name, such as "Origin https://evil.test", "Referer …", "Origin (absent) with Cookie" or
 * "Origin null and Sec-Fetch-Site …".
 */
function pageOf({ name }) {
  const headers = [...name.matchAll(/\b(Origin|Referer|Sec-Fetch-[\w]+):?\s+(\([^)]*\)|'[^']*'|"[^"]*"|\S+)/gi)];
  if (headers.length === 0) throw new NotUnderstood(name);
  return headers
    .map(([, header, value]) => [header, value.replace(/^(['"])(.*)\1$/, "$2")])
    .filter(([, value]) => !/^\((?:absent|none|missing)\)$/i.test(value))
    .map(([header, value]) => [header, /^\(empty\)$/i.test(value) ? "" : value]);
}

/** Tries to sign in from a page on another site, with some or all of the headers that browsers send. */
async function login(row, targets) {
  const [worker, a] = await Promise.all([targets.worker(), targets.person("A")]);
  const json = { email: a.email, password: a.password };
  const given = headersIn(row.request);
  if (given.length === 0) throw new NotUnderstood(row.request);
  const variants = [
    given,
    [...given, ["Origin", EVIL]],
    [...given, ["Origin", EVIL], ["Sec-Fetch-Mode", "navigate"], ["Sec-Fetch-Dest", "document"]],
    [...given, ["Origin", "null"]],
  ];
  for (const headers of given.some(([name]) => /^origin$/i.test(name)) ? [given] : variants) {
    const answer = await worker.ask({ method: "POST", target: SIGN_IN, headers, json });
    expectAnswer(row, answer, headers.map((pair) => pair.join(": ")).join(", "));
    expect(answer.all("set-cookie").length === 0, "Set-Cookie");
  }
}

async function safe(row, targets) {
  const a = await Person.signUp(await targets.worker(), "G");
  const methods = [...new Set(row.name.match(/\b(?:GET|HEAD|OPTIONS)\b/g) ?? ["GET"])];
  for (const request of row.request.split(/[,;]\s+(?=[A-Z]+\s)/)) {
    const raw = targetIn(request).replace(
      /\?email=\.+$/,
      `?email=${a.email}&password=${encodeURIComponent(a.password)}`,
    );
    const target = await fill(raw, { a });
    for (const method of methods) {
      const answer = await a.worker.ask({ method, target, headers: a.page });
      expectAnswer(row, answer, `${method} ${target}`);
      expect(answer.all("set-cookie").length === 0, `${method} ${target}: Set-Cookie`);
    }
  }
  expect(await a.isSignedIn(), "A is signed out");
}

async function refused(row, targets) {
  const [worker, a] = await Promise.all([targets.worker(), targets.person("A")]);
  const { name, expected } = row;
  const origin = valueAfter("from", name);
  const target = await fill(targetIn(row.request), { a });
  for (const method of methodsIn(row.request)) {
    for (const headers of [[], [a.cookie], [a.bearer]]) {
      const asked = method === "OPTIONS" ? preflight("PUT") : [];
      const answer = await worker.ask({ method, target, headers: [["Origin", origin], ...asked, ...headers] });
      const allowed = answer.header("access-control-allow-origin");
      expect(allowed === undefined, `${method}: Access-Control-Allow-Origin: ${allowed}`);
      expect(answer.header("access-control-allow-credentials") === undefined, `${method}: Allow-Credentials`);
      expect(!answer.raw.includes("Access-Control-Allow-Methods"), `${method}: Allow-Methods`);
      expect(answer.status !== 0 && answer.status < 500, `${method}: ${brief(answer)}`);
      expectVary(answer, method);
    }
  }
  // The same page also calls an endpoint of the auth API.
  const session = await worker.ask({ target: "/api/auth/get-session", headers: [["Origin", origin], a.cookie] });
  expect(session.header("access-control-allow-origin") === undefined, `get-session, ${expected}`);
}

const preflight = (method) => [
  ["Access-Control-Request-Method", method],
  ["Access-Control-Request-Headers", "authorization, content-type"],
];

const expectVary = (answer, what) =>
  expect(/\borigin\b/i.test(answer.header("vary") ?? ""), `${what}: Vary is ${answer.header("vary") ?? "absent"}`);

async function granted(row, targets) {
  const [worker, a] = await Promise.all([targets.worker(), targets.person("A")]);
  const target = await fill(targetIn(row.request), { a });
  const origin = await fill(headersIn(row.request).find(([name]) => /^origin$/i.test(name))?.[1] ?? "{APP_ORIGIN}", {
    a,
  });
  for (const method of ["GET", "POST", "PATCH", "DELETE"]) {
    const answer = await worker.ask({ method: "OPTIONS", target, headers: [["Origin", origin], ...preflight(method)] });
    expect(answer.status === 204, brief(answer));
    const header = (name) => answer.header(`access-control-${name}`) ?? "";
    expect(header("allow-origin") === origin, `Allow-Origin: ${header("allow-origin")}`);
    expect(header("allow-credentials") === "true", `Allow-Credentials: ${header("allow-credentials")}`);
    const list = (name) =>
      header(name)
        .toLowerCase()
        .split(/\s*,\s*/);
    expect(list("allow-methods").includes(method.toLowerCase()), `Allow-Methods: ${header("allow-methods")}`);
    for (const wanted of ["authorization", "content-type"])
      expect(list("allow-headers").includes(wanted), `Allow-Headers: ${header("allow-headers")}`);
    expect(!/\*/.test(header("allow-methods") + header("allow-headers")), "a star");
    const age = Number(header("max-age"));
    expect(age > 0 && age <= 7200, `Max-Age: ${header("max-age")}`);
    expectVary(answer, "OPTIONS");
  }
}

async function errors(row, targets) {
  const worker = await targets.worker();
  const target = /\{ME\}|\{SIGN_IN\}/.test(row.request) ? await fill(targetIn(row.request), {}) : ME;
  const answer = await worker.ask({ target, headers: [["Origin", APP]] });
  expectAnswer(row, answer);
  expect(answer.header("access-control-allow-origin") === APP, "no Access-Control-Allow-Origin");
  expect(answer.header("access-control-allow-credentials") === "true", "no Access-Control-Allow-Credentials");
  expectVary(answer, "GET");
}

async function vary(row, targets) {
  const [worker, a] = await Promise.all([targets.worker(), targets.person("A")]);
  const paths = [ME, a.tasks, "/api/auth/get-session", "/api/auth/ok", "/api/nowhere", SIGN_OUT];
  for (const target of [...new Set([await fill(targetIn(row.request), { a }), ...paths])]) {
    for (const origin of [[], [["Origin", EVIL]], [["Origin", APP]]]) {
      for (const headers of [[], [a.bearer]])
        expectVary(
          await worker.ask({ target, headers: [...origin, ...headers] }),
          `${target} ${origin[0]?.[1] ?? "without Origin"}`,
        );
    }
  }
  const refused = await worker.ask({ method: "POST", target: SIGN_IN, headers: [JSON_TYPE], body: "{" });
  expectVary(refused, "a failed sign-in");
}

export const csrf = { login, safe, write };
export const cors = { vary, errors, granted, refused };
