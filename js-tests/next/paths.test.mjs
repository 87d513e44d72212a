// Tests the proxy without a server, with paths that Next.js 16 doesn't route, but that a rewrite or a later version
// might route.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createAuth } from "edgeseal/next";
import { NextRequest } from "next/server.js";

const BASE = "https://app.example";
const auth = createAuth({
  secret: "0123456789abcdef0123456789abcdef-paths",
  baseURL: BASE,
  signInPath: "/sign-in",
  publicPaths: ["/", "/docs/*", "/api/auth/*"],
});

/** Returns how the proxy responds to a request to this path, without a session. */
async function verdict(path) {
  const answer = await auth.proxy(new NextRequest(BASE + path));
  if (answer.headers.get("x-middleware-next") === "1") return "through";
  assert.ok([307, 400, 401, 404].includes(answer.status), `${path}: ${answer.status}`);
  return "barred";
}

test("public paths, and plain paths below them", async () => {
  for (const path of [
    "/",
    "/?x=..%2f",
    "/sign-in",
    "/docs/a",
    "/docs/a/b",
    "/docs/a.b",
    "/docs/a%20b",
    "/docs/%C3%A9",
  ]) {
    assert.equal(await verdict(path), "through", path);
  }
});

test("a public prefix does not make the rest public", async () => {
  for (const step of ["..", "%2e%2e", ".%2e", "..;", "..;x=1", "..%00", "%252e%252e"]) {
    for (const slash of ["/", "%2f", "%2F", "%5c", "\\", "%252f", "//"]) {
      for (const path of [
        `/docs/${step}${slash}vault`,
        `/docs${slash}${step}${slash}vault`,
        `/docs/a/${step}/${step}${slash}vault`,
      ])
        assert.equal(await verdict(path), "barred", path);
    }
  }
  for (const path of ["/docs%2fa", "/docs%5ca", "/docsx", "/docs;/a", "/docs%00", "/docs/%", "/docs/%ff", "/DOCS/a"]) {
    assert.equal(await verdict(path), "barred", path);
  }
});

test("neither a file extension nor one of Next.js's folders is a bypass", async () => {
  for (const path of [
    ...[
      "/vault.rsc",
      "/vault.txt",
      "/vault.png",
      "/vault.segments/_tree.segment.rsc",
      "/vault/favicon.ico",
      "/_next",
      "/_next/",
    ],
    ...[
      "/_next/data/b/vault.json",
      "/_next/data/b/docs/..%2fvault.json",
      "/_next/static/../vault",
      "/_next/static%2f..%2fvault",
    ],
    ...[
      "/_next/static/..%2f..%2fvault",
      "/_next/static/%252e%252e/vault",
      "/_next/static/..;/vault",
      "/x/_next/static/a.js",
    ],
    ...[
      "/_next/image?url=/vault&w=64&q=75",
      "/_next/image?url=/docs/..%2fvault&w=64&q=75",
      "/_next/image?url=/docs/a&url=/vault",
    ],
    ...[
      "/_next/image?url=%2Fdocs%2F..%252fvault",
      "/vault?/_next/static/a.js",
      "/vault?x=/docs/a",
      "/__nextjs_source-map",
    ],
  ]) {
    assert.equal(await verdict(path), "barred", path);
  }
  assert.equal(await verdict("/_next/static/chunks/a.js"), "through");
});

test("a page's data is guarded like the page, if a host passes its address on unchanged", async () => {
  for (const path of ["/_next/data/b/index.json", "/_next/data/b/docs/a.json"]) {
    assert.equal(await verdict(path), "through", path);
  }
  for (const path of ["/_next/data/b/vault.json", "/_next/data/b/docs/..%2fvault.json"]) {
    assert.equal(await verdict(path), "barred", path);
  }
});

test("a preflight has no session", async () => {
  const headers = { origin: "https://x.example", "access-control-request-method": "GET" };
  const answer = await auth.proxy(new NextRequest(`${BASE}/api/vault`, { method: "OPTIONS", headers }));
  assert.equal(answer.status, 401);
});

test("the image optimizer is as public as the path of its image, also below a basePath", async () => {
  const through = async (basePath, url) => {
    const nextConfig = { basePath };
    const path = `${basePath}/_next/image?url=${encodeURIComponent(url)}&w=64&q=75`;
    const answer = await auth.proxy(new NextRequest(BASE + path, { nextConfig }));
    // Shared caches may store these responses, so they must not contain anything about a session.
    assert.equal(answer.headers.get("set-cookie"), null);
    assert.equal(answer.headers.get("x-middleware-request-x-edgeseal-seal"), null);
    return answer.headers.get("x-middleware-next") === "1";
  };
  for (const [basePath, url, expected] of [
    ["", "/docs/a.png", true],
    ["", "/_next/static/media/a.png", true],
    ["", "https://cdn.example/a.png", true],
    ["", "/vault.png", false],
    ["", "//evil.example/a.png", false],
    ["", "/_next/image?url=/docs/a.png", false],
    ["/docs", "/docs/vault.png", false],
    ["/shop", "/shop/docs/a.png", true],
    ["/shop", "/docs/a.png", false],
  ]) {
    assert.equal(await through(basePath, url), expected, `${basePath} ${url}`);
  }
});

test("paths in options may be encoded, and an invalid sign-in path is refused", async () => {
  const secret = "0123456789abcdef0123456789abcdef-paths";
  const other = createAuth({
    secret,
    baseURL: BASE,
    signInPath: "/%C3%A9ntrer",
    publicPaths: ["/caf%C3%A9", "/tea room"],
  });
  for (const path of ["/%C3%A9ntrer", "/caf%C3%A9", "/tea%20room"]) {
    assert.equal((await other.proxy(new NextRequest(BASE + path))).headers.get("x-middleware-next"), "1", path);
  }
  for (const signInPath of ["/sign-in.rsc", "/_next/data/b/x.json", "/a%2fb", "/a/../b", "//a"]) {
    assert.throws(() => createAuth({ secret, baseURL: BASE, signInPath }), { code: "ERR_OPTION_INVALID" }, signInPath);
  }
  for (const value of ["/sign-in/", "/sign-in/.", "/%73ign-in", "/sign-in.rsc", "/sign-in?a"]) {
    assert.equal(auth.callbackUrl(value, "/home"), "/home", value);
  }
});

test("segments of a page are parsed as in Next.js: the last .segments counts", async () => {
  assert.equal(await verdict("/docs.segments/vault.segments/x.segment.rsc"), "barred");
  assert.equal(await verdict("/docs.segments/_tree.segment.rsc"), "through");
});
