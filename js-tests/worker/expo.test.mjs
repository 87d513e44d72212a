// Tests the official client plugin for Expo apps. The plugin stores cookies itself, and sends the app's origin in the
// `expo-origin` header.
import "./expo-natives.mjs";
import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { createAuthClient } from "better-auth/client";
import { ORIGIN, startWorker, WEAK } from "./local-worker.mjs";

const PASSWORD = "correct horse battery";
let worker, expoClient;

before(async () => {
  ({ expoClient } = await import("@better-auth/expo/client"));
  worker = await startWorker({ ...WEAK, TRUSTED_ORIGINS: "myapp://" });
});
after(() => worker.stop());

/** Opens an app with this URL scheme. Returns its client, and its storage, which replaces expo-secure-store. */
function openApp(scheme) {
  const kept = new Map();
  const read = (name) => kept.get(name) ?? null;
  const write = (name, value) => void kept.set(name, value);
  const storage = {
    getItem: read,
    setItem: write,
    getItemAsync: async (name) => read(name),
    setItemAsync: async (name, value) => write(name, value),
  };
  const sent = [];
  const client = createAuthClient({
    baseURL: ORIGIN,
    plugins: [expoClient({ scheme, storage })],
    fetchOptions: {
      customFetchImpl: (url, init) => {
        sent.push({ path: new URL(url).pathname, headers: new Headers(init.headers), body: init.body });
        return fetchAsAnApp(url, init);
      },
    },
  });
  return { client, kept, sent };
}

/**
 * Sends a request as React Native's `fetch` does, without a browser's headers or cookies. Node's `fetch` would add
 * `Sec-Fetch-Mode`.
 */
async function fetchAsAnApp(url, { method = "GET", headers, body }) {
  const { pathname, search } = new URL(url);
  const address = new URL(pathname + search, await worker.ready);
  return new Promise((resolve, reject) => {
    const sent = request(address, { method, headers: Object.fromEntries(new Headers(headers)) }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk) => (text += chunk));
      answer.on("end", () => {
        const pairs = Object.entries(answer.headersDistinct).flatMap(([name, all]) => all.map((one) => [name, one]));
        resolve(new Response(text, { status: answer.statusCode, headers: pairs }));
      });
    });
    sent.on("error", reject).end(body ?? undefined);
  });
}

test("the official client of an Expo app signs up, signs in, writes and signs out", async () => {
  const { client, kept, sent } = openApp("myapp");
  const email = "ann@example.com";
  const signedUp = await client.signUp.email({ name: "Ann", email, password: PASSWORD, callbackURL: "/home" });
  assert.equal(signedUp.error, null);
  assert.equal(JSON.parse(sent[0].body).callbackURL, "myapp:///home", "the client completed it with the app's scheme");
  assert.match(kept.get("better-auth_cookie"), /session_token/);

  assert.equal((await client.getSession()).data.user.email, email);
  assert.deepEqual((await client.updateUser({ name: "Bo" })).data, { status: true });
  const change = { currentPassword: PASSWORD, newPassword: "an even longer staple" };
  assert.equal((await client.changePassword(change)).data.user.name, "Bo");
  assert.equal((await client.getSession({ query: { disableCookieCache: true } })).data.user.name, "Bo");
  for (const { path, headers } of sent) assert.equal(headers.get("expo-origin"), "myapp://", path);

  assert.deepEqual((await client.signOut()).data, { success: true });
  assert.equal((await client.getSession()).data, null);
  const again = await client.signIn.email({ email, password: change.newPassword });
  assert.equal(again.data.user.email, email);
});

test("an app of another scheme may not write with cookies", async () => {
  const { client } = openApp("other");
  const signedUp = await client.signUp.email({ name: "Bo", email: "bo@example.com", password: PASSWORD });
  assert.equal(signedUp.error, null, "without a cookie there is nothing to abuse");
  assert.equal((await client.updateUser({ name: "Cy" })).error.code, "INVALID_ORIGIN");
});
