// Starts the Workers for contract.test.mjs, with the settings and faults that it needs. Also sends the requests and
// keeps track of the responses.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before } from "node:test";
import { check } from "../contract.mjs";
import { cookieHeader, ORIGIN, startWorker, WEAK } from "../local-worker.mjs";
import { startMailbox } from "../mailbox.mjs";

export const PASSWORD = "correct horse battery";
export const HEALTH_SECRET = "a-secret-for-those-who-watch-this-worker";
export const SIGN_INS = ["/api/auth/sign-up/email", "/api/auth/sign-in/email"];
export const RESET = "/api/auth/request-password-reset";
export const VERIFY = "/api/auth/verify-email";
export const CHANGE = "/api/auth/change-email";
export const given = new Set();
export let mailbox;
export let plain, cookieless, unconfigured, withoutDatabase, withoutTables, limited, faulty, secure, clocked, strict;

const silent = createServer(() => {});

before(async () => {
  mailbox = await startMailbox();
  await new Promise((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const routes = (upstream) => [
    { path: "/api/:owner/gone/*", upstream: "http://127.0.0.1:1" },
    { path: "/api/:owner/late/*", upstream: `http://127.0.0.1:${silent.address().port}`, timeout: 1 },
    { path: "/api/:owner/nothing/*", upstream, methods: ["OPTIONS"] },
    { path: "/api/:owner/*", upstream },
    { path: "/plain/*", upstream },
  ];
  const started = await Promise.all([
    startWorker({ ...WEAK, HEALTH_SECRET }, { routes }),
    startWorker({ ...WEAK, ...mailbox.bindings, BEARER_SESSIONS: "true" }),
    startWorker({ AUTH_SECRET: null }),
    startWorker({ DB: null, HEALTH_SECRET }),
    startWorker({ ...WEAK, ...mailbox.bindings, HEALTH_SECRET }),
    startWorker({ ...WEAK, RATE_LIMITS: null }, { network: 1 }),
    startWorker({ ...WEAK, ...mailbox.bindings, RATE_LIMITS: null }, { faulty: true }),
    startWorker({ ...WEAK, BASE_URL: "https://app.example.org" }),
    startWorker({ ...WEAK, ...mailbox.bindings }, { clock: true }),
    startWorker({
      ...WEAK,
      ...mailbox.bindings,
      REQUIRE_EMAIL_VERIFICATION: "true",
      DELETE_USER_CONFIRMATION: "email",
    }),
  ]);
  [plain, cookieless, unconfigured, withoutDatabase, withoutTables, limited, faulty, secure, clocked, strict] = started;
  for (const table of ["user", "account"]) await withoutTables.database.exec(`DROP TABLE "${table}"`);
});
after(async () => {
  const all = [
    plain,
    cookieless,
    unconfigured,
    withoutDatabase,
    withoutTables,
    limited,
    faulty,
    secure,
    clocked,
    strict,
  ];
  await Promise.all(all.map((started) => started.stop()));
  mailbox.stop();
  silent.closeAllConnections();
  silent.close();
});

/** Sends one request. Checks the response, records which response it was, and returns it. */
export async function ask(method, path, { body, raw, headers = {}, worker = plain, navigated, ...init } = {}) {
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const type = sent === undefined ? {} : { "content-type": "application/json" };
  const response = navigated
    ? await worker.navigate(path, body, headers)
    : await worker.fetch(path, { method, body: sent, headers: { ...type, ...headers }, ...init });
  given.add(await check(method, path, response));
  return response;
}

export async function expect(status, code, ...request) {
  const response = await ask(...request);
  const text = await response.text();
  assert.equal(response.status, status, `${request[0]} ${request[1]}: ${text}`);
  if (code) assert.equal(JSON.parse(text).code, code, `${request[0]} ${request[1]}`);
}

let users = 0;
/**
 * Signs up a new user. Returns the headers that the user's browser would send, and the members of the response body.
 */
export async function someone(worker = plain) {
  const email = `user${(users += 1)}@example.com`;
  const body = { name: "Ann", email, password: PASSWORD };
  const response = await ask("POST", "/api/auth/sign-up/email", { worker, body });
  const cookie = cookieHeader(response);
  return { email, cookie, headers: { cookie, origin: ORIGIN }, ...(await response.json()) };
}
