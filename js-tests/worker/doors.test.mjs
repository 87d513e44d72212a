// Tries every kind of token in every place that accepts tokens. Each place must accept only its own kind (RFC 8725
// §3.12, ASVS 5 §9.2.2). This file calls such a place (a cookie, a header or a query parameter of an endpoint) a
// "door".
import assert from "node:assert/strict";
import { createHmac, hkdfSync } from "node:crypto";
import { after, before, test } from "node:test";
import { signJwt } from "edgeseal";
import { ORIGIN, read, SECRET, startWorker, WEAK } from "./local-worker.mjs";

const ROUTE_SECRET = "the secret of one upstream, which signs only for itself";
const [TOKEN, DATA, DEVICE] = ["better-auth.session_token", "better-auth.session_data", "edgeseal.device"];
/** The client's IP address, as stated in the seal. */
const NETWORK = "203.0.113.9";
const SIGN_IN = "/api/auth/sign-in/email";
const ann = { name: "Ann", email: "ann@example.com", password: "correct horse battery" };
let worker, user, tokens;

before(async () => {
  // A single wrong password blocks the network's unknown devices. Known devices and other networks can still try.
  const one = { attempts: 1, window: 900 };
  const RATE_LIMITS = { network: one, account: { attempts: 10_000, window: 900 }, device: one };
  const routes = (upstream) => [
    { path: "/api/:owner/own/*", upstream, secret: "OWN_SECRET", aud: "own" },
    { path: "/api/:owner/*", upstream },
  ];
  worker = await startWorker({ ...WEAK, RATE_LIMITS, OWN_SECRET: ROUTE_SECRET, BEARER_SESSIONS: "true" }, { routes });
  const answer = await worker.post("/api/auth/sign-up/email", ann);
  const body = await answer.json();
  user = body.user;
  const set = answer.headers.getSetCookie().map((line) => /^([^=]*)=([^;]*)/.exec(line).slice(1));
  const { [TOKEN]: cookie, [DATA]: data, [DEVICE]: device } = Object.fromEntries(set);
  const bearer = answer.headers.get("set-auth-token");
  const sealed = decodeURIComponent(cookie);
  const refresh = sealed.slice(0, sealed.lastIndexOf("."));
  const claims = { sub: user.id, email: user.email, name: user.name };
  const access = { issuer: ORIGIN, audience: ORIGIN, expiresIn: 900 };
  const sessionData = (({ session, user }) => ({ session, user }))(read(data).claims);
  const key = (purpose) => new Uint8Array(hkdfSync("sha256", SECRET, "", `edgeseal ${purpose} v1`, 32));
  const refreshKey = key("refresh");
  const seal = (jwt, key) => encodeURIComponent(`${jwt}.${createHmac("sha256", key).update(jwt).digest("base64")}`);
  const { sub, sid, auth_time } = read(refresh).claims;
  const refreshClaims = { sub, sid, auth_time };
  const bearerOf = (secret, typ) => signJwt(refreshClaims, secret, { typ, expiresIn: 900 });
  const routed = await worker.fetch(`/api/${user.id}/own/x`, { headers: { authorization: `Bearer ${body.token}` } });
  const [, own] = (await routed.json()).headers.authorization.split(" ");
  const forwarded = { htm: "POST", htu: SIGN_IN, base: "", ip: NETWORK };
  const sealOf = (secret, typ) => signJwt(forwarded, secret, { typ, expiresIn: 60 });
  const { sub: account, jti } = read(device).claims;
  const deviceOf = (secret, typ) => signJwt({ sub: account, jti }, secret, { typ, expiresIn: 900 });
  /** Each kind of token, with the only door that accepts it, if there is one. */
  tokens = {
    access: [body.token, "bearer"],
    "session data": [data, "data"],
    "the refresh cookie": [cookie, "token"],
    "the bearer session": [bearer, "bearer session"],
    "the device cookie": [device, "device"],
    "a seal of edgeseal/next": [sealOf(key("proxy"), "edgeseal-seal+jwt"), "seal"],
    "the token of a route with its own secret": [own],
    "a bearer session signed with the secret itself": [bearerOf(SECRET, "bearer+jwt")],
    "a bearer session signed with the key of refresh tokens": [bearerOf(refreshKey, "bearer+jwt")],
    "a bearer session with the typ of refresh tokens": [bearerOf(key("bearer"), "refresh+jwt")],
    "a bearer session without a typ": [bearerOf(key("bearer"), false)],
    "a refresh token signed with the key of bearer sessions": [
      seal(bearerOf(key("bearer"), "refresh+jwt"), key("bearer")),
    ],
    "a bearer session as the refresh cookie": [seal(bearer, refreshKey)],
    "a device token signed with the secret itself": [deviceOf(SECRET, "device+jwt")],
    "a device token signed with the key of seals": [deviceOf(key("proxy"), "device+jwt")],
    "a device token with the typ of seals": [deviceOf(key("device"), "edgeseal-seal+jwt")],
    "a device token without a typ": [deviceOf(key("device"), false)],
    "a seal signed with the secret itself": [sealOf(SECRET, "edgeseal-seal+jwt")],
    "a seal signed with the key of devices": [sealOf(key("device"), "edgeseal-seal+jwt")],
    "a seal with the typ of device tokens": [sealOf(key("proxy"), "device+jwt")],
    "a seal without a typ": [sealOf(key("proxy"), false)],
    "the refresh token without its seal": [refresh],
    "the public session id": [sid],
    "the public session id, sealed with the secret as Better Auth seals": [seal(sid, SECRET)],
    "a refresh token sealed with the secret itself": [seal(refresh, SECRET)],
    "a refresh token signed with the secret itself": [
      seal(signJwt(refreshClaims, SECRET, { typ: "refresh+jwt", expiresIn: 900 }), refreshKey),
    ],
    "a refresh token of another typ": [seal(signJwt(refreshClaims, refreshKey, { expiresIn: 900 }), refreshKey)],
    "Better Auth's e-mail verification": [
      signJwt({ email: user.email, updateTo: user.email }, SECRET, { typ: false, expiresIn: 900 }),
    ],
    "an e-mail verification with the claims of an access token": [
      signJwt({ ...claims, updateTo: user.email }, SECRET, { typ: false, expiresIn: 900 }),
    ],
    "an access token signed with a route's own secret": [signJwt(claims, ROUTE_SECRET, access)],
    "an access token of another issuer": [signJwt(claims, SECRET, { ...access, issuer: "https://other.example" })],
    "an access token for another audience": [signJwt(claims, SECRET, { ...access, audience: "https://other.example" })],
    "an access token without an audience": [signJwt(claims, SECRET, { issuer: ORIGIN, expiresIn: 900 })],
    "an access token with typ refresh+jwt": [signJwt(claims, SECRET, { ...access, typ: "refresh+jwt" })],
    "an access token with typ at+jwt": [signJwt(claims, SECRET, { ...access, typ: "at+jwt" })],
    "an access token with the typ of seals": [signJwt(claims, SECRET, { ...access, typ: "edgeseal-seal+jwt" })],
    "session data signed with the refresh key": [signJwt(sessionData, refreshKey, { typ: false, expiresIn: 900 })],
    "session data of two people": [
      signJwt({ ...sessionData, user: { ...user, id: "somebody" } }, SECRET, { typ: false, expiresIn: 900 }),
    ],
    "session data without its user": [
      signJwt({ session: sessionData.session }, SECRET, { typ: false, expiresIn: 900 }),
    ],
    "session data of an expired session": [
      signJwt({ ...sessionData, session: { ...sessionData.session, expiresAt: "2020-01-01T00:00:00.000Z" } }, SECRET, {
        typ: false,
        expiresIn: 900,
      }),
    ],
    "session data of another audience": [
      signJwt(sessionData, SECRET, { typ: false, audience: "https://other.example", expiresIn: 900 }),
    ],
  };
  // Use up the single wrong password that is allowed for this network's unknown devices.
  assert.equal((await signIn("wrong horse battery", {})).status, 401);
});
after(() => worker.stop());

