// Tests the proxy with different path configurations: basePath, trailing slashes, and the Pages Router's `i18n`.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { follow, PAST_PROXY, TREASURE } from "./app.mjs";
import { barred, startShape } from "./shape.mjs";

let app;
before(async () => {
  app = await startShape("shaped");
});
after(() => app.stop());

const data = (build, name) => [
  ...["", "/en", "/de", "/fr"].map((locale) => `/shop/_next/data/${build}${locale}/${name}.json`),
  `/_next/data/${build}/${name}.json`,
  `/shop//_next/data/${build}/en/${name}.json`,
  `/shop/_next/data/${build}/en//${name}.json`,
  `/shop/_next/data/${build}/EN/${name}.json`,
  `/shop/_next/data/${build}/${name}.json/`,
];

test("with a session all content is there", async () => {
  const { cookies } = app;
  for (const path of ["/shop/vault/", "/shop/legacy/", "/shop/de/legacy/", "/shop/api/vault/", "/shop/plan.txt"]) {
    const answer = await follow(app, path, { cookies });
    assert.ok(answer.text.includes(TREASURE), `${path} ends at ${answer.path} with ${answer.status}`);
  }
  for (const path of data(app.build, "legacy").slice(1, 3)) {
    assert.ok((await follow(app, path, { cookies })).text.includes(TREASURE), path);
  }
  assert.match((await follow(app, "/shop/dashboard/", { cookies })).text, /protected/);
  assert.ok((await app.ask("/shop/vault/", { headers: PAST_PROXY })).text.includes(TREASURE));
});

test("the redirect keeps basePath and trailing slash, and leads back to the page", async () => {
  const { cookies } = app;
  // Leave out paths with a locale: for `/shop/de/legacy/`, Next.js 16.4 passes `/de/shop/de/legacy/` to the proxy.
  for (const path of ["/shop/dashboard/", "/shop/vault/", "/shop/legacy/"]) {
    const { status, headers } = await app.ask(`${path}?tab=1`);
    assert.equal(status, 307, path);
    const to = new URL(headers.location, app.baseURL);
    assert.match(to.pathname, /^\/shop\/sign-in\/?$/);
    const page = await follow(app, to.pathname + to.search);
    const [, href] = /<a href="([^"]*)"/.exec(page.text);
    const back = await follow(app, `/shop${href}`, { cookies });
    assert.equal(back.status, 200, `${path} by ${href}`);
    assert.equal(new URL(back.path, app.baseURL).searchParams.get("tab"), "1");
    assert.match(back.text, path.includes("dashboard") ? /protected/ : /vault content/);
  }
  const api = await app.ask("/shop/api/me/");
  assert.equal(api.status, 401);
  assert.match(api.headers["www-authenticate"], /^Bearer/);
});

test("files under assetPrefix are public", async () => {
  const page = await follow(app, "/shop/sign-in/");
  const assets = page.text.match(/\/cdn\/_next\/static\/[^"\\]+\.js/g);
  assert.ok(assets?.length > 0, page.text);
  for (const path of new Set(assets)) assert.equal((await app.ask(path)).status, 200, path);
  for (const path of [
    "/cdn/_next/static/../../shop/vault/",
    "/cdn/vault/",
    "/cdnx/_next/static/x",
    "/x/cdn/_next/static/x",
  ])
    await barred(app, path);
});

test("callbackUrl() returns one form for all its inputs", async () => {
  const hrefOf = async (value) => {
    const page = await follow(app, `/shop/sign-in/?callbackUrl=${encodeURIComponent(value)}`);
    return /<a href="([^"]*)"/.exec(page.text)[1].replaceAll("&amp;", "&");
  };
  for (const value of ["/shop/dashboard/?tab=1", "/dashboard/?tab=1", `${app.baseURL}/shop/dashboard/?tab=1`])
    assert.equal(await hrefOf(value), "/dashboard/?tab=1", value);
  for (const value of ["/shop", "/shop/", "/"]) assert.equal(await hrefOf(value), "/", value);
  assert.equal(await hrefOf("/shopping"), "/shopping");
  assert.equal(await hrefOf("/shop?x=1"), "/?x=1");
  for (const value of [
    "/shop//evil.example",
    "/shop/\\evil.example",
    "/shop/%2fevil.example",
    "/shop/..//evil.example/",
  ])
    assert.equal(await hrefOf(value), "/", value);
  for (const value of ["/shop/sign-in", "/shop/sign-in/?x", "/sign-in", "/shop/sign%2din/"])
    assert.equal(await hrefOf(value), "/", value);
});

test("public paths are written without basePath, locale or trailing slash", async () => {
  for (const path of ["/shop", "/shop/", "/shop/sign-up/", "/shop/sign-in/", "/shop/docs/a/", "/shop/docs/a"]) {
    assert.equal((await follow(app, path)).status, 200, path);
  }
});

test("every form of a path without a session", async () => {
  for (const name of ["vault", "dashboard", "legacy", "api/vault", "plan.txt"]) {
    for (const path of [
      ...["", "/", "//", "%2f", "/?x", ".rsc", ".txt", "/index.txt"].map((end) => `/shop/${name}${end}`),
      ...[
        `/shop//${name}/`,
        `//shop/${name}/`,
        `/%73hop/${name}/`,
        `/SHOP/${name}/`,
        `/shop/./${name}/`,
        `/shop/x/../${name}/`,
      ],
      ...["en", "de", "EN", "%65n", "en/de", "de/en"].map((locale) => `/shop/${locale}/${name}/`),
      ...["en", "de"].flatMap((locale) => [
        `/shop/${locale}//${name}/`,
        `/shop//${locale}/${name}/`,
        `/${locale}/shop/${name}/`,
      ]),
      ...[`/shop/docs/../${name}/`, `/shop/docs/%2e%2e/${name}/`, `/shop/de/docs/../${name}/`, `/shop/de/../${name}/`],
      ...[`/shop/api/auth/../../${name}/`, `/shop/shop/${name}/`, `/${name}/`, `/${name}`],
    ])
      await barred(app, path);
  }
});

test("CVE-2026-44573: data of the Pages Router, with a locale and without", async () => {
  for (const name of ["legacy", "vault", "dashboard"]) {
    for (const path of data(app.build, name)) {
      for (const headers of [{}, { "x-nextjs-data": "1" }, { "accept-language": "de" }, { cookie: "NEXT_LOCALE=de" }]) {
        await barred(app, path, headers);
      }
    }
  }
});

test("CVE-2026-44575: segments and .rsc", async () => {
  assert.ok(app.prerendered.some((name) => name.startsWith("vault.segments/")));
  for (const file of app.prerendered) {
    for (const path of [`/shop/${file}`, `/shop/${file}/`, `/shop/en/${file}`, `/${file}`]) {
      await barred(app, path, { rsc: "1", "next-router-prefetch": "1" });
      await barred(app, path, { rsc: "1", "next-router-prefetch": "1", "next-router-segment-prefetch": "/_tree" });
    }
  }
  for (const headers of [{ rsc: "1" }, { purpose: "prefetch" }, { "x-middleware-prefetch": "1" }]) {
    for (const path of ["/shop/vault/", "/shop/legacy/", "/shop/de/legacy/", "/shop/dashboard/"])
      await barred(app, path, headers);
  }
});
