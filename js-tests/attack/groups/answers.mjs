// Checks for the rows about response headers, and about manipulated paths, methods and redirects.
import { APP } from "../ask.mjs";
import { allowedStatuses, brief, expect, expectAnswer, expectWords } from "../judge.mjs";
import { JSON_TYPE, ME, Person, SIGN_IN, SIGN_OUT, SIGN_UP } from "../people.mjs";
import { fill, headersIn, methodsIn, targetIn } from "../request.mjs";
import { NotUnderstood, quoted, valueAfter } from "../rows.mjs";
import { WEAK } from "../targets.mjs";
import { wrongPasswords } from "./limits.mjs";

/** For each status, a function that triggers responses with that status. */
const WAYS = {
  200: async ({ worker, a }) => [
    await worker.ask({ target: "/api/auth/get-session", headers: [a.cookie] }),
    await a.signIn(),
    await worker.ask({ target: "/api/auth/ok" }),
  ],
  204: ({ worker, a }) =>
    worker.ask({
      method: "OPTIONS",
      target: a.tasks,
      headers: [
        ["Origin", APP],
        ["Access-Control-Request-Method", "PUT"],
      ],
    }),
  400: ({ worker }) => worker.ask({ method: "POST", target: SIGN_IN, headers: [JSON_TYPE], body: "{" }),
  401: async ({ worker, a }) => [await worker.ask({ target: ME }), await a.signIn({ password: "wrong horse" })],
  403: ({ worker, a, b }) => worker.ask({ target: b.tasks, headers: [a.bearer] }),
  404: async ({ worker }) => [
    await worker.ask({ target: "/api/auth/nowhere" }),
    await worker.ask({ target: "/nowhere" }),
  ],
  405: ({ worker, a }) => worker.ask({ method: "TRACE", target: a.tasks, headers: [a.bearer] }),
  413: ({ worker }) => worker.ask({ method: "POST", target: SIGN_IN, headers: [JSON_TYPE], body: "x".repeat(70_000) }),
  415: ({ worker }) => worker.ask({ method: "POST", target: SIGN_IN, body: "{}" }),
  422: ({ worker, a }) =>
    worker.ask({ method: "POST", target: SIGN_UP, json: { name: "H", email: a.email, password: "correct horse" } }),
  429: async ({ targets }) => (await wrongPasswords(targets, 60, () => ({ ip: "203.0.113.60" }))).at(-1),
  500: async ({ targets, a }) =>
    (await targets.worker("without tables", WEAK, { migrations: [] })).ask({
      method: "POST",
      target: SIGN_IN,
      json: { email: a.email, password: a.password },
    }),
  502: async ({ targets, a }) => {
    const routes = () => [{ path: "/api/:owner/*", upstream: "http://127.0.0.1:9" }];
    return (await targets.worker("without an upstream", WEAK, { routes })).ask({
      target: a.tasks,
      headers: [a.bearer],
    });
  },
};

async function security(row, targets) {
  const [worker, a, b] = await Promise.all([targets.worker(), targets.person("A"), targets.person("B")]);
  const statuses = row.name.match(/\b[2-5]\d\d\b/g) ?? [];
  if (statuses.length === 0) throw new NotUnderstood(row.name);
  const wanted = [
    [/no-store/i, (answer) => /\bno-store\b/.test(answer.header("cache-control") ?? ""), "Cache-Control: no-store"],
    [/nosniff/i, (answer) => answer.header("x-content-type-options") === "nosniff", "X-Content-Type-Options: nosniff"],
    [
      /HSTS|Strict-Transport/i,
      (answer) => /max-age=\d{7,}/.test(answer.header("strict-transport-security") ?? ""),
      "HSTS",
    ],
    [/Referrer-Policy/i, (answer) => answer.header("referrer-policy"), "Referrer-Policy"],
    [/Content-Security-Policy|CSP/i, (answer) => answer.header("content-security-policy"), "Content-Security-Policy"],
    [
      /X-Frame-Options|frame/i,
      (answer) =>
        answer.header("x-frame-options") || /frame-ancestors/.test(answer.header("content-security-policy") ?? ""),
      "frames",
    ],
    [
      /charset/i,
      (answer) =>
        answer.body.length === 0 || /^application\/json;\s*charset=utf-8$/i.test(answer.header("content-type") ?? ""),
      "a JSON charset",
    ],
    [
      /Server\/|X-Powered-By|no Server/i,
      (answer) => !answer.header("x-powered-by") && !answer.header("server"),
      "no Server, X-Powered-By",
    ],
  ].filter(([pattern]) => pattern.test(row.expected));
  if (wanted.length === 0) throw new NotUnderstood(row.expected);
  const faults = [];
  for (const status of statuses) {
    const way = WAYS[status];
    if (!way) throw new NotUnderstood(`how to get status ${status}`);
    for (const answer of [await way({ targets, worker, a, b })].flat()) {
      if (answer.status !== Number(status)) faults.push(`${status}: ${brief(answer)}`);
      for (const [, isSet, what] of wanted) if (!isSet(answer)) faults.push(`${status}: without ${what}`);
    }
  }
  expect(faults.length === 0, [...new Set(faults)].join("; "));
}

