// Tests that edgeseal/webhooks and the official Standard Webhooks library verify each other's signatures. Also tests
// the limits of edgeseal/webhooks.
import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { Webhook } from "standardwebhooks";
import { linearMemory } from "../watched.mjs";

const { EdgesealError, isEdgesealError, KeyError } = await import("edgeseal");
const { signWebhook, verifyWebhook, WebhookError } = await import("edgeseal/webhooks");
const required = createRequire(import.meta.url)("edgeseal/webhooks");

const newSecret = (length = 32) => `whsec_${randomBytes(length).toString("base64")}`;
const secret = newSecret();
const body = '{"type":"user.created","data":{"name":"Zoë"}}';
const now = new Date(1_800_000_000_500);
const signed = (options) => signWebhook({ id: "msg_1", timestamp: now, body, secret, ...options });
const headers = signed();
const verified = (options) => verifyWebhook({ headers, body, secret, currentDate: now, ...options });
const refuses = (code, options, name = code.startsWith("ERR_OPTION") ? "EdgesealError" : "WebhookError") =>
  assert.throws(() => verified(options), { name, code }, JSON.stringify(options));

/** Signs arbitrary values with Node's own HMAC and returns the headers. */
function sealed({ id = "msg_1", timestamp = "1800000000", text = body, key = secret }) {
  const mac = createHmac("sha256", Buffer.from(key.slice(6), "base64"))
    .update(`${id}.${timestamp}.`)
    .update(text);
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${mac.digest("base64")}` };
}

/** The values from the `sign function works` test in standardwebhooks' own test suite. */
const PUBLISHED = {
  secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  timestamp: new Date(1_614_265_330_000),
  body: '{"test": 2432232314}',
};
const PUBLISHED_SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

for (const [how, one] of Object.entries({ import: { signWebhook, verifyWebhook }, require: required })) {
  test(`by ${how}: the official library's example`, () => {
    const made = one.signWebhook(PUBLISHED);
    assert.deepEqual(made, {
      "webhook-id": PUBLISHED.id,
      "webhook-timestamp": "1614265330",
      "webhook-signature": PUBLISHED_SIGNATURE,
    });
    const { id, timestamp, payload } = one.verifyWebhook({
      headers: made,
      body: PUBLISHED.body,
      secret: PUBLISHED.secret,
      currentDate: PUBLISHED.timestamp,
    });
    assert.deepEqual([id, timestamp, payload], [PUBLISHED.id, PUBLISHED.timestamp, { test: 2_432_232_314 }]);
  });
}

test("the official library verifies what this one signs, and the other way round", () => {
  for (let length = 24; length <= 64; length++) {
    const shared = newSecret(length);
    const theirs = new Webhook(shared);
    const payload = { type: "a.b", data: { length, text: "é€𝄞 \u0000".repeat(length) } };
    const text = JSON.stringify(payload);
    const ours = signWebhook({ id: `msg_${length}`, body: text, secret: shared });
    assert.deepEqual(theirs.verify(text, ours), payload);
    const at = new Date();
    const back = { ...ours, "webhook-signature": theirs.sign(`msg_${length}`, at, text) };
    back["webhook-timestamp"] = String(Math.floor(at / 1000));
    for (const given of [text, Buffer.from(text), new TextEncoder().encode(text)]) {
      assert.deepEqual(verifyWebhook({ headers: back, body: given, secret: shared }).payload, payload);
    }
  }
});

test("both have the same verdict on timestamps, at the limits of the tolerance", (t) => {
  const theirs = new Webhook(secret);
  t.mock.timers.enable({ apis: ["Date"], now });
  for (const seconds of [-302, -301, -300, -299, 0, 299, 300, 301, 302]) {
    const late = signed({ timestamp: new Date(now.getTime() + seconds * 1000) });
    const isRefused = Math.abs(seconds) > 300;
    const refusal = isRefused ? { code: "ERR_WEBHOOK_TIMESTAMP_INVALID", message: / too (old|new)$/ } : undefined;
    if (refusal) {
      assert.throws(() => theirs.verify(body, late), /too (old|new)/);
      assert.throws(() => verifyWebhook({ headers: late, body, secret }), refusal, String(seconds));
    } else {
      theirs.verify(body, late);
      assert.equal(verifyWebhook({ headers: late, body, secret }).id, "msg_1");
    }
  }
  verified({ toleranceSeconds: 3600, currentDate: new Date(now.getTime() + 3_600_000) });
  refuses("ERR_WEBHOOK_TIMESTAMP_INVALID", { toleranceSeconds: 1, currentDate: new Date(now.getTime() + 2000) });
  refuses("ERR_WEBHOOK_TIMESTAMP_INVALID", { toleranceSeconds: 1, currentDate: new Date(now.getTime() - 2000) });
});

