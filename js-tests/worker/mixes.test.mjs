// Tests each combination of two people's cookies in one browser. Each endpoint must identify the same person as the
// other endpoints, or nobody.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { getVerifiedSession } from "edgeseal/better-auth";
import { DATA, TOKEN } from "./browser.mjs";
import { cookieHeader, ORIGIN, read, SECRET, startWorker, WEAK } from "./local-worker.mjs";

const PASSWORD = "correct horse battery";
let worker;
const people = {};

before(async () => {
  worker = await startWorker(WEAK);
  // Bo signs in after Ann, but most likely within the same second.
  for (const name of ["ann", "bo"]) {
    await worker.post("/api/auth/sign-up/email", { name, email: `${name}@example.com`, password: PASSWORD });
  }
  for (const name of ["ann", "bo"]) people[name] = await signIn(name);
});
after(() => worker.stop());

async function signIn(name) {
  const answer = await worker.post("/api/auth/sign-in/email", { email: `${name}@example.com`, password: PASSWORD });
  const body = await answer.json();
  const lines = answer.headers.getSetCookie().map((line) => line.split(";")[0].split(/=(.*)/));
  const set = Object.fromEntries(lines);
  return { id: body.user.id, bearer: body.token, token: set[TOKEN], data: set[DATA] };
}

/** The owners of the cookies in each request, and the person whom the auth API and the gateway must identify. */
const MIXES = [
  { name: "nothing", token: [], data: [], auth: null, gateway: null },
  { name: "Ann's two", token: ["ann"], data: ["ann"], auth: "ann", gateway: "ann" },
  { name: "Ann's data with Bo's token", token: ["bo"], data: ["ann"], auth: "bo", gateway: null },
  { name: "Bo's data with Ann's token", token: ["ann"], data: ["bo"], auth: "ann", gateway: null },
  { name: "only Ann's token", token: ["ann"], data: [], auth: "ann", gateway: null },
  // If there is no valid refresh token, nothing contradicts the session data.
  { name: "only Ann's data", token: [], data: ["ann"], auth: null, gateway: "ann" },
  { name: "Ann's data with an invalid token", token: ["x.y"], data: ["ann"], auth: null, gateway: "ann" },
  { name: "two tokens, Bo's newer", token: ["ann", "bo"], data: ["bo"], auth: "bo", gateway: "bo" },
  { name: "two tokens, the other way round", token: ["bo", "ann"], data: ["bo"], auth: "bo", gateway: "bo" },
  { name: "two tokens, the older one's data", token: ["ann", "bo"], data: ["ann"], auth: "bo", gateway: null },
  { name: "two of both", token: ["ann", "bo"], data: ["ann", "bo"], auth: "bo", gateway: "bo" },
  { name: "two of both, the other way round", token: ["bo", "ann"], data: ["bo", "ann"], auth: "bo", gateway: "bo" },
  { name: "one token, two data", token: ["ann"], data: ["bo", "ann"], auth: "ann", gateway: "ann" },
  { name: "one token with junk", token: ["junk", "ann", "x.y"], data: ["junk", "ann"], auth: "ann", gateway: "ann" },
];

const cookiesOf = ({ token, data }) =>
  [...token.map((one) => [TOKEN, people[one]?.token ?? one]), ...data.map((one) => [DATA, people[one]?.data ?? one])]
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");

const userOf = async (answer, of) => (answer.status === 200 ? of(await answer.json()) : null);
const nameOf = (id) => Object.keys(people).find((name) => people[name].id === id) ?? null;
const subjectOf = (token) => nameOf(JSON.parse(Buffer.from(token.split(".")[1], "base64url")).sub);

/** For each endpoint of the auth API, a function that returns the person whom the endpoint identifies. */
const AUTH = {
  "get-session": async (headers) =>
    userOf(await worker.fetch("/api/auth/get-session", { headers }), (body) => body && nameOf(body.user.id)),
  "get-session from the database": async (headers) =>
    userOf(
      await worker.fetch("/api/auth/get-session?disableCookieCache=true", { headers }),
      (body) => body && nameOf(body.user.id),
    ),
  token: async (headers) => userOf(await worker.fetch("/api/auth/token", { headers }), ({ token }) => subjectOf(token)),
  "list-sessions": async (headers) =>
    userOf(await worker.fetch("/api/auth/list-sessions", { headers }), ([{ userId }]) => nameOf(userId)),
  "update-user": async (headers) => {
    const name = `mixed ${Math.random()}`;
    const answer = await worker.post("/api/auth/update-user", { name }, { ...headers, origin: ORIGIN });
    if (answer.status !== 200) return null;
    const { id } = await worker.database.prepare(`SELECT "id" FROM "user" WHERE "name" = ?`).bind(name).first();
    return nameOf(id);
  },
};

