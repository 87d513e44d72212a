// The gate where Next.js gives paths another shape: basePath, trailing slash, and the locales of the Pages Router.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { AUTH_FIXTURE } from "../../scripts/examples.mjs";
import { at } from "../../scripts/run.mjs";
import { DATA, follow, PAST_PROXY, startApp, TREASURE } from "../next/app.mjs";
import { signJwt } from "edgeseal";

const built = (...parts) => at(AUTH_FIXTURE, ".next/shaped", ...parts);
const BUILD = readFileSync(built("BUILD_ID"), "utf8");
let app, cookies;

before(async () => {
  app = await startApp({ SHAPED: "1" });
  const day = new Date(Date.now() + 86_400_000).toISOString();
  const user = { id: "u1", email: "ann@example.com", name: "Ann", emailVerified: false };
  const claims = { session: { id: "s1", token: "t1", userId: "u1", expiresAt: day }, user, version: "1" };
  cookies = { [DATA]: signJwt(claims, app.secret, { typ: false, expiresIn: 300 }) };
});
after(() => app.stop());

/** Stopped, wherever the way through Next.js's own redirects leads. */
async function barred(path, headers = {}) {
  const landed = await follow(app, path, { headers });
  const why = `${path} ends at ${landed.path} with ${landed.status}`;
  assert.doesNotMatch(landed.text, /vault content|protected/, why);
  const soft = landed.headers["x-nextjs-redirect"];
  assert.ok(landed.status >= 400 || /^\/shop\/sign-in\/?\?/.test(landed.path) || soft?.includes("/sign-in"), why);
  assert.ok(landed.status < 500, why);
}

const data = (name) => [
  ...["", "/en", "/de", "/fr"].map((locale) => `/shop/_next/data/${BUILD}${locale}/${name}.json`),
  `/_next/data/${BUILD}/${name}.json`,
  `/shop//_next/data/${BUILD}/en/${name}.json`,
  `/shop/_next/data/${BUILD}/en//${name}.json`,
  `/shop/_next/data/${BUILD}/EN/${name}.json`,
  `/shop/_next/data/${BUILD}/${name}.json/`,
];

test("with a session all of it is there", async () => {
  for (const path of ["/shop/vault/", "/shop/legacy/", "/shop/de/legacy/", "/shop/api/vault/", "/shop/plan.txt"]) {
    const answer = await follow(app, path, { cookies });
    assert.ok(answer.text.includes(TREASURE), `${path} ends at ${answer.path} with ${answer.status}`);
  }
  for (const path of data("legacy").slice(1, 3)) {
    assert.ok((await follow(app, path, { cookies })).text.includes(TREASURE), path);
  }
  assert.match((await follow(app, "/shop/dashboard/", { cookies })).text, /protected/);
  assert.ok((await app.ask("/shop/vault/", { headers: PAST_PROXY })).text.includes(TREASURE));
});

test("the redirect keeps basePath and trailing slash, and leads back to the page", async () => {
  for (const path of ["/shop/dashboard/", "/shop/vault/", "/shop/de/legacy/"]) {
    const { status, headers } = await app.ask(`${path}?tab=1`);
    assert.equal(status, 307, path);
    const to = new URL(headers.location, app.baseURL);
    assert.match(to.pathname, /^\/shop\/sign-in\/?$/);
    const page = await follow(app, to.pathname + to.search);
    const [, href] = /<a href="([^"]*)"/.exec(page.text);
    const back = await follow(app, href.startsWith("/shop") ? href : `/shop${href}`, { cookies });
    assert.equal(back.status, 200, `${path} by ${href}`);
    assert.equal(new URL(back.path, app.baseURL).searchParams.get("tab"), "1");
    assert.match(back.text, path.includes("dashboard") ? /protected/ : /vault content/);
  }
  const api = await app.ask("/shop/api/me/");
  assert.equal(api.status, 401);
  assert.match(api.headers["www-authenticate"], /^Bearer/);
});

test("public paths are written without basePath, locale or trailing slash", async () => {
  for (const path of ["/shop", "/shop/", "/shop/sign-up/", "/shop/sign-in/", "/shop/docs/a/", "/shop/docs/a"]) {
    assert.equal((await follow(app, path)).status, 200, path);
  }
});

test("every spelling without a session", async () => {
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
      await barred(path);
  }
});

test("CVE-2026-44573: data of the Pages Router, with a locale and without", async () => {
  for (const name of ["legacy", "vault", "dashboard"]) {
    for (const path of data(name)) {
      for (const headers of [{}, { "x-nextjs-data": "1" }, { "accept-language": "de" }, { cookie: "NEXT_LOCALE=de" }]) {
        await barred(path, headers);
      }
    }
  }
});

test("CVE-2026-44575: segments and .rsc", async () => {
  const files = readdirSync(built("server/app"), { recursive: true }).filter((name) => /^vault\b.*\./.test(name));
  assert.ok(files.some((name) => name.startsWith("vault.segments/")));
  for (const file of files) {
    for (const path of [`/shop/${file}`, `/shop/${file}/`, `/shop/en/${file}`, `/${file}`]) {
      await barred(path, { rsc: "1", "next-router-prefetch": "1" });
      await barred(path, { rsc: "1", "next-router-prefetch": "1", "next-router-segment-prefetch": "/_tree" });
    }
  }
  for (const headers of [{ rsc: "1" }, { purpose: "prefetch" }, { "x-middleware-prefetch": "1" }]) {
    for (const path of ["/shop/vault/", "/shop/legacy/", "/shop/de/legacy/", "/shop/dashboard/"])
      await barred(path, headers);
  }
});
