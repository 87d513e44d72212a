// Checks that rate limits apply and can't be bypassed.
import { brief, expect } from "../judge.mjs";
import { SIGN_IN, SIGN_UP } from "../people.mjs";
import { NotUnderstood, timesIn } from "../rows.mjs";
import { byNetwork, limited, NETWORK, somebody, wrongPasswords } from "./limits.mjs";

const HERE = "203.0.113.40";

/** Checks that one IP address can try only a limited number of wrong passwords for one account. */
async function limitedPerson(targets) {
  const person = await somebody(targets);
  const answers = await wrongPasswords(targets, 60, () => ({ ip: HERE }), person);
  expect(limited(answers), `no 429 in ${answers.length} wrong passwords from one address`);
  return { person, last: answers.at(-1) };
}

/**
 * Sends wrong passwords for one account from many IP addresses. The requests must be rate-limited, but the owner must
 * still be able to sign in from a known browser.
 */
async function distributed(row, targets) {
  const many = timesIn(row.name, 100);
  const person = await somebody(targets);
  const address = (turn) => `198.${18 + (turn >> 8)}.${turn & 255}.7`;
  const answers = await wrongPasswords(targets, many * 2, (turn) => ({ ip: address(turn % many) }), person);
  expect(limited(answers), `no 429 in ${answers.length} from ${many} addresses`);
  const owner = await person.signIn({}, { headers: person.page });
  expect(owner.status === 200, `the owner, from a known browser: ${brief(owner)}`);
  const retry = Number(answers.at(-1).header("retry-after"));
  expect(retry > 0 && retry <= 24 * 3600, `Retry-After: ${answers.at(-1).header("retry-after")}`);
}

async function spraying(row, targets) {
  const many = timesIn(row.name, 100);
  const worker = await byNetwork(targets);
  const answers = [];
  for (let turn = 0; turn < many && !limited(answers); turn++) {
    const json = { email: `spray-${turn}@example.test`, password: "wrong horse battery" };
    answers.push(await worker.ask({ method: "POST", target: SIGN_IN, json, ip: "203.0.113.41" }));
  }
  expect(limited(answers), `no 429 in ${many}`);
}

/** Checks that paths similar to the sign-in path either don't exist or are rate-limited, too. */
async function paths(row, targets) {
  const { person } = await limitedPerson(targets);
  const list = row.name.replace(/^[^:]*:\s*/, "");
  const spellings = list.split(/,\s*/).filter(Boolean);
  if (spellings.length === 0) throw new NotUnderstood(row.name);
  const email = "/email";
  for (const spelling of spellings) {
    const targets = /sign-?in/i.test(spelling)
      ? [
          `/api/auth${spelling.startsWith("/") ? "" : "/"}${spelling.replace(/\/$/, "")}${email}${spelling.endsWith("/") ? "/" : ""}`,
        ]
      : spelling.startsWith("%")
        ? [
            `/api/auth/${spelling}/sign-in${email}`,
            `/api/auth${spelling.toLowerCase() === "%2e" ? "/%2e%2e/auth" : spelling}/sign-in${email}`,
            SIGN_IN.replace("-", "%2d"),
          ]
        : [`${SIGN_IN}${spelling}`];
    for (const target of targets) {
      for (const password of [person.password, "wrong horse battery"]) {
        const answer = await person.worker.ask({
          method: "POST",
          target,
          ip: HERE,
          json: { email: person.email, password },
        });
        expect([404, 405, 429].includes(answer.status), `${target}: ${brief(answer)}`);
      }
    }
  }
}

