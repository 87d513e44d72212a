// Requests the app's protected page at variants of its URL, and from an app whose verifier is broken.
import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { launch } from "../app.mjs";
import { APP } from "../ask.mjs";
import { brief, expect } from "../judge.mjs";
import { DATA, ME } from "../people.mjs";
import { headersIn } from "../request.mjs";
import { NotUnderstood, quoted } from "../rows.mjs";
import { SECRET } from "../targets.mjs";

const PAGE = "/dashboard";

/** Requests the page with a differently encoded path, or with a different kind of request. */
async function page(row, targets) {
  const app = await targets.app();
  const a = await targets.person("A");
  const shown = await app.ask({ target: PAGE, headers: [a.cookie] });
  expect(shown.status === 200 && shown.text.includes(a.email), `the page is missing when signed in: ${brief(shown)}`);
  const [, named] = /requested (?:as|with)\s+(.*)$/is.exec(row.name) ?? [];
  if (named === undefined) throw new NotUnderstood(row.name);
  const text = (quoted(named)[0] ?? named.trim()).replaceAll(/<(?:build|buildId|id)>|\{build\}/gi, app.build);
  const [, method] = /^([A-Z]+)\b/.exec(row.request) ?? [];
  const headers = [...headersIn(named), ...headersIn(row.request)];
  const target = /(?:^|\s)(\/\S*)/.exec(text)?.[1] ?? (/^\?/.test(text) ? `${PAGE}${text}` : PAGE);
  if (target === PAGE && headers.length === 0 && (method ?? "GET") === "GET") throw new NotUnderstood(row.name);
  await closed(app, a, target, { method: method ?? "GET", headers });
}

async function withHeaders(row, targets) {
  const headers = headersIn(row.request);
  if (headers.length === 0) throw new NotUnderstood(row.request);
  const app = await targets.app();
  const a = await targets.person("A");
  await closed(app, a, PAGE, { headers });
  // The app rewrites some requests to the Worker, which must refuse them, too.
  const worker = await targets.worker();
  const answer = await worker.ask({ target: ME, headers });
  expect(answer.status === 401, `at the Worker: ${brief(answer)}`);
  expect(!/TypeError|URIError|Unhandled/.test(app.log()), `Next.js logs an exception: ${app.log().slice(-200)}`);
}

/** Asserts that a request leads to the sign-in page or a 401, after any redirects that normalize its path. */
async function closed(app, person, target, request) {
  let at = target;
  for (let hops = 0; hops < 5; hops++) {
    const answer = await app.ask({ target: at, ...request });
    const detail = `${at}: ${brief(answer)}`;
    for (const secret of [person.email, person.id, "Hello, "])
      expect(!answer.text.includes(secret), `${at}: the response has the page's content`);
    if (answer.status === 401) return;
    // When Next.js redirects its router's data requests, it sends the location in a custom header.
    const location = answer.header("location") ?? answer.header("x-nextjs-redirect");
    expect([301, 302, 303, 307, 308].includes(answer.status) && location, detail);
    const { origin, pathname, search } = new URL(location, `${APP}${at.replace(/^\/+/, "/")}`);
    expect([APP, new URL(app.origin).origin].includes(origin), `${at}: to another host, ${location}`);
    if (pathname === "/sign-in") return;
    at = `${pathname}${search}`;
  }
  expect(false, `${target}: endless redirects`);
}

/** Code that breaks WebAssembly in the app's process. */
const POISONS = {
  "wasm does not load": `
    const refuse = () => { throw new WebAssembly.CompileError("poisoned"); };
    for (const name of ["Module", "Instance"]) WebAssembly[name] = refuse;
    for (const name of ["compile", "instantiate"]) WebAssembly[name] = async () => refuse();`,
  "the verifier throws": `
    const { Instance } = WebAssembly;
    const trap = () => { throw new WebAssembly.RuntimeError("unreachable"); };
    WebAssembly.Instance = function (...given) {
      const { exports } = Reflect.construct(Instance, given);
      const poisoned = Object.entries(exports).map(([name, value]) =>
        [name, typeof value === "function" && /verif|decode/i.test(name) ? trap : value]);
      return { exports: Object.fromEntries(poisoned) };
    };`,
};

/** Starts the app in ways that break its verifier. Nobody may get in, not even A. */
async function broken(row, targets) {
  const whole = await targets.app();
  const a = await targets.person("A");
  const worker = await targets.worker();
  const open = await whole.ask({ target: PAGE, headers: [a.cookie] });
  expect(open.status === 200, `the unbroken app does not let A in: ${brief(open)}`);
  const folder = mkdtempSync(join(tmpdir(), "edgeseal-attack-"));
  const starts = [
    ...[undefined, "", "short", "-----BEGIN PUBLIC KEY-----".padEnd(60, "x")].map((secret) => [
      `secret ${secret === undefined ? "missing" : JSON.stringify(secret)}`,
      { AUTH_SECRET: secret, AUTH_URL: worker.url },
    ]),
    ...Object.entries(POISONS).map(([name, script]) => {
      const path = join(folder, `${name.replaceAll(" ", "-")}.mjs`);
      writeFileSync(path, script);
      return [name, { AUTH_SECRET: SECRET, AUTH_URL: worker.url, NODE_OPTIONS: `--import=${pathToFileURL(path)}` }];
    }),
  ];
  try {
    for (const [name, env] of starts) await failsClosed(name, env, a);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function failsClosed(name, env, person) {
  let app;
  try {
    app = await launch(env);
  } catch {
    // The app refuses to start, so it doesn't serve anything.
    return;
  }
  try {
    for (const headers of [[], [["Cookie", `${DATA}=${person.data}`]], [person.bearer]]) {
      const answer = await app.ask({ target: PAGE, headers });
      const location = new URL(answer.header("location") ?? "/", APP).pathname;
      const refused = [401, 500, 503].includes(answer.status) || (answer.status === 307 && location === "/sign-in");
      expect(refused, `${name}: ${brief(answer)}`);
      expect(!answer.text.includes(person.email), `${name}: the response has the page's content`);
    }
  } finally {
    await app.stop();
  }
}

export const next = { broken, withHeaders, page };
