// Tests that after sign-in, users are sent only to paths on this origin.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { createAuth } from "edgeseal/next";
import { follow, startApp } from "./app.mjs";

const BASE = "https://app.example";
const auth = createAuth({
  secret: "0123456789abcdef0123456789abcdef-callback",
  baseURL: BASE,
  authURL: BASE,
  signInPath: "/sign-in",
  publicPaths: ["/"],
});
const EVIL = [
  ...[
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
  ],
  ...["/\\/evil.example", "/%2f%2fevil.example", "/%2Fevil.example", "/%5cevil.example", "/%5C%5Cevil.example"],
  ...[
    "%2f%2fevil.example",
    "https:evil.example",
    "https:/evil.example",
    "https://evil.example",
    "HTTPS://EVIL.EXAMPLE",
  ],
  ...["http://app.example", "https:\\\\evil.example", "//evil.example/..", "/..//evil.example", "/../..//evil.example"],
  ...["/.//evil.example", "/./\\evil.example", "/a/..//evil.example", "/%2e%2e//evil.example", "/%2e//evil.example"],
  ...[
    "/;//evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "\t//evil.example",
    " //evil.example",
  ],
  ...[
    "/\t\\evil.example",
    "h\nttps://evil.example",
    "\u0000//evil.example",
    "/\u0000/evil.example",
    "\u00a0//evil.example",
  ],
  ...["\ufeff//evil.example", "/%09/evil.example", "/%0a/evil.example", "/%0d%0aset-cookie:x=1", "/\r\nset-cookie:x=1"],
  ...["https://app.example@evil.example", "https://app.example.evil.example", "https://app.example:443@evil.example/"],
  ...[
    "//app.example@evil.example",
    "/@evil.example//",
    "@evil.example",
    ".evil.example",
    "evil.example",
    ":80@evil.example",
  ],
  ...[
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "blob:x",
  ],
  ...["file:///etc/passwd", "mailto:a@evil.example", "about:blank", "//%65vil.example", "/\u2044evil.example"],
  ...[
    "\u2215\u2215evil.example",
    "\uff0f\uff0fevil.example",
    "/\uff0fevil.example",
    "//[::1]",
    "//0x7f.1",
    "?//evil",
    "#//evil",
  ],
  ...["", " ", "/%", "/%E0%A4%A", '["https://evil.example"]', "/".repeat(5000), `//${"a".repeat(5000)}`],
];

/** Asserts that a path stays on this origin, even if it is decoded again, normalized, or appended to the origin. */
function staysHere(value, origin, why) {
  assert.equal(typeof value, "string", why);
  assert.match(value, /^\/(?![/\\])/, why);
  assert.doesNotMatch(value, /[\u0000-\u0020\u007f\\]/, why);
  const forms = [value, origin + value, new URL(value, origin).pathname];
  try {
    forms.push(decodeURIComponent(value));
  } catch {
    // If the value can't be decoded, there is no other form to check.
  }
  for (const form of forms) assert.equal(new URL(form, origin).origin, origin, `${why} as ${form}`);
}

test("callbackUrl() returns a path of this origin for every encoding", () => {
  for (const value of EVIL) {
    staysHere(auth.callbackUrl(value), BASE, JSON.stringify(value));
    staysHere(auth.callbackUrl(value, "/home"), BASE, JSON.stringify(value));
    staysHere(auth.callbackUrl(BASE + value), BASE, JSON.stringify(BASE + value));
  }
});

test("callbackUrl() keeps paths of this origin", () => {
  for (const value of [
    ...["/", "/dashboard", "/dashboard/", "/a/b?tab=1&q=a%20b#top", "/search?q=https%3A%2F%2Fx.example", "/%C3%A9"],
    ...["/a?next=%2F%2Fevil.example", "/a@b", "/a:b", "/docs/1.2", "/~ann"],
  ])
    assert.equal(auth.callbackUrl(value, "/fallback"), value);
});