/** Tries other spellings of a rate-limited account's e-mail address. None of them may give access to the account. */
async function addresses(row, targets) {
  const { person } = await limitedPerson(targets);
  const [local, domain] = person.email.split("@");
  const spellings = {
    case: [
      person.email.toUpperCase(),
      `${local}@${domain.toUpperCase()}`,
      local[0].toUpperCase() + person.email.slice(1),
    ],
    space: [` ${person.email}`, `${person.email} `, `\t${person.email}\n`, `${person.email}\u00a0`],
    tag: [`${local}+tag@${domain}`],
    unicode: [
      person.email.replace("e", "\uff45"),
      person.email.replace("@", "\uff20"),
      person.email.replace("e", "\u0435"),
    ],
    dot: [`${local[0]}.${local.slice(1)}@${domain}`, `${person.email}.`],
    quot: [`"${local}"@${domain}`],
    comment: [`${local}(x)@${domain}`],
    null: [`${person.email}\0`],
  };
  const asked = Object.keys(spellings).filter((word) => new RegExp(word, "i").test(row.name));
  if (asked.length === 0) throw new NotUnderstood(row.name);
  for (const spelling of asked.flatMap((word) => spellings[word])) {
    for (const password of ["wrong horse battery", person.password]) {
      const answer = await person.worker.ask({
        method: "POST",
        target: SIGN_IN,
        ip: HERE,
        json: { email: spelling, password },
      });
      // A different mailbox is a different account, for which nobody has tried a password yet.
      const elsewhere = /\+tag@|^.\./.test(spelling) ? [401] : [];
      expect([429, 400, ...elsewhere].includes(answer.status), `${JSON.stringify(spelling)}: ${brief(answer)}`);
    }
  }
}

async function oracle(row, targets) {
  const { person, last } = await limitedPerson(targets);
  const right = await person.signIn({}, { ip: HERE });
  expect(right.status === 429, brief(right));
  expect(right.text === last.text, `a different response than to a wrong one: ${right.text} and ${last.text}`);
  expect(right.all("set-cookie").length === 0, "Set-Cookie");
}

async function plainly(row, targets) {
  const { last } = await limitedPerson(targets);
  expect(last.status === 429 && Number(last.header("retry-after")) > 0, `Retry-After: ${last.header("retry-after")}`);
}

/**
 * Sends many concurrent requests. The hash cost is the lowest that the policy allows, because workerd drops requests
 * that have waited for 15 seconds.
 */
async function flood(row, targets) {
  const worker = await targets.worker("flood", { PASSWORD_PARAMS: { cost: 10 } }, { network: NETWORK });
  const many = timesIn(row.name, 200);
  const bytes = Number(/(\d+)[- ]byte/i.exec(row.name)?.[1] ?? 72);
  const signUp = (turn) => {
    const json = {
      name: "Flood",
      email: `flood-${turn}@example.test`,
      password: `${turn}`.padEnd(bytes, "correct horse "),
    };
    return worker.ask({ method: "POST", target: SIGN_UP, json, ip: "203.0.113.42" });
  };
  const answers = await Promise.all(Array.from({ length: many }, (_, turn) => signUp(turn)));
  // If the Worker refuses a request before it has read the body, the connection may close before the response arrives.
  // Even then, the log has a line for the request.
  const logged = [...worker.log.matchAll(/"event":"request".*"route":"\/api\/auth\/sign-up\/email","status":(\d+)/g)];
  const counts = {};
  for (const [, status] of logged) counts[status] = (counts[status] ?? 0) + 1;
  const summary = JSON.stringify(counts);
  expect(logged.length === many, `${logged.length} of ${many} were logged: ${summary}`);
  expect(limited(answers) || counts[429] > 0, `no 429: ${summary}`);
  expect(
    Object.keys(counts).every((status) => ["200", "429"].includes(status)),
    summary,
  );
  expect(
    answers.every(({ status }) => [0, 200, 429].includes(status)),
    summary,
  );
  expect(counts[200] <= 2 * NETWORK, `${counts[200]} were hashed`);
  expect(
    answers.every(({ text }) => !/error code: 11\d\d/i.test(text)),
    "1101 or 1102",
  );
  const next = await worker.ask({ target: "/api/auth/ok" });
  expect(next.status === 200, `afterwards: ${brief(next)}`);
}

export const rate = { flood, paths, addresses, oracle, spraying, distributed, plainly };
