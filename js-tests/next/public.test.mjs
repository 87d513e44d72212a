// Tests which paths are public by default, and which response each kind of client gets without a session.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createAuth } from "edgeseal/next";
import { NextRequest } from "next/server.js";

const BASE = "https://app.example";
const secret = "0123456789abcdef0123456789abcdef-public";
const create = (publicPaths) => createAuth({ secret, baseURL: BASE, publicPaths });
const auth = create(["/", "/docs/*", "/*.svg", "/images/*.png"]);

const ask = (path, headers = {}, method = "GET") => auth.proxy(new NextRequest(BASE + path, { method, headers }), {});
const passes = async (path) => (await ask(path)).headers.get("x-middleware-next") === "1";

test("files that browsers and crawlers request by themselves are public", async () => {
  for (const path of [
    ...["/favicon.ico", "/robots.txt", "/sitemap.xml", "/sitemap/0.xml", "/manifest.webmanifest", "/manifest.json"],
    ...["/.well-known/change-password", "/.well-known/acme-challenge/x", "/.well-known/security.txt"],
    ...["/icon.png", "/icon?0a1b2c", "/icon1.svg", "/apple-icon.png", "/opengraph-image.png", "/twitter-image"],
    ...["/docs/a/opengraph-image", "/sign-in/opengraph-image.png"],
  ])
    assert.ok(await passes(path), path);
});

test("pages for links in e-mails are public, and nothing below them", async () => {
  const pages = ["/forgot-password", "/reset-password", "/verify-email"];
  for (const page of pages) assert.ok(await passes(`${page}?token=x`), page);
  for (const page of pages) assert.ok(!(await passes(`${page}/x`)), page);
});

test("paths that only look like them are not", async () => {
  for (const path of [
    ...[
      "/vault/favicon.ico",
      "/vault/robots.txt",
      "/robots.txt/vault",
      "/favicon.ico/x",
      "/well-known/x",
      "/.well-known",
    ],
    ...["/vault/.well-known/x", "/.well-known/../vault", "/.well-known/..%2fvault", "/.well-known/%2e%2e/vault"],
    ...[
      "/vault/opengraph-image.png",
      "/vault/icon.png",
      "/icon.png/vault",
      "/iconx",
      "/icon-editor",
      "/twitter-image-banner",
      "/icon.html",
      "/sitemap/a/b.xml",
    ],
    ...["/FAVICON.ICO", "/favicon.ico%00", "/favicon.ico;x", "//favicon.ico", "/%66avicon.ico/"],
  ]) {
    const spelled = path === "/%66avicon.ico/";
    assert.equal(await passes(path), spelled, path);
  }
});

test("files of public/ by extension: only directly in that folder", async () => {
  for (const path of ["/logo.svg", "/next.svg?x", "/images/a.png", "/images/a.b.png"])
    assert.ok(await passes(path), path);
  for (const path of [
    ...[
      "/logo.png",
      "/vault/logo.svg",
      "/.svg",
      "/logo.svg/x",
      "/logo.svgx",
      "/logosvg",
      "/images/.png",
      "/images/a.svg",
    ],
    ...["/images/a/b.png", "/vault/..%2fa.svg", "/vault%2fa.svg", "/logo.SVG", "/a;b/c.svg"],
  ])
    assert.ok(!(await passes(path)), path);
  for (const wrong of ["/*.", "/*.*", "*.svg", "/*svg", "/a*.svg", "/*.svg/x", "/*.s?g", "/**.svg", "/*.../x"])
    assert.throws(() => create([wrong]), { code: "ERR_OPTION_INVALID" }, wrong);
});

test("scripts get 401 as JSON at every path, users get the sign-in page", async () => {
  const scripts = [
    { accept: "application/json" },
    { accept: "application/json, text/plain, */*" },
    { accept: "application/problem+json" },
    { accept: "*/*", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" },
    { accept: "*/*", "sec-fetch-mode": "same-origin", "sec-fetch-dest": "empty" },
    { accept: "image/avif,image/*;q=0.8", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" },
  ];
  for (const headers of scripts) {
    for (const method of ["GET", "POST"]) {
      const answer = await ask("/data", headers, method);
      assert.equal(answer.status, 401, JSON.stringify(headers));
      assert.equal(answer.headers.get("www-authenticate"), "Bearer");
      assert.equal((await answer.json()).code, "UNAUTHORIZED");
    }
  }
  const html = "text/html,application/xhtml+xml,*/*;q=0.8";
  for (const headers of [
    {},
    { accept: "*/*" },
    // Node's `fetch` sends these headers.
    { accept: "*/*", "sec-fetch-mode": "cors" },
    { accept: html, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" },
    { accept: `${html},application/json` },
    { accept: "*/*", "sec-fetch-mode": "cors", "x-nextjs-data": "1" },
  ]) {
    assert.equal((await ask("/data", headers)).status, 307, JSON.stringify(headers));
    assert.equal((await ask("/data", headers, "POST")).status, 303, JSON.stringify(headers));
  }
});

test("Next.js's routers get responses that they don't cache, and actions ones that they can read", async () => {
  const router = { accept: "*/*", "next-url": "/", "sec-fetch-mode": "cors" };
  const answer = await ask("/mine", router);
  assert.deepEqual([answer.status, await answer.text(), answer.headers.get("location")], [204, "", null]);
  const data = await ask("/mine", { accept: "*/*", "x-nextjs-data": "1", "sec-fetch-mode": "cors" });
  assert.equal(data.headers.get("x-middleware-cache"), "no-cache");
  const action = await ask("/mine", { accept: "text/x-component", "next-action": "0".repeat(42), ...router }, "POST");
  assert.equal(action.status, 303);
  assert.equal(action.headers.get("x-action-redirect"), `${BASE}/sign-in?callbackUrl=%2Fmine;push`);
  assert.equal(action.headers.get("location"), null);
});