test("headers may be Headers, an object or pairs, with names in any case", () => {
  const capital = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.replace(/\b\w/g, (c) => c.toUpperCase()), value]),
  );
  for (const given of [
    new Headers(headers),
    capital,
    { ...headers, host: "a.example", "set-cookie": ["a", "b"], absent: undefined },
    Object.assign(Object.create(null), headers),
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    Object.entries(capital),
    new Map(Object.entries(capital)),
    new Headers(headers).entries(),
    runInNewContext("Object.entries(given)", { given: headers }),
  ]) {
    assert.equal(verified({ headers: given }).id, "msg_1");
  }
});

test("absent headers are missing, also if only the legacy ones are there", () => {
  const svix = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.replace("webhook", "svix"), value]),
  );
  refuses("ERR_WEBHOOK_HEADER_MISSING", { headers: svix });
  for (const name of Object.keys(headers)) {
    const { [name]: _, ...others } = headers;
    const message = `${name} is missing`;
    assert.throws(() => verified({ headers: others }), { code: "ERR_WEBHOOK_HEADER_MISSING", message });
    for (const absent of ["", undefined])
      assert.throws(() => verified({ headers: { ...headers, [name]: absent } }), { message });
    assert.throws(() => verified({ headers: Object.create(headers) }), { code: "ERR_WEBHOOK_HEADER_MISSING" });
  }
});

test("malformed headers are refused, even with a valid signature", () => {
  const wrong = (given) => refuses("ERR_WEBHOOK_HEADER_INVALID", given);
  for (const id of ["a.b", "msg_1.1800000000", "a b", "é", "a\n", "a".repeat(257)]) wrong({ headers: sealed({ id }) });
  for (const timestamp of [
    "x",
    "-1",
    "+1800000000",
    "01800000000",
    "1800000000.0",
    "1.8e9",
    "0x6b49d200",
    "1".repeat(13),
  ])
    wrong({ headers: sealed({ timestamp }) });
  assert.equal(verified({ headers: sealed({ id: "~!".repeat(128) }) }).id.length, 256);
  for (const name of Object.keys(headers)) {
    wrong({ headers: { ...headers, [name]: [headers[name], headers[name]] } });
    wrong({ headers: { ...headers, [name.toUpperCase()]: headers[name] } });
    wrong({ headers: [...Object.entries(headers), [name, headers[name]]] });
  }
  const twice = new Headers(headers);
  twice.append("webhook-id", "msg_1");
  wrong({ headers: twice });
});

const withSignature = (signature) => ({ headers: { ...headers, "webhook-signature": signature } });

test("up to 16 signatures are read, of which one must be valid", () => {
  const right = headers["webhook-signature"];
  const other = signed({ secret: newSecret() })["webhook-signature"];
  const asymmetric = `v1a,${randomBytes(64).toString("base64")}`;
  for (const list of [
    [other, right],
    [asymmetric, right],
    [right, "v2,x", "nonsense", "v1", "v1,", ""],
    [...Array.from({ length: 15 }, () => other), right],
  ]) {
    assert.equal(verified(withSignature(list.join(" "))).id, "msg_1");
  }
  refuses("ERR_WEBHOOK_HEADER_INVALID", withSignature(Array.from({ length: 17 }, () => right).join(" ")));
  refuses("ERR_WEBHOOK_HEADER_INVALID", withSignature(`${right} v2,${"x".repeat(4096 - right.length - 3)}`));
  verified(withSignature(`${right} v2,${"x".repeat(4096 - right.length - 4)}`));
  for (const list of [
    other,
    asymmetric,
    `v1a,${right.slice(3)}`,
    `v2,${right.slice(3)}`,
    `V1,${right.slice(3)}`,
    right.slice(3),
    right.slice(0, 8),
    right.slice(0, -1),
    `${right}=`,
    `${right},`,
    `v1, ${right.slice(3)}`,
    right.replaceAll("=", ""),
    `v1,${Buffer.alloc(32).toString("base64")}`,
    "v1,",
    "v1",
    " ",
  ]) {
    refuses("ERR_WEBHOOK_SIGNATURE_INVALID", withSignature(list));
  }
});

test("a webhook with signatures of other versions only is refused, and the message says why", () => {
  const only = withSignature(`v1a,${randomBytes(64).toString("base64")}`);
  assert.throws(() => verified(only), { message: "webhook-signature has no signature of version v1" });
});

