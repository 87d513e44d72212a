// The built Worker in real workerd with a real local D1, and a real upstream behind it.
import { readdirSync, readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { Miniflare } from "miniflare";

const root = new URL("../../", import.meta.url);
export const ORIGIN = "http://localhost:3000";
export const SECRET = "0123456789abcdef0123456789abcdef-worker-tests";

/** Starts a Worker; `bindings` replace the defaults, `null` takes one away. */
export async function startEdge(bindings = {}) {
  const upstream = await startUpstream();
  const defaults = {
    AUTH_SECRET: SECRET,
    BASE_URL: ORIGIN,
    ROUTES: JSON.stringify([{ path: "/api/:owner/*", upstream: upstream.url }]),
  };
  const given = Object.entries({ ...defaults, ...bindings }).filter(([, value]) => value !== null);
  const folder = new URL("worker/build/", root);
  const modules = readdirSync(folder)
    .filter((name) => /\.(js|wasm)$/.test(name))
    .sort((name) => (name === "index.js" ? -1 : 1))
    .map((name) => ({
      type: name.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
      path: name,
      contents: readFileSync(new URL(name, folder)),
    }));
  const miniflare = new Miniflare({
    compatibilityDate: "2026-04-01",
    cf: false,
    modules,
    bindings: Object.fromEntries(given),
    d1Databases: ["DB"],
    handleRuntimeStdio: (stdout, stderr) => {
      for (const stream of [stdout, stderr]) stream.setEncoding("utf8").on("data", (text) => (edge.log += text));
    },
  });
  const edge = {
    log: "",
    upstream,
    database: await miniflare.getD1Database("DB"),
    fetch: (path, init) => miniflare.dispatchFetch(`${ORIGIN}${path}`, { redirect: "manual", ...init }),
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
            answer.on("end", () => resolve(new Response(text, { status: answer.statusCode })));
          },
        );
        sent.on("error", reject).end(JSON.stringify(body));
      });
    },
    async stop() {
      await miniflare.dispose();
      upstream.stop();
    },
  };
  for (const name of readdirSync(new URL("worker/migrations/", root)).sort()) {
    const sql = readFileSync(new URL(`worker/migrations/${name}`, root), "utf8").replaceAll(/--.*$/gm, "");
    for (const statement of sql.split(";")) if (statement.trim()) await edge.database.prepare(statement).run();
  }
  return edge;
}

/** An upstream that tells what reached it. */
async function startUpstream() {
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text) => (body += text));
    request.on("end", () => {
      const { method, url, headers } = request;
      response.setHeader("set-cookie", "upstream=1");
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
