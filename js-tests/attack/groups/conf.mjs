// Checks for the rows about faults in the server itself. Even a faulty server must not serve anything unprotected or
// disclose its internals.
import { FAULT } from "../../worker/local-worker.mjs";
import { brief, expect, expectNoInnards } from "../judge.mjs";
import { GET_SESSION, ME, SIGN_IN, SIGN_OUT, SIGN_UP } from "../people.mjs";
import { NotUnderstood } from "../rows.mjs";
import { SECRET, WEAK } from "../targets.mjs";
import { inEveryBuild, throughTheGateway } from "./corpus.mjs";

async function builds(row, targets) {
  await throughTheGateway(row, targets);
  await inEveryBuild();
}

/**
 * Pairs of a pattern and the environments to test. The pattern matches the wording of the rows about those
 * environments.
 */
const ENVIRONMENTS = [
  [/BASE_URL/, [{ BASE_URL: null }, { BASE_URL: "" }, { BASE_URL: "app.example.test" }]],
  [/ROUTES/, [{ ROUTES: "nonsense" }]],
  [/AUTH_SECRETS/, [{ AUTH_SECRET: null, AUTH_SECRETS: "1:short" }]],
  [/missing|not set|absent|unset/i, [{ AUTH_SECRET: null }]],
  [/empty/i, [{ AUTH_SECRET: "" }]],
  [/blank|spaces|white ?space/i, [{ AUTH_SECRET: " ".repeat(40) }]],
  [/<\s*\d+|short|\d+ bytes/i, [{ AUTH_SECRET: "s" }, { AUTH_SECRET: SECRET.slice(0, 31) }]],
  [
    /PEM|public key|certificate/i,
    [
      { AUTH_SECRET: `-----BEGIN PUBLIC KEY-----\n${"M".repeat(64)}\n-----END PUBLIC KEY-----` },
      { AUTH_SECRET: ` \n-----BEGIN CERTIFICATE-----\n${"M".repeat(64)}` },
    ],
  ],
  [/JWKS?|JSON/i, [{ AUTH_SECRET: `{"kty":"RSA","n":"${"A".repeat(64)}","e":"AQAB"}` }]],
  [/ssh/i, [{ AUTH_SECRET: `ssh-ed25519 ${"A".repeat(68)} user@host` }]],
  [
    /repeated|one byte|same (?:byte|character)|all zeros?/i,
    [{ AUTH_SECRET: "a".repeat(64) }, { AUTH_SECRET: "0".repeat(64) }],
  ],
  [/duplicate|twice/i, [{ AUTH_SECRET: null, AUTH_SECRETS: `1:${SECRET},1:${SECRET}x` }]],
];

const DOORS = [
  ["GET", "/api/auth/ok"],
  ["GET", GET_SESSION],
  ["GET", "/api/auth/token"],
  ["POST", SIGN_UP],
  ["POST", SIGN_IN],
  ["POST", SIGN_OUT],
  ["GET", ME],
  ["GET", "/api/somebody/tasks"],
];

async function refuses(row, targets) {
  const environments = [];
  for (const part of row.name.replace(/^.*?(?=secret|BASE|ROUTES|AUTH)/i, "").split(/,\s*(?:or\s+)?|\s+or\s+/)) {
    const found = ENVIRONMENTS.find(([pattern]) => pattern.test(part));
    if (!found) throw new NotUnderstood(part);
    environments.push(...found[1]);
  }
  const a = await targets.person("A");
  for (const environment of environments) {
    const label = JSON.stringify(environment).slice(0, 60);
    const broken = await targets.worker(`broken ${label}`, { ...WEAK, ...environment });
    for (const [method, target] of DOORS) {
      const json =
        method === "POST" ? { name: "B", email: "b@example.test", password: "correct horse of b" } : undefined;
      for (const headers of [[], a.page, [a.bearer]]) {
        const answer = await broken.ask({ method, target, headers, json });
        expect(answer.status === 500, `${label} ${target}: ${brief(answer)}`);
        expect(!/eyJ[\w-]{8}/.test(answer.raw), `${label} ${target}: a token`);
        const secret = environment.AUTH_SECRET?.trim();
        expect(
          !secret || secret.length < 4 || !(answer.raw + broken.log).includes(secret),
          `${label}: the secret is disclosed`,
        );
      }
    }
    await broken.stop();
  }
}

/**
 * Asserts that the response is a 500 that discloses only an error code and the request id, which is also in the log.
 */
function expectGeneric(answer, label) {
  expect(answer.status === 500, `${label}: ${brief(answer)}`);
  expect(
    /^application\/json\b/.test(answer.header("content-type") ?? "") && answer.json()?.code,
    `${label}: ${brief(answer)}`,
  );
  expectNoInnards(answer, `${label}: `);
  expect(!answer.raw.includes(SECRET), `${label}: the secret`);
  expect(answer.header("x-request-id"), `${label}: no X-Request-Id`);
}

async function generic(row, targets) {
  const asked = `${row.name} ${row.request}`;
  let forced = 0;
  if (/D1|database|SQL/i.test(asked)) {
    forced += 1;
    // The tables don't exist, so every statement fails.
    const worker = await targets.worker("without tables", WEAK, { migrations: [] });
    const json = { name: "E", email: "e@example.test", password: "correct horse of e" };
    for (const target of [SIGN_UP, SIGN_IN])
      expectGeneric(await worker.ask({ method: "POST", target, json }), `D1 error at ${target}`);
    expect((await worker.ask({ target: "/api/auth/ok" })).status === 200, "the next request fails, too");
  }
  if (/trap|panic/i.test(asked)) {
    forced += 1;
    await trap(row, targets);
  }
  if (forced === 0) throw new NotUnderstood(row.request);
}

/**
 * Causes a trap and a panic inside the test build's wasm. Both the failing request and the requests after it must get a
 * response.
 */
async function trap(row, targets) {
  const worker = await targets.worker("of the test build", WEAK, { clock: true });
  const a = await targets.person("A", worker);
  const requests = [
    { target: ME, headers: [a.bearer] },
    { target: GET_SESSION, headers: [a.cookie] },
    { method: "POST", target: SIGN_IN, json: { email: a.email, password: a.password } },
  ];
  for (const fault of ["trap", "panic"]) {
    for (const request of requests) {
      const trapped = await worker.ask({ ...request, headers: [...(request.headers ?? []), [FAULT, fault]] });
      expect(trapped.status === 500, `the ${fault} at ${request.target}: ${brief(trapped)}`);
      expect(
        trapped.json()?.code === "INTERNAL_SERVER_ERROR",
        `the response to the ${fault} is not JSON: ${brief(trapped)}`,
      );
      expect(/^x-request-id: [0-9a-f]{32}\r$/im.test(trapped.raw), `the ${fault} has no id: ${brief(trapped)}`);
      expect(
        !/panicked|\.rs:|as the request wants it/.test(trapped.raw),
        `the ${fault} is disclosed: ${brief(trapped)}`,
      );
      expect(
        !trapped.raw.includes(SECRET) && !/eyJ[\w-]{8}/.test(trapped.raw),
        `after the ${fault} a secret is disclosed`,
      );
      const next = await worker.ask(request);
      expect(next.status === 200, `the next request after a ${fault}: ${brief(next)}`);
    }
  }
}

export const conf = { builds, generic, trap, refuses };
