// Tests docs/guide/migrate/from-nextauth.md with next-auth 4 and the core of Auth.js 5, through their own HTTP
// endpoints.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { compare, hash } from "bcryptjs";
import { decodeJwt, generateSecret, hashPassword, signJwt, verifyPassword } from "edgeseal";
import { build } from "esbuild";
import { NextRequest } from "next/server.js";
import { at } from "../../scripts/run.mjs";
import { migrationPage, proveTable } from "../migrate.mjs";

process.env.AUTH_SECRET = generateSecret();
process.env.SESSION_SECRET = generateSecret();
const page = migrationPage("from-nextauth");
const require = createRequire(import.meta.url);
const user = { id: "u1", name: "Ann", email: "ann@example.com", image: null };
const password = "correct horse";

/** Bundles a project's file with its imports, as Next.js does. Auth.js 5 is installed under a different name here. */
async function bundled(project, file, version = 4) {
  // Leave out `type`, as in a Next.js app, so that default exports from CommonJS modules work.
  writeFileSync(page.place(project, "package.json"), "{}");
  const outfile = page.place(project, `${file}.${version}.cjs`);
  const alias = version === 5 ? { "next-auth": "authjs-core" } : {};
  const external = ["edgeseal"];
  const entryPoints = [page.used(project, file)];
  await build({
    entryPoints,
    absWorkingDir: at("js-tests"),
    outfile,
    alias,
    external,
    bundle: true,
    platform: "node",
    logLevel: "error",
  });
  return require(outfile);
}

/** The app's own users, which the page doesn't show. */
const USERS = `export const findUser = async (email) => (email === row.email ? row : undefined);
export const saveHash = async (user, hash) => void (user.passwordHash = hash);`;
function users(project) {
  globalThis.row = { ...user, passwordHash: undefined };
  writeFileSync(page.place(project, "lib/users.js"), USERS);
  return globalThis.row;
}

