// Checks for the rows about request bodies: SQL in values, invalid JSON and unsupported media types.
import { APP } from "../ask.mjs";
import { allowedStatuses, brief, expect, expectAnswer, expectNoInnards, expectWords } from "../judge.mjs";
import { JSON_TYPE, SIGN_IN, SIGN_UP } from "../people.mjs";
import { bytesIn, NotUnderstood, quoted } from "../rows.mjs";

const EVIL = "https://evil.test";

/** Tries to sign in with e-mail addresses that contain LIKE wildcards. */
async function wildcards({ signIn }, { a }) {
  const { email } = a;
  for (const wild of [
    "%@example.test",
    "%",
    `${email[0]}%`,
    "_".repeat(email.indexOf("@")) + email.slice(email.indexOf("@")),
  ])
    await signIn({ email: wild, password: a.password });
}

/** Sends SQL in every place where a request may contain text: in the body's members, the path and the query. */
async function texts({ sent, signIn }, { row, worker, a }) {
  const given = quoted(row.name);
  if (given.length === 0) throw new NotUnderstood(row.name);
  for (const text of given) {
    const name = encodeURIComponent(text).replaceAll("'", "%27");
    await signIn({ email: text, password: a.password });
    await signIn({ email: `${text}@example.test`, password: a.password });
    await signIn({ email: a.email, password: text });
    for (const raw of [name, text.replaceAll(" ", "%20").replaceAll('"', "%22")])
      sent.push(await worker.ask({ target: `${a.tasks}/${raw}`, headers: [a.bearer] }));
    for (const query of ["sort", "cursor"])
      sent.push(await worker.ask({ target: `${a.tasks}?${query}=${name}`, headers: [a.bearer] }));
  }
}

/** Checks that the server treats SQL in a value as plain text: no data is returned, and the tables don't change. */
const asText = (send) => async (row, targets) => {
  const [worker, a] = await Promise.all([targets.worker(), targets.person("A")]);
  await a.task();
  const count = async () => {
    const tables = ["user", "account", "edgeseal_user", "edgeseal_ended_session", "edgeseal_event"];
    const counts = tables.map((table) => worker.database.prepare(`SELECT count(*) AS n FROM "${table}"`).first("n"));
    return JSON.stringify(await Promise.all(counts));
  };
  const [before, tasks] = [await count(), await a.list()];
  const sent = [];
  const signIn = async (json) => sent.push(await worker.ask({ method: "POST", target: SIGN_IN, json }));
  await send({ sent, signIn }, { row, worker, a });
  for (const answer of sent) {
    expectAnswer(row, answer);
    expectNoInnards(answer);
    expect(!answer.text.includes("a task to be left alone"), `the response has data: ${brief(answer)}`);
  }
  expect((await count()) === before && (await a.list()) === tasks, "the tables have changed");
};

export const sql = { wildcards: asText(wildcards), texts: asText(texts) };

/**
 * Pairs of a pattern and a function that returns request bodies. The pattern matches the wording of the rows about
 * those bodies. `good` is the JSON text of valid credentials.
 */
