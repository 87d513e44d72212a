// Tests how many passwords a client may try per network, account and browser, and that nobody can lock out other users.
import assert from "node:assert/strict";
import { createHmac, hkdfSync } from "node:crypto";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { temporaryFolder } from "../temporary-folder.mjs";
import { CLOCK, earlyInTheMinute, MIGRATIONS, ORIGIN, SECRET, startWorker, WEAK } from "./local-worker.mjs";

const PASSWORD = "correct horse battery";
const limit = (attempts, window = 900) => ({ attempts, window });
const FEW = { network: limit(3), account: limit(8), device: limit(4) };

async function start(t, limits, options) {
  const worker = await startWorker({ ...WEAK, RATE_LIMITS: limits }, options);
  t.after(() => worker.stop());
  return worker;
}
const from = (address) => ({ "cf-connecting-ip": address, origin: ORIGIN });
const device = (response) => /edgeseal\.device=[^;]+/.exec(response.headers.getSetCookie().join("\n"))?.[0];

/** Signs up in a new browser, or in one with the given device cookie. Returns the response and the device cookie. */
async function signUp(worker, email, cookie) {
  const body = { name: "Ann", email, password: PASSWORD };
  const headers = { ...from("198.51.100.1"), ...(cookie && { cookie }) };
  const response = await worker.post("/api/auth/sign-up/email", body, headers);
  assert.equal(response.status, 200, await response.clone().text());
  return { response, cookie: device(response) };
}
const signIn = (worker, email, password, headers = from("192.0.2.1")) =>
  worker.post("/api/auth/sign-in/email", { email, password }, headers);
const statuses = (answers) => answers.map(({ status }) => status);
const counted = (answers) => statuses(answers).filter((status) => status === 401).length;

test("of 1,000 concurrent wrong passwords from 50 networks, only as many as allowed are tried", async (t) => {
  const worker = await start(t, { network: limit(10), account: limit(100), device: limit(10) });
  const { cookie } = await signUp(worker, "ann@example.com");
  const answers = await Promise.all(
    Array.from({ length: 1000 }, (_, index) =>
      signIn(worker, "ann@example.com", `wrong ${index}`, from(`192.0.2.${index % 50}`)),
    ),
  );
  assert.equal(counted(answers), 100);
  assert.equal(statuses(answers).filter((status) => status === 429).length, 900);
  const right = (headers) => signIn(worker, "ann@example.com", PASSWORD, headers);
  assert.equal((await right(from("203.0.113.9"))).status, 429, "an unknown browser, even with the right password");
  assert.equal((await right({ ...from("192.0.2.1"), cookie })).status, 200, "the owner's, from wherever");
});

test("an address without an account is counted like one with an account", async (t) => {
  const worker = await start(t, FEW);
  await signUp(worker, "ann@example.com");
  const tries = async (email) => {
    const seen = [];
    for (let index = 0; index < 5; index++) {
      const response = await signIn(worker, email, "wrong horse");
      const headers = [...response.headers].filter(([name]) => name !== "x-request-id");
      seen.push([response.status, await response.text(), headers]);
    }
    return seen;
  };
  const [known, unknown] = [await tries("ann@example.com"), await tries("bob@example.com")];
  assert.deepEqual(known, unknown);
  assert.deepEqual(
    known.map(([status]) => status),
    [401, 401, 401, 429, 429],
  );
  const { headers } = await signIn(worker, "ann@example.com", PASSWORD);
  assert.ok(Number(headers.get("retry-after")) > 890 && Number(headers.get("retry-after")) <= 900);
  assert.equal(headers.get("x-retry-after"), headers.get("retry-after"));
});

test("an address in any form is one account, and one network", async (t) => {
  const worker = await start(t, FEW);
  await signUp(worker, "ann@example.com");
  const one = ["ann@example.com", "ANN@example.com", "Ann@Example.COM", "ann@EXAMPLE.com"];
  assert.deepEqual(statuses(await inTurn(one, (email) => signIn(worker, email, "wrong"))), [401, 401, 401, 429]);
  for (const networks of [
    ["2001:db8:0:1::1", "2001:DB8::1:0:0:0:2", "2001:db8:0:1:ffff::", "2001:db8:0:1:1:2:3:4"],
    ["203.0.113.7", "::ffff:203.0.113.7", "::FFFF:CB00:7107", "203.0.113.7"],
  ]) {
    const fresh = `${networks[0].replaceAll(/\W/g, "")}@example.com`;
    const answers = await inTurn(networks, (network) => signIn(worker, fresh, "wrong", from(network)));
    assert.deepEqual(statuses(answers), [401, 401, 401, 429], networks[0]);
    assert.equal((await signIn(worker, fresh, "wrong", from("2001:db8:0:2::1"))).status, 401, "another network");
  }
  const forwarded = Array.from({ length: 4 }, (_, index) => ({
    ...from("203.0.113.50"),
    "x-forwarded-for": `10.0.0.${index}`,
    "x-real-ip": `10.0.0.${index}`,
    forwarded: `for=10.0.0.${index}`,
  }));
  const answers = await inTurn(forwarded, (headers) => signIn(worker, "carl@example.com", "wrong", headers));
  assert.deepEqual(statuses(answers), [401, 401, 401, 429], "headers from the client are ignored");
});

