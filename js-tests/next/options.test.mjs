// Tests that a wrong option immediately causes an error that names the option, and never lets a request through.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createAuth } from "edgeseal/next";
import { NextRequest } from "next/server.js";
import { DATA, follow, startApp, TREASURE } from "./app.mjs";

const good = {
  secret: "0123456789abcdef0123456789abcdef-options",
  baseURL: "https://app.example",
  authURL: "https://auth.example",
  signInPath: "/sign-in",
  publicPaths: ["/", "/sign-up", "/api/auth/*"],
};

test("valid options are accepted", () => {
  for (const change of [
    {},
    { baseURL: "http://localhost:3000" },
    { baseURL: "https://app.example/" },
    { publicPaths: [] },
    { publicPaths: ["/*"] },
    { signInPath: "/auth/sign-in" },
  ]) {
    const auth = createAuth({ ...good, ...change });
    for (const name of ["proxy", "proxyWith", "middleware", "getSession", "requireSession", "withAuth", "getSeal"]) {
      assert.equal(typeof auth[name], "function", name);
    }
  }
});

test("a wrong option is ERR_OPTION_INVALID and is named", () => {
  const wrong = {
    signInPath: [
      "sign-in",
      "//evil.example",
      "/\\evil.example",
      "https://evil.example/sign-in",
      "",
      "/\t/evil",
      1,
      null,
    ],
    publicPaths: ["/docs/*", ["docs/*"], [""], ["//evil.example"], ["https://app.example/"], [1], [null], {}],
    baseURL: ["app.example", "ftp://app.example", "javascript:alert(1)", "", "/", 1, {}, "https://", "not a url"],
    authURL: ["auth.example", "ftp://auth.example", "javascript:alert(1)", "", "/api/auth", 1, {}, "not a url"],
    publicPath: [["/"]],
    BASE_URL: ["https://app.example"],
  };
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) {
      assert.throws(
        () => createAuth({ ...good, [name]: value }),
        (error) => {
          assert.equal(error.code, "ERR_OPTION_INVALID", `${name}: ${JSON.stringify(value)} gives ${error}`);
          assert.match(error.message, new RegExp(`\\b${name}\\b`));
          return true;
        },
        `${name}: ${JSON.stringify(value)}`,
      );
    }
  }
  for (const given of [undefined, null, "secret", 1]) {
    assert.throws(() => createAuth(given), { code: "ERR_OPTION_INVALID" }, `${given}`);
  }
});

test("no message contains the secret", () => {
  for (const change of [{ signInPath: "x" }, { secret: "short-secret" }, { unknown: 1 }]) {
    const { secret } = { ...good, ...change };
    try {
      createAuth({ ...good, ...change });
    } catch (error) {
      assert.ok(!`${error.message} ${JSON.stringify(error)}`.includes(secret));
    }
  }
});

/** Uses the options in a request, because some wrong options are refused only when they are first used. */
async function used(options) {
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = "production";
  try {
    return await createAuth(options).proxy(new NextRequest("https://app.example/dashboard"));
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  }
}

test("without a baseURL in production, or without a valid secret, every request is refused", async () => {
  const cases = {
    "no baseURL": { ...good, baseURL: undefined },
    "no secret": { ...good, secret: undefined },
    "an empty secret": { ...good, secret: "" },
    "a short secret": { ...good, secret: "short" },
    "one byte over and over": { ...good, secret: "a".repeat(64) },
    "a public key": { ...good, secret: `-----BEGIN PUBLIC KEY-----\n${"A".repeat(64)}\n-----END PUBLIC KEY-----` },
  };
  for (const [why, options] of Object.entries(cases)) {
    const answer = await used(options).catch((error) => error);
    if (answer instanceof Error) assert.match(answer.code, /^ERR_(OPTION_INVALID|KEY_WEAK)$/, why);
    else assert.equal(answer.status, 500, why);
  }
});

for (const [why, env] of Object.entries({
  "no baseURL": { BETTER_AUTH_URL: undefined },
  "an empty baseURL": { BETTER_AUTH_URL: "" },
  "no secret": { BETTER_AUTH_SECRET: undefined },
  "an empty secret": { BETTER_AUTH_SECRET: "" },
  "a short secret": { BETTER_AUTH_SECRET: "short" },
})) {
  test(`next start with ${why}: 500 for all protected paths, and the log says why`, async () => {
    const app = await startApp(env);
    try {
      for (const path of ["/vault", "/dashboard", "/api/vault", "/api/me", "/plan.txt", "/legacy"]) {
        for (const cookies of [{}, { [DATA]: "x.y.z" }]) {
          const answer = await app.ask(path, { cookies });
          assert.equal(answer.status, 500, path);
          assert.ok(!answer.text.includes(TREASURE), path);
        }
      }
      for (const path of ["/dashboard", "/api/me", "/api/required"]) {
        const { status, text } = await app.ask(path, { headers: { "x-test-no-proxy": "1" } });
        assert.equal(status, 500, `${path} without the proxy`);
        assert.doesNotMatch(text, /protected/);
      }
      assert.match(app.log(), /ERR_OPTION_INVALID|ERR_KEY_WEAK/);
      assert.match(app.log(), why.includes("baseURL") ? /\bbaseURL\b/ : /\bsecret\b/);
    } finally {
      await app.stop();
    }
  });
}

test("a sign-in page that is protected by mistake causes no redirect loop", async () => {
  const app = await startApp({ SIGN_IN_PATH: "/dashboard" });
  try {
    for (const path of ["/dashboard", "/vault", "/legacy", "/dashboard?callbackUrl=%2Fdashboard"]) {
      const { text } = await follow(app, path);
      assert.doesNotMatch(text, /protected|vault content/);
    }
  } finally {
    await app.stop();
  }
});
