// Checks that the watched browsers never received a token in a response that should not contain one.
import assert from "node:assert/strict";
import { addTask, cookie, dashboard, DATA, person, REFRESH, setCookie, stack } from "./stack.mjs";
import { faults, seen, watched } from "./watch.mjs";

/** This test must run last. */
export async function nothingLeaked() {
  const zoe = await person("Zoe");
  await addTask(zoe, "Read");
  const page = await dashboard(zoe.context);
  await page.getByText("Zoe", { exact: true }).click();
  await page.getByRole("link", { name: "Account" }).click();
  await page.waitForURL(`${stack.app}/account`);
  const values = [await cookie(zoe.context, REFRESH), await cookie(zoe.context, DATA)];
  const secrets = values.flatMap((value) => [value, decodeURIComponent(value), value.split(".")[2]]);

  assert.equal(await page.evaluate(() => document.cookie), "", "no cookie is readable by scripts");
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state]));
  const texts = { kept, page: await page.content() };
  for (const path of ["/", "/dashboard", "/account", "/account/password", "/account/email", "/account/delete"]) {
    texts[path] = await (await zoe.context.request.get(stack.app + path)).text();
    // This is React's payload for client-side navigation.
    const payload = await zoe.context.request.get(stack.app + path, { headers: { rsc: "1" } });
    assert.match(payload.headers()["content-type"], /^text\/x-component/);
    texts[`${path} RSC`] = await payload.text();
  }
  // Better Auth gives scripts the session's public id, but no page needs it.
  const { session } = JSON.parse(Buffer.from(values[1].split(".")[1], "base64url"));
  for (const [where, text] of Object.entries(texts)) {
    for (const secret of secrets) assert.ok(!text.includes(secret), `${where} has a part of a cookie`);
    assert.doesNotMatch(text, /eyJ[\w-]{8,}\.[\w-]{8,}/, where);
    assert.ok(!text.includes(session.token), `${where} has the session's id`);
  }
  // In Better Auth's protocol, scripts can read the session, but it contains a public id in place of the session token.
  const answered = await (await zoe.context.request.get(`${stack.app}/api/auth/get-session`)).json();
  assert.equal(answered.session.token, answered.session.id, "a public id in place of the token");
  assert.ok(!secrets.includes(answered.session.token));
  await setCookie(zoe.context, REFRESH, answered.session.token);
  await setCookie(zoe.context, DATA, answered.session.token);
  const used = await zoe.context.request.get(`${stack.app}/api/auth/get-session`);
  assert.equal(await used.json(), null, "knowing it grants nothing");
  await zoe.context.close();

  await watched();
  assert.deepEqual([...new Set(faults)], []);
  for (const [what, count] of Object.entries(seen)) assert.ok(count > 50, `${what}: only ${count}`);
}