test("correct passwords do not count, and the window expires", async (t) => {
  const worker = await start(t, FEW, { clock: true });
  await signUp(worker, "ann@example.com");
  const right = await inTurn(Array(12), () => signIn(worker, "ann@example.com", PASSWORD));
  assert.deepEqual([...new Set(statuses(right))], [200]);
  const wrong = await inTurn(Array(4), () => signIn(worker, "ann@example.com", "wrong"));
  assert.deepEqual(statuses(wrong), [401, 401, 401, 429]);
  const later = (seconds) => ({ ...from("192.0.2.1"), [CLOCK]: String(seconds * 1000) });
  assert.equal((await signIn(worker, "ann@example.com", PASSWORD, later(890))).status, 429);
  assert.equal((await signIn(worker, "ann@example.com", PASSWORD, later(901))).status, 200);
});

test("a device cookie is for one account, and its attempts are counted, too", async (t) => {
  const worker = await start(t, FEW);
  const [ann, bob] = [await signUp(worker, "ann@example.com"), await signUp(worker, "bob@example.com")];
  await inTurn(Array(4), () => signIn(worker, "ann@example.com", "wrong"));
  const by = (cookie, password = PASSWORD) =>
    signIn(worker, "ann@example.com", password, { ...from("192.0.2.1"), cookie });
  assert.equal((await by(bob.cookie)).status, 429, "another account's");
  assert.equal((await by(`${ann.cookie.slice(0, -3)}AAA`)).status, 429, "a changed cookie");
  const signedIn = await by(ann.cookie);
  assert.equal(signedIn.status, 200);
  assert.ok(device(signedIn), "each sign-in renews it");
  const guesses = await inTurn(Array(5), () => by(ann.cookie, "wrong"));
  assert.deepEqual(statuses(guesses), [401, 401, 401, 401, 429]);
  const fromElsewhere = { ...from("203.0.113.8"), cookie: ann.cookie };
  const again = await signIn(worker, "ann@example.com", PASSWORD, fromElsewhere);
  assert.equal(again.status, 200, "the browser it was copied from still has the attempts of strangers");
  const elsewhere = await signIn(worker, "ann@example.com", PASSWORD, from("203.0.113.9"));
  assert.equal(elsewhere.status, 200, "a stolen cookie locks nobody out");
});

/** Uses up this network's attempts, so that only known browsers can still sign in from it. */
async function useUp(worker, email) {
  const wrong = await inTurn(Array(4), () => signIn(worker, email, "wrong"));
  assert.deepEqual(statuses(wrong), [401, 401, 401, 429]);
}
const signInBy = (worker, email, cookie, password = PASSWORD) =>
  signIn(worker, email, password, { ...from("192.0.2.1"), cookie });

test("each sign-in renews the device token, so it outlives the secret that first signed it", async (t) => {
  const persist = temporaryFolder("rotation");
  const [OLD, NEW] = [SECRET, "another-0123456789abcdef0123456789abcdef"];
  const run = async (secrets, work, migrations = []) => {
    const bindings = { ...WEAK, RATE_LIMITS: FEW, AUTH_SECRET: null, AUTH_SECRETS: secrets };
    const worker = await startWorker(bindings, { persist, migrations });
    t.after(() => worker.stop());
    const cookie = await work(worker);
    await worker.stop();
    return cookie;
  };
  const first = await run(`1:${OLD}`, async (worker) => (await signUp(worker, "ann@example.com")).cookie, MIGRATIONS);
  const renewed = await run(`2:${NEW},1:${OLD}`, async (worker) =>
    device(await signInBy(worker, "ann@example.com", first)),
  );
  await run(`2:${NEW}`, async (worker) => {
    await useUp(worker, "ann@example.com");
    assert.equal((await signInBy(worker, "ann@example.com", first)).status, 429, "signed with the old secret");
    assert.equal((await signInBy(worker, "ann@example.com", renewed)).status, 200);
  });
});

