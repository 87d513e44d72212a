// Tests that every form of a path and every kind of request is guarded. Covers CVE-2025-29927, CVE-2026-44573 to 44575
// and similar bugs.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { APP_FIXTURE } from "../../scripts/examples.mjs";
import { at } from "../../scripts/run.mjs";
import { follow, PAST_PROXY, startApp, TREASURE } from "./app.mjs";

const built = (...parts) => at(APP_FIXTURE, ".next/plain", ...parts);
const BUILD = readFileSync(built("BUILD_ID"), "utf8");
let app, ann;

before(async () => {
  app = await startApp();
  ann = await app.signUp("Ann");
});
after(() => app.stop());

/** Asserts that a request without a session is refused or redirected to sign-in, without leaking protected content. */
async function barred(path, given = {}) {
  const why = `${path} ${JSON.stringify(given)}`;
  const answer = await app.ask(path, given);
  const { location, "x-nextjs-redirect": soft } = answer.headers;
  assert.doesNotMatch(answer.text, /vault content|protected/, why);
  assert.ok(answer.status < 500, `${why}: ${answer.status}`);
  // If a client-side router request is refused (4xx or empty 204), the router falls back to a full page load, which
  // is redirected.
  if (answer.status >= 400 || (answer.status === 204 && answer.text === "")) return;
  const to = location ?? soft;
  assert.ok(to, `${why}: passed with ${answer.status}`);
  assert.equal(new URL(to, app.baseURL).origin, app.baseURL, why);
  // A redirect that normalizes the path must also lead to sign-in.
  const landed = await follow(app, path, given).catch((cause) => assert.fail(`${why}: ${cause.message}`));
  assert.doesNotMatch(landed.text, /vault content|protected/, why);
  assert.ok(
    landed.status >= 400 || landed.path.startsWith("/sign-in") || soft || landed.status === 204,
    `${why} ends at ${landed.path}`,
  );
}

/** Asserts that the response doesn't contain any protected content, whatever its status. */
async function shut(path, given = {}) {
  const answer = await follow(app, path, given);
  assert.doesNotMatch(answer.text, /vault content|protected/, `${path} ${JSON.stringify(given)}`);
  assert.ok(answer.status < 500, `${path}: ${answer.status}`);
}

test("with a session all content is there, so that the tests below mean something", async () => {
  const { cookies } = ann;
  for (const path of ["/vault", "/api/vault", "/plan.txt", "/legacy", `/_next/data/${BUILD}/legacy.json`]) {
    assert.ok((await app.ask(path, { cookies })).text.includes(TREASURE), path);
  }
  assert.match((await follow(app, "/vault", { cookies, headers: { rsc: "1" } })).text, /vault content/);
  assert.match((await app.ask("/dashboard", { cookies })).text, /protected/);
  assert.ok((await app.ask("/vault", { headers: PAST_PROXY })).text.includes(TREASURE), "only the proxy guards it");
});

test("pages, APIs, files and the Pages Router's data", async () => {
  for (const path of [
    ...["/vault", "/dashboard", "/legacy", "/plan.txt", "/api/vault", "/api/me", "/api/raw", "/nothing-here"],
    ...[
      "/vault?x",
      "/vault?__nextLocale=en",
      "/vault#x",
      "/docs",
      "/docsx",
      "/api/authx",
      "/api/auth",
      "/sign-inx",
      "/sign-in/x",
    ],
    ...["/sign-upx", "/sign-up/x", "/_next/datax", "/__nextjs_original-stack-frame", "/_next/static/../../vault"],
    ...[`/_next/data/${BUILD}/legacy.json`, `/_next/data/${BUILD}/vault.json`, `/_next/data/${BUILD}/dashboard.json`],
    ...[
      `/_next/data/${BUILD}/index/legacy.json`,
      `/_next/data/other/legacy.json`,
      `/_next/data/${BUILD}/en/legacy.json`,
      `/_next/data/${BUILD}//legacy.json`,
    ],
    ...[`//_next/data/${BUILD}/legacy.json`, `/_next/data/${BUILD}/legacy.json/`, `/_next/data/${BUILD}/%6cegacy.json`],
    ...[`/_next/data/${BUILD}/docs/../legacy.json`, `/_next/data/${BUILD}/docs/%2e%2e/legacy.json`],
  ]) {
    // Next.js may not know such a path, so a 404 is as good as a refusal.
    await barred(path);
    await shut(path, { headers: { "x-nextjs-data": "1" } });
  }
});