test("a signature has one spelling", () => {
  const right = headers["webhook-signature"];
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const last = digits.indexOf(right.at(-2));
  for (const stray of [1, 2, 3]) {
    refuses("ERR_WEBHOOK_SIGNATURE_INVALID", withSignature(`${right.slice(0, -2)}${digits[last | stray]}=`));
  }
  const url = right.replaceAll("+", "-").replaceAll("/", "_");
  if (url !== right) refuses("ERR_WEBHOOK_SIGNATURE_INVALID", withSignature(url));
});

test("any change of id, timestamp, body, signature or secret is refused", () => {
  const invalid = (given) => refuses("ERR_WEBHOOK_SIGNATURE_INVALID", given);
  const bytes = Buffer.from(body);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Uint8Array.from(bytes);
    changed[bit >> 3] ^= 1 << (bit & 7);
    invalid({ body: changed });
  }
  const tag = Buffer.from(headers["webhook-signature"].slice(3), "base64");
  for (let bit = 0; bit < 256; bit++) {
    const changed = Uint8Array.from(tag);
    changed[bit >> 3] ^= 1 << (bit & 7);
    invalid(withSignature(`v1,${Buffer.from(changed).toString("base64")}`));
  }
  invalid({ body: `${body} ` });
  invalid({ body: "" });
  invalid({ headers: { ...headers, "webhook-id": "msg_2" } });
  invalid({ headers: { ...headers, "webhook-timestamp": "1800000001" } });
  invalid({ secret: newSecret() });
});

test("during a rotation each secret signs, and each verifies", () => {
  const [old, fresh, other] = [newSecret(24), newSecret(64), newSecret()];
  const both = signed({ secret: [fresh, old] });
  assert.equal(both["webhook-signature"].split(" ").length, 2);
  for (const one of [old, fresh, [other, old], [fresh, other]]) verified({ headers: both, secret: one });
  refuses("ERR_WEBHOOK_SIGNATURE_INVALID", { headers: both, secret: other });
  verified({
    headers: signed({ secret: old }),
    secret: Array.from({ length: 8 }, (_, i) => (i === 7 ? old : newSecret())),
  });
  const now = both["webhook-signature"].split(" ")[0];
  assert.equal(now, signed({ secret: fresh })["webhook-signature"], "the first secret signs first");
});

test("a wrong secret is refused before any work, and its text is not repeated", () => {
  const broken = { headers: { "webhook-id": "" } };
  for (const [given, code, message] of [
    [undefined, "ERR_OPTION_INVALID", "secret is undefined: is WEBHOOK_SECRET set?"],
    [[secret, undefined], "ERR_OPTION_INVALID", "secret[1] is undefined: is its variable set?"],
    [[], "ERR_OPTION_INVALID"],
    [Array.from({ length: 9 }, () => secret), "ERR_OPTION_INVALID"],
    [secret.slice(6), "ERR_OPTION_INVALID"],
    [secret.replace("whsec_", "whpk_"), "ERR_OPTION_INVALID"],
    [`v1,${secret}`, "ERR_OPTION_INVALID"],
    [`${secret}\n`, "ERR_OPTION_INVALID"],
    [` ${secret}`, "ERR_OPTION_INVALID"],
    [secret.slice(0, -1), "ERR_OPTION_INVALID"],
    [`whsec_${"=".repeat(44)}`, "ERR_OPTION_INVALID"],
    ["whsec_----------------------------------------", "ERR_OPTION_INVALID"],
    [newSecret(65), "ERR_OPTION_INVALID"],
    [randomBytes(32), "ERR_OPTION_INVALID"],
    [{ kid: secret }, "ERR_OPTION_INVALID"],
    [newSecret(23), "ERR_KEY_WEAK"],
    ["whsec_", "ERR_KEY_WEAK"],
    [[secret, `whsec_${Buffer.alloc(32, 7).toString("base64")}`], "ERR_KEY_WEAK"],
  ]) {
    for (const call of [() => verified({ ...broken, secret: given }), () => signed({ secret: given })]) {
      assert.throws(call, (error) => {
        assert.equal(error.code, code, String(given));
        assert.ok(error instanceof (code === "ERR_KEY_WEAK" ? KeyError : EdgesealError));
        if (message) assert.equal(error.message, message);
        for (const text of [given].flat())
          if (typeof text === "string" && text.length > 10) assert.ok(!error.message.includes(text.slice(6, 20)));
        return true;
      });
    }
  }
});