test("a renewed device token replaces the old one, and both share one counter", async (t) => {
  const worker = await start(t, FEW);
  const { cookie: first } = await signUp(worker, "ann@example.com");
  await useUp(worker, "ann@example.com");
  const second = device(await signInBy(worker, "ann@example.com", first));
  assert.equal(second.split("~").length, 1);
  const by = (password) => (cookie) => signInBy(worker, "ann@example.com", cookie, password);
  assert.deepEqual(statuses(await inTurn([first, second, first, second], by("wrong"))), [401, 401, 401, 401]);
  assert.deepEqual(statuses(await inTurn([first, second], by(PASSWORD))), [429, 429]);
});

test("a browser stays known to the last five accounts that signed in", async (t) => {
  const worker = await start(t, FEW);
  const emails = Array.from({ length: 7 }, (_, index) => `ann-${index}@example.com`);
  let cookie;
  for (const email of emails) ({ cookie } = await signUp(worker, email, cookie));
  assert.equal(cookie.split("~").length, 5);
  for (const email of emails) await useUp(worker, email);
  const answers = await inTurn(emails, (email) => signInBy(worker, email, cookie));
  assert.deepEqual(statuses(answers), [429, 429, 200, 200, 200, 200, 200]);
});

test("only the first sixteen tokens of a device cookie are read", async (t) => {
  const worker = await start(t, FEW);
  const [name, token] = (await signUp(worker, "ann@example.com")).cookie.split("=");
  await useUp(worker, "ann@example.com");
  const after = (count) => signInBy(worker, "ann@example.com", `${name}=${"x~".repeat(count)}${token}`);
  assert.deepEqual(statuses(await inTurn([15, 16], after)), [200, 429]);
});

test("a counter with a longer window outlives a shorter one", async (t) => {
  const worker = await start(t, { network: limit(9, 3600), account: limit(2, 3600), device: limit(4, 1) });
  const { cookie } = await signUp(worker, "ann@example.com");
  const strangers = (count) => inTurn(Array(count), () => signIn(worker, "ann@example.com", "wrong"));
  assert.deepEqual(statuses(await strangers(3)), [401, 401, 429]);
  const owner = () => signIn(worker, "ann@example.com", PASSWORD, { ...from("192.0.2.1"), cookie });
  assert.equal((await owner()).status, 200);
  // Wait in real time, because an alarm removes the counters, and alarms ignore the test clock.
  await pause(2500);
  assert.deepEqual(statuses(await strangers(1)), [429]);
  assert.equal((await owner()).status, 200);
});

test("one IPv6 /48 can't fill the strangers' counter by itself", async (t) => {
  const worker = await start(t, FEW);
  await signUp(worker, "ann@example.com");
  const networks = (site, count) => Array.from({ length: count }, (_, index) => from(`2001:db8:${site}:${index}::1`));
  const wrong = (headers) => signIn(worker, "ann@example.com", "wrong", headers);
  const one = await inTurn(networks("a", 6), wrong);
  assert.deepEqual(statuses(one), [401, 401, 401, 401, 429, 429], "half of the account's eight");
  assert.deepEqual(statuses(await inTurn(networks("b", 3), wrong)), [401, 401, 401]);
  assert.equal(
    (await signIn(worker, "ann@example.com", PASSWORD, from("192.0.2.1"))).status,
    200,
    "one attempt is left",
  );
});

test("a window ends by the limiter's own clock, not the caller's", async (t) => {
  const worker = await start(t, FEW);
  const limiter = await worker.object("LIMITER", "somebody");
  const buckets = [{ name: "b", attempts: 1, window: 60 }];
  const take = async (ahead) => {
    const call = { back: false, now: Date.now() + ahead, moved: ahead, buckets };
    return (await limiter.fetch("https://limiter/", { method: "POST", body: JSON.stringify(call) })).json();
  };
  assert.deepEqual(await take(0), { Counted: { left: 0 } });
  for (const ahead of [-3600_000, 0, 61_000, 3600_000]) {
    const { Full } = await take(ahead);
    assert.ok(Full?.seconds > 50 && Full.seconds <= 60, `${ahead}`);
  }
});

test("counters outlive a restart", async (t) => {
  const options = { persist: temporaryFolder("limits") };
  const before = await startWorker({ ...WEAK, RATE_LIMITS: FEW }, options);
  await signUp(before, "ann@example.com");
  const wrong = await inTurn(Array(4), () => signIn(before, "ann@example.com", "wrong"));
  assert.deepEqual(statuses(wrong), [401, 401, 401, 429]);
  await before.stop();
  const after = await start(t, FEW, { ...options, migrations: [] });
  assert.equal((await signIn(after, "ann@example.com", PASSWORD)).status, 429);
  assert.equal((await signIn(after, "ann@example.com", PASSWORD, from("203.0.113.9"))).status, 200);
});

