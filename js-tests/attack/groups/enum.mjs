// Checks whether a response or its timing reveals which e-mail addresses have an account.
import { randomBytes } from "node:crypto";
import { allowedStatuses, brief, expect } from "../judge.mjs";
import { Person, SIGN_IN, SIGN_UP } from "../people.mjs";
import { timesIn } from "../rows.mjs";
import { WEAK } from "../targets.mjs";
import { mannWhitney, median } from "../statistics.mjs";
import { byNetwork, limited } from "./limits.mjs";

/**
 * The limits: the medians must differ by less than 10%, and p must be over 0.01. If the first run fails, two more must
 * both pass.
 */
const BARS = { apart: 0.1, p: 0.01, runs: 3, needed: 2 };
/** The minimum ratio of the shorter time to the longer one, for rows in which both requests must hash a password. */
const BOTH_HASH = 0.8;

const stranger = () => `stranger-${randomBytes(8).toString("hex")}@example.test`;

/** A response's status, body and headers, except for the headers that differ in every response. */
const shape = (answer) =>
  JSON.stringify([
    answer.status,
    answer.text,
    answer.headers
      .filter(([name]) => !/^(date|cf-ray|x-request-id)$/i.test(name))
      .map(([name, value]) => [name.toLowerCase(), value]),
  ]);

async function sameAnswer(row, targets) {
  const worker = await targets.worker();
  const known = await Person.signUp(worker, "E");
  const headers = [
    [],
    [["Origin", "https://app.example.test"]],
    [
      ["Cookie", "a=b"],
      ["Origin", "https://app.example.test"],
    ],
  ];
  for (const sent of headers) {
    for (const password of ["wrong horse battery", "x", "", "x".repeat(129)]) {
      const ask = (email) => worker.ask({ method: "POST", target: SIGN_IN, headers: sent, json: { email, password } });
      const [unknown, wrong] = [await ask(stranger()), await ask(known.email)];
      expect(shape(unknown) === shape(wrong), `unknown: ${shape(unknown)}; wrong password: ${shape(wrong)}`);
      expect(![200, 404].includes(wrong.status) && wrong.status < 500, brief(wrong));
    }
  }
}

/** Sends pairs of requests, one of each kind. Returns how long the requests of each kind took, in milliseconds. */
async function pairs(count, one, other) {
  const times = [[], []];
  for (let turn = 0; turn < count; turn++) {
    // Alternate the order, so that neither kind always benefits from a warmer cache.
    const order = turn % 2 === 0 ? [0, 1] : [1, 0];
    for (const which of order) times[which].push(await [one, other][which](turn));
  }
  return times;
}

const timing = (targets) => targets.worker("timing", { RATE_LIMITS: "off" });

async function signInTimes(row, targets) {
  const worker = await timing(targets);
  const known = await Person.signUp(worker, "T");
  const count = timesIn(`${row.name} ${row.request}`, 200);
  const ask = async (email) => {
    const answer = await worker.ask({
      method: "POST",
      target: SIGN_IN,
      json: { email, password: "wrong horse battery" },
    });
    expect(answer.status === 401, brief(answer));
    return answer.ms;
  };
  await pairs(
    5,
    () => ask(stranger()),
    () => ask(known.email),
  );
  const results = [];
  while (results.length < BARS.runs) {
    const [unknown, wrong] = await pairs(
      count,
      () => ask(stranger()),
      () => ask(known.email),
    );
    const apart = Math.abs(median(unknown) - median(wrong)) / median(wrong);
    const p = mannWhitney(unknown, wrong);
    results.push({ apart, p, isEqual: apart < BARS.apart && p > BARS.p });
    // One run in 100 fails by chance. If the first run fails, two more must both pass.
    if (results[0].isEqual || results.filter(({ isEqual }) => isEqual).length === BARS.needed) return;
    if (results.length === 2 && !results[1].isEqual) break;
  }
  const runs = results.map(({ apart, p }) => `medians ${(apart * 100).toFixed(1)} % apart, p ${p.toPrecision(2)}`);
  expect(false, runs.join("; "));
}

async function signUpTimes(row, targets) {
  const worker = await timing(targets);
  const known = await Person.signUp(worker, "U");
  const count = Math.ceil(timesIn(`${row.name} ${row.request}`, 100) / 2);
  const ask = async (email) => {
    const json = { name: "Somebody", email, password: "correct horse battery" };
    return (await worker.ask({ method: "POST", target: SIGN_UP, json })).ms;
  };
  const [fresh, existing] = await pairs(
    count,
    () => ask(stranger()),
    () => ask(known.email),
  );
  const ratio = median(existing) / median(fresh);
  expect(
    ratio > BOTH_HASH && ratio < 1 / BOTH_HASH,
    `existing ${median(existing).toFixed(0)} ms, new ${median(fresh).toFixed(0)} ms`,
  );
}

async function taken(row, targets) {
  const worker = await targets.worker();
  const known = await Person.signUp(worker, "K");
  const rowsOf = async (worker) =>
    JSON.stringify(
      (
        await worker.database
          .prepare('SELECT * FROM "user", "account" WHERE "userId" = "user"."id" AND "email" LIKE ?')
          .bind("%@example.test")
          .all()
      ).results,
    );
  const json = { name: "Somebody else", email: known.email, password: "another horse battery" };
  const before = await rowsOf(worker);
  const answer = await worker.ask({ method: "POST", target: SIGN_UP, json });
  expect([...allowedStatuses(row), 200].includes(answer.status), brief(answer));
  expect(
    answer.all("set-cookie").every((line) => !line.includes("session")),
    "a session is opened",
  );
  expect((await rowsOf(worker)) === before, "the account has changed");
  expect((await known.signIn()).status === 200, "its owner can't sign in anymore");
  if (answer.status !== 200) {
    // Clients can't probe many accounts, because requests from one IP address are counted regardless of the account.
    const counting = await byNetwork(targets);
    const answers = await Promise.all(
      Array.from({ length: 80 }, () => counting.ask({ method: "POST", target: SIGN_UP, json, ip: "198.51.100.200" })),
    );
    expect(limited(answers), "no 429 in 80 concurrent requests from one address");
  }
  const hidden = await targets.worker("hidden", { ...WEAK, SIGN_UP_DISCLOSURE: "hidden" });
  const asked = { ...json, email: stranger() };
  const signUp = (body) => hidden.ask({ method: "POST", target: SIGN_UP, json: body });
  const first = await signUp(asked);
  expect(first.status === 200, `hidden, new: ${brief(first)}`);
  const [fresh, again] = [await signUp({ ...asked, email: stranger() }), await signUp(asked)];
  const plain = (one) =>
    shape(one)
      .replaceAll(/stranger-[0-9a-f]+@/g, "…@")
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "…")
      .replaceAll(/\\"id\\":\\"[^"\\]+\\"/g, "…")
      .replaceAll(/(edgeseal\.device=)[^;]+/g, "$1…");
  expect(plain(fresh) === plain(again), `SIGN_UP_DISCLOSURE=hidden: ${plain(fresh)} and ${plain(again)}`);
}

export const enumeration = { signUpTimes, signInTimes, taken, sameAnswer };
