// Tests Better Auth's jwt plugin with our signer: every verifier must accept the tokens that the plugin issues.
import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeProtectedHeader, generateSecret, verifyJwt } from "edgeseal";
import { hs256, secretVersions } from "edgeseal/better-auth";
import { jwtVerify } from "jose";
import { pythonVerify } from "../python.mjs";
import { signUp, startServer, VERSIONS } from "./server.mjs";

const secret = generateSecret();

/** Signs up a user and gets two tokens: one from `/token`, and one from a response header of get-session. */
async function tokens(t, version, options, email = "ann@example.com") {
  const { jwt } = await import(`${version}/plugins`);
  const server = await startServer(t, version, { plugins: [jwt(hs256({ secret, ...options }))] });
  const browser = await signUp(server, email);
  const { data, error } = await browser.client.$fetch("/token");
  assert.equal(error, null);
  await browser.client.getSession();
  return { server, ...browser, both: [data.token, browser.answers.at(-1).headers.get("set-auth-jwt")] };
}

for (const version of VERSIONS) {
  test(`${version}: /token and set-auth-jwt give 15-minute HS256 tokens`, async (t) => {
    const { server, user, client, both } = await tokens(t, version);
    const expected = { issuer: server.baseURL, audience: server.baseURL };
    const ids = new Set();
    for (const token of both) {
      assert.deepEqual(decodeProtectedHeader(token), { typ: "JWT", alg: "HS256" });
      const { iat, exp, jti, ...claims } = verifyJwt(token, secret, { ...expected, requiredClaims: ["jti"] });
      const { baseURL } = server;
      assert.deepEqual(claims, { iss: baseURL, aud: baseURL, sub: user.id, email: user.email, name: user.name });
      assert.equal(exp - iat, 900);
      assert.ok(Math.abs(iat - Date.now() / 1000) < 10);
      ids.add(jti);
      const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
        ...expected,
        algorithms: ["HS256"],
      });
      assert.equal(payload.sub, user.id);
      assert.equal(pythonVerify("PyJWT", token, secret, expected).sub, user.id);
      assert.throws(() => verifyJwt(token, generateSecret(), expected), { code: "ERR_JWT_SIGNATURE_INVALID" });
    }
    assert.equal(ids.size, 2);
    assert.equal((await client.$fetch("/jwks")).error.status, 404);
  });

  test(`${version}: own issuer, audience, lifetime, claims and key id`, async (t) => {
    const { user, both } = await tokens(t, version, {
      secret: secretVersions(`2:${secret},1:${generateSecret()}`),
      issuer: "https://auth.example",
      audience: ["https://api.example", "https://files.example"],
      expiresIn: 60,
      definePayload: ({ user, session }) => ({ role: "admin", mail: user.email, sid: session.id }),
    });
    for (const token of both) {
      assert.equal(decodeProtectedHeader(token).kid, "2");
      const { iat, exp, role, mail, sid, email, sub } = verifyJwt(token, secret, {
        issuer: "https://auth.example",
        audience: "https://files.example",
      });
      assert.deepEqual([exp - iat, role, mail, email, sub], [60, "admin", user.email, undefined, user.id]);
      assert.equal(typeof sid, "string");
    }
  });

  test(`${version}: no token without a session`, async (t) => {
    const { server } = await tokens(t, version);
    const { error } = await server.browser().client.$fetch("/token");
    assert.equal(error.status, 401);
  });
}

test("options that would not make access tokens are refused when they are configured", () => {
  for (const [options, code] of [
    [undefined, "ERR_OPTION_INVALID"],
    [{}, "ERR_OPTION_INVALID"],
    [{ secret: "short" }, "ERR_KEY_WEAK"],
    [{ secret: "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE" }, "ERR_KEY_WEAK"],
    [{ secret, expiresIn: "15 minutes" }, "ERR_OPTION_INVALID"],
    [{ secret, expiresIn: 0 }, "ERR_OPTION_INVALID"],
    [{ secret, expirationTime: "15m" }, "ERR_OPTION_INVALID"],
    [{ secret, audience: [] }, "ERR_OPTION_INVALID"],
    [{ secret, definePayload: {} }, "ERR_OPTION_INVALID"],
  ]) {
    assert.throws(() => hs256(options), { code }, JSON.stringify(options));
  }
});

test("without a fixed baseURL the issuer is required, and another typ is signed as given", async () => {
  const { sign } = hs256({ secret }).jwt;
  await assert.rejects(sign({ sub: "a", exp: 4e9, iss: "", aud: "" }), {
    code: "ERR_OPTION_INVALID",
    message: /issuer/,
  });
  const token = await sign({ sub: "a", exp: 4e9, iss: "i", aud: "a" }, { typ: "logout+jwt" });
  assert.equal(verifyJwt(token, secret, { issuer: "i", audience: "a", typ: "logout+jwt" }).sub, "a");
});

test("Better Auth's versioned secrets, and malformed ones that it also refuses", () => {
  const [current, old] = [generateSecret(), generateSecret()];
  const expected = [
    { kid: "2", secret: current },
    { kid: "1", secret: old },
  ];
  assert.deepEqual(secretVersions(`2:${current}, 1:${old}`), expected);
  const list = [
    { version: "2", value: current },
    { version: 1, value: old },
  ];
  assert.deepEqual(secretVersions(list), expected);
  for (const wrong of ["", current, `2:${current},`, `2:${current},2:${old}`, `-1:${old}`, "2:", [], [{}], null]) {
    assert.throws(() => secretVersions(wrong), { code: "ERR_OPTION_INVALID" }, JSON.stringify(wrong));
  }
});
