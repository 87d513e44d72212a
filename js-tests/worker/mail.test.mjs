// Tests how the Worker sends e-mail: each kind of sender and its failures, the queue, limits and invalid settings.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { ORIGIN, startWorker, WEAK } from "./local-worker.mjs";
import { assertSigned, startMailbox, WEBHOOK_SECRET } from "./mailbox.mjs";

const PASSWORD = "correct horse battery";
const MANY = { attempts: 10_000, window: 60 };
const faults = ({ log }) =>
  log
    .split("\n")
    .filter((line) => line.includes('"event":"fault"'))
    .map((line) => JSON.parse(line.slice(line.indexOf("{"))));

let mailbox;
before(async () => (mailbox = await startMailbox()));
after(() => mailbox?.stop());

/** Starts a Worker and signs up a user. Doesn't wait for the sign-up's message. */
async function withUser(bindings, options, email = "ann@mail.example") {
  const worker = await startWorker({ ...WEAK, ...bindings }, options);
  const signedUp = await worker.post("/api/auth/sign-up/email", { name: "Ann", email, password: PASSWORD });
  assert.equal(signedUp.status, 200);
  return worker;
}

const request = async (worker, email = "ann@mail.example") => {
  const response = await worker.post("/api/auth/request-password-reset", { email, redirectTo: "/reset" });
  return { status: response.status, body: await response.json() };
};
const ANSWER = {
  status: 200,
  body: { status: true, message: "If this email exists in our system, check your email for the reset link" },
};

test("a receiver that fails twice gets the message at the third try, with the same id", async () => {
  const worker = await withUser(mailbox.bindings);
  try {
    await mailbox.next("verify-email", "ann@mail.example");
    const before = mailbox.deliveries.length;
    mailbox.respond = () => (mailbox.deliveries.length - before < 3 ? 500 : 200);
    assert.deepEqual(await request(worker), ANSWER);
    await mailbox.next("reset-password", "ann@mail.example");
    const tries = mailbox.deliveries.slice(before);
    assert.equal(tries.length, 3);
    assert.equal(new Set(tries.map(({ id }) => id)).size, 1);
    assert.equal(tries[0].id, tries[0].message.id);
    assertSigned(mailbox);
    assert.deepEqual(faults(worker), []);
  } finally {
    mailbox.respond = () => 200;
    await worker.stop();
  }
});

