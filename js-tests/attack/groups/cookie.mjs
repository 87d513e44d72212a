// Checks for the rows about the cookies that the Worker sets.
import { APP } from "../ask.mjs";
import { allowedStatuses, brief, expect } from "../judge.mjs";
import { cookieHeader, DATA, JSON_TYPE, Person, setCookies, SIGN_IN, SIGN_OUT, SIGN_UP, TOKEN } from "../people.mjs";
import { read } from "../tokens.mjs";

/** The cookies documented in docs/design/data-model.md, with their lifetimes in seconds. */
const TABLE = {
  [DATA]: 900,
  [TOKEN]: 7 * 86_400,
  "__Host-better-auth.session_id": 7 * 86_400,
  "__Secure-edgeseal.device": 400 * 86_400,
};

async function flags(row, targets) {
  const person = await Person.signUp(await targets.worker(), "F");
  const answers = [await person.signIn(), await person.signIn({ rememberMe: false })];
  const endpoint = /sign-?up/i.test(`${row.name} ${row.request}`) ? SIGN_UP : undefined;
  if (endpoint) {
    const json = { name: "F", email: `f-${Date.now()}@example.test`, password: "correct horse of f" };
    answers.push(await person.worker.ask({ method: "POST", target: endpoint, json }));
  }
  for (const answer of answers) {
    expect(answer.status === 200, brief(answer));
    const set = setCookies(answer);
    expect(new Set(set.map(({ name }) => name)).size === set.length, "a cookie is set twice");
    for (const needed of [DATA, TOKEN])
      expect(
        set.some(({ name }) => name === needed),
        `${needed} is not set`,
      );
    for (const { name, line, attributes } of set) {
      expect(name in TABLE, `an undocumented cookie: ${name}`);
      const has = (attribute) => attribute in attributes;
      expect(has("httponly") && has("secure"), line.replace(/=[^;]*/, "=…"));
      expect(
        /^(lax|strict)$/i.test(attributes.samesite ?? "") && attributes.path === "/",
        line.replace(/=[^;]*/, "=…"),
      );
      expect(!has("domain"), `${name}: Domain`);
      const age = attributes["max-age"];
      expect(age === undefined || (Number(age) > 0 && Number(age) <= TABLE[name]), `${name}: Max-Age=${age}`);
    }
  }
}

async function cleared(row, targets) {
  const person = await Person.signUp(await targets.worker(), "Q");
  const headers = [...person.page, JSON_TYPE];
  const answer = await person.worker.ask({ method: "POST", target: SIGN_OUT, headers, body: "{}" });
  expect(answer.status === 200, brief(answer));
  const set = setCookies(answer);
  for (const needed of [DATA, TOKEN]) {
    const gone = set.find(({ name }) => name === needed);
    expect(gone, `${needed} stays`);
    expect(gone.value === "" && gone.attributes["max-age"] === "0", gone.line);
    expect(gone.attributes.path === "/" && !("domain" in gone.attributes) && "secure" in gone.attributes, gone.line);
  }
}

/**
 * Checks that the access token is the only token that responses contain outside of cookies, and that it appears only
 * where documented.
 */
async function onlyThere(row, targets) {
  const worker = await targets.worker();
  const person = await Person.signUp(worker, "N");
  const answers = {
    "sign-in": await person.signIn(),
    "sign-in with callbackURL": await person.signIn({ callbackURL: "/home?x=1" }),
    "a wrong password": await person.signIn({ password: "wrong horse" }),
    "get-session": await worker.ask({ target: "/api/auth/get-session", headers: [person.cookie] }),
    "a refresh": await worker.ask({
      target: "/api/auth/get-session?disableCookieCache=true",
      headers: [person.cookie],
    }),
    "list-sessions": await worker.ask({ target: "/api/auth/list-sessions", headers: [person.cookie] }),
    "sign-out": await worker.ask({
      method: "POST",
      target: SIGN_OUT,
      headers: [...person.page, JSON_TYPE],
      body: "{}",
    }),
  };
  for (const [what, answer] of Object.entries(answers)) {
    const outside = answer.headers.filter(([name]) => !/^set-cookie$/i.test(name));
    const documented = [answer.json()?.token, answer.header("set-auth-jwt")].filter((token) =>
      /^eyJ/.test(token ?? ""),
    );
    for (const token of documented) {
      const [header, claims] = read(token);
      expect(header.typ === "JWT" && claims.exp - claims.iat <= 900, `${what}: ${JSON.stringify(header)}`);
    }
    let rest = `${answer.text}\n${outside.map((pair) => pair.join(": ")).join("\n")}`;
    for (const token of documented) rest = rest.replaceAll(token, "");
    expect(!/eyJ[\w-]{8}/.test(rest), `${what}: a token outside Set-Cookie`);
    expect(!/eyJ[\w-]{8}/.test(answer.header("location") ?? ""), `${what}: a token in Location`);
  }
  expect(!/eyJ[\w-]{8}/.test(worker.log), "a token in the log");
}

