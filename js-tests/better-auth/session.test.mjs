// Tests that real cookies from both versions of Better Auth can be verified without a server, and that everything else
// is refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import { generateSecret, signJwt } from "edgeseal";
import { createSessionVerifier, getVerifiedSession, secretVersions } from "edgeseal/better-auth";
import { signUp, startServer, VERSIONS } from "./server.mjs";

const NAME = "better-auth.session_data";
const claimsOf = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url"));

for (const version of VERSIONS) {
  const served = (name, options, run) =>
    test(`${version}: ${name}`, async (t) => {
      const server = await startServer(t, version, options);
      const { secret, baseURL } = server;
      await run({ server, rules: { secret, baseURL }, ...(await signUp(server, "ann@example.com")) });
    });

  served("the session from a request, its headers and the cookie header's text", {}, ({ rules, user, cookies }) => {
    const headers = new Headers({ cookie: `theme=dark; ${cookies()}` });
    const verify = createSessionVerifier(rules);
    for (const source of [new Request(rules.baseURL, { headers }), headers, cookies()]) {
      for (const found of [getVerifiedSession(source, { ...rules }), verify(source)]) {
        assert.equal(found.user.id, user.id);
        assert.equal(found.user.email, "ann@example.com");
        assert.equal(found.session.userId, user.id);
        assert.ok(found.session.expiresAt > new Date() && found.user.createdAt instanceof Date);
      }
    }
    for (const none of ["", null, new Headers(), new Request(rules.baseURL)]) {
      assert.equal(getVerifiedSession(none, rules), null);
    }
  });

  served("tampered, truncated, expired, of another secret, of another kind: null", {}, ({ rules, jar }) => {
    const data = jar[NAME];
    const found = (value) => getVerifiedSession(`${NAME}=${value}`, rules);
    assert.ok(found(data));
    const [header, payload, signature] = data.split(".");
    const { session, user } = claimsOf(data);
    const forged = Buffer.from(JSON.stringify({ ...claimsOf(data), user: { ...user, id: "eve" } })).toString(
      "base64url",
    );
    const sign = (claims, options) => signJwt(claims, rules.secret, { typ: false, expiresIn: 300, ...options });
    assert.ok(found(sign({ session, user })), "unchanged claims are accepted");
    const past = new Date(Date.now() - 1000);
    for (const [why, value] of Object.entries({
      forged: `${header}.${forged}.${signature}`,
      cut: data.slice(0, -1),
      unsigned: `${Buffer.from('{"alg":"none"}').toString("base64url")}.${payload}.`,
      expired: sign({ session, user }, { currentDate: new Date(Date.now() - 301_000) }),
      over: sign({ session: { ...session, expiresAt: past.toISOString() }, user }),
      "another secret": signJwt({ session, user }, generateSecret(), { typ: false, expiresIn: 300 }),
      "an access token": sign({ sub: user.id, email: user.email }),
      "of two users": sign({ session, user: { ...user, id: "eve" } }),
      "no user": sign({ session }),
      junk: "a.b.c",
    })) {
      assert.equal(found(value), null, why);
    }
    const beside = getVerifiedSession(`${NAME}=${data.slice(1)}; ${NAME}=${data}`, rules);
    assert.equal(beside.user.id, user.id, "next to junk of the same name");
    const eves = sign({ session: { ...session, userId: "eve" }, user: { ...user, id: "eve" } });
    assert.equal(getVerifiedSession(`${NAME}=${data}; ${NAME}=${eves}`, rules), null, "two people's");
  });

  test(`${version}: an e-mail verification token signed with the same secret is no session`, async (t) => {
    let mailed;
    const emailVerification = { sendOnSignUp: true, sendVerificationEmail: async ({ token }) => void (mailed = token) };
    const server = await startServer(t, version, { emailVerification });
    const { jar } = await signUp(server, "ann@example.com");
    assert.equal(claimsOf(mailed).email, "ann@example.com");
    const { secret, baseURL } = server;
    assert.equal(getVerifiedSession(`${NAME}=${mailed}`, { secret, baseURL }), null);
    assert.ok(getVerifiedSession(`${NAME}=${jar[NAME]}`, { secret, baseURL }));
  });

  served("https: only the __Secure- name", { scheme: "https" }, ({ rules, user, jar, cookies }) => {
    assert.ok(`__Secure-${NAME}` in jar);
    assert.equal(getVerifiedSession(cookies(), rules).user.id, user.id);
    const data = jar[`__Secure-${NAME}`];
    assert.equal(getVerifiedSession(`${NAME}=${data}`, rules), null);
    const plain = { ...rules, baseURL: rules.baseURL.replace("https", "http") };
    assert.equal(getVerifiedSession(cookies(), plain), null);
    assert.ok(getVerifiedSession(`${NAME}=${data}`, plain));
  });

  const user = { additionalFields: { plan: { type: "string", required: false, defaultValue: "x".repeat(7000) } } };
  served("in chunks, as Better Auth writes large sessions", { user }, ({ rules, jar, cookies }) => {
    assert.ok(`${NAME}.0` in jar && `${NAME}.1` in jar && !(NAME in jar));
    assert.equal(getVerifiedSession(cookies(), rules).user.plan.length, 7000);
    assert.equal(getVerifiedSession(`${NAME}.0=${jar[`${NAME}.0`]}`, rules), null, "only one chunk");
  });

  const named = { advanced: { cookiePrefix: "shop" } };
  served(
    "a custom prefix and version",
    {
      ...named,
      session: { cookieCache: { enabled: true, strategy: "jwt", version: "2" } },
    },
    ({ rules, cookies }) => {
      assert.equal(getVerifiedSession(cookies(), rules), null);
      assert.ok(getVerifiedSession(cookies(), { ...rules, cookiePrefix: "shop" }));
      assert.ok(getVerifiedSession(cookies(), { ...rules, cookiePrefix: "shop", version: "2" }));
      assert.equal(getVerifiedSession(cookies(), { ...rules, cookiePrefix: "shop", version: "1" }), null);
    },
  );

  const cookieNames = { session_token: "app_token", session_data: "app_session" };
  const cookies = Object.fromEntries(Object.entries(cookieNames).map(([cookie, name]) => [cookie, { name }]));
  served(
    "custom names, and __Secure- that differs from baseURL's scheme",
    { advanced: { cookies, useSecureCookies: true } },
    ({ rules, jar, cookies }) => {
      assert.ok("__Secure-app_session" in jar);
      assert.equal(getVerifiedSession(cookies(), rules), null);
      assert.equal(getVerifiedSession(cookies(), { ...rules, cookieNames }), null);
      assert.ok(getVerifiedSession(cookies(), { ...rules, cookieNames, useSecureCookies: true }));
    },
  );

  for (const strategy of version === "better-auth" ? ["compact", "jwe"] : ["compact"]) {
    served(
      `the strategy ${strategy} is no session, and the log names it`,
      { session: { cookieCache: { enabled: true, strategy } } },
      ({ rules, cookies }) => {
        const lines = [];
        const { warn } = console;
        console.warn = (line) => lines.push(line);
        globalThis[Symbol.for("edgeseal.log")]?.clear();
        try {
          for (let i = 0; i < 3; i += 1) assert.equal(getVerifiedSession(cookies(), rules), null);
        } finally {
          console.warn = warn;
        }
        assert.equal(lines.length, 1);
        assert.match(lines[0], new RegExp(`strategy "${strategy}": in Better Auth write .*strategy: "jwt"`));
      },
    );
  }

  served(
    "a rotated secret: old cookies stay valid while the old secret is listed",
    {},
    ({ server, rules, cookies }) => {
      const fresh = generateSecret();
      const rotated = (secret) => getVerifiedSession(cookies(), { ...rules, secret });
      assert.ok(rotated({ b: fresh, a: server.secret }));
      assert.ok(rotated(secretVersions(`2:${fresh},1:${server.secret}`)));
      assert.equal(rotated({ b: fresh }), null);
    },
  );
}