test("every method", async () => {
  for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"]) {
    await barred("/vault", { method });
    await barred("/api/vault", { method });
  }
});

test("forms of a path", async () => {
  for (const name of ["vault", "dashboard", "legacy"]) {
    const encoded = `%${name.charCodeAt(0).toString(16)}${name.slice(1)}`;
    for (const path of [
      ...[
        `//${name}`,
        `///${name}`,
        `/${name}/`,
        `/${name}//`,
        `/${encoded}`,
        `/${name}%2f`,
        `/${name}%5c`,
        `/${name}%00`,
      ],
      ...[
        `/${name.toUpperCase()}`,
        `/./${name}`,
        `/%2e/${name}`,
        `/x/../${name}`,
        `/${name};x`,
        `/${name};x=1`,
        `/;/${name}`,
      ],
      ...[
        `/${name}%20`,
        `/${name}.`,
        `/${name}%2e`,
        `/${name}.html`,
        `/${name}.json`,
        `/${name}.txt`,
        `/${name}/index`,
      ],
      ...[
        `/${name}/index.html`,
        `/index/${name}`,
        `/%2f${name}`,
        `/%5c${name}`,
        `/\\${name}`,
        `/${name}\\`,
        `/${name}?/docs/a`,
      ],
      ...[`/${name}#/docs/a`, `/${name}/..`, `/${name}/../${name}`, `/en/${name}`, `/${name}%23`, `/${name}%3f`],
      ...[`/%25${encoded.slice(1)}`, `/${name}%ff`, `/${name}%E0%A4%A`],
    ])
      if (new URL(path, "http://localhost").pathname !== "/") await barred(path);
  }
});

test("a public path is no bypass", async () => {
  const names = ["vault", "dashboard", "legacy", "plan.txt", "api/vault"];
  for (const [open, name] of [
    ...names.map((name) => ["docs", name]),
    ["api/auth", "vault"],
    ["_next/static", "vault"],
  ]) {
    const up = open.split("/").map(() => "..");
    for (const step of ["..", "%2e%2e", ".%2E", "..;", "..;x", "..%00", "%252e%252e"]) {
      const ways = ["/", "%2f", "%5c", "\\", "//"].flatMap((slash) => {
        const climb = up.map(() => step).join(slash);
        return [`/${open}/${climb}${slash}${name}`, `/${open}${slash}a${slash}${step}${slash}${climb}${slash}${name}`];
      });
      await Promise.all(ways.map((way) => shut(way)));
    }
  }
  assert.equal((await app.ask("/docs/a")).status, 200, "the public path still works");
});

test("Next.js's own requests", async () => {
  const tree = encodeURIComponent('["",{"children":["vault",{"children":["__PAGE__",{}]}]}]');
  const headers = [
    { rsc: "1" },
    { rsc: "1", "next-router-prefetch": "1" },
    { rsc: "1", "next-router-prefetch": "2" },
    { rsc: "1", "next-router-prefetch": "1", "next-router-segment-prefetch": "/_tree" },
    { rsc: "1", "next-router-prefetch": "1", "next-router-segment-prefetch": "/vault/__PAGE__" },
    { rsc: "1", "next-router-state-tree": tree, "next-url": "/docs/a" },
    { rsc: "1", "next-url": "/docs/a" },
    { purpose: "prefetch" },
    { "sec-purpose": "prefetch;prerender" },
    { "x-moz": "prefetch" },
    { "x-nextjs-data": "1" },
    { "x-middleware-prefetch": "1" },
    { "next-action": "0".repeat(42) },
    { "next-resume": "1" },
    { "x-prerender-revalidate": "x" },
    { accept: "text/x-component" },
  ];
  for (const given of headers) {
    for (const path of ["/vault", "/dashboard", "/legacy", "/vault?_rsc=x", "/dashboard?_rsc=1b2c3"]) {
      await barred(path, { headers: given });
    }
    await shut("/docs/a", { headers: given });
  }
});

