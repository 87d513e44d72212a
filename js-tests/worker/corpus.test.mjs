// Sends the tokens in the corpus to the gateway, which must accept or refuse each token just as the core does.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as edgeseal from "edgeseal";
import { Miniflare } from "miniflare";
import { compatibilityDate } from "../compatibility.mjs";
import { load } from "../../contracts/expand.mjs";
import { send } from "../attack/wire.mjs";
import { judge } from "../corpus/judge.mjs";
import { built, CLOCK, startWorker, WEAK } from "./local-worker.mjs";
import { regraft } from "./regraft.mjs";

const DATA = "__Secure-better-auth.session_data";
const PATH = "/api/me";
const REFUSED = '{"code":"UNAUTHORIZED","message":"Unauthorized"}';
/** Headers of this length or more may be refused before they reach the Worker. */
const LARGE = 8192;
/** The claims that each kind of token must have in addition to those that the core requires. */
const ACCESS = ["sub"];
const DATA_MEMBERS = ["session", "user"];

const OWN = fileURLToPath(new URL("../../contracts/jwt_corpus.jsonl", import.meta.url));

describe("the project's corpus", () => suite(OWN, load(OWN).cases));
for (const [path, cases] of others()) describe(`a shared corpus, ${basename(path)}`, () => suite(path, cases));

/** The corpora in EDGESEAL_VECTORS, each with only the rows that aren't in the project's own corpus. */
function others() {
  const shared = process.env.EDGESEAL_VECTORS ?? "";
  const names = existsSync(shared) ? readdirSync(shared).filter((name) => /^jwt_corpus.*\.jsonl$/.test(name)) : [];
  const known = new Set(load(OWN).cases.map((one) => JSON.stringify(one)));
  const found = names.map((name) => {
    const path = join(shared, name);
    return [path, load(path).cases.filter((one) => !known.has(JSON.stringify(one)))];
  });
  const more = found.filter(([, cases]) => cases.length > 0);
  if (more.length === 0) console.log("# EDGESEAL_VECTORS has no rows besides the project's own");
  return more;
}