function signIn(password, headers) {
  const sent = { "cf-connecting-ip": "192.0.2.1", origin: ORIGIN, ...headers };
  return worker.post(SIGN_IN, { email: ann.email, password }, sent);
}

const gateway = async (headers) => (await worker.fetch(`/api/${user.id}/tasks`, { headers })).status === 200;
const session = async (cookie) =>
  (await (await worker.fetch("/api/auth/get-session", { headers: { cookie } })).json()) !== null;

/** Whether the owner can sign in from a blocked network. */
const letIn = async (headers) => {
  const { status } = await signIn(ann.password, headers);
  assert.ok(status === 200 || status === 429, `${status}`);
  return status === 200;
};

/** For each door, a function that returns whether the door accepts a token. */
const doors = {
  bearer: (token) => gateway({ authorization: `Bearer ${token}` }),
  data: (token) => gateway({ cookie: `${DATA}=${token}` }),
  token: (token) => session(`${TOKEN}=${token}`),
  "bearer session": async (token) =>
    (await worker.fetch("/api/auth/token", { headers: { authorization: `Bearer ${token}` } })).status === 200,
  device: (token) => letIn({ cookie: `${DEVICE}=${token}` }),
  seal: (token) => letIn({ "x-edgeseal-seal": token }),
  "bearer at a route with its own secret": async (token) =>
    (await worker.fetch(`/api/${user.id}/own/x`, { headers: { authorization: `Bearer ${token}` } })).status === 200,
  "the device cookie at the gateway": (token) => gateway({ cookie: `${DEVICE}=${token}` }),
  "the seal at the gateway": (token) => gateway({ "x-edgeseal-seal": token }),
  "session_token at the gateway": (token) => gateway({ cookie: `${TOKEN}=${token}` }),
  "only session_data at the auth API": (token) => session(`${DATA}=${token}`),
  "both cookies": (token) => session(`${DATA}=${token}; ${TOKEN}=${token}`),
  "access_token in the query": async (token) =>
    (await worker.fetch(`/api/${user.id}/tasks?access_token=${token}`)).status === 200,
};

