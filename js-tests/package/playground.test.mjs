// Tests docs/playground in real Chromium, under a path like the one on GitHub Pages: the page shows the right text and
// doesn't send any data.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { hashPassword, inspectHash, needsRehash, passwordPresets, signJwt } from "edgeseal";
import { reasonsToReplace } from "../../docs/playground/replace.js";
import { copyPackage, servePlayground } from "../../docs/playground/serve.mjs";
import { launchChromium } from "../chromium.mjs";

const PATH = "/edgeseal/playground/";
const secret = "0123456789abcdef0123456789abcdef";
const hour = 3600_000;
const at = (milliseconds) => ({ currentDate: new Date(Date.now() + milliseconds) });
const sign = (claims = {}, options = {}) =>
  signJwt({ sub: "user_1", iss: "https://a.example", ...claims }, secret, { expiresIn: 900, ...options });
let site, browser;

before(async () => {
  copyPackage();
  site = await servePlayground({ path: PATH });
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  site?.stop();
});

/** Opens the page in a new browser context, and records its requests and errors. */
async function open(options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const [requests, complaints] = [[], []];
  context.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(site.address);
  await page.getByText("Verifier options").click();
  return { page, requests, complaints };
}

const verdict = async (page, id = "token-verdict") => {
  const box = page.locator(`#${id}`);
  const [state, text] = [await box.getAttribute("data-state"), await box.innerText()];
  return { state, text: text.replaceAll(/\n+/g, "\n") };
};
const saying = async (page, state, ...texts) => {
  const found = await verdict(page);
  assert.equal(found.state, state, found.text);
  for (const text of texts) assert.ok(found.text.includes(text), `${text} is not in: ${found.text}`);
};

test("a token is decoded immediately, untrusted without a secret, verified with it", async () => {
  const { page, complaints } = await open();
  await saying(page, "empty", "Paste a token");
  await page
    .getByLabel("Token", { exact: true })
    .last()
    .fill(`Bearer ${sign({ name: "Zoë" })}\n`);
  await saying(page, "untrusted", "Untrusted", "Anyone could have written this");
  assert.equal(JSON.parse(await page.locator("#claims").innerText()).name, "Zoë");
  assert.deepEqual(JSON.parse(await page.locator("#header").innerText()), { alg: "HS256", typ: "JWT" });
  assert.match(await page.locator("#meanings").innerText(), /Expires\s+in 14 minutes: \d{4}-\d\d-\d\d \d\d:\d\d/);

  const field = page.getByLabel("Secret", { exact: true });
  assert.equal(await field.getAttribute("type"), "password");
  await field.fill(secret);
  await saying(page, "good", "Verified");
  await page.locator("#encoding").selectOption("hex");
  await saying(page, "bad", "Refused", "ERR_KEY_WEAK");
  await field.fill(Buffer.from(secret).toString("hex"));
  await saying(page, "good", "Verified");
  await page.locator("#encoding").selectOption("base64");
  await field.fill(Buffer.from(secret).toString("base64url"));
  await saying(page, "good", "Verified");
  assert.deepEqual(complaints, []);
});

test("a refusal names the rule and explains it", async () => {
  const { page, complaints } = await open();
  const token = page.locator("#token");
  await page.locator("#secret").fill(secret);
  for (const [given, ...texts] of [
    [sign({}, at(-4 * hour)), "It expired 3 hours ago.", "ERR_JWT_EXPIRED"],
    [sign({}, at(-5 * 24 * hour)), "It expired 4 days ago."],
    [sign({}, { notBefore: 300 }), "“nbf” is in 4 minutes", "claim nbf"],
    [signJwt({ sub: "a" }, secret.repeat(2), { expiresIn: 60 }), "another secret", "ERR_JWT_SIGNATURE_INVALID"],
    [sign({}, { audience: "https://b.example" }), "another audience", "ERR_JWT_CLAIM_INVALID · claim aud"],
    [sign({}, { typ: "at+jwt" }), "another purpose", "ERR_JWT_TYP_MISMATCH"],
    [signJwt({}, secret.repeat(2), { expiresIn: 60, algorithm: "HS512" }), "not selected", "ERR_JWT_ALG_NOT_ALLOWED"],
  ]) {
    await token.fill(given);
    await saying(page, "bad", "Refused", ...texts);
  }
  for (const [given, ...texts] of [
    ["not a token", "Not a token", "ERR_JWT_MALFORMED"],
    ["..", "Not a token", "ERR_JWT_MALFORMED"],
    ["a.b.c.d.e", "encrypted"],
    [`${"a".repeat(9000)}.a.a`, "8 KiB", "ERR_JWT_TOO_LARGE"],
  ]) {
    await token.fill(given);
    await saying(page, "bad", ...texts);
    assert.equal(await page.locator("#decoded").isVisible(), false);
  }
  assert.deepEqual(complaints, []);
});

