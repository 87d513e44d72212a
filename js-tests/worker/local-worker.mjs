// Starts the built Worker in the real workerd, with a real local D1 and a real upstream.
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

/** The header that the test upstream adds to its responses. */
export const UPSTREAM = "upstream";

/** The header that moves the test clock by a number of milliseconds. */
export const CLOCK = "x-edgeseal-test-clock";

/** The header that crashes the Worker's wasm instance. Its value is `trap` or `panic`. */
export const FAULT = "x-edgeseal-test-fault";

const JSON_TYPE = { "content-type": "application/json" };

/** A policy for tests only: bcrypt with a very low cost. */
export const WEAK = { PASSWORD_PARAMS: { cost: 4, allowWeakParams: true } };

/** A slightly stronger policy, so that hashes with cost 4 need rehashing. */
export const UPGRADING = { PASSWORD_PARAMS: { cost: 5, allowWeakParams: true } };

export const MIGRATIONS = readdirSync(new URL("worker/migrations/", root)).sort();

// These settings must be the same as in wrangler.toml.
const ASSETS = {
  directory: fileURLToPath(new URL("worker/assets/", root)),
  routerConfig: { has_user_worker: true, static_routing: { user_worker: ["/api/*"] } },
};

const everyOwner = (upstream) => [{ path: "/api/:owner/*", upstream }];

/** The built Worker's modules, in miniflare's format. */
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
 * Starts a Worker. `bindings` override the defaults. `null` removes a binding, even the database (`DB`).
 *
 * - `clock`: use the build with a test clock.
 * - `persist`: the folder for its database; `databaseId`: the database's name there; `migrations`: which migrations to
 *   apply.
 * - `far`: the longest delay of its database in each direction, in milliseconds.
 * - `record`: log every prepared statement.
 * - `faulty`: make its bindings fail as the `x-fault` request header says.
 * - `routes`: a function that gets the upstream's address and returns the gateway's routes.
 * - `network`: how many requests each network may send per minute (see `earlyInTheMinute`). Both limiters are bound,
 *   but they are used only if `bindings` override `RATE_LIMITS`.
 * - `unbound`: the limiter to leave unbound.
 * - `queues`: the queues that it sends to, by binding; `consumes`: the queues that it consumes, in miniflare's format.
 * - `beside`: other Workers to run alongside it, in miniflare's format.
 * - `services`: service bindings, in miniflare's format; `outbound`: the service that handles its outgoing requests.
 * - `https`: serve over https with a self-signed certificate.
 * - `assets`: serve the static files first, as in a deployment. Miniflare then resets the connection if the Worker has
 *   not read the request body.
 */
export async function startWorker(
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
    queues = {},
    consumes = {},
    beside = [],
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
  const main = {
    name: "main",
    compatibilityDate,
    modules,
    bindings: Object.fromEntries(given),
    d1Databases: DB ? { DB: databaseId } : {},
    ...limiters,
    queueProducers: queues,
    queueConsumers: consumes,
    serviceBindings: services,
    outboundService: outbound,
    assets: assets ? ASSETS : undefined,
  };
  const miniflare = new Miniflare({
    cf: false,
    https,
    d1Persist: persist,
    durableObjectsPersist: persist && join(persist, "limiter"),
    workers: [main, ...beside.map((one) => ({ compatibilityDate, modules: true, ...one }))],
    handleRuntimeStdio: (stdout, stderr) => {
      for (const stream of [stdout, stderr]) stream.setEncoding("utf8").on("data", (text) => (worker.log += text));
    },
  });
  let stopped;
  // If BASE_URL uses https, browsers use https, too.
  const secure = String(bindings.BASE_URL).startsWith("https://") && bindings.BASE_URL;
  const worker = {
    log: "",
    upstream,
    database: DB && (await miniflare.getD1Database("DB")),
    ready: miniflare.ready,
    /** Sends a request to the origin given in `by`. Fails unless the contract documents the response. */
    async fetch(path, { by = secure || ORIGIN, ...init } = {}) {
      const response = await miniflare.dispatchFetch(`${by}${path}`, { redirect: "manual", ...init });
      if (!path.startsWith("/openapi")) await check(init.method ?? "GET", path, response);
      return response;
    },
    post(path, body, headers = {}) {
      const text = typeof body === "string" ? body : JSON.stringify(body);
      return worker.fetch(path, {
        method: "POST",
        body: text,
        headers: { "content-type": "application/json", ...headers },
      });
    },
    /** Sends a GET, or a POST if there is a body, with exactly these headers. `fetch` would add `Sec-Fetch-Mode`. */
    async navigate(path, body, headers, method = body === undefined ? "GET" : "POST") {
      const url = new URL(path, await miniflare.ready);
      const given = { method, headers: { ...(body !== undefined && JSON_TYPE), ...headers } };
      return new Promise((resolve, reject) => {
        const sent = request(url, given, (answer) => {
          let text = "";
          answer.setEncoding("utf8").on("data", (chunk) => (text += chunk));
          answer.on("end", () => resolve(asResponse(answer, text)));
        });
        sent.on("error", reject).end(body === undefined ? undefined : JSON.stringify(body));
      });
    },
    /** Returns the Durable Object with this binding and name. */
    async object(binding, name) {
      const namespace = await miniflare.getDurableObjectNamespace(binding);
      return namespace.get(namespace.idFromName(name));
    },
    /** Triggers the scheduled event, by default for the daily cron trigger in wrangler.toml. */
    scheduled: async (cron = "17 3 * * *") => (await miniflare.getWorker("main")).scheduled({ cron }),
    /** Stops the Worker and its upstream. A second call does nothing. */
    stop: () => (stopped ??= miniflare.dispose().then(upstream.stop)),
  };
  if (DB) await migrate(worker.database, migrations);
  return worker;
}

/** Waits for the next minute if this one is about to end, because miniflare counts requests per clock minute. */
export async function earlyInTheMinute() {
  const left = 60_000 - (Date.now() % 60_000);
  if (left < 10_000) await pause(left);
}

/** Applies the migrations with these names. */
export async function migrate(database, names) {
  for (const name of names) await execute(database, readFileSync(new URL(`worker/migrations/${name}`, root), "utf8"));
}

/** Runs the statements in a script. */
export async function execute(database, script) {
  const sql = script.replaceAll(/--.*$/gm, "");
  for (const statement of sql.split(";")) if (statement.trim()) await database.prepare(statement).run();
}

function asResponse({ statusCode, headersDistinct }, text) {
  const headers = Object.entries(headersDistinct).flatMap(([name, values]) => values.map((value) => [name, value]));
  return new Response(text, { status: statusCode, headers });
}

/** Starts an upstream that responds with the request that it received. */
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

/** The cookies that a response sets, as a browser would send them back. */
export function cookieHeader(response) {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .filter((pair) => !pair.endsWith("="))
    .join("; ");
}

/** A token's header and claims, unverified. */
export function read(token) {
  const [header, claims] = token
    .split(".")
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, "base64url")));
  return { header, claims };
}
