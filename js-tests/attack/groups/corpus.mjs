// Sends the tokens in the corpus to the gateway, which must accept or refuse each token just as the core does.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "../../../contracts/expand.mjs";
import { CLOCK } from "../../worker/local-worker.mjs";
import { at, run } from "../../../scripts/run.mjs";
import { expect } from "../judge.mjs";
import { DATA, ME } from "../people.mjs";
import { WEAK } from "../targets.mjs";

/**
 * The time limit for a request, in milliseconds. Only the fastest attempt counts, because other programs on the machine
 * may slow down some attempts.
 */
const BAR = 50;
const TRIES = 4;
/** Headers of this length or more may be refused before they reach the gateway. */
const LARGE = 8192;

/** The paths of the available corpora: the project's own, and the shared ones if there are any. */
export function corpora() {
  const shared = process.env.EDGESEAL_VECTORS;
  const others = shared && existsSync(shared) ? readdirSync(shared) : [];
  const named = others.filter((name) => /^jwt_corpus.*\.jsonl$/.test(name)).map((name) => join(shared, name));
  return [at("contracts/jwt_corpus.jsonl"), ...named];
}

/** Sends every token in every corpus to a Worker with that corpus's settings, as a Bearer token and in a cookie. */
export async function throughTheGateway(row, targets) {
  const edgeseal = await import("../../corpus/edgeseal.mjs");
  const { judge } = await import("../../corpus/judge.mjs");
  const wrong = [];
  let sent = 0;
  for (const path of corpora()) {
    const { worker, settings } = await workerOf(path, targets);
    for (const { id, token: written } of load(path).cases) {
      const token = written.toWellFormed();
      const verdict = (later) =>
        judge(edgeseal, { ...settings, token: carried(token), now: settings.now + later }).verdict;
      // If a token has line breaks or is too long for a header, the server may refuse it before the gateway sees it.
      const early = /[\0\r\n]/.test(token) || token.length > LARGE ? [400, 413, 431] : [];
      const bearer = await best(worker, settings.now, ["Authorization", `Bearer ${token}`]);
      const cookie = await best(worker, settings.now, ["Cookie", `${DATA}=${token}`]);
      sent += 1;
      const problems = [];
      // A token may expire or become valid during the request. Accept the core's verdict at either the start or the end
      // of the request.
      const said = new Set([verdict(0), verdict(bearer.whole / 1000)]);
      const right = [...early, ...[...said].map((one) => (one === "accept" ? 200 : 401))];
      if (!right.includes(bearer.status)) problems.push(`Bearer ${bearer.status}, the core: ${[...said].join(" or ")}`);
      if (![401, ...early].includes(cookie.status)) problems.push(`cookie ${cookie.status}`);
      for (const { status, ms } of [bearer, cookie])
        if (ms > BAR && !early.includes(status)) problems.push(`${ms.toFixed(0)} ms`);
      if (problems.length > 0) wrong.push(`${id} ${problems.join(", ")}`);
    }
  }
  expect(sent > 0, "no corpus");
  expect(wrong.length === 0, `${wrong.length} of ${sent} tokens: ${wrong.slice(0, 12).join("; ")}`);
}

/** The part of a token that survives in a header field: its first line, trimmed (RFC 9110 §5.5). */
const carried = (token) => token.split(/[\r\n]/)[0].replace(/^[ \t]+|[ \t]+$/g, "");

/**
 * Sends a request with the Worker's clock set to `now`, the corpus's time in seconds. If the request takes too long,
 * repeats it and returns the shortest time.
 */
async function best(worker, now, header) {
  let found;
  for (let tries = 0; tries < TRIES && !(found?.ms <= BAR); tries++) {
    const start = Date.now();
    const answer = await worker.ask({ target: ME, headers: [[CLOCK, String(now * 1000 - start)], header] });
    const ms = Math.min(answer.ms, found?.ms ?? answer.ms);
    found = { status: answer.status, ms, whole: Date.now() - start };
  }
  return found;
}

/** Starts a Worker with a corpus's secret, issuer and audience. Also returns the equivalent options for the core. */
async function workerOf(path, targets) {
  const { _meta: meta } = JSON.parse(readFileSync(path, "utf8").split("\n", 1)[0]);
  const bindings = {
    ...WEAK,
    AUTH_SECRET: meta.secret_utf8,
    BASE_URL: meta.iss,
    AUTH_AUDIENCE: meta.aud,
    CLOCK_TOLERANCE: "0",
  };
  const worker = await targets.worker(`of ${JSON.stringify(meta)}`, bindings, {
    clock: true,
    routes: (echo) => [{ path: ME, upstream: echo }],
  });
  const settings = {
    secret: Buffer.from(meta.secret_utf8, "utf8").toString("hex"),
    issuer: meta.iss,
    audience: meta.aud,
    algorithm: "HS256",
    clockTolerance: 0,
    maxTokenLength: LARGE,
    requiredClaims: ["sub"],
    now: meta.now,
  };
  return { worker, settings };
}

/** Runs all corpora with the five builds of the core. */
export async function inEveryBuild() {
  const { code, output } = await run("node", [at("js-tests/corpus/corpus.mjs"), ...corpora()], { quiet: true });
  expect(
    code === 0,
    output
      .split("\n")
      .filter((line) => /^(not ok|over|✗)/.test(line))
      .slice(0, 8)
      .join("; ") || output.slice(-400),
  );
}
