// Tests paths with a locale that the app's own routing adds (as with next-intl), and patterns with named parameters.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createAuth } from "edgeseal/next";
import { NextRequest, NextResponse } from "next/server.js";

const BASE = "https://app.example";
const options = { secret: "0123456789abcdef0123456789abcdef-locales", baseURL: BASE };

/** Like next-intl's middleware with `localePrefix: "always"`: redirects paths without a locale to `/en`. */
const always = (request) => {
  const { pathname, search } = request.nextUrl;
  if (/^\/(?:en|de)(?:\/|$)/.test(pathname)) return NextResponse.next({ request: { headers: request.headers } });
  return NextResponse.redirect(new URL(`/en${pathname === "/" ? "" : pathname}${search}`, request.url));
};

/** Returns the path and status that a browser without a session ends up with after all redirects. */
async function visit(auth, path, headers = {}) {
  const proxy = auth.proxyWith(always);
  for (let hop = 0; hop < 10; hop += 1) {
    const answer = await proxy(new NextRequest(new URL(path, BASE), { headers }), {});
    const location = answer.headers.get("location");
    if (location === null) return [path, answer.status];
    const to = new URL(location, BASE);
    path = to.pathname + to.search;
  }
  return assert.fail(`redirect loop at ${path}`);
}

test("with locales each locale has its sign-in page, and it is public", async () => {
  const auth = createAuth({ ...options, publicPaths: ["/", "/docs/*"], locales: ["en", "de", "pt-BR"] });
  assert.deepEqual(await visit(auth, "/en/mine"), ["/en/sign-in?callbackUrl=%2Fen%2Fmine", 200]);
  assert.deepEqual(await visit(auth, "/de/mine?x=1"), ["/de/sign-in?callbackUrl=%2Fde%2Fmine%3Fx%3D1", 200]);
  assert.deepEqual(await visit(auth, "/mine"), ["/en/sign-in?callbackUrl=%2Fmine", 200]);
  for (const path of ["/en", "/de/docs", "/de/docs/a", "/en/docs/opengraph-image"]) {
    assert.deepEqual(await visit(auth, path), [path, 200]);
  }
  assert.deepEqual(await visit(auth, "/docs/a"), ["/en/docs/a", 200]);
  assert.equal((await visit(auth, "/de/api/me"))[1], 401);
  for (const path of ["/fr/docs/a", "/en/de/docs/a", "/EN/docs/a", "/en%2fdocs/a", "/en/mine/docs", "/en//docs/a"]) {
    assert.match((await visit(auth, path))[0], /^\/en\/sign-in/, path);
  }
  for (const value of ["/sign-in", "/de/sign-in", "/de/sign-in?x"]) assert.equal(auth.callbackUrl(value, "/x"), "/x");
  assert.equal(auth.callbackUrl("/fr/sign-in", "/x"), "/fr/sign-in");
});

test("with a pattern for the locale it is public too", async () => {
  const auth = createAuth({ ...options, publicPaths: ["/:locale", "/:locale/sign-in"] });
  assert.deepEqual(await visit(auth, "/en/mine"), ["/en/sign-in?callbackUrl=%2Fen%2Fmine", 200]);
  assert.deepEqual(await visit(auth, "/en"), ["/en", 200]);
});

test("with neither, 401 instead of a loop, and the log says how to fix it", async () => {
  const lines = [];
  const { warn } = console;
  console.warn = (line) => lines.push(line);
  try {
    const auth = createAuth({ ...options, publicPaths: [] });
    const [path, status] = await visit(auth, "/en/mine");
    assert.equal(status, 401);
    assert.match(path, /^\/en\/sign-in/);
  } finally {
    console.warn = warn;
  }
  assert.match(lines.join("\n"), /locales: \["en", \.\.\.\]/);
});

test("a named segment is exactly one", async () => {
  const auth = createAuth({ ...options, publicPaths: ["/u/:name", "/:a/share/:b/*"], apiPaths: ["/:team/api/*"] });
  const status = async (path) => (await auth.proxy(new NextRequest(BASE + path), {})).status;
  for (const path of ["/u/ann", "/u/a.b", "/x/share/y", "/x/share/y/z", "/u/%C3%A9"])
    assert.equal(await status(path), 200, path);
  for (const path of [
    "/u",
    "/u/",
    "/u//",
    "/u/a/b",
    "/u/a%2fb",
    "/u/..",
    "/u/%2e%2e",
    "/u/.",
    "/share/y",
    "/x/share",
    "/u/..;x",
  ])
    assert.notEqual(await status(path), 200, path);
  assert.equal(await status("/acme/api/x"), 401);
  assert.equal(await status("/api/x"), 307);
});

test("a pattern that matches nothing is refused, by name", () => {
  for (const pattern of [
    ...[
      "/docs/[slug]",
      "/docs/[...slug]",
      "/(shop)/cart",
      "/docs/:slug*",
      "/docs/:",
      "/docs/:slug?",
      "/:path*",
      "/:a.b",
    ],
    ...[
      "/docs/{slug}",
      "/docs/**",
      "/docs/*/x",
      "/d*cs",
      "/a//b",
      "/a/../b",
      "/a?x",
      "/a#x",
      "/a%2fb",
      "/a.rsc",
      "docs",
      "",
    ],
    ...["/_next/data/x/a.json", "/a.segments/x.segment.rsc", "https://app.example/a"],
  ]) {
    for (const name of ["publicPaths", "apiPaths"]) {
      const wrong = { ...options, [name]: [pattern] };
      const refused = { code: "ERR_OPTION_INVALID", message: new RegExp(`^${name} must be`) };
      assert.throws(() => createAuth(wrong), refused, `${name} ${pattern}`);
    }
  }
  for (const locales of ["en", [""], ["en/x"], ["*"], [1], ["en", "../x"]])
    assert.throws(() => createAuth({ ...options, locales }), /^EdgesealError: locales must be|locales must be/);
});