function suite(path, cases) {
  const { _meta: meta } = JSON.parse(readFileSync(path, "utf8").split("\n", 1)[0]);
  const plain = load(path).cases.find(({ group }) => group === "ok").token;
  const common = Buffer.from(meta.secret_utf8, "utf8").toString("hex");
  const ofSecret = new Map(cases.map(({ secret }) => [secret, cases.filter((one) => one.secret === secret)]));
  // A shared corpus may add only a few rows, so it's fine if none of their tokens are accepted.
  const least = path === OWN ? 10 : 0;
  const clock = () => [CLOCK, String(meta.now * 1000 - Date.now())];
  const bindings = { ...WEAK, BASE_URL: meta.iss, AUTH_AUDIENCE: meta.aud, CLOCK_TOLERANCE: "0" };
  let worker, url, session;
  before(async () => {
    const routes = (upstream) => [{ path: PATH, upstream }];
    worker = await startWorker({ ...bindings, AUTH_SECRET: meta.secret_utf8 }, { clock: true, https: true, routes });
    url = (await worker.ready).origin;
    const ann = { name: "Ann", email: "ann@example.com", password: "correct horse battery" };
    const answer = await worker.post("/api/auth/sign-up/email", ann, Object.fromEntries([clock()]));
    const cookies = answer.headers.getSetCookie();
    session = cookies.find((line) => line.startsWith(DATA)).split(/[=;]/)[1];
  });
  after(() => worker.stop());

  const host = ["Host", new URL(meta.iss).host];
  const ask = (header, value) => send(url, { target: PATH, headers: [host, clock(), [header, value]] });
  const bearer = (token) => ask("Authorization", `Bearer ${token}`);
  const cookie = (token) => ask("Cookie", `${DATA}=${token}`);

  /** The core's verdict on a token, using the Worker's settings but the row's secret. */
  const judged = (token, { settings, secret = common, now = meta.now } = {}) =>
    judge(edgeseal, {
      ...{ issuer: meta.iss, audience: meta.aud, ...settings },
      ...{ algorithm: "HS256", clockTolerance: 0, maxTokenLength: LARGE, requiredClaims: [] },
      ...{ token, secret, now },
    });

  /**
   * Whether the Worker must accept a token: it must if the core does and the token has the members that its kind
   * requires. Undefined if the token expires or becomes valid during the request, because either result is right then.
   */
  function opening(token, { members, ms = 0, ...options }) {
    const [first, last] = [meta.now, meta.now + (ms + 1) / 1000].map((now) => {
      const { verdict, claims } = judged(token, { ...options, now });
      return verdict === "accept" && members.every((name) => Object.hasOwn(JSON.parse(claims), name));
    });
    return first === last ? first : undefined;
  }

  /** What is wrong with a response, or undefined if nothing is. */
  function problem(answer, token, opens) {
    if (opens === undefined && [200, 401].includes(answer.status)) return undefined;
    if (opens) return answer.status === 200 ? undefined : `${answer.status}, not 200: ${answer.text}`;
    if (Buffer.byteLength(token) > LARGE && [400, 413, 431].includes(answer.status)) return undefined;
    if (answer.status !== 401) return `${answer.status}, not 401: ${answer.text}`;
    if (answer.text !== REFUSED || !answer.header("www-authenticate")) return `401 ${answer.text}`;
    return undefined;
  }

  /**
   * For each row with the common secret, sends a token made from the row's token. Returns how many of these tokens had
   * to be accepted.
   */
  async function each({ sent, made = (token) => token, carried = (token) => token, ...options }) {
    // Header fields can't contain these characters (RFC 9110 §5.5), so tokens that contain them can't be sent.
    const all = (ofSecret.get(common) ?? []).filter(({ token }) => !/[\0\r\n]/.test(token));
    const wrong = [];
    let opened = 0;
    const left = [...all];
    const work = async () => {
      for (let one = left.pop(); one; one = left.pop()) {
        // Lone surrogates can't be encoded as UTF-8, so replace them.
        const token = made(one.token.toWellFormed());
        const answer = await sent(token);
        // A header field's value excludes leading and trailing white space (RFC 9110 §5.5).
        const opens = opening(carried(token).replace(/^[ \t]+|[ \t]+$/g, ""), { ...options, ms: answer.ms });
        if (opens) opened += 1;
        const what = problem(answer, token, opens);
        if (what) wrong.push(`${one.id} (${one.name}): ${what}`);
      }
    };
    await Promise.all(Array.from({ length: 4 }, work));
    assert.equal(wrong.length, 0, `${wrong.length} of ${all.length}:\n${wrong.sort().join("\n")}`);
    return opened;
  }

  const SUBJECT = '"sub":"user_01"';
  const grown = (secret) => ({
    plain,
    member: SUBJECT,
    members: `${SUBJECT},"email":"ann@example.com","name":"Ann"`,
    sign: signer(secret),
  });

  test("as Bearer: the core's verdict for every row", async () => {
    const opened = await each({ sent: bearer, members: ACCESS });
    assert.ok(opened >= least, `${opened} rows accepted`);
  });

  test("as Bearer, with the other claims of our access tokens: the core's verdict for every row", async () => {
    const graft = grown(Buffer.from(meta.secret_utf8));
    const opened = await each({ sent: bearer, made: (token) => regraft(token, graft), members: ACCESS });
    assert.ok(opened >= least, `${opened} rows accepted`);
  });

  test("as session cookie: every row is refused", async () => {
    assert.equal(await each({ sent: cookie, members: DATA_MEMBERS }), 0);
  });

  test("the same faults in session data: the core's verdict for every row", async () => {
    const claims = JSON.parse(Buffer.from(session.split(".")[1], "base64url").toString("utf8"));
    // The row determines when the token expires.
    for (const name of ["iat", "exp"]) delete claims[name];
    const graft = {
      plain,
      // Replace the audience, because session data doesn't have one. A token with an audience is meant for someone
      // else.
      member: `"aud":${JSON.stringify(meta.aud)}`,
      members: JSON.stringify(claims).slice(1, -1),
      sign: signer(Buffer.from(meta.secret_utf8)),
    };
    assert.equal((await cookie(session)).status, 200, "unchanged session data is accepted");
    const opened = await each({
      sent: cookie,
      made: (token) => regraft(token, graft),
      // A cookie's value ends at the first semicolon (RFC 6265 §4.2.1).
      carried: (token) => token.split(";")[0],
      settings: { issuer: undefined, audience: undefined },
      members: DATA_MEMBERS,
    });
    assert.ok(opened >= least, `${opened} rows accepted`);
  });

  test("a row's own secret: the core's verdict, or the Worker refuses to serve", async (t) => {
    const reasons = new Set();
    const bound = [...ofSecret.keys()].filter((secret) => {
      // Skip secrets that aren't valid UTF-8, because bindings are text.
      if (secret === common || Buffer.from(text(secret), "utf8").toString("hex") !== secret) return false;
      // Of the secrets that the core refuses, test only one per reason, because starting a Worker is slow.
      const reason = refusalOf(secret);
      if (reason !== undefined && reasons.has(reason)) return false;
      reasons.add(reason);
      return true;
    });
    if (bound.length === 0) return;
    // Run all of the Workers in one process, each with its own secret.
    const miniflare = new Miniflare({
      // Keep the Workers' log lines about secrets out of the test's output.
      handleRuntimeStdio: (...streams) => streams.forEach((stream) => stream.resume()),
      workers: bound.map((secret, index) => ({
        name: `worker-${index}`,
        compatibilityDate,
        modules: built(true),
        d1Databases: ["DB"],
        bindings: {
          ...bindings,
          AUTH_SECRET: text(secret),
          RATE_LIMITS: "off",
          ROUTES: JSON.stringify([{ path: PATH, upstream: worker.upstream.url }]),
        },
      })),
    });
    t.after(() => miniflare.dispose());
    let [weak, opened] = [0, 0];
    for (const [index, secret] of bound.entries()) {
      const worker = await miniflare.getWorker(`worker-${index}`);
      for (const one of ofSecret.get(secret)) {
        const token = regraft(one.token, grown(Buffer.from(secret, "hex")));
        const headers = Object.fromEntries([clock(), ["authorization", `Bearer ${token}`]]);
        const answer = await worker.fetch(`${meta.iss}${PATH}`, { headers });
        const { code, verdict } = judged(token, { secret });
        const body = await answer.json();
        if (code === "ERR_KEY_WEAK") {
          weak += 1;
          assert.deepEqual([answer.status, body.code], [500, "CONFIG_INVALID"], one.id);
        } else {
          if (verdict === "accept") opened += 1;
          assert.equal(answer.status, verdict === "accept" ? 200 : 401, one.id);
        }
      }
    }
    assert.ok(path !== OWN || (weak > 0 && opened > 0), `${weak} weak secrets, ${opened} rows accepted`);
  });
}

function refusalOf(secret) {
  try {
    edgeseal.createVerifier({ secret: Buffer.from(secret, "hex") });
    return undefined;
  } catch (error) {
    return error.message.replaceAll(/\d+/g, "…");
  }
}

const text = (secret) => Buffer.from(secret, "hex").toString("utf8");
const signer = (secret) => (signed, algorithm) =>
  createHmac(`sha${algorithm.slice(2)}`, secret)
    .update(signed)
    .digest("base64url");