/** Checks that the caller's data isn't returned at paths that a cache could mistake for static files. */
async function deception(row, targets) {
  const [worker, a, b] = await Promise.all([targets.worker(), targets.person("A"), targets.person("B")]);
  const places = row.name
    .replace(/^[^:]*:\s*/, "")
    .split(/,\s*/)
    .filter((one) => /^[{/]/.test(one));
  if (places.length === 0) throw new NotUnderstood(row.name);
  for (const place of places) {
    const target = await fill(place, { a, b });
    for (const headers of [[a.bearer], [a.cookie]]) {
      const answer = await worker.ask({ target, headers });
      expectAnswer(row, answer, target);
      expect(!answer.text.includes(a.email), `${target}: A's data`);
    }
  }
}

/** Fills in the placeholders in a row's path, and replaces "items" with the path of A's tasks. */
async function placed(text, a, b) {
  const own = text
    .replaceAll(/<A id>/g, await a.task())
    .replaceAll(/<B id>/g, await b.task())
    .replaceAll("<A>", a.id)
    .replaceAll("<B>", b.id);
  return (await fill(own, { a, b }))
    .replaceAll(/\bitems\b/g, `${a.id}/tasks`)
    .replaceAll(/\bITEMS\b/g, `${a.id}/TASKS`)
    .replaceAll(/\bItems\b/g, `${a.id}/Tasks`);
}

export async function path(row, targets) {
  const [worker, a, b] = await Promise.all([targets.worker(), targets.person("A"), targets.person("B")]);
  await a.task();
  const target = await placed(valueAfter("path", row.name), a, b);
  const own = await worker.ask({ target: a.tasks, headers: [a.bearer] });
  const anonymous = await worker.ask({ target });
  expect([401, 404].includes(anonymous.status), `anonymous: ${brief(anonymous)}`);
  for (const title of ["a task to be left alone", a.email, b.email])
    expect(!anonymous.text.includes(title), "anonymous: data");
  for (const headers of [[a.bearer], [a.cookie]]) {
    const answer = await worker.ask({ target, headers });
    const same = answer.status === own.status && answer.text === own.text;
    expect(same || answer.status === 404, `as A: ${brief(answer)}`);
  }
}

async function refused(row, targets) {
  const [worker, a, b] = await Promise.all([targets.worker(), targets.person("A"), targets.person("B")]);
  const [verb] = methodsIn(row.request);
  const target = await placed(targetIn(row.request), a, b);
  const bare = /without|no cookie|anonymous/i.test(row.request);
  const before = await a.list();
  for (const headers of bare ? [[]] : [[], [a.bearer], a.page]) {
    const answer = await worker.ask({ method: verb, target, headers: [...headers, ...headersIn(row.request)] });
    expectAnswer(row, answer);
  }
  expect((await a.list()) === before, "A's tasks have changed");
}

/**
 * Checks that the server uses a request's actual method and ignores any method given in a header, the query or the
 * body.
 */
async function override(row, targets) {
  const [a, b] = await Promise.all([targets.person("A"), targets.person("B")]);
  const override = row.name.replace(/^override\s*/i, "");
  const [, wanted] = /([A-Z]{3,7})\b(?!.*[A-Z]{3,7}\b)/.exec(override) ?? [];
  if (!wanted) throw new NotUnderstood(row.name);
  const task = (await a.add("to be kept")).json().id;
  const target = `${a.tasks}/${task}`;
  const headers = headersIn(override);
  const query = /\?\S+/.exec(override)?.[0] ?? "";
  const inBody = !query && headers.length === 0;
  const [, field = "_method"] = /\b(_?\w*method\w*)=/i.exec(override) ?? [];
  for (const verb of methodsIn(row.request)) {
    for (const credential of [[a.bearer], a.page]) {
      const sent = [...credential, ...headers];
      const json =
        verb === "GET" ? undefined : { title: "to be kept", ...(inBody || query ? { [field]: wanted } : {}) };
      const answer = await a.worker.ask({ method: verb, target: `${target}${query}`, headers: sent, json });
      // The response must be the same as without the override.
      const plain = await a.worker.ask({
        method: verb,
        target,
        headers: credential,
        json: json && { title: "to be kept" },
      });
      expect(answer.status === plain.status, `${verb}: ${brief(answer)}; without: ${brief(plain)}`);
      const kept = await a.worker.ask({ target, headers: [a.bearer] });
      expect(kept.status === 200 && kept.json().title === "to be kept", `${verb}: the task is gone or changed`);
      const seen = (await a.worker.ask({ method: verb, target: `${a.echo}/x${query}`, headers: sent, json })).json();
      for (const [name, value] of headers)
        expect(seen?.headers[name.toLowerCase()] !== value, `${verb}: ${name} reached the upstream`);
    }
  }
}

export async function redir(row, targets) {
  const [worker, a] = await Promise.all([targets.worker(), targets.person("A")]);
  const [url] = quoted(row.name);
  if (url === undefined) throw new NotUnderstood(row.name);
  const [, member = "callbackURL"] =
    /\b(callbackURL|redirectTo|errorCallbackURL|newUserCallbackURL)\b/.exec(row.name) ?? [];
  const values = [url, ...(url.startsWith("[") || url.startsWith("{") ? [parsed(url)] : [])].filter(
    (one) => one !== undefined,
  );
  const out = await Person.signUp(worker, "O");
  const { email, password } = a;
  const requests = [];
  for (const value of values) {
    const fresh = {
      name: "R",
      email: `r-${Math.random().toString(36).slice(2)}@example.test`,
      password: "correct horse of r",
    };
    requests.push([SIGN_IN, { email, password, [member]: value }, []], [SIGN_UP, { ...fresh, [member]: value }, []]);
    requests.push([SIGN_OUT, { [member]: value }, out.page]);
    if (typeof value !== "string") continue;
    const query = `?${member}=${encodeURIComponent(value)}`;
    requests.push([`${SIGN_IN}${query}`, { email, password }, []], [`${SIGN_OUT}${query}`, {}, out.page]);
    requests.push([
      `${SIGN_IN}?${member}=${value.replaceAll(/[^!-~]|[#&+%]/g, encodeURIComponent)}`,
      { email, password },
      [],
    ]);
  }
  for (const [target, json, headers] of requests) {
    const answer = await worker.ask({ method: "POST", target, headers, json });
    const what = `${target.split("?")[0]}${target.includes("?") ? "?" : ""}`;
    const passes = answer.status < 400 && answer.status !== 0;
    expect(passes || allowedStatuses(row).includes(answer.status), `${what}: ${brief(answer)}`);
    expectWords(row, answer, what);
    const led = [answer.header("location"), answer.status < 400 ? answer.json()?.url : undefined];
    for (const place of led.filter((one) => one !== undefined && one !== null && one !== ""))
      expect(leadsHome(place), `${what}: leads to ${JSON.stringify(place)}`);
  }
}

/**
 * Whether a browser would resolve a URL to the app's own origin, both as written and after a router has decoded the
 * URL's slashes.
 */
function leadsHome(place) {
  const readings = [place, place.replaceAll(/%(?:2f|5c)/gi, decodeURIComponent)];
  return readings.every((one) => URL.canParse(one, `${APP}/x/`) && new URL(one, `${APP}/x/`).origin === APP);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const hdr = { deception, security };
export const method = { override, refused };