test("issuer, audience, algorithms and tolerance work as in a verifier", async () => {
  const { page, complaints } = await open();
  await page.locator("#secret").fill(secret);
  await page.locator("#token").fill(sign({}, { audience: "https://b.example", ...at(-901_000) }));
  await page.getByLabel("Audience", { exact: true }).fill("https://b.example");
  await page.getByLabel("Issuer").fill("https://other.example");
  await saying(page, "bad", "ERR_JWT_EXPIRED");
  await page.getByLabel("Clock tolerance in seconds").fill("60");
  await saying(page, "bad", "another issuer", "claim iss");
  await page.getByLabel("Issuer").fill("https://a.example");
  await saying(page, "good", "Verified");
  await page.getByLabel("Audience", { exact: true }).fill("");
  await saying(page, "bad", "claim aud");
  await page.getByLabel("Accept any audience").check();
  await saying(page, "good", "Verified");
  await page.getByLabel("HS256").uncheck();
  await saying(page, "bad", "No algorithm is selected.");
  await page.getByLabel("HS512").check();
  await saying(page, "bad", "ERR_KEY_WEAK", "64 for HS512");
  await page.getByLabel("HS256").check();
  await page.getByLabel("Clock tolerance in seconds").fill("");
  await saying(page, "bad", "The clock tolerance must be a number of seconds.");
  await page.locator("#encoding").selectOption("hex");
  await page.getByLabel("Clock tolerance in seconds").fill("60");
  await page.locator("#secret").fill("xyz");
  await saying(page, "bad", "The secret is not hexadecimal.");
  assert.deepEqual(complaints, []);
});

test("claims always show as text, whatever their values", async () => {
  const { page, complaints } = await open();
  const claims = { name: "<img src=x onerror=alert(1)>", list: [{ a: null }], __proto__: { a: 1 } };
  await page.locator("#token").fill(sign(claims));
  assert.equal(await page.locator("img").count(), 0);
  assert.equal(JSON.parse(await page.locator("#claims").innerText()).name, claims.name);
  const odd = Buffer.from('{"exp":"soon","aud":[1,{"a":2}],"sub":5,"nbf":-1e11,"iat":1e20}').toString("base64url");
  await page.locator("#token").fill(`eyJhbGciOiJIUzI1NiJ9.${odd}.AAAA`);
  await saying(page, "untrusted", "Untrusted");
  assert.match(await page.locator("#meanings").innerText(), /Expires\s+not a valid time/);
  assert.deepEqual(complaints, []);
});

test("a stored hash is described, rated, and checked against a password", async () => {
  const { page, complaints } = await open();
  await page.getByRole("tab", { name: "Stored hash" }).click();
  const stored = page.getByRole("textbox", { name: "Stored hash" });
  const bcrypt = await hashPassword("correct horse", { cost: 10 });
  await stored.fill(bcrypt);
  assert.match(
    await page.locator("#facts").innerText(),
    /bcrypt, version 2b\s+Format\s+crypt\(3\)\s+Parameters\s+cost 10/,
  );
  assert.deepEqual(await verdict(page, "hash-verdict"), {
    state: "untrusted",
    text: "Replace it at the next sign-in\nIts cost is lower.",
  });

  const password = page.getByLabel("Check a password");
  const checked = page.locator("#password-verdict");
  assert.equal(await password.getAttribute("type"), "password");
  await page.locator("#panel-hash").getByRole("button", { name: "Show" }).click();
  assert.equal(await password.getAttribute("type"), "text");
  for (const [given, state, text] of [
    ["wrong horse", "bad", "The password is wrong"],
    ["correct horse", "good", "The password is right"],
    ["a".repeat(4097), "bad", "ERR_PASSWORD_TOO_LONG"],
  ]) {
    await password.fill(given);
    await page.getByRole("button", { name: "Check" }).click();
    await checked.and(page.locator(`[data-state=${state}]`)).waitFor();
    assert.ok((await checked.innerText()).includes(text));
  }

  await stored.fill(
    "$argon2id$v=19$m=47104,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$GpZ3sK/oH9p7VIiV56G/64Zo/8GaUw434IimaPqxwCo",
  );
  assert.equal((await verdict(page, "hash-verdict")).state, "good");
  assert.match(await page.locator("#facts").innerText(), /KiB of memory: 47,104, passes 1, lanes 1/);
  await page.getByLabel("Policy for new hashes").selectOption("bcrypt");
  assert.match((await verdict(page, "hash-verdict")).text, /It is argon2id, but the policy is bcrypt\./);
  await page.getByLabel("Policy for new hashes").selectOption("argon2id46MiB");
  assert.equal((await verdict(page, "hash-verdict")).state, "good");
  await stored.fill("plain text");
  assert.match((await verdict(page, "hash-verdict")).text, /ERR_PASSWORD_HASH_INVALID/);
  await password.fill("x");
  await password.press("Enter");
  await checked.getByText("Not checked").waitFor();
  assert.deepEqual(complaints, []);
});

