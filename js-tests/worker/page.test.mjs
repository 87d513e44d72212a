// Tests /openapi.json, which contains the contract, and /openapi, the page that renders it. The page is opened in a
// real browser.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { launchChromium } from "../chromium.mjs";
import { startWorker } from "./local-worker.mjs";

const contract = JSON.parse(readFileSync(new URL("../../worker/assets/openapi.json", import.meta.url)));
let worker, browser;

before(async () => {
  [worker, browser] = await Promise.all([startWorker({}, { assets: true }), launchChromium()]);
});
after(async () => {
  await browser.close();
  await worker.stop();
});

test("the static files set no HSTS, since they would override the Worker's setting", async (t) => {
  const secure = await startWorker({ BASE_URL: "https://app.example.org" }, { assets: true });
  t.after(() => secure.stop());
  const said = async (path) => (await secure.fetch(path)).headers.get("strict-transport-security");
  assert.equal(await said("/healthz"), "max-age=31536000");
  for (const path of ["/openapi", "/openapi.json"]) assert.equal(await said(path), null, path);
});

test("the contract and its page are static files, and the Worker serves /api/", async () => {
  const served = await worker.fetch("/openapi.json");
  assert.deepEqual([served.status, served.headers.get("content-type")], [200, "application/json"]);
  assert.equal(served.headers.get("x-content-type-options"), "nosniff");
  assert.deepEqual(await served.json(), contract);
  const page = await worker.fetch("/openapi");
  assert.deepEqual([page.status, page.headers.get("content-type")], [200, "text/html; charset=utf-8"]);
  assert.match(
    page.headers.get("content-security-policy"),
    /^default-src 'none'; script-src 'self'; style-src 'self';/,
  );
  assert.equal((await worker.fetch("/api/openapi.json")).status, 401);
  assert.equal((await worker.fetch("/api/auth/openapi")).status, 404);
  assert.equal((await worker.fetch("/nothing")).status, 404);
});

for (const [name, viewport] of Object.entries({
  desktop: { width: 1280, height: 900 },
  phone: { width: 390, height: 844 },
})) {
  test(`the page shows every operation, contacts no other host and keeps to its policy: ${name}`, async () => {
    const context = await browser.newContext({ viewport });
    const page = await context.newPage();
    const here = (await worker.ready).origin;
    const [asked, complaints] = [[], []];
    page.on("request", (request) => asked.push(request.url()));
    page.on("console", (message) => message.type() !== "log" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.addInitScript(() => {
      addEventListener("securitypolicyviolation", ({ violatedDirective }) => console.error(violatedDirective));
    });
    await page.goto(`${here}/openapi`);
    await page.locator(".opblock").first().waitFor();

    const operations = Object.values(contract.paths).flatMap((path) =>
      Object.values(path).flatMap(({ operationId }) => operationId ?? []),
    );
    for (const id of operations) assert.equal(await page.locator(`.opblock[id$="-${id}"]`).count(), 1, id);
    assert.equal(await page.locator(".opblock").count(), operations.length);

    const signUp = page.locator('.opblock[id$="-signUpEmail"]');
    await signUp.locator(".opblock-summary-control").click();
    const codes = signUp.locator(".response[data-code]");
    await codes.first().waitFor();
    const documented = Object.keys(contract.paths["/api/auth/sign-up/email"].post.responses);
    assert.deepEqual(await codes.evaluateAll((rows) => rows.map((row) => row.dataset.code)), documented);
    await signUp.getByText("PASSWORD_COMPROMISED").first().waitFor({ state: "attached" });

    const wide = () => document.documentElement.scrollWidth - innerWidth;
    assert.equal(await page.evaluate(wide), 0, "nothing is wider than the screen");
    assert.deepEqual([...new Set(asked.map((url) => new URL(url).origin))], [here]);
    assert.deepEqual(complaints, []);
    await context.close();
  });
}
