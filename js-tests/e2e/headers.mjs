// Tests the security headers on every response.
import assert from "node:assert/strict";
import { test } from "node:test";
import { startNext } from "../../scripts/examples.mjs";
import { stack } from "./stack.mjs";

const SAID = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
};
const get = (url) => fetch(url, { redirect: "manual" });
const nonceOf = (answer) => /'nonce-([^']+)'/.exec(answer.headers.get("content-security-policy"))?.[1];

test("security headers of pages, redirects and files", async () => {
  const page = await get(`${stack.app}/sign-in`);
  const html = await page.text();
  const [file] = /\/_next\/static\/[^"]+\.css/.exec(html);
  for (const path of ["/sign-in", "/dashboard", "/icon.svg", file]) {
    const { headers } = await get(stack.app + path);
    for (const [name, value] of Object.entries(SAID)) assert.equal(headers.get(name), value, `${path}: ${name}`);
    assert.equal(headers.get("strict-transport-security"), null, "over http it means nothing");
    assert.equal(headers.get("x-powered-by"), null);
  }
  const reset = await get(`${stack.app}/reset-password?token=x`);
  assert.equal(reset.headers.get("referrer-policy"), "strict-origin", "a page whose address has a token");
  // The Worker already sets this header, so check that it doesn't appear twice.
  const { headers } = await get(`${stack.app}/api/auth/get-session`);
  assert.equal(headers.get("x-content-type-options"), "nosniff");
});

test("each response has a fresh nonce, on every script, never one that the client chose", async () => {
  const answers = await Promise.all([get(`${stack.app}/sign-in`), get(`${stack.app}/sign-in`)]);
  assert.notEqual(nonceOf(answers[0]), nonceOf(answers[1]));
  const html = await answers[0].text();
  const scripts = html.match(/<script[^>]*>/g);
  assert.ok(scripts.length > 5);
  for (const script of scripts) assert.ok(script.includes(`nonce="${nonceOf(answers[0])}"`), script);
  assert.doesNotMatch(html, / style="| on[a-z]+="/);
  const chosen = { "content-security-policy": "script-src 'nonce-mine'", "x-nonce": "mine" };
  const answer = await fetch(`${stack.app}/sign-in`, { headers: chosen });
  assert.doesNotMatch(await answer.text(), /nonce="mine"/);
});

test("over https: Strict-Transport-Security", async () => {
  const env = { AUTH_SECRET: stack.secret, BASE_URL: "https://app.example", AUTH_URL: stack.worker };
  const app = await startNext("examples/nextjs", { env });
  try {
    const { headers } = await get(`${app.origin}/sign-in`);
    assert.match(headers.get("strict-transport-security"), /^max-age=63072000/);
    const refused = await get(`${app.origin}/dashboard`);
    assert.equal(refused.headers.get("location"), "https://app.example/sign-in?callbackUrl=%2Fdashboard");
  } finally {
    await app.stop();
  }
});
