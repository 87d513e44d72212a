// Checks for the rows about headers in which a client claims a different identity or IP address.
import { APP } from "../ask.mjs";
import { brief, expect, expectWords } from "../judge.mjs";
import { ME, SIGN_IN } from "../people.mjs";
import { fill, headersIn } from "../request.mjs";
import { NotUnderstood, timesIn } from "../rows.mjs";
import { limited, wrongPasswords } from "./limits.mjs";

/** Checks that nobody can bypass the counters with a header that changes with each request. */
async function rotation({ name, request }, targets) {
  const headers = [...name.matchAll(/\b([A-Z][\w]*(?:-\w+)+|Forwarded)\b/g)].map(([header]) => header);
  if (headers.length === 0) throw new NotUnderstood(name);
  for (const header of headers) {
    const of = (turn) => (/^forwarded$/i.test(header) ? `for=198.51.100.${turn}` : `198.51.100.${turn}`);
    const tries = timesIn(`${name} ${request}`, 50);
    const answers = await wrongPasswords(targets, tries, (turn) => ({
      ip: "203.0.113.9",
      headers: [[header, of(turn)]],
    }));
    expect(limited(answers), `${header}: no 429 in ${tries}`);
  }
}

/** Sends requests from one network, or from one IP address written in many forms. */
async function addresses({ name, request }, targets) {
  const sequences = [];
  if (/IPv6|\/64/i.test(name)) {
    sequences.push((turn) => `2001:db8:77:1::${turn.toString(16)}`);
    sequences.push((turn) => (turn % 2 ? `2001:DB8:77:2:${turn}::1` : `2001:0db8:0077:0002:0:0:0:${turn}`));
  }
  if (/IPv4|mapped/i.test(name)) {
    const spellings = ["203.0.113.77", "::ffff:203.0.113.77", "::FFFF:203.0.113.77", "::ffff:cb00:714d"];
    sequences.push((turn) => spellings[turn % spellings.length]);
  }
  for (const address of sequences) {
    const tries = timesIn(request, 30);
    const answers = await wrongPasswords(targets, tries, (turn) => ({ ip: address(turn) }));
    expect(limited(answers), `${address(1)}, ${address(2)}, …: no 429 in ${tries}`);
  }
}

/** Checks that a header doesn't grant access to a protected route, and that its value doesn't reach the upstream. */
async function sent(row, targets) {
  const [worker, a, b] = await Promise.all([targets.worker(), targets.person("A"), targets.person("B")]);
  await b.task();
  const headers = [];
  for (const [header, value] of headersIn(row.request)) headers.push([header, await fill(value, { a, b })]);
  if (headers.length === 0) throw new NotUnderstood(row.request);
  const anonymous = await worker.ask({ target: a.tasks, headers });
  expect(anonymous.status === 401, `anonymous: ${brief(anonymous)}`);
  for (const credential of [[a.bearer], [a.cookie]]) {
    const own = await worker.ask({ target: a.tasks, headers: [...credential, ...headers] });
    expect(own.status === 200, `as A: ${brief(own)}`);
    expect(own.text === (await listOf(worker, a)), `as A: not A's data: ${own.text.slice(0, 120)}`);
    const me = await worker.ask({ target: ME, headers: [...credential, ...headers] });
    expect(me.json()?.id === a.id, `as A: somebody else: ${brief(me)}`);
    const echoed = await worker.ask({ target: `${a.echo}/x?q=1`, headers: [...credential, ...headers] });
    const seen = echoed.json();
    expect(echoed.status === 200 && seen, `at the echo: ${brief(echoed)}`);
    expect(seen.method === "GET" && seen.url === `${a.echo}/x?q=1`, `the upstream received ${seen.method} ${seen.url}`);
    for (const [header, value] of headers) {
      const reached = Object.entries(seen.headers).find(([one]) => same(one, header));
      expect(reached?.[1] !== value || isTrue(header, value, a), `${header} reached the upstream as it was sent`);
    }
  }
  if (headers.some(([header]) => /middleware|nextjs|next-/i.test(header))) await atTheApp(headers, targets);
}

const same = (one, other) => one.replaceAll("_", "-").toLowerCase() === other.replaceAll("_", "-").toLowerCase();

/** Whether a value is A's actual id or e-mail address. The upstream may see those, because they come from the token. */
const isTrue = (header, value, a) => [a.id, a.email].includes(value);

const listOf = async (worker, a) => (await worker.ask({ target: a.tasks, headers: [a.bearer] })).text;

/** Sends these headers to the Next.js app. Old versions of Next.js trusted such headers (CVE-2025-29927). */
async function atTheApp(headers, targets) {
  const app = await targets.app();
  const answer = await app.ask({ target: "/dashboard", headers });
  const home = new URL(answer.header("location") ?? "/", APP).pathname;
  expect(answer.status === 401 || (answer.status === 307 && home === "/sign-in"), `at Next.js: ${brief(answer)}`);
}

/** Checks that a spoofed host name doesn't appear in any response. */
async function reflection(row, targets) {
  const [worker, a] = await Promise.all([targets.worker(), targets.person("A")]);
  const [, foreign] = /([a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?)\s*$/i.exec(row.name) ?? [];
  const names = row.name
    .split(":")[0]
    .split(/\s*(?:\/|,|and)\s*/)
    .filter((one) => /^[\w-]+$/.test(one));
  if (!foreign || names.length === 0) throw new NotUnderstood(row.name);
  for (const header of names) {
    const value = /^forwarded$/i.test(header) ? `host=${foreign};proto=http` : foreign;
    const request = /^host$/i.test(header) ? { host: foreign } : { headers: [[header, value]] };
    for (const json of [
      { email: a.email, password: a.password, callbackURL: "/home" },
      { email: a.email, password: "x" },
    ]) {
      const answer = await worker.ask({ method: "POST", target: SIGN_IN, json, ...request });
      expect(answer.status < 500, brief(answer));
      expect(!answer.raw.toLowerCase().includes(foreign.toLowerCase()), `${header}: the response contains ${foreign}`);
      expectWords(row, answer, header);
      const location = answer.header("location");
      if (location) expect(new URL(location, APP).origin === APP, `${header}: Location ${location}`);
    }
  }
}

export const spoof = { addresses, rotation, reflection, sent };