const BODIES = [
  [/^(?:an? )?empty(?: body)?$/i, () => ""],
  [
    /invalid UTF-?8/i,
    (good, text) => {
      const bytes = (text.match(/\b[0-9a-f]{2}\b/gi) ?? ["ff"]).map((byte) => Number.parseInt(byte, 16));
      return [
        Buffer.from(bytes),
        Buffer.concat([Buffer.from(`${good.slice(0, -2)}`), Buffer.from(bytes), Buffer.from('"}')]),
      ];
    },
  ],
  [/\bBOM\b/i, (good) => `\ufeff${good}`],
  [/UTF-?16/i, (good) => Buffer.from(good, "utf16le")],
  [/UTF-?32/i, (good) => Buffer.from([...good].flatMap((one) => [one.charCodeAt(0), 0, 0, 0]))],
  [
    /depth\s*(\d+)|(\d+) (?:levels|deep)|nest\w* (\d+)/i,
    (good, _, found) => {
      const depth = Number(found[1] ?? found[2] ?? found[3]);
      return [
        "[".repeat(depth),
        '{"a":'.repeat(depth),
        `${good.slice(0, -1)},"x":${"[".repeat(depth)}${"]".repeat(depth)}}`,
      ];
    },
  ],
  [
    /(\d[\d,]*) (?:keys|members)/i,
    (good, _, found) =>
      `${good.slice(0, -1)},${Array.from({ length: Number(found[1].replaceAll(",", "")) }, (__, index) => `"k${index}":0`).join()}}`,
  ],
  [/trailing comma/i, (good) => `${good.slice(0, -1)},}`],
  [
    /trailing (?:data|garbage|characters)|two (?:JSON )?(?:objects|documents|values)|concatenated/i,
    (good) => [`${good}x`, `${good}${good}`],
  ],
  [/truncated|unterminated|cut/i, (good) => good.slice(0, -3)],
  [/comment/i, (good) => [`/* x */${good}`, `${good}// x`]],
  [/single quotes?/i, (good) => good.replaceAll('"', "'")],
  [/unquoted/i, () => "{email:1}"],
  [/\bNaN\b|Infinity/i, (good) => [`${good.slice(0, -1)},"x":NaN}`, `${good.slice(0, -1)},"x":Infinity}`, "NaN"]],
  [/lone surrogate/i, () => '{"email":"\\ud800@example.test","password":"correct horse"}'],
  [/control character|raw (?:newline|tab|NUL)/i, () => '{"email":"a\u0001\n","password":"x"}'],
  [/\bNUL\b/i, (good) => [`${good}\0`, `\0${good}`]],
  [/gzip|deflate/i, () => Buffer.from("1f8b08000000000000ff", "hex")],
  [/\bform\b|urlencoded/i, () => "email=a%40example.test&password=x"],
  [/\bXML\b/i, () => '<?xml version="1.0"?><a/>'],
  [/white ?space|only spaces/i, () => " \n\t "],
];

/** Sends an invalid body to the sign-in or sign-up endpoint. */
export async function body(row, targets) {
  const [worker, a] = await Promise.all([targets.worker(), targets.person("A")]);
  const { email, password } = a;
  const good = JSON.stringify({ email, password });
  const [, description] = /^body:?\s*(.*)$/is.exec(row.name) ?? [];
  if (description === undefined) throw new NotUnderstood(row.name);
  const target = row.request.includes("{SIGN_UP}") ? SIGN_UP : SIGN_IN;
  const post = (sent, others = {}) =>
    worker.ask({ method: "POST", target, headers: [JSON_TYPE], body: sent, ...others });
  const size = bytesIn(description);
  if (size !== undefined) return huge(row, post, size, good);

  const answers = [];
  for (const sent of bodiesOf(description, good)) {
    const answer = await post(sent);
    answers.push(answer);
    const named = allowedStatuses(row);
    if (named.length > 0) {
      // If the row says that the last of several members with the same name wins, the sign-in may succeed or be
      // refused.
      const lastWins = /last wins/i.test(row.expected) ? [200, 401] : [];
      expect([...named, ...lastWins].includes(answer.status), brief(answer));
    } else expect(answer.status < 500, brief(answer));
    expectWords(row, answer);
    expectNoInnards(answer);
    if (/quickly/i.test(row.expected)) expect(answer.ms < 1000, `${answer.ms.toFixed(0)} ms`);
    if (answer.status === 200) expectNothingAdded(answer);
  }
  if (/last wins/i.test(row.expected)) await lastOfTwo(post, a);
  const next = await post(good, { target: SIGN_IN });
  expect(next.status === 200, `the next one: ${brief(next)}`);
  expectNothingAdded(next);
}

/** Asserts that the request body has not polluted Object.prototype. */
const expectNothingAdded = (answer) =>
  expect(!/isAdmin|polluted|"x":1/.test(answer.text), `a member was added: ${answer.text.slice(0, 200)}`);

