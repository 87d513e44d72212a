// Tests how far in the future the times in sessions, access tokens and seals may be. Some leeway is needed, because
// servers' clocks differ.
import assert from "node:assert/strict";
import { test } from "node:test";
import { generateSecret, signJwt } from "edgeseal";
import { createSessionVerifier, getVerifiedSession } from "edgeseal/better-auth";
import { createAuth } from "edgeseal/next";
import { NextRequest } from "next/server.js";

const secret = generateSecret();
const BASE = "https://app.example";
const COOKIE = "__Secure-better-auth.session_data";
const DAY = new Date(Date.now() + 86_400_000).toISOString();
const claims = { session: { id: "s1", userId: "ann", expiresAt: DAY }, user: { id: "ann" } };

/** Signs a token with these times, which are in seconds relative to now. */
const token = (claims, { iat = 0, nbf, exp = 300 }, options) => {
  const notBefore = nbf === undefined ? {} : { nbf: Math.floor(Date.now() / 1000) + nbf };
  const currentDate = new Date(Date.now() + iat * 1000);
  return signJwt({ ...claims, ...notBefore }, secret, { expiresIn: exp - iat, currentDate, ...options });
};

/** Times, options, and whether the session is valid. Times stay 5 seconds from the limits, in case tests are slow. */
const rows = [
  [{ nbf: 25 }, {}, true],
  [{ nbf: 35 }, {}, false],
  [{ nbf: 5 }, { clockTolerance: 0 }, false],
  [{ nbf: 95 }, { clockTolerance: 100 }, true],
  [{ nbf: 105 }, { clockTolerance: 100 }, false],
  [{ iat: 55 }, {}, true],
  [{ iat: 55 }, { clockTolerance: 0 }, true],
  [{ iat: 65 }, {}, false],
  [{ iat: 95 }, { clockTolerance: 100 }, true],
  [{ iat: 105 }, { clockTolerance: 100 }, false],
  [{ exp: -1, iat: -300 }, {}, false],
  [{ exp: -1, iat: -300 }, { clockTolerance: 100 }, false],
];

const ask = (headers, options) =>
  createAuth({ secret, baseURL: BASE, ...options }).getSession(new Request(`${BASE}/mine`, { headers }));

test("session data: nbf by the tolerance, iat by 60 s or more, exp exactly", async () => {
  for (const [times, options, valid] of rows) {
    const cookie = `${COOKIE}=${token(claims, times, { typ: false })}`;
    const rules = { secret, baseURL: BASE, ...options };
    const why = JSON.stringify([times, options]);
    assert.equal((await ask({ cookie }, options)) !== null, valid, why);
    assert.equal(getVerifiedSession(cookie, rules) !== null, valid, why);
    assert.equal(createSessionVerifier(rules)(cookie) !== null, valid, why);
  }
});

test("access tokens: the same", async () => {
  for (const [times, options, valid] of rows) {
    const sent = token({ sub: "ann" }, times, { issuer: BASE, audience: BASE });
    const found = await ask({ authorization: `Bearer ${sent}` }, options);
    assert.equal(found !== null, valid, JSON.stringify([times, options]));
  }
});

test("seals: a proxy whose clock is behind, or ahead", async () => {
  const realNow = Date.now;
  for (const [off, options, valid] of [
    [0, {}, true],
    [-85, {}, true],
    [-95, {}, false],
    [-155, { clockTolerance: 100 }, true],
    [-165, { clockTolerance: 100 }, false],
    [-65, { clockTolerance: 0 }, false],
    [55, {}, true],
    [65, {}, false],
    [95, { clockTolerance: 100 }, true],
    [105, { clockTolerance: 100 }, false],
  ]) {
    const auth = createAuth({ secret, baseURL: BASE, publicPaths: ["/*"], ...options });
    Date.now = () => realNow() + off * 1000;
    let seal;
    try {
      const passed = await auth.proxy(new NextRequest(`${BASE}/mine`), {});
      seal = passed.headers.get("x-middleware-request-x-edgeseal-seal");
    } finally {
      Date.now = realNow;
    }
    const headers = { "x-edgeseal-seal": seal };
    const found = await auth.getSeal(new Request(`${BASE}/mine`, { headers }));
    assert.equal(found !== null, valid, JSON.stringify([off, options]));
  }
});

test("a tolerance is a number of seconds", () => {
  for (const clockTolerance of [-1, Number.NaN, "30", null, Infinity]) {
    const wrong = { secret, baseURL: BASE, clockTolerance };
    assert.throws(() => createAuth(wrong), /clockTolerance must be a number of seconds/);
    assert.throws(() => createSessionVerifier(wrong), /clockTolerance must be a number of seconds/);
  }
});