test("versioned secrets of the newest version: the first signs, both verify", async (t) => {
  const [current, old] = [generateSecret(), generateSecret()];
  const secrets = [
    { version: 2, value: current },
    { version: 1, value: old },
  ];
  const server = await startServer(t, "better-auth", { secrets });
  const { cookies, user } = await signUp(server, "ann@example.com");
  const { baseURL } = server;
  assert.equal(getVerifiedSession(cookies(), { baseURL, secret: secretVersions(secrets) }).user.id, user.id);
  assert.equal(getVerifiedSession(cookies(), { baseURL, secret: current }).user.id, user.id);
  assert.equal(getVerifiedSession(cookies(), { baseURL, secret: old }), null);
});

test("wrong options throw immediately, and wrong cookies never throw", () => {
  const secret = generateSecret();
  const baseURL = "https://app.example";
  for (const [options, code] of [
    [undefined, "ERR_OPTION_INVALID"],
    [{ secret }, "ERR_OPTION_INVALID"],
    [{ baseURL }, "ERR_OPTION_INVALID"],
    [{ secret: "short", baseURL }, "ERR_KEY_WEAK"],
    [{ secret, baseURL: "app.example" }, "ERR_OPTION_INVALID"],
    [{ secret, baseURL, cookiePrefix: "a b" }, "ERR_OPTION_INVALID"],
    [{ secret, baseURL, strategy: "jwt" }, "ERR_OPTION_INVALID"],
  ]) {
    for (const call of [createSessionVerifier, (given) => getVerifiedSession("", given)]) {
      assert.throws(() => call(options), { code }, JSON.stringify(options));
    }
  }
  // Better Auth accepts a function as the version, but we don't. Values that JSON omits must be refused, too.
  assert.equal(getVerifiedSession("", { secret, baseURL }), null);
  for (const wrong of [{ version: () => "2" }, { version: 2n }, { version: Symbol("2") }, { strategy: undefined }]) {
    const code = "ERR_OPTION_INVALID";
    assert.throws(() => getVerifiedSession("", { secret, baseURL, ...wrong }), { code }, Object.keys(wrong)[0]);
  }
  assert.throws(() => getVerifiedSession("", { secret: 5n, baseURL }), { code: "ERR_OPTION_INVALID" });
  // In Node, a request without cookies doesn't have a cookie header.
  assert.equal(getVerifiedSession(undefined, { secret, baseURL }), null);
  assert.throws(() => getVerifiedSession({ headers: { cookie: "a=b" } }, { secret, baseURL }), {
    code: "ERR_OPTION_INVALID",
    message: /a Request, its Headers/,
  });
  for (const junk of ["=", ";;;", "a", `__Secure-${NAME}`, `__Secure-${NAME}=`, "x=".repeat(10_000), "\0"]) {
    assert.equal(getVerifiedSession(junk, { secret, baseURL }), null);
  }
});