/** For each version, starts an auth server with these options. `visit` keeps cookies as a browser does. */
const servers = {
  async 4(authOptions) {
    const NextAuth = require("next-auth").default;
    const server = createServer(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const { pathname, searchParams } = new URL(request.url, "http://localhost");
      request.query = { ...Object.fromEntries(searchParams), nextauth: pathname.split("/").slice(3) };
      request.body = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
      request.cookies = Object.fromEntries((request.headers.cookie ?? "").split("; ").map((pair) => pair.split("=")));
      for (const name in request.cookies) request.cookies[name] = decodeURIComponent(request.cookies[name]);
      response.status = (code) => Object.assign(response, { statusCode: code });
      response.send = (body) => response.end(typeof body === "string" ? body : JSON.stringify(body));
      response.json = response.send;
      await NextAuth(request, response, authOptions);
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    process.env.NEXTAUTH_URL = `http://127.0.0.1:${server.address().port}`;
    after(() => server.close());
    return (path, init) => fetch(process.env.NEXTAUTH_URL + path, init);
  },
  async 5(authOptions) {
    const { Auth } = await import("authjs-core");
    const config = { ...authOptions, basePath: "/api/auth", trustHost: true, logger: { error() {} } };
    return (path, init) => Auth(new Request(`http://localhost:3000${path}`, init), config);
  },
};

function browser(send) {
  const jar = new Map();
  const visit = async (path, init = {}) => {
    const cookie = [...jar].map((pair) => pair.join("=")).join("; ");
    const response = await send(path, { ...init, redirect: "manual", headers: { ...init.headers, cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      value === "" ? jar.delete(name) : jar.set(name, value);
    }
    return response;
  };
  const session = () => visit("/api/auth/session").then((response) => response.json());
  return {
    jar,
    session,
    async signIn(given) {
      const { csrfToken } = await (await visit("/api/auth/csrf")).json();
      const body = new URLSearchParams({ csrfToken, email: user.email, password: given });
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      await visit("/api/auth/callback/credentials", { method: "POST", headers, body });
      return (await session())?.user?.email;
    },
  };
}

const cookieOf = { 4: "next-auth.session-token", 5: "authjs.session-token" };
const parts = (jar, version) => jar.get(cookieOf[version]).split(".").length;
const tokenOf = (session) => new Map([[cookieOf[5], { value: session }]]);

for (const version of [4, 5]) {
  test(`version ${version}: users with old hashes sign in, get an HS256 session, and their hash is replaced`, async () => {
    const row = users("after");
    row.passwordHash = await hash(password, 4);
    const { authOptions } = await bundled("after", "lib/auth.js", version);
    const ann = browser(await servers[version](authOptions));
    assert.equal(await ann.signIn("wrong horse"), undefined);
    assert.equal(await ann.signIn(password), user.email);
    assert.equal(parts(ann.jar, version), 3);
    assert.match(row.passwordHash, /^\$2b\$12\$/);
    assert.equal(await ann.signIn(password), user.email);

    const { readSession } = await bundled("after", "lib/session-token.js");
    assert.equal(readSession(tokenOf(ann.jar.get(cookieOf[version]))).email, user.email);
    // The page says that a rollback is possible: bcryptjs verifies the new hash.
    assert.equal(await compare(password, row.passwordHash), true);
  });

  test(`version ${version}: a session moves to HS256 and back without signing in again`, async () => {
    users("before").passwordHash = await hash(password, 4);
    const { authOptions: old } = await bundled("before", "lib/auth.js", version);
    const { encode, decode } = await bundled("both", "lib/session-token.js", version);
    const ann = browser(await servers[version](old));
    assert.equal(await ann.signIn(password), user.email);
    assert.equal(parts(ann.jar, version), 5);
    for (const [jwt, length] of [
      [{ decode }, 5],
      [{ encode, decode }, 3],
      [{ encode, decode }, 3],
      [{ decode }, 5],
      [{}, 5],
    ]) {
      const moved = browser(await servers[version]({ ...old, jwt }));
      for (const pair of ann.jar) moved.jar.set(...pair);
      assert.equal((await moved.session()).user.email, user.email);
      assert.equal(parts(moved.jar, version), length);
      ann.jar.set(cookieOf[version], moved.jar.get(cookieOf[version]));
    }
  });
}

test("the proxy accepts valid tokens, also in chunks, and redirects others to sign in", async () => {
  const { proxy, config } = await bundled("after", "proxy.js");
  assert.equal(config.matcher, "/dashboard/:path*");
  const { encode } = await bundled("after", "lib/session-token.js");
  const ask = (cookie) => proxy(new NextRequest("https://app.example/dashboard?a=1", { headers: { cookie } }));
  const token = encode({ token: { sub: "u1", text: "a".repeat(5000) } });
  const chunks = [token.slice(0, 3900), token.slice(3900)].map((part, i) => `${cookieOf[5]}.${i}=${part}`).join("; ");
  for (const cookie of [`${cookieOf[5]}=${encode({ token: { sub: "u1" } })}`, chunks])
    assert.equal(ask(cookie).headers.get("x-middleware-next"), "1");
  for (const cookie of ["", `${cookieOf[5]}=x`, `${cookieOf[5]}=${token.slice(0, -2)}`]) {
    const response = ask(cookie);
    assert.equal(response.status, 307);
    const expected = "https://app.example/api/auth/signin?callbackUrl=%2Fdashboard%3Fa%3D1";
    assert.equal(response.headers.get("location"), expected);
  }
});

let theirs, ours;
before(async () => {
  theirs = require("next-auth/jwt");
  ours = await bundled("after", "lib/session-token.js");
});
const claims = { sub: user.id, name: user.name, email: user.email };
const secret = process.env.AUTH_SECRET;
const signedIn = async (decoding) => (((await decoding().catch?.(() => null)) ?? null) ? "signed in" : "signed out");
const theirSession = (token, key = secret) => signedIn(async () => theirs.decode({ token, secret: key }));
const ourSession = (token) => signedIn(async () => ours.decode({ token }));
const changed = (token) => token.replace(/.(?=.{10}$)/, (one) => (one === "A" ? "B" : "A"));
const names = { issuer: "https://other.example", audience: "https://other.example", expiresIn: 60 };
const tenAgo = { currentDate: new Date(Date.now() - 70_000), issuer: "https://app.example" };

proveTable(page, {
  "what people can read in their own cookie": [
    async () => ((await theirs.encode({ token: claims, secret })).split(".").length === 5 ? "nothing" : "something"),
    () => {
      const { name, email, sub } = decodeJwt(ours.encode({ token: claims }));
      return name && email && sub ? "`name`, `email`, `sub`" : "nothing";
    },
  ],
  "a modified cookie": [
    async () => theirSession(changed(await theirs.encode({ token: claims, secret }))),
    () => ourSession(changed(ours.encode({ token: claims }))),
  ],
  "a cookie of another app with the same secret": [
    async () => theirSession(await theirs.encode({ token: { ...claims, iss: names.issuer }, secret })),
    () => ourSession(signJwt(claims, process.env.SESSION_SECRET, names)),
  ],
  "a session that expired 10 seconds ago": [
    async () => theirSession(await theirs.encode({ token: claims, secret, maxAge: -10 })),
    () =>
      ourSession(
        signJwt(claims, process.env.SESSION_SECRET, { ...names, ...tenAgo, audience: tenAgo.issuer, expiresIn: 60 }),
      ),
  ],
  "a secret under 32 bytes": [
    async () => theirs.encode({ token: claims, secret: "short" }).then(() => undefined),
    () => void signJwt(claims, "short", names),
  ],
  "a list of secrets, Auth.js 5's way to rotate": [
    async () => {
      const { encode } = await import("authjs-core/jwt");
      await encode({ token: claims, secret: [generateSecret(), secret], salt: "a" });
    },
    () => void signJwt(claims, [generateSecret(), secret], names),
  ],
  "what reading a session returns": [
    () => {
      const reading = theirs.decode({ token: "x", secret });
      reading.catch(() => {});
      return reading instanceof Promise ? "a promise" : "the session";
    },
    () => (ours.decode({ token: "x" }) instanceof Promise ? "a promise" : "the session"),
  ],
  "`undefined` in a session": [
    async () => {
      const token = await theirs.encode({ token: { picture: undefined }, secret });
      return "picture" in (await theirs.decode({ token, secret })) ? "kept" : "omitted";
    },
    () => ("picture" in ours.decode({ token: ours.encode({ token: { picture: undefined } }) }) ? "kept" : "omitted"),
  ],
  "a `Date` in a session": [
    async () => {
      const token = await theirs.encode({ token: { at: new Date() }, secret });
      assert.equal(typeof (await theirs.decode({ token, secret })).at, "string");
    },
    () => void ours.encode({ token: { at: new Date() } }),
  ],
  "a damaged stored hash": [
    () => compare(password, "$2b$12$damaged"),
    () => verifyPassword(password, "$2b$12$damaged"),
  ],
  "hashing a password over 72 bytes": [
    () => hash("a".repeat(73), 4).then(() => undefined),
    () => hashPassword("a".repeat(73)).then(() => undefined),
  ],
});