test("a receiver that fails, redirects or hangs changes no response, and leaves one fault line", async () => {
  for (const respond of [() => 500, () => 302, () => pause(60_000, 200, { ref: false })]) {
    mailbox.respond = respond;
    const worker = await startWorker({ ...WEAK, ...mailbox.bindings });
    try {
      const email = "bob@mail.example";
      await worker.post("/api/auth/sign-up/email", { name: "Bob", email, password: PASSWORD });
      const before = performance.now();
      assert.deepEqual(await request(worker, email), ANSWER);
      assert.ok(performance.now() - before < 3000, "the response does not wait for the receiver");
      for (let waited = 0; faults(worker).length < 2 && waited < 40_000; waited += 200) await pause(200);
      // The log has one fault for each of the two messages.
      const found = faults(worker);
      assert.deepEqual(
        found.map(({ code }) => code),
        ["MAIL", "MAIL"],
      );
      assert.match(found[0].detail, /^msg_\w+ \(\w+\): /);
      assert.doesNotMatch(worker.log, /@mail\.example|eyJ|http:\/\//);
    } finally {
      mailbox.respond = () => 200;
      await worker.stop();
    }
  }
});

test("a service binding gets the same message, without a signature", async () => {
  const got = [];
  const worker = await withUser(
    { EMAIL_FROM: "auth@mail.example", APP_NAME: "Shop" },
    {
      services: {
        MAILER: async (incoming) => {
          got.push({ headers: Object.fromEntries(incoming.headers), message: await incoming.json() });
          return new Response("ok");
        },
      },
    },
  );
  try {
    for (let waited = 0; got.length < 1 && waited < 5000; waited += 20) await pause(20);
    const [{ headers, message }] = got;
    assert.deepEqual(Object.keys(message), ["id", "type", "to", "from", "subject", "text", "html", "url", "userId"]);
    assert.deepEqual(
      [message.type, message.to, message.from],
      ["verify-email", "ann@mail.example", "auth@mail.example"],
    );
    assert.equal(headers["webhook-signature"], undefined);
    assert.ok(message.html.includes("Shop") && message.text.includes(message.url));
  } finally {
    await worker.stop();
  }
});

test("with a queue, the response and the first try don't depend on the receiver", async () => {
  const worker = await startWorker(
    { ...WEAK, ...mailbox.bindings },
    { queues: { MAIL_QUEUE: "mail" }, consumes: { mail: { maxBatchTimeout: 0.05, maxRetries: 5 } } },
  );
  try {
    let failures = 1;
    mailbox.respond = () => (failures-- > 0 ? 500 : 200);
    const email = "cat@mail.example";
    await worker.post("/api/auth/sign-up/email", { name: "Cat", email, password: PASSWORD });
    for (let waited = 0; failures > 0 && waited < 10_000; waited += 50) await pause(50);
    for (let waited = 0; faults(worker).length === 0 && waited < 5000; waited += 50) await pause(50);
    assert.deepEqual(
      faults(worker).map(({ code }) => code),
      ["MAIL"],
    );
  } finally {
    mailbox.respond = () => 200;
    await worker.stop();
  }
});

test("nobody can flood a mailbox, whether it belongs to a user or not", async () => {
  const limits = {
    network: MANY,
    account: MANY,
    device: MANY,
    mail: { attempts: 2, window: 60 },
    mailbox: { attempts: 3, window: 60 },
  };
  const worker = await withUser({ ...mailbox.bindings, RATE_LIMITS: JSON.stringify(limits) });
  try {
    const from = (ip, email) => worker.post("/api/auth/request-password-reset", { email }, { "cf-connecting-ip": ip });
    for (const email of ["dan@mail.example", "nobody@mail.example"]) {
      await worker.post("/api/auth/sign-up/email", { name: "Dan", email: "dan@mail.example", password: PASSWORD });
      const statuses = [];
      for (const ip of ["192.0.2.1", "192.0.2.1", "192.0.2.1", "198.51.100.1", "203.0.113.1"]) {
        const response = await from(ip, email);
        statuses.push(response.status);
        if (response.status === 429) assert.ok(Number(response.headers.get("retry-after")) > 0);
      }
      // Dan has already been sent one message, for his sign-up.
      const expected = email.startsWith("dan") ? [200, 200, 429, 429, 429] : [200, 200, 429, 200, 429];
      assert.deepEqual(statuses, expected);
    }
  } finally {
    await worker.stop();
  }
});

test("without a sender, the endpoints respond as Better Auth without one, and nothing is sent", async () => {
  const worker = await startWorker(WEAK);
  try {
    const post = async (path, body) => {
      const response = await worker.post(`/api/auth${path}`, body, { origin: ORIGIN });
      return [response.status, (await response.json()).code];
    };
    const email = "eve@mail.example";
    assert.deepEqual(await post("/request-password-reset", { email }), [400, "RESET_PASSWORD_DISABLED"]);
    assert.deepEqual(await post("/send-verification-email", { email }), [400, "VERIFICATION_EMAIL_NOT_ENABLED"]);
    assert.deepEqual(await post("/reset-password", { token: "x", newPassword: PASSWORD }), [400, "INVALID_TOKEN"]);
    assert.deepEqual(await post("/change-email", { newEmail: email }), [401, "UNAUTHORIZED"]);
  } finally {
    await worker.stop();
  }
});

test("a wrong setting is reported by name, and nothing is served", async () => {
  const { bindings } = mailbox;
  const cases = [
    [{ EMAIL_WEBHOOK: bindings.EMAIL_WEBHOOK, EMAIL_FROM: "a@b.example" }, "EMAIL_WEBHOOK needs WEBHOOK_SECRET"],
    [{ ...bindings, WEBHOOK_SECRET: "whsec_c2hvcnQ=" }, "WEBHOOK_SECRET must be"],
    [{ ...bindings, EMAIL_WEBHOOK: "http://hooks.example/" }, "EMAIL_WEBHOOK must be an https URL"],
    [{ ...bindings, EMAIL_FROM: null }, "EMAIL_FROM must be"],
    [{ EMAIL_FROM: "a@b.example" }, "EMAIL_FROM needs a way to send e-mail"],
    [{ MAILER: "x" }, "MAILER must be a binding"],
    [{ EMAIL: { send: "x" } }, "EMAIL must be a binding"],
    [{ EVENTS: "x" }, "EVENTS must be a binding"],
    [{ ...bindings, MAIL_QUEUE: "x" }, "MAIL_QUEUE must be a binding"],
    [{ ...bindings, EMAIL_FROM: "A\r\nBcc: b@c.example <a@b.example>" }, "EMAIL_FROM must be"],
    [{ ...bindings, APP_NAME: "a\nb" }, "APP_NAME must have"],
    [{ ...bindings, EMAIL_TEMPLATES: '{"reset-password":{"text":"no link"}}' }, "EMAIL_TEMPLATES: "],
    [{ REQUIRE_EMAIL_VERIFICATION: "true" }, "REQUIRE_EMAIL_VERIFICATION needs a way to send e-mail"],
    [{ DELETE_USER_CONFIRMATION: "email" }, "DELETE_USER_CONFIRMATION needs a way to send e-mail"],
    [{ ...bindings, DELETE_USER_CONFIRMATION: "yes" }, "DELETE_USER_CONFIRMATION must be"],
    [{ ...bindings, REQUIRE_EMAIL_VERIFICATION: "yes" }, "REQUIRE_EMAIL_VERIFICATION must be true or false"],
  ];
  for (const [given, reason] of cases) {
    const worker = await startWorker(given);
    try {
      const response = await worker.fetch("/api/auth/ok");
      assert.deepEqual([response.status, (await response.json()).code], [500, "CONFIG_INVALID"], reason);
      assert.ok(worker.log.includes(reason), `${reason} in ${worker.log}`);
      assert.ok(!worker.log.includes(WEBHOOK_SECRET));
    } finally {
      await worker.stop();
    }
  }
});

test("what users choose becomes no header and no markup of a message", async () => {
  const worker = await startWorker({ ...WEAK, ...mailbox.bindings });
  try {
    const email = "fay@mail.example";
    const name = `<img src=x onerror=alert(1)> "Fay" visit www.evil.example`;
    await worker.post("/api/auth/sign-up/email", { name, email, password: PASSWORD, callbackURL: '/"><script>' });
    const message = await mailbox.next("verify-email", email);
    assert.doesNotMatch(message.html, /<img|<script|evil\.example/);
    assert.doesNotMatch(message.subject + message.text, /evil\.example/);
    assert.doesNotMatch(message.subject, /[\r\n]/);
  } finally {
    await worker.stop();
  }
});