test("requests of one network are counted before any hashing", async (t) => {
  const worker = await start(t, null, { network: 5 });
  await earlyInTheMinute();
  const flood = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      worker.post(
        "/api/auth/sign-up/email",
        { name: "A", email: `${index}@example.com`, password: "x".repeat(72) },
        from("2001:db8::1"),
      ),
    ),
  );
  assert.equal(statuses(flood).filter((status) => status === 200).length, 5);
  assert.equal(statuses(flood).filter((status) => status === 429).length, 195);
  assert.equal((await signIn(worker, "ann@example.com", "wrong", from("2001:db8:0:1::1"))).status, 401);
  assert.equal((await worker.fetch("/api/auth/get-session", { headers: from("2001:db8::1") })).status, 200);
});

test("a client address behind a Next.js rewrite is trusted if edgeseal/next sealed it for this request", async (t) => {
  const worker = await start(t, FEW);
  const key = Buffer.from(hkdfSync("sha256", SECRET, "", "edgeseal proxy v1", 32));
  const now = Math.floor(Date.now() / 1000);
  const seal = (claims, by = key) => {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const all = { htm: "POST", htu: "/api/auth/sign-in/email", base: "", iat: now, exp: now + 60, ...claims };
    const signed = `${part({ alg: "HS256", typ: "edgeseal-seal+jwt" })}.${part(all)}`;
    return `${signed}.${createHmac("sha256", by).update(signed).digest("base64url")}`;
  };
  const sealed = (claims, by) => ({ ...from("192.0.2.1"), "x-edgeseal-seal": seal(claims, by) });
  const tries = (headers) => inTurn(Array(4), () => signIn(worker, "ann@example.com", "wrong", headers));
  assert.deepEqual(statuses(await tries(sealed({ ip: "203.0.113.1" }))), [401, 401, 401, 429]);
  assert.deepEqual(statuses(await tries(sealed({ ip: "203.0.113.2" }))), [401, 401, 401, 429]);
  // The Worker doesn't trust any of these seals, so all attempts count against the connecting network. The account has
  // two of its eight attempts left.
  const none = [
    sealed({ ip: "203.0.113.3", htm: "GET" }),
    sealed({ ip: "203.0.113.4", htu: "/api/auth/sign-up/email" }),
    sealed({ ip: "203.0.113.5", iat: now - 100, exp: now - 40 }),
    sealed({ ip: "203.0.113.6" }, Buffer.from(SECRET)),
  ];
  const answers = await inTurn(none, (headers) => signIn(worker, "ann@example.com", "wrong", headers));
  assert.deepEqual(statuses(answers), [401, 401, 429, 429]);
  assert.match(worker.log, /"network":"203\.0\.113\.1"/);
  assert.doesNotMatch(worker.log, /"network":"203\.0\.113\.[3-6]"/);
});

async function inTurn(list, ask) {
  const answers = [];
  for (const one of list) answers.push(await ask(one));
  return answers;
}

test("a page of another site can't use up its visitor's network limit", async (t) => {
  await earlyInTheMinute();
  const worker = await start(t, {}, { network: 2 });
  const signUp = { name: "Ann", email: "ann@example.com", password: PASSWORD };
  const address = { "cf-connecting-ip": "192.0.2.1" };
  const pages = [
    { origin: "https://evil.example", "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
    { origin: "null", "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
    { referer: "https://evil.example/x", "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
  ];
  for (const path of ["sign-up/email", "sign-in/email", "change-password", "delete-user"]) {
    for (const page of pages)
      for (const body of [undefined, "{}", JSON.stringify(signUp)]) {
        const headers = { ...address, ...page, ...(body && { "content-type": "application/json" }) };
        const { status } = await worker.fetch(`/api/auth/${path}`, { method: "POST", headers, body });
        assert.ok([400, 401, 403].includes(status), `${path}: ${status}`);
      }
  }
  const own = { ...address, origin: ORIGIN };
  assert.equal((await worker.post("/api/auth/sign-up/email", signUp, own)).status, 200);
  // Requests from another site's page count toward the limit if that page adds credentials itself, such as a token.
  const bearer = { ...address, ...pages[0], authorization: "Bearer x" };
  assert.equal((await worker.post("/api/auth/change-password", {}, bearer)).status, 400);
  assert.equal((await worker.post("/api/auth/sign-in/email", signUp, own)).status, 429);
});