/**
 * Returns the user whom the gateway identifies. The gateway must allow only that user's path, and must send that user's
 * token upstream.
 */
async function atGateway(headers) {
  const opened = [];
  for (const name of ["ann", "bo"]) {
    const answer = await worker.fetch(`/api/${people[name].id}/tasks`, { headers });
    if (answer.status === 400) return "conflict";
    if (answer.status !== 200) continue;
    const [, token] = (await answer.json()).headers.authorization.split(" ");
    assert.equal(subjectOf(token), name);
    opened.push(name);
  }
  assert.ok(opened.length < 2);
  return opened[0] ?? null;
}

/** The person whom a Next.js app identifies from the cookies. If it can't identify anyone, the app asks the Worker. */
function inNext(cookie) {
  const session = getVerifiedSession(cookie, { secret: SECRET, baseURL: ORIGIN });
  return session && nameOf(session.user.id);
}

test("every endpoint ignores session data of another session of the same person", async () => {
  const [one, other] = [people.ann, await signIn("ann")];
  for (const [{ token }, { data }] of [
    [one, other],
    [other, one],
  ]) {
    const cookie = `${TOKEN}=${token}; ${DATA}=${data}`;
    assert.equal(await atGateway({ cookie }), null, "the gateway");
    assert.equal(inNext(cookie), null, "edgeseal/better-auth, as edgeseal/next");
    const { session } = await (await worker.fetch("/api/auth/get-session", { headers: { cookie } })).json();
    assert.equal(session.id, read(decodeURIComponent(token)).claims.sid, "get-session returns the token's session");
  }
});

test("over https, a session without the __Host- cookie that names it is ignored; a program may send only session data", async (t) => {
  const secure = await startWorker({ ...WEAK, BASE_URL: "https://app.example.org" });
  t.after(() => secure.stop());
  const ann = { name: "Ann", email: "ann@example.com", password: PASSWORD };
  const answer = await secure.post("/api/auth/sign-up/email", ann, { origin: "https://app.example.org" });
  const { user } = await answer.json();
  const set = cookieHeader(answer).split("; ");
  const only = (...names) => set.filter((pair) => names.some((name) => pair.includes(name))).join("; ");
  const [all, pair, data] = [set.join("; "), only("session_token", "session_data"), only("session_data")];
  const page = { origin: "https://app.example.org" };
  for (const [cookie, headers, opens] of [
    [all, {}, true],
    [all, page, true],
    [pair, {}, false],
    [pair, page, false],
    [pair, { "sec-fetch-site": "same-origin" }, false],
    [data, {}, true],
    [data, page, false],
    [data, { "sec-fetch-site": "same-origin" }, false],
    [data, { upgrade: "websocket" }, false],
  ]) {
    const sent = { cookie, ...headers };
    const name = `${cookie.split("; ").length} cookies, ${Object.keys(headers)}`;
    const { status } = await secure.fetch(`/api/${user.id}/tasks`, { headers: sent });
    assert.equal(status === 401, !opens, `${name}: ${status}`);
    const session = await (await secure.fetch("/api/auth/get-session", { headers: sent })).json();
    assert.equal(session !== null, cookie === all, name);
  }
  const renamed = all.replace(/(__Host-[^=]+)=\w+/, "$1=another");
  assert.equal(await (await secure.fetch("/api/auth/get-session", { headers: { cookie: renamed } })).json(), null);
});

for (const mix of MIXES) {
  test(`${mix.name}: every endpoint agrees`, async () => {
    const cookie = cookiesOf(mix);
    for (const [door, ask] of Object.entries(AUTH))
      assert.equal(await ask(cookie ? { cookie } : {}), mix.auth, `${door}`);
    assert.equal(await atGateway(cookie ? { cookie } : {}), mix.gateway, "the gateway");
    assert.equal(inNext(cookie), mix.gateway, "edgeseal/better-auth, as edgeseal/next");
  });

  test(`${mix.name}, with a Bearer token: the cookies' user, or a conflict`, async () => {
    const cookie = cookiesOf(mix);
    const browser = mix.auth ?? mix.gateway;
    for (const bearer of ["ann", "bo"]) {
      const headers = { authorization: `Bearer ${people[bearer].bearer}`, ...(cookie && { cookie }) };
      const expected = browser === null || browser === bearer ? bearer : "conflict";
      assert.equal(await atGateway(headers), expected, bearer);
    }
  });
}