test("callbackUrl() accepts and refuses the same values as the Worker's callbackURL", () => {
  const { origin, taken, refused } = JSON.parse(
    readFileSync(new URL("../../contracts/callbacks.json", import.meta.url)),
  );
  assert.equal(origin, BASE);
  const kept = (value) => auth.callbackUrl(value, "/fallback") !== "/fallback";
  assert.deepEqual(
    taken.filter((value) => !kept(value)),
    [],
  );
  assert.deepEqual(refused.filter(kept), []);
});

test("callbackUrl() falls back if there is no valid path", () => {
  for (const value of [undefined, null, "", "//evil.example", "javascript:alert(1)", "https://evil.example/x"]) {
    assert.equal(auth.callbackUrl(value), "/");
    assert.equal(auth.callbackUrl(value, "/home"), "/home");
  }
  for (const value of [[], ["//evil.example", "/"], 1, {}, true]) staysHere(auth.callbackUrl(value), BASE, `${value}`);
});

let app;
before(async () => {
  app = await startApp();
});
after(() => app.stop());

test("the sign-in page's link back stays on this origin", async () => {
  for (const value of EVIL) {
    if (value.length > 1000) continue;
    const page = await app.ask(`/sign-in?callbackUrl=${encodeURIComponent(value)}`);
    assert.equal(page.status, 200, value);
    const [, href] = /<a href="([^"]*)"/.exec(page.text);
    staysHere(href.replaceAll("&amp;", "&"), app.baseURL, JSON.stringify(value));
  }
  const twice = await app.ask("/sign-in?callbackUrl=%2Fdashboard&callbackUrl=%2F%2Fevil.example");
  staysHere(/<a href="([^"]*)"/.exec(twice.text)[1], app.baseURL, "two of them");
});

test("the callbackUrl that the proxy writes stays on this origin, and so does the redirect", async () => {
  const paths = [
    ...["//evil.example/x", "//evil.example", "///evil.example", "/\\evil.example", "/%5cevil.example/x"],
    ...["/%2f%2fevil.example", "/%2fevil.example", "/..//evil.example", "/.//evil.example", "/a/..//evil.example"],
    ...[
      "/%09/evil.example",
      "/%0d%0aset-cookie:x=1",
      "/@evil.example",
      "/;@evil.example",
      "/x?callbackUrl=//evil.example",
    ],
    ...["//user:pass@evil.example/x", "/%00/evil.example"],
  ];
  for (const path of paths) {
    for (const headers of [{}, { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" }]) {
      const answer = await app.ask(path, { headers });
      assert.ok(answer.status < 500, `${path}: ${answer.status}`);
      assert.equal(answer.headers["set-cookie"], undefined, path);
      const { location } = answer.headers;
      if (location === undefined) continue;
      const to = new URL(location, app.baseURL);
      assert.equal(to.origin, app.baseURL, `${path} leads to ${location}`);
      const back = to.searchParams.get("callbackUrl");
      if (back !== null) staysHere(back, app.baseURL, path);
    }
  }
});

test("a client's Host header never becomes the origin", async () => {
  for (const headers of [
    { host: "evil.example" },
    { "x-forwarded-host": "evil.example" },
    { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https", "x-forwarded-port": "443" },
    { forwarded: "host=evil.example;proto=https" },
    { "x-original-host": "evil.example", "x-host": "evil.example" },
  ]) {
    const page = await app.ask("/dashboard", { headers });
    assert.equal(page.status, 307);
    assert.equal(new URL(page.headers.location, app.baseURL).origin, app.baseURL, JSON.stringify(headers));
    assert.doesNotMatch(page.headers.location, /evil/);
  }
});

test("no redirect loops", async () => {
  for (const path of [
    ...[
      "/dashboard",
      "/dashboard/",
      "//dashboard",
      "/%64ashboard",
      "/sign-in",
      "/sign-in/",
      "/sign-in?callbackUrl=/sign-in",
    ],
    ...[
      "/sign-in?callbackUrl=%2Fsign-in%3FcallbackUrl%3D%252Fsign-in",
      "/sign-up",
      "/nothing-here",
      "/SIGN-IN",
      "/sign%2din",
    ],
  ]) {
    const { status } = await follow(app, path);
    assert.ok(status < 500, `${path}: ${status}`);
  }
});
