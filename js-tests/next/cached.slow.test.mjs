// Tests `cacheComponents: true`: the prerendered shell is the same for everyone, and content that depends on the
// session is rendered inside <Suspense>.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { generateSecret, signJwt } from "edgeseal";
import { CACHED_FIXTURE, startNext } from "../../scripts/examples.mjs";
import { at } from "../../scripts/run.mjs";
import { freePort } from "../next-browser/browser-app.mjs";

const AUTH_SECRET = generateSecret();
let next;
before(async () => {
  const port = await freePort();
  next = await startNext(CACHED_FIXTURE, { port, env: { AUTH_SECRET, BASE_URL: `http://localhost:${port}` } });
});
after(() => next?.stop());

const cookieOf = (name) => {
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const claims = { session: { id: name, userId: name, expiresAt }, user: { id: name, name } };
  return `better-auth.session_data=${signJwt(claims, AUTH_SECRET, { typ: false, expiresIn: 300 })}`;
};
const ask = async (path, headers) => {
  const answer = await fetch(next.origin + path, { headers: { accept: "text/html", ...headers }, redirect: "manual" });
  return { status: answer.status, text: await answer.text(), location: answer.headers.get("location") };
};

test("the build's shell has the fallback, and no session", () => {
  const app = at(CACHED_FIXTURE, ".next/server/app");
  for (const page of ["index.html", "mine.html"]) {
    assert.ok(existsSync(`${app}/${page}`), `${page} is prerendered`);
    const html = readFileSync(`${app}/${page}`, "utf8");
    assert.match(html, /static shell/);
    assert.match(html, /loading/);
    assert.doesNotMatch(html, /hello, |mine: /);
  }
});

test("each request gets its own session, and the build's files don't change", async () => {
  for (const name of ["Ann", "Bob", "Ann"]) {
    const cookie = cookieOf(name);
    for (const [path, text] of [
      ["/", `hello, ${name}`],
      ["/mine", `mine: ${name}`],
    ]) {
      const page = await ask(path, { cookie });
      assert.equal(page.status, 200);
      assert.ok(page.text.includes(text), `${path} for ${name}`);
      for (const other of ["Ann", "Bob"])
        if (other !== name) assert.ok(!page.text.includes(other), `${path} for ${name}`);
    }
  }
  const app = at(CACHED_FIXTURE, ".next/server/app");
  for (const file of readdirSync(app, { recursive: true })) {
    if (/\.(?:html|rsc)$/.test(file)) assert.doesNotMatch(readFileSync(`${app}/${file}`, "utf8"), /Ann|Bob/, file);
  }
});

test("without a session: the public page names no user, the other redirects to the sign-in page, also without the proxy", async () => {
  assert.ok((await ask("/")).text.includes("hello, nobody"));
  const refused = await ask("/mine");
  assert.equal(refused.status, 307);
  assert.match(refused.location, /\/sign-in\?callbackUrl=%2Fmine$/);
  // The shell has already been sent, so Next.js redirects in the browser.
  const past = await ask("/mine", { "x-test-no-proxy": "1", "sec-fetch-mode": "navigate" });
  assert.doesNotMatch(past.text, /mine: /);
  assert.match(past.text, /\/sign-in/);
});