/** Checks that the cookies stay small, even for an account with the longest allowed name. */
async function small(row, targets) {
  const local = `${"l".repeat(58)}-${Math.random().toString(36).slice(2, 7)}`.slice(0, 64);
  const rest = ".example.test";
  const domain = `${"d".repeat(60)}.${"e".repeat(60)}.${"f".repeat(60)}`
    .slice(0, 254 - local.length - 1 - rest.length)
    .replace(/\.$/, "d");
  const email = `${local}@${domain}${rest}`;
  for (const [index, letter] of ["n", "\u00e9", "\u4e16", "\u{1f9ff}"].entries()) {
    const name = letter.repeat(256 / letter.length);
    const person = await Person.signUp(await targets.worker(), "S", {
      email: email.replace("l", `${index}`),
      name,
    });
    for (const answer of [
      await person.signIn(),
      await person.worker.ask({ target: "/api/auth/get-session?disableCookieCache=true", headers: [person.cookie] }),
    ]) {
      expect(answer.status === 200, brief(answer));
      for (const { name: cookie, value } of setCookies(answer)) {
        const length = Buffer.byteLength(cookie) + Buffer.byteLength(value);
        expect(length <= 4096, `${cookie}: ${length} bytes`);
      }
    }
  }
}

/** Signs in from a browser that already has an attacker's cookies. */
async function fixation(row, targets) {
  const [attacker, victim] = await Promise.all([
    Person.signUp(await targets.worker(), "X"),
    Person.signUp(await targets.worker(), "V"),
  ]);
  const sidOf = (cookies) => read(cookies[DATA])[1].session.id;
  for (const preset of [cookieHeader(attacker.cookies), `${DATA}=${attacker.data}`, `${DATA}=fixed; ${TOKEN}=fixed`]) {
    const answer = await victim.signIn(
      {},
      {
        headers: [
          ["Cookie", preset],
          ["Origin", APP],
        ],
      },
    );
    expect(answer.status === 200, brief(answer));
    victim.opened(answer);
    for (const name of [DATA, TOKEN]) {
      expect(victim.cookies[name], `${name} is not set`);
      expect(!Object.values(attacker.cookies).includes(victim.cookies[name]), `${name} is the attacker's`);
    }
    expect(victim.user.email === victim.email, "signed in as somebody else");
    expect(sidOf(victim.cookies) !== sidOf(attacker.cookies), "the session's id is the attacker's");
  }
}

/**
 * Sends values that contain line breaks and separators, in places from which the server might copy them into response
 * headers.
 */
async function injection(row, targets) {
  const worker = await targets.worker();
  const person = await Person.signUp(worker, "I");
  const ends = [
    "%0d%0aSet-Cookie: evil=1",
    "\r\nSet-Cookie: evil=1",
    "\nSet-Cookie: evil=1",
    "\u560d\u560aSet-Cookie: evil=1",
    "; Domain=evil.test; evil=1",
    "\0evil=1",
    "\u2028Set-Cookie: evil=1",
  ];
  const requests = [];
  for (const [index, end] of ends.entries()) {
    const fresh = { name: "I", email: `i-${index}-${Date.now()}@example.test`, password: "correct horse of i" };
    requests.push([SIGN_UP, { ...fresh, name: `I${end}` }], [SIGN_UP, { ...fresh, email: `j${end}@example.test` }]);
    const { email, password } = person;
    for (const callbackURL of [`/home${end}`, `${APP}/home${end}`, end])
      requests.push([SIGN_IN, { email, password, callbackURL }]);
    requests.push([`${SIGN_IN}?callbackURL=/home${encodeURIComponent(end)}`, { email, password }]);
    requests.push([`${SIGN_IN}?callbackURL=/home%0d%0aSet-Cookie:%20evil=1`, { email, password }]);
  }
  for (const [target, json] of requests) {
    const answer = await worker.ask({ method: "POST", target, json });
    const what = JSON.stringify(json).slice(0, 140);
    expect([200, 403, ...allowedStatuses(row)].includes(answer.status), `${what}: ${brief(answer)}`);
    for (const { name, line, attributes } of setCookies(answer)) {
      expect(name in TABLE, `${what}: sets ${line.slice(0, 60)}`);
      expect(!("domain" in attributes) && !/evil/.test(line), `${what}: ${line.slice(0, 60)}`);
    }
    expect(!answer.headers.some(([name]) => /evil/i.test(name)), `${what}: an injected header`);
    const location = answer.header("location");
    if (location !== undefined) {
      expect(!/[\0-\x1f\x7f]/.test(location), `${what}: Location ${JSON.stringify(location)}`);
      expect(new URL(location, APP).origin === APP, `${what}: Location ${location}`);
      expect(answer.all("location").length === 1, `${what}: more than one Location`);
    }
  }
}

export const cookie = { flags, cleared, onlyThere, small, fixation, injection };
