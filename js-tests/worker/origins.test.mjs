// Tests which pages and apps may send writes with cookies and read the responses. This depends on TRUSTED_ORIGINS and,
// for Expo apps, on the `expo-origin` header.
import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { cookieHeader, ORIGIN, startWorker, WEAK } from "./local-worker.mjs";

const EXTENSION = "chrome-extension://abcdefghijklmnopabcdefghijklmnop";
const TRUSTED = [
  "https://shop.example",
  "https://*.preview.example.com",
  "tauri://localhost",
  "capacitor://localhost",
  EXTENSION,
  "exp://192.168.1.5:8081",
  "myapp://",
];
const ANN = { name: "Ann", email: "ann@example.com", password: "correct horse battery" };
let worker, cookie;

before(async () => {
  worker = await startWorker({ ...WEAK, TRUSTED_ORIGINS: TRUSTED.join(", ") });
  cookie = cookieHeader(await worker.post("/api/auth/sign-up/email", ANN));
});
after(() => worker.stop());

/** Sends a write with cookies and exactly these headers. `fetch` would add `Sec-Fetch-Mode`, which apps don't send. */
async function write(headers) {
  const url = new URL("/api/auth/update-user", await worker.ready);
  return new Promise((resolve, reject) => {
    const all = { "content-type": "application/json", cookie, ...headers };
    const sent = request(url, { method: "POST", headers: all }, (answer) => {
      answer.resume().on("end", () => resolve(answer.statusCode));
    });
    sent.on("error", reject).end(JSON.stringify({ name: "Ann" }));
  });
}

test("apps, extensions and one subdomain per star are trusted for CORS and writes", async () => {
  for (const [origin, trusted] of [
    [ORIGIN, true],
    ["https://shop.example", true],
    ["https://pr-12.preview.example.com", true],
    ["tauri://localhost", true],
    ["capacitor://localhost", true],
    [EXTENSION, true],
    ["myapp://localhost", true],
    ["https://preview.example.com", false],
    ["https://a.b.preview.example.com", false],
    ["https://pr-12.preview.example.com.evil.example", false],
    ["http://pr-12.preview.example.com", false],
    ["https://*.preview.example.com", false],
    [EXTENSION.replace("abc", "bbc"), false],
    ["tauri://evil", false],
    ["other://localhost", false],
    ["null", false],
  ]) {
    const { headers } = await worker.fetch("/api/auth/ok", { headers: { origin } });
    assert.equal(headers.get("access-control-allow-origin"), trusted ? origin : null, origin);
    assert.equal(await write({ origin }), trusted ? 200 : 403, origin);
  }
});

test("an origin with a star allows no callbackURL; an app's own scheme does", async () => {
  const { email, password } = ANN;
  for (const [callbackURL, status] of [
    ["https://pr-12.preview.example.com/home", 403],
    ["https://shop.example/home", 200],
    ["myapp:///home", 200],
    ["myapp://home?x=1", 200],
    ["exp://192.168.1.5:8081/--/home", 200],
    ["exp://192.168.1.6:8081/--/home", 403],
    ["other://home", 403],
  ])
    for (const name of ["callbackURL", "redirectTo"]) {
      const answer = await worker.post("/api/auth/sign-in/email", { email, password, [name]: callbackURL });
      assert.equal(answer.status, status, `${name} ${callbackURL}`);
    }
});

test("expo-origin counts only if its scheme is trusted and no browser sent the request", async () => {
  for (const [headers, status] of [
    [{ "expo-origin": "myapp://" }, 200],
    [{ "expo-origin": "myapp:///" }, 200],
    [{ "expo-origin": "exp://192.168.1.5:8081" }, 200],
    [{ "expo-origin": "other://" }, 403],
    [{ "expo-origin": "exp://192.168.1.6:8081" }, 403],
    [{ "expo-origin": ORIGIN }, 403],
    [{ "expo-origin": "https://shop.example" }, 403],
    [{ "expo-origin": "myapp://", origin: "https://evil.example" }, 403],
    [{ "expo-origin": "myapp://", origin: "null" }, 403],
    [{ "expo-origin": "myapp://", referer: "https://evil.example/" }, 403],
    [{ "expo-origin": "myapp://", "sec-fetch-site": "cross-site" }, 403],
    [{ "expo-origin": "myapp://", "sec-fetch-mode": "cors" }, 403],
    [{ "expo-origin": "myapp://", "sec-fetch-dest": "empty" }, 403],
    [{ "expo-origin": "" }, 403],
    [{}, 403],
  ])
    assert.equal(await write(headers), status, JSON.stringify(headers));
});

test("the Worker refuses to serve if an entry can match nothing, or too much; the log says which", async (t) => {
  const https = { BASE_URL: "https://app.example" };
  for (const [bindings, problem] of [
    [{ ...https, TRUSTED_ORIGINS: "https://shop.example,http://shop.example" }, "TRUSTED_ORIGINS entry 1: it is http"],
    [{ TRUSTED_ORIGINS: "https://*.vercel.app" }, "TRUSTED_ORIGINS entry 0: other people's sites"],
    [{ TRUSTED_ORIGINS: "exp://" }, "TRUSTED_ORIGINS entry 0: a scheme without a host"],
    [{ TRUSTED_ORIGINS: "chrome-extension://mine" }, "TRUSTED_ORIGINS entry 0: an extension id"],
  ]) {
    const worker = await startWorker(bindings);
    t.after(() => worker.stop());
    assert.equal((await worker.fetch("/api/auth/ok")).status, 500, problem);
    assert.ok(worker.log.includes(problem), worker.log);
  }
  const local = "http://localhost:5173,http://127.0.0.1:5173,http://[::1]:5173,http://tauri.localhost";
  const worker = await startWorker({ ...https, TRUSTED_ORIGINS: local });
  t.after(() => worker.stop());
  assert.equal((await worker.fetch("/api/auth/ok")).status, 200);
});