/** For some of the doors, another door that accepts the same tokens. */
const ALIKE = { token: "both cookies", bearer: "bearer at a route with its own secret" };

test("each kind of token is accepted only in its own place", async () => {
  for (const [kind, [token, own]] of Object.entries(tokens)) {
    for (const [door, opens] of Object.entries(doors)) {
      const expected = door === own || ALIKE[own] === door;
      assert.equal(await opens(token), expected, `${kind} at ${door}`);
    }
  }
});

test("as Bearer the auth API accepts only a bearer session, and without BEARER_SESSIONS nothing", async (t) => {
  const off = await startWorker({ ...WEAK, BEARER_SESSIONS: "false" });
  t.after(() => off.stop());
  for (const [kind, [token, own]] of Object.entries(tokens)) {
    for (const path of ["token", "list-sessions"]) {
      const sent = { headers: { authorization: `Bearer ${token}` } };
      const statuses = [
        (await worker.fetch(`/api/auth/${path}`, sent)).status,
        (await off.fetch(`/api/auth/${path}`, sent)).status,
      ];
      assert.deepEqual(statuses, [own === "bearer session" ? 200 : 401, 401], `${kind} at ${path}`);
    }
  }
});

test("one user's session data with another's session_token never mixes the two", async () => {
  const [data] = tokens["session data"];
  const other = await worker.post("/api/auth/sign-up/email", {
    name: "Bo",
    email: "bo@x.org",
    password: "correct horse",
  });
  const [token] = other.headers.getSetCookie().map((line) => line.split(";")[0]);
  const mixed = await worker.fetch("/api/auth/get-session", { headers: { cookie: `${token}; ${DATA}=${data}` } });
  assert.equal((await mixed.json()).user.email, "bo@x.org", "session data of Ann with the session_token of Bo");
});
