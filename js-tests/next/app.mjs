// Runs the built fixture with `next start`. The HTTP client in this file sends paths and headers unchanged.
import { createServer, request as send } from "node:http";
import { generateSecret, signJwt } from "edgeseal";
import { APP_FIXTURE, startNext } from "../../scripts/examples.mjs";
import { startAuthServer } from "./auth-server.mjs";

export const DATA = "better-auth.session_data";
export const TOKEN = "better-auth.session_token";
/** The content of `/vault` and similar pages, which only the proxy guards. */
export const TREASURE = "vault content";
/** The headers that a browser sends when it opens a page. */
const BROWSER = { accept: "text/html,application/xhtml+xml,*/*;q=0.8", "sec-fetch-mode": "navigate" };
/** The fixture's matcher skips the proxy for requests with this header, so only the checks in the route run. */
export const PAST_PROXY = { "x-test-no-proxy": "1" };

/** Starts the app. `env` overrides the default variables. Setting a variable to `undefined` removes it. */
export async function startApp(env = {}) {
  const port = await freePort();
  const authServer = await startAuthServer(`http://localhost:${port}`);
  // Long enough for HS512, so that HS512 tokens are refused because of their algorithm, not because of the key.
  const secret = env.BETTER_AUTH_SECRET ?? generateSecret() + generateSecret();
  const baseURL = env.BETTER_AUTH_URL ?? `http://localhost:${port}`;
  const defaults = { BETTER_AUTH_SECRET: secret, BETTER_AUTH_URL: baseURL, AUTH_URL: authServer.url };
  const next = await startNext(APP_FIXTURE, { env: { ...defaults, ...env }, port });
  const app = {
    secret,
    baseURL,
    authServer,
    log: next.log,
    ask: (path, { method = "GET", cookies = {}, headers = {}, body } = {}) =>
      ask(port, path, { method, body, headers: { ...BROWSER, ...cookieHeader(cookies), ...headers } }),
    /** Posts JSON as the app's own pages do. */
    post: (path, body, given = {}) => {
      const headers = { "content-type": "application/json", origin: baseURL, ...given.headers };
      return app.ask(path, { ...given, method: "POST", headers, body: JSON.stringify(body) });
    },
    /** Signs up a new user with the real server. Returns the user and the browser's cookies. */
    async signUp(name = "Ann", cookiePath = "/api/auth") {
      const email = `${name.slice(0, 20)}-${crypto.randomUUID()}@example.com`.toLowerCase();
      const answer = await app.post(`${cookiePath}/sign-up/email`, { name, email, password: "correct horse battery" });
      if (answer.status !== 200) throw new Error(`sign-up: ${answer.status} ${answer.text}\n${next.log()}`);
      return { user: answer.json().user, cookies: answer.jar() };
    },
    /** Returns session data like the server's, but changed and signed again. */
    forge(cookies, change = (claims) => claims, { key = secret, ...options } = {}) {
      const { session, user, updatedAt, version } = claimsOf(dataOf(cookies));
      const claims = change({ session, user, updatedAt, version });
      return signJwt(claims, key, { typ: false, expiresIn: 300, ...options });
    },
    /** Returns an access token like the Worker's. */
    bearer: (sub, options = {}, key = secret) =>
      signJwt({ sub }, key, { issuer: baseURL, audience: baseURL, expiresIn: 900, ...options }),
    async stop() {
      next.stop();
      await authServer.stop();
    },
  };
  return app;
}

/** Returns options with which `forge` creates session data that expired a minute ago. */
export const ended = () => ({ currentDate: new Date(Date.now() - 360_000) });

export const claimsOf = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url"));

/** Returns the session data in these cookies, whether it is in one cookie or split into chunks. */
export function dataOf(cookies) {
  const parts = Object.keys(cookies).filter((name) => name.includes("session_data"));
  return parts
    .sort()
    .map((name) => cookies[name])
    .join("");
}

const cookieHeader = (cookies) => {
  const pairs = Object.entries(cookies).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? {} : { cookie: pairs.join("; ") };
};

/** Uses node:http because `fetch` normalizes the path. */
function ask(port, path, { method, headers, body }) {
  return new Promise((resolve, reject) => {
    const sent = send({ host: "localhost", port, path, method, headers, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk) => (text += chunk));
      answer.on("end", () => {
        const { statusCode: status, headers } = answer;
        resolve({ status, headers, text, json: () => JSON.parse(text), jar: (jar) => keep(headers, jar) });
      });
    });
    sent.on("error", reject).end(body);
  });
}

/** Updates a browser's cookies after a response: adds the new ones and removes the deleted ones. */
function keep(headers, jar = {}) {
  const kept = { ...jar };
  for (const line of headers["set-cookie"] ?? []) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
    if (/;\s*max-age=0/i.test(line) || value === "") delete kept[name];
    else kept[name] = value;
  }
  return kept;
}

/** Follows at most ten redirects, as a browser with these cookies would. */
export async function follow(app, path, { cookies = {}, ...given } = {}) {
  let jar = cookies;
  for (let hop = 0; hop <= 10; hop += 1) {
    const answer = await app.ask(path, { ...given, cookies: jar });
    jar = answer.jar(jar);
    if (!(answer.status >= 300 && answer.status < 400)) return { ...answer, path, jar };
    const to = new URL(answer.headers.location, app.baseURL + path);
    if (to.origin !== app.baseURL) throw new Error(`${path} redirects to another origin: ${to}`);
    path = to.pathname + to.search;
  }
  throw new Error(`redirect loop at ${path}`);
}

function freePort() {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