test("a hash is to be replaced only for a reason, and the reason is shown", async () => {
  const salt = { allowWeakParams: true };
  const hashes = await Promise.all([
    hashPassword("a", { cost: 10 }),
    hashPassword("a", { cost: 13 }),
    hashPassword("a", { ...passwordPresets.argon2id }),
    hashPassword("a", { ...passwordPresets.argon2id, ...salt, memoryCost: 1024 }),
    hashPassword("a", { ...passwordPresets.pbkdf2Sha256, ...salt, iterations: 1000 }),
    hashPassword("a", { ...passwordPresets.argon2id, pepper: { k: secret } }),
  ]);
  let kept = 0;
  for (const stored of hashes) {
    for (const policy of Object.values(passwordPresets)) {
      const reasons = reasonsToReplace(inspectHash(stored), policy);
      if (!needsRehash(stored, policy)) {
        kept += 1;
        assert.deepEqual(reasons, ["its format or its lengths differ from those of a new hash"]);
      } else assert.doesNotMatch(reasons[0], /its format/, `${stored} by ${policy.algorithm}`);
    }
  }
  assert.equal(kept, 2);
});

test("a new secret signs, and the example verifies", async () => {
  const { page, complaints } = await open();
  await page.getByRole("button", { name: "Show an example" }).click();
  await saying(page, "good", "Verified");
  await page.getByRole("tab", { name: "Token" }).press("End");
  assert.equal(await page.evaluate("document.activeElement.id"), "tab-secret");
  await page.getByRole("button", { name: "Generate" }).click();
  assert.match(await page.locator("#generated").inputValue(), /^[\w-]{43}$/);
  await page.getByRole("tab", { name: "New secret" }).press("ArrowRight");
  assert.equal(await page.locator("#panel-token").isVisible(), true);
  assert.deepEqual(complaints, []);
});

test("no data is sent: the page requests only its own files, and the browser blocks the rest", async () => {
  const { page, requests } = await open();
  await page.getByRole("button", { name: "Show an example" }).click();
  await page.getByRole("tab", { name: "Stored hash" }).click();
  await page.locator("#stored").fill(await hashPassword("right", { cost: 10 }));
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByText("The password is wrong").waitFor();
  const own = [
    "",
    "playground.css",
    ...["playground", "hash", "page", "token", "replace", "words"].map((name) => `${name}.js`),
  ];
  assert.deepEqual(
    requests.map((url) => url.replace(site.address, "")).sort(),
    [...own, "edgeseal/core.js", "edgeseal/shared.js", "edgeseal/index.js"].sort(),
  );
  let arrived = 0;
  const outside = createServer((_request, response) => {
    arrived += 1;
    response.setHeader("access-control-allow-origin", "*").end();
  });
  await new Promise((resolve) => outside.listen(0, "127.0.0.1", resolve));
  const elsewhere = `http://127.0.0.1:${outside.address().port}/`;
  const tried = await page.evaluate(async (elsewhere) => {
    const outcome = (promise) =>
      promise.then(
        () => "sent",
        () => "refused",
      );
    const loaded = (tag, name, url) =>
      new Promise((resolve) => {
        const node = Object.assign(document.createElement(tag), {
          onload: () => resolve("sent"),
          onerror: () => resolve("refused"),
        });
        node[name] = url;
        document.head.append(node);
      });
    return [
      await outcome(fetch("./index.html")),
      await outcome(fetch(elsewhere)),
      await loaded("img", "src", `${elsewhere}x.png`),
      await loaded("script", "src", `${elsewhere}x.js`),
      navigator.sendBeacon(elsewhere, "x"),
    ];
  }, elsewhere);
  // sendBeacon returns true before its request is blocked, so count the requests that arrive.
  assert.deepEqual(tried.slice(0, -1), Array(4).fill("refused"));
  await (await fetch(elsewhere)).text();
  outside.close();
  assert.equal(arrived, 1, "only the test's own request");
  assert.equal(await page.evaluate("localStorage.length + sessionStorage.length + document.cookie.length"), 0);
  assert.equal(page.url(), site.address);
});

for (const width of [375, 1280]) {
  test(`no horizontal scrolling at ${width} px, and every field has its label`, async () => {
    const { page } = await open({ viewport: { width, height: 800 } });
    const wide = () => page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
    assert.equal(await wide(), 0);
    await page.locator("#token").fill(sign({ long: "a".repeat(3000), ["n".repeat(300)]: 1, iss: "i".repeat(400) }));
    await page.locator("#secret").fill(secret);
    await saying(page, "good", "Verified");
    assert.equal(await wide(), 0);
    for (const name of ["Stored hash", "New secret"]) {
      await page.getByRole("tab", { name }).click();
      await page.locator("#stored").evaluate((field) => (field.value = `$2b$12$${"a".repeat(400)}`));
      assert.equal(await wide(), 0);
    }
    const unlabelled = await page.$$eval("input, textarea, select", (fields) =>
      fields.filter(({ labels }) => labels.length === 0).map(({ id }) => id),
    );
    assert.deepEqual(unlabelled, []);
  });
}

test("without its copy of the package the page shows a message", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route("**/edgeseal/core.js", (route) => route.abort());
  await page.goto(site.address);
  assert.equal(await page.getByText("This page needs JavaScript modules and WebAssembly").isVisible(), true);
  assert.equal(await page.locator("main").isVisible(), false);
});
