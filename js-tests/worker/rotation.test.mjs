// Rotates a secret step by step in everything that uses it: the Worker, the package, edgeseal/next with its seals,
// edgeseal/better-auth and FastAPI. Tests that none of the steps sign anybody out.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { decodeProtectedHeader, generateSecret, keyRing, verifyJwt } from "edgeseal";
import { getVerifiedSession, secretVersions } from "edgeseal/better-auth";
import { createAuth } from "edgeseal/next";
import * as slim from "edgeseal/slim";
import { NextRequest } from "next/server.js";
import { temporaryFolder } from "../temporary-folder.mjs";
import { cookieHeader, ORIGIN, startWorker, WEAK } from "./local-worker.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const [OLD, NEW] = [generateSecret(), generateSecret()];
const OLD_FIRST = `1:${OLD},20261123:${NEW}`;
const NEW_FIRST = `20261123:${NEW},1:${OLD}`;
const NEW_ALONE = `20261123:${NEW}`;
const expected = { issuer: ORIGIN, audience: ORIGIN };

/**
 * The steps in docs/guide/operations.md, each with its name, the Worker's secrets, other programs' secrets, and the
 * `kid` of new tokens.
 */
const STEPS = [
  ["before", { AUTH_SECRET: OLD }, undefined, undefined],
  ["the others have both, the old one first", { AUTH_SECRET: OLD }, OLD_FIRST, undefined],
  ["the Worker signs with the new one", { AUTH_SECRETS: NEW_FIRST }, OLD_FIRST, "20261123"],
  ["the others sign with the new one", { AUTH_SECRETS: NEW_FIRST }, NEW_FIRST, "20261123"],
  ["the old one is removed from the Worker", { AUTH_SECRETS: NEW_ALONE }, NEW_FIRST, "20261123"],
  ["the old one is removed", { AUTH_SECRETS: NEW_ALONE }, NEW_ALONE, "20261123"],
];

/** Returns the id of the user whom the FastAPI example identifies from a token. */
function fastapi(token, secrets) {
  const program = `import sys, auth
from fastapi.security import HTTPAuthorizationCredentials as Credentials
print(auth.current_user(Credentials(scheme="Bearer", credentials=sys.argv[1])).id)`;
  const secret = secrets === undefined ? { AUTH_SECRET: OLD } : { AUTH_SECRETS: secrets };
  const env = { PATH: process.env.PATH, BASE_URL: ORIGIN, ...secret };
  const options = { cwd: `${root}examples/fastapi`, env, encoding: "utf8" };
  return execFileSync(`${root}.venv/bin/python`, ["-c", program, token], options).trim();
}

test("rotating a secret in everything that uses it signs nobody out", async (t) => {
  const persist = temporaryFolder("rotation-of-all");
  let user, cookie, first;
  for (const [step, secrets, others, kid] of STEPS) {
    const migrations = user ? [] : undefined;
    const worker = await startWorker({ ...WEAK, AUTH_SECRET: null, ...secrets }, { persist, migrations });
    t.after(() => worker.stop());
    if (!user) {
      const body = { name: "Ann", email: "ann@example.com", password: "correct horse battery" };
      const signedUp = await worker.post("/api/auth/sign-up/email", body);
      ({ user } = await signedUp.json());
      cookie = cookieHeader(signedUp);
    }
    const secret = others === undefined ? OLD : keyRing(others);
    const auth = createAuth({ secret, baseURL: ORIGIN, clientIP: () => "203.0.113.7" });
    const path = "/api/auth/get-session?disableCookieCache=1";
    const request = () => new NextRequest(`${ORIGIN}${path}`, { headers: { cookie } });

    // The cookie still contains the session data from the previous step. Other programs may get such a cookie before
    // the Worker renews it.
    assert.equal((await auth.getSession(request()))?.user.id, user.id, `${step}: getSession`);
    const versions = others === undefined ? OLD : secretVersions(others);
    const verified = getVerifiedSession(cookie, { secret: versions, baseURL: ORIGIN });
    assert.equal(verified?.user.id, user.id, `${step}: getVerifiedSession`);

    const passed = await auth.proxy(request(), { waitUntil() {} });
    const seal = passed.headers.get("x-middleware-request-x-edgeseal-seal");
    assert.ok(seal, step);
    const refreshed = await worker.fetch(path, { headers: { cookie, "x-edgeseal-seal": seal } });
    assert.equal((await refreshed.json())?.user.id, user.id, `${step}: the refresh token`);
    assert.doesNotMatch(worker.log, /"event":"dropped"/, `${step}: the seal`);
    cookie = cookieHeader(refreshed);

    const answer = await worker.fetch("/api/auth/token", { headers: { cookie, origin: ORIGIN } });
    const { token } = await answer.json();
    first ??= token;
    assert.equal(decodeProtectedHeader(token).kid, kid, step);
    // Tokens from before the rotation are valid for 15 minutes. The old secret is kept for at least that long.
    for (const each of others === NEW_ALONE ? [token] : [token, first]) {
      assert.equal(verifyJwt(each, secret, expected).sub, user.id, `${step}: the package`);
      assert.equal(slim.verifyJwt(each, secret, expected).sub, user.id, `${step}: slim`);
      const bearer = { authorization: `Bearer ${each}` };
      const who = auth.withAuth((_request, session) => Response.json(session.user.id));
      const asked = await who(new NextRequest(`${ORIGIN}/api/x`, { headers: bearer }), {});
      assert.equal(await asked.json(), user.id, `${step}: withAuth by Bearer`);
      assert.equal(fastapi(each, others), user.id, `${step}: FastAPI`);
      if (secrets.AUTH_SECRETS === NEW_ALONE && each === first) continue;
      const own = await worker.fetch(`/api/${user.id}/tasks`, { headers: bearer });
      assert.equal(own.status, 200, `${step}: the gateway`);
    }
    await worker.stop();
  }
});