function bodiesOf(description, good) {
  // If the row contains the JSON itself, send that JSON, with the credentials in place of `…`.
  const written = /^(?:[{["]|-?\d|(?:null|true|false)\b)/.test(description) ? json(description) : undefined;
  if (written !== undefined) {
    const members = good.slice(1, -1);
    const filled = written.replace(/,?\s*(?:\.\.+|…)/g, `,${members}`);
    return [filled];
  }
  for (const [pattern, make] of BODIES) {
    const found = pattern.exec(description);
    if (found) return [make(good, description, found)].flat();
  }
  if (quoted(description).length > 0) return quoted(description);
  if (!/[a-z]/i.test(description)) return [description];
  throw new NotUnderstood(`a body of "${description}"`);
}

/** Returns the JSON at the start of a text, up to its closing bracket. Anything after it is a remark. */
function json(text) {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < text.length; at++) {
    const one = text[at];
    if (inText) {
      if (one === "\\") at += 1;
      else if (one === '"') inText = false;
    } else if (one === '"') inText = true;
    else if (one === "{" || one === "[") depth += 1;
    else if (one === "}" || one === "]") depth -= 1;
    const scalar = depth === 0 && !inText && (at + 1 === text.length || text[at + 1] === " ");
    if (scalar) return text.slice(0, at + 1);
  }
  // If the brackets are never closed, the whole text is the body.
  return text;
}

/**
 * Sends bodies that contain the same member twice. Either the second value must always be used, or such bodies must
 * always be refused.
 */
async function lastOfTwo(post, a) {
  const password = JSON.stringify(a.password);
  const doubled = (first, second) =>
    post(`{"email":${JSON.stringify(first)},"email":${JSON.stringify(second)},"password":${password}}`, {
      target: SIGN_IN,
    });
  const [last, first] = [await doubled("nobody@example.test", a.email), await doubled(a.email, "nobody@example.test")];
  const refused = last.status === 400 && first.status === 400;
  expect(refused || (last.status === 200 && first.status === 401), `last: ${brief(last)}; first: ${brief(first)}`);
}

/** Checks that a large body is refused early, whether it has a Content-Length or is sent in chunks. */
async function huge(row, post, size, good) {
  const start = `${good.slice(0, -1)},"pad":"${"x".repeat(100_000)}`;
  const announced = await post(start, { announced: size });
  expectAnswer(row, announced, "by Content-Length");
  expect(announced.ms < 5000, `by Content-Length: after ${announced.ms.toFixed(0)} ms`);
  const chunk = `${Buffer.byteLength(start).toString(16)}\r\n${start}\r\n`;
  const chunked = await post(chunk, { headers: [JSON_TYPE, ["Transfer-Encoding", "chunked"]] });
  expectAnswer(row, chunked, "in chunks");
  expect(chunked.ms < 5000, `in chunks: after ${chunked.ms.toFixed(0)} ms`);
  expectAnswer(row, await post(`${good.slice(0, -1)},"pad":"${"x".repeat(size)}"}`), "whole");
}

/** Sends JSON with the row's media type, once as a page on another site would and once as the app itself does. */
export async function ctype(row, targets) {
  const [worker, a] = await Promise.all([targets.worker(), targets.person("A")]);
  const found = /Content-Type\s+(.*)$/is.exec(row.name);
  if (!found) throw new NotUnderstood(row.name);
  const named = quoted(found[1])[0] ?? found[1].trim();
  const none = /^\((?:none|absent|missing)\)$/i.test(named);
  const type = none ? [] : [["Content-Type", /^\(?empty\)?$/i.test(named) ? "" : named]];
  const body = JSON.stringify({ email: a.email, password: a.password });
  const ask = (headers) => worker.ask({ method: "POST", target: SIGN_IN, body, headers: [...type, ...headers] });
  const foreign = await ask([
    ["Origin", EVIL],
    ["Sec-Fetch-Site", "cross-site"],
  ]);
  const own = await ask([
    ["Origin", APP],
    ["Sec-Fetch-Site", "same-origin"],
  ]);
  if (!none && isJson(named)) {
    expect(own.status === 200, `from the app itself: ${brief(own)}`);
    expect(foreign.status === 403, `from another site: ${brief(foreign)}`);
  } else {
    expectAnswer(row, foreign);
    expect(own.status === 415, `from the app itself: ${brief(own)}`);
  }
  for (const answer of [foreign, ...(own.status === 200 ? [] : [own])])
    expect(answer.all("set-cookie").length === 0, "Set-Cookie");
}

/** Whether a media type is `application/json` in UTF-8, regardless of letter case (RFC 9110 §8.3.1). */
function isJson(type) {
  const [essence, ...parameters] = type.split(";").map((part) => part.trim().toLowerCase());
  const charset = parameters
    .find((one) => one.startsWith("charset="))
    ?.slice("charset=".length)
    .replaceAll('"', "");
  return essence === "application/json" && (charset === undefined || charset === "utf-8");
}