test("a payload is one JSON object, without duplicate names", () => {
  for (const text of [
    "",
    "null",
    "[]",
    '"text"',
    "5",
    "{} {}",
    "\ufeff{}",
    "{'a':1}",
    '{"a":1,"a":2}',
    '{"d":{"a":1,"\\u0061":2}}',
    '{"a":1e400}',
    Buffer.from('{"a":"\xff"}', "latin1"),
    "a=b",
  ]) {
    refuses("ERR_WEBHOOK_PAYLOAD_INVALID", { headers: sealed({ text }), body: text });
    refuses("ERR_WEBHOOK_SIGNATURE_INVALID", { headers: sealed({ text, key: newSecret() }), body: text });
  }
  const text = ' {"__proto__":{"admin":true},"n":1e3} ';
  const { payload } = verified({ headers: sealed({ text }), body: text });
  assert.equal(payload.admin, undefined);
  assert.deepEqual(Object.keys(payload), ["__proto__", "n"]);
});

test("the payload is what was signed: a lone surrogate is U+FFFD in both", () => {
  const text = '{"a":"\ud800"}';
  assert.equal(verified({ headers: signed({ body: text }), body: text }).payload.a, "\ufffd");
});

test("bodies of any length, in parts whose limits do not show", () => {
  for (const length of [2, 65_535, 65_536, 65_537, 131_072, 200_000, 5_000_000]) {
    const text = `{${" ".repeat(length - 2)}}`;
    const made = signed({ body: text });
    assert.deepEqual(made, sealed({ text }));
    assert.deepEqual(verified({ headers: made, body: Buffer.from(text) }).payload, {});
  }
});

test("a long body without a valid signature takes no wasm memory", () => {
  const before = linearMemory();
  assert.ok(before > 0);
  const long = new Uint8Array(before * 4);
  assert.throws(() => verified({ body: long }), { code: "ERR_WEBHOOK_SIGNATURE_INVALID" });
  assert.equal(linearMemory(), before);
});

test("wrong options are refused by name", () => {
  const wrong = (options, message) =>
    assert.throws(() => verified(options), { name: "EdgesealError", code: "ERR_OPTION_INVALID", message });
  for (const given of [undefined, null, { type: "parsed" }, [], 5, new ArrayBuffer(2), new Uint16Array(2)])
    wrong({ body: given }, /^body must be the raw body/);
  const request = new Request("https://a.example", { method: "POST", headers, body });
  for (const given of [undefined, null, "text", 5, request, { headers }, ["webhook-id", "msg_1"], [["webhook-id"]]])
    wrong({ headers: given }, /^headers must be /);
  wrong({ headers: { ...headers, "webhook-id": 5 } }, /^headers must be /);
  for (const given of [0, -1, 1.5, "300", Number.NaN, Infinity, 86_401, undefined])
    wrong({ toleranceSeconds: given }, /^toleranceSeconds /);
  for (const given of [now.getTime(), "2027", new Date(Number.NaN), undefined])
    wrong({ currentDate: given }, /^currentDate /);
  wrong({ tolerance: 300 }, /^unknown option "tolerance"/);
});

test("signWebhook refuses what a receiver would refuse", () => {
  const wrong = (options, message) =>
    assert.throws(() => signed(options), { name: "EdgesealError", code: "ERR_OPTION_INVALID", message });
  for (const id of [undefined, null, 5, "", "a.b", "a b", "a\r\nb: c", "é", "a".repeat(257)]) wrong({ id }, /^id /);
  for (const timestamp of [1_800_000_000, new Date(-1000), new Date(Number.NaN), new Date(8.64e15)])
    wrong({ timestamp }, /^timestamp must be /);
  for (const given of [undefined, {}, null]) wrong({ body: given }, /^body must be the raw body/);
  wrong({ event: "x" }, /^unknown option/);
  for (const call of [signWebhook, verifyWebhook]) assert.throws(() => call(), { code: "ERR_OPTION_INVALID" });
  assert.equal(signWebhook({ id: "a", body: "{}", secret })["webhook-timestamp"].length, 10, "by default, now");
});

test("errors are those of the package, and repeat nothing of the webhook", () => {
  let caught;
  try {
    verified({ headers: { ...headers, "webhook-id": "msg_secretive" } });
  } catch (error) {
    caught = error;
  }
  assert.ok(caught instanceof WebhookError && caught instanceof EdgesealError && isEdgesealError(caught));
  assert.ok(isEdgesealError(JSON.parse(JSON.stringify(caught))));
  assert.doesNotMatch(JSON.stringify(caught), /secretive|Zo|v1,/);
  assert.throws(() => required.verifyWebhook({ headers: {}, body, secret }), isEdgesealError);
});
