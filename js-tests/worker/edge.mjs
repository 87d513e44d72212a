// The built Worker in real workerd with a real local D1, and a real upstream behind it.
import { readdirSync, readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";
import { compatibilityDate } from "../compatibility.mjs";
import { check } from "./contract.mjs";

const root = new URL("../../", import.meta.url);
export const ORIGIN = "http://localhost:3000";
export const SECRET = "0123456789abcdef0123456789abcdef-worker-tests";

/** What the test upstream's own answers carry. */
export const UPSTREAM = "upstream";

/** What a Worker with a test clock moves it by, in milliseconds. */
export const CLOCK = "x-edgeseal-test-clock";

/** What stops its instance: `trap` or `panic`. */
export const FAULT = "x-edgeseal-test-fault";

/** What is for the tests alone: bcrypt that costs next to nothing. */
export const WEAK = { PASSWORD_PARAMS: { cost: 4, allowWeakParams: true } };

/** The same but for a little: hashes of cost 4 are ones that this policy has left behind. */
export const UPGRADING = { PASSWORD_PARAMS: { cost: 5, allowWeakParams: true } };

export const MIGRATIONS = readdirSync(new URL("worker/migrations/", root)).sort();

// As wrangler.toml has it.
const ASSETS = {
  directory: fileURLToPath(new URL("worker/assets/", root)),
  routerConfig: { has_user_worker: true, static_routing: { user_worker: ["/api/*"] } },
};

const everyOwner = (upstream) => [{ path: "/api/:owner/*", upstream }];

/** The built Worker's modules, as miniflare takes them. */
export function built(clock) {
  const folder = new URL(clock ? "worker/build-clock/" : "worker/build/", root);
  return readdirSync(folder)
    .filter((name) => /\.(js|wasm)$/.test(name))
    .sort((name) => (name === "index.js" ? -1 : 1))
    .map((name) => ({
      type: name.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
      path: name,
      contents: readFileSync(new URL(name, folder)),
    }));
}

/**
 * Starts a Worker. `bindings` replace the defaults, and `null` takes one away, `DB` the database.
 *
 * - `clock`: the build with a test clock.
 * - `persist`: a folder for its database; `databaseId`: its name there; `migrations`: those that it has not had yet.
 * - `far`: the most milliseconds that its database is away.
 * - `record`: its log has every statement that it prepares.
 * - `faulty`: what it is bound to breaks as the header `x-fault` says.
 * - `routes`: the gateway's, from the upstream's address.
 * - `network`: requests of one network in a minute (`earlyInTheMinute`); both limiters are bound, and on where `RATE_LIMITS` is given.
 * - `unbound`: one of the limiters that is not.
 * - `services`: service bindings, as miniflare takes them; `outbound` is what its requests to anywhere go through.
 * - `https`: `ready` gives an https address, with a certificate that nobody signed.
 * - `assets`: the files stand in front as they do deployed; miniflare then resets a connection whose body the Worker
 *   has not read.
 */
export async function startEdge(
  bindings = {},
  {
    clock = false,
    persist = false,
    databaseId = "DB",
    migrations = MIGRATIONS,
    far = 0,
    record = false,
    faulty = false,
    routes = everyOwner,
    network = 1e6,
    unbound,
    services = {},
    https = false,
    outbound,
    assets = false,
  } = {},
) {
  const upstream = await startUpstream();
  const defaults = {
    AUTH_SECRET: SECRET,
    BASE_URL: ORIGIN,
    RATE_LIMITS: "off",
    ROUTES: JSON.stringify(routes(upstream.url)),
  };
  const limiters = {
    durableObjects: { LIMITER: { className: "AccountLimiter", useSQLite: true } },
    ratelimits: { IP_LIMITER: { namespace_id: "1001", simple: { limit: network, period: 60 } } },
  };
  for (const bound of Object.values(limiters)) delete bound[unbound];
  const { DB, ...others } = { DB: "DB", ...defaults, ...bindings };
  const given = Object.entries(others).filter(([, value]) => value !== null);
  const modules = built(clock);
  if (far > 0 || faulty || record) {
    const contents = readFileSync(new URL("beneath.mjs", import.meta.url), "utf8");
    modules.unshift({ type: "ESModule", path: "beneath.js", contents });
    given.push(["FAR", far], ["RECORD", record]);
  }
  const miniflare = new Miniflare({
    compatibilityDate,
    cf: false,
    https,
    modules,
    bindings: Object.fromEntries(given),
    d1Databases: DB ? { DB: databaseId } : {},
    d1Persist: persist,
    durableObjectsPersist: persist && join(persist, "limiter"),
    ...limiters,
    serviceBindings: services,
    outboundService: outbound,
    assets: assets ? ASSETS : undefined,
    handleRuntimeStdio: (stdout, stderr) => {
      for (const stream of [stdout, stderr]) stream.setEncoding("utf8").on("data", (text) => (edge.log += text));
    },
  });
  let stopped;
  // Browsers reach a Worker whose BASE_URL is https by https.
  const secure = String(bindings.BASE_URL).startsWith("https://") && bindings.BASE_URL;
  const edge = {
    log: "",
    upstream,
    database: DB && (await miniflare.getD1Database("DB")),
    ready: miniflare.ready,
    /** Every answer of the Worker to a test must be one of the contract's. `by` is another origin to ask. */
    async fetch(path, { by = secure || ORIGIN, ...init } = {}) {
      const response = await miniflare.dispatchFetch(`${by}${path}`, { redirect: "manual", ...init });
      if (!path.startsWith("/openapi")) await check(init.method ?? "GET", path, response);
      return response;
    },
    post(path, body, headers = {}) {
      const text = typeof body === "string" ? body : JSON.stringify(body);
      return edge.fetch(path, {
        method: "POST",
        body: text,
        headers: { "content-type": "application/json", ...headers },
      });
    },
    /** A POST whose headers are sent as given: `fetch` writes its own `Sec-Fetch-Mode`. */
    async navigate(path, body, headers) {
      const url = new URL(path, await miniflare.ready);
      return new Promise((resolve, reject) => {
        const sent = request(
          url,
          { method: "POST", headers: { "content-type": "application/json", ...headers } },
          (answer) => {
            let text = "";
            answer.setEncoding("utf8").on("data", (chunk) => (text += chunk));
            answer.on("end", () => resolve(asResponse(answer, text)));
          },
        );
        sent.on("error", reject).end(JSON.stringify(body));
      });
    },
    /** A Durable Object, by its binding and name. */
    async object(binding, name) {
      const namespace = await miniflare.getDurableObjectNamespace(binding);
      return namespace.get(namespace.idFromName(name));
    },
    /** The event that the cron triggers of wrangler.toml send. */
    scheduled: async () => (await miniflare.getWorker()).scheduled({ cron: "17 3 * * *" }),
    /** May be said twice. */
    stop: () => (stopped ??= miniflare.dispose().then(upstream.stop)),
  };
  if (DB) await migrate(edge.database, migrations);
  return edge;
}

/** Waits for the next minute where this one is about to end: miniflare counts a network's requests by the clock's. */
export async function earlyInTheMinute() {
  const left = 60_000 - (Date.now() % 60_000);
  if (left < 10_000) await pause(left);
}

/** Applies migrations by name. */
export async function migrate(database, names) {
  for (const name of names) await execute(database, readFileSync(new URL(`worker/migrations/${name}`, root), "utf8"));
}

/** Runs the statements of a script. */
export async function execute(database, script) {
  const sql = script.replaceAll(/--.*$/gm, "");
  for (const statement of sql.split(";")) if (statement.trim()) await database.prepare(statement).run();
}

function asResponse({ statusCode, headersDistinct }, text) {
  const headers = Object.entries(headersDistinct).flatMap(([name, values]) => values.map((value) => [name, value]));
  return new Response(text, { status: statusCode, headers });
}

/** An upstream that tells what reached it. */
async function startUpstream() {
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text) => (body += text));
    request.on("end", () => {
      const { method, url, headers } = request;
      response.setHeader("set-cookie", "upstream=1");
      response.setHeader(UPSTREAM, "1");
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ method, url, headers, body }));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

/** The cookies of an answer as a browser would send them back. */
export function cookieHeader(response) {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .filter((pair) => !pair.endsWith("="))
    .join("; ");
}

/** Header and claims of a token, unverified. */
export function read(token) {
  const [header, claims] = token
    .split(".")
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, "base64url")));
  return { header, claims };
}