test("files of the build: .rsc, segments, prerendered pages", async () => {
  const prerendered = readdirSync(built("server/app"), { recursive: true }).filter((name) => /^vault\b.*\./.test(name));
  assert.ok(
    prerendered.some((name) => name.startsWith("vault.segments/")),
    "there are segments to ask for",
  );
  const paths = [
    ...prerendered.map((name) => `/${name}`),
    ...[
      "/vault.rsc",
      "/vault.prefetch.rsc",
      "/vault.meta",
      "/vault.action",
      "/dashboard.rsc",
      "/dashboard.prefetch.rsc",
    ],
    ...["/dashboard.segments/_tree.segment.rsc", "/dashboard.segments/dashboard/__PAGE__.segment.rsc"],
    ...[
      "/dashboard.segments/_full.segment.rsc",
      "/vault.rsc/",
      "//vault.rsc",
      "/%76ault.rsc",
      "/vault%2ersc",
      "/VAULT.RSC",
    ],
    ...["/docs/../vault.rsc", "/vault.segments%2f_tree.segment.rsc"],
  ];
  for (const path of paths) {
    await barred(path);
    await barred(path, { headers: { rsc: "1", "next-router-prefetch": "1" } });
    await shut(path, { headers: { rsc: "1", "next-router-prefetch": "1", "next-router-segment-prefetch": "/_tree" } });
  }
});

test("the image optimizer fetches nothing that is protected", async () => {
  for (const url of ["/api/me", "/api/vault", "/plan.txt", "/vault", "/docs/../plan.txt", "//localhost/plan.txt"]) {
    await shut(`/_next/image?url=${encodeURIComponent(url)}&w=64&q=75`);
    await shut(`/_next/image?url=${encodeURIComponent(url)}&w=64&q=75`, { headers: { host: "evil.example" } });
  }
});

test("CVE-2025-29927: no header of Next.js lets a request skip the proxy", async () => {
  const files = [
    "middleware",
    "src/middleware",
    "proxy",
    "src/proxy",
    "pages/_middleware",
    "/proxy",
    "src/pages/_middleware",
  ];
  const headers = files.flatMap((file) =>
    [1, 5, 9].map((times) => ({ "x-middleware-subrequest": Array(times).fill(file).join(":") })),
  );
  headers.push(
    { "x-middleware-subrequest": files.join(":") },
    { "x-middleware-subrequest-id": "0".repeat(16), "x-middleware-subrequest": "proxy:proxy:proxy:proxy:proxy" },
    { "x-middleware-next": "1" },
    { "x-middleware-rewrite": "/vault" },
    { "x-middleware-invoke": "1" },
    { "x-middleware-skip": "1" },
    { "x-middleware-cache": "no-cache" },
    { "x-middleware-override-headers": "cookie", "x-middleware-request-cookie": "a=b" },
    { "x-middleware-set-cookie": "a=b" },
    { "x-invoke-path": "/vault", "x-invoke-status": "200", "x-invoke-output": "/vault" },
    { "x-matched-path": "/vault" },
    { "x-now-route-matches": "1=vault" },
    { "x-vercel-id": "x", "x-vercel-skip-middleware": "1" },
    { "x-rewrite-url": "/vault", "x-original-url": "/vault" },
    { "x-forwarded-uri": "/docs/a", "x-forwarded-prefix": "/docs" },
    { "x-http-method-override": "OPTIONS" },
  );
  for (const given of headers) {
    for (const path of ["/vault", "/dashboard", "/api/vault", `/_next/data/${BUILD}/legacy.json`]) {
      await barred(path, { headers: given });
    }
    await shut("/docs/a", { headers: given });
    await shut("/", { headers: given });
  }
});

test("CVE-2026-44574: no query parameter changes which page a path names", async () => {
  const queries = ["nxtPslug=b", "nxtP1=b", "nxtIslug=b", "slug=b", "__nextPath=/vault", "_nextPath=/vault", "amp=1"];
  queries.push("__nextDataReq=1", "__NEXT_INIT_QUERY=x", "__nextDefaultLocale=de", "nxtPslug=..%2f..%2fvault");
  for (const query of queries) {
    for (const headers of [{}, { "x-matched-path": "/docs/[slug]" }, { "x-now-route-matches": "nxtPslug=b&1=b" }]) {
      const page = await app.ask(`/docs/a?${query}`, { headers });
      assert.doesNotMatch(page.text, /slug b|vault content/, query);
      await barred(`/vault?${query}`, { headers });
      await barred(`/dashboard?${query}`, { headers });
    }
  }
});

test("a request with an unreadable path is neither a 5xx nor a bypass", async () => {
  for (const path of [
    "/%",
    "/%zz",
    "/vault%",
    "/%E0%A4%A",
    "/docs/%",
    "/%00",
    "/%c0%ae%c0%ae/vault",
    `/${"a".repeat(9000)}`,
    "/%ff",
  ]) {
    await shut(path);
    const { status } = await app.ask(path);
    assert.ok(status < 500, `${path}: ${status}`);
  }
});
