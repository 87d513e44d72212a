// The two servers to compare, which have the same base URL and secret. Also browsers that keep cookies and send
// requests to the servers.
import { createServer, request as plainly } from "node:http";
import { request as overTls } from "node:https";
import { mock } from "node:test";
import { createAuthClient } from "better-auth/client";
import { jwtClient } from "better-auth/client/plugins";
import { createAuthClient as createReactClient } from "better-auth/react";
import { CLOCK, ORIGIN, SECRET, startWorker as startLocalWorker, WEAK } from "../local-worker.mjs";
import { startMailbox } from "../mailbox.mjs";

export { ORIGIN, SECRET };
export const TRUSTED = "https://app.example";

/** Returns the paths of all endpoints of a Better Auth server that is configured like the Worker. */
export async function betterAuthPaths() {
  const auth = await openBetterAuth("http://localhost");
  return Object.values(auth.api).flatMap(({ path }) => path ?? []);
}

/**
 * `mail` is called with each message; without it, Better Auth can't send e-mail. With `strict`, users must verify their
 * address before they can sign in, and must open a link to delete their account. The Worker has no setting for
 * `autoSignIn`, which signs users in when they verify their address, or for `emailChanges`, which turns on change-email
 * even if no e-mail can be sent.
 */
async function openBetterAuth(
  baseURL,
  { domain, bearer: isBearer, mail, strict, autoSignIn = false, emailChanges = false } = {},
) {
  const { betterAuth } = await import("better-auth");
  const { bearer, jwt } = await import("better-auth/plugins");
  const { hs256 } = await import("edgeseal/better-auth");
  const { SqliteDialect } = await import("kysely");
  const { default: Database } = await import("libsql");
  return betterAuth({
    secret: SECRET,
    baseURL,
    trustedOrigins: [TRUSTED],
    database: { dialect: new SqliteDialect({ database: new Database(":memory:") }), type: "sqlite" },
    emailAndPassword: { enabled: true, ...(mail && resets(mail)), requireEmailVerification: Boolean(strict) },
    ...(mail && {
      emailVerification: {
        sendVerificationEmail: async (sent) => mail(verification(sent)),
        autoSignInAfterVerification: autoSignIn,
      },
    }),
    session: { cookieCache: { enabled: true, strategy: "jwt", maxAge: 900 } },
    ...(domain && { advanced: { crossSubDomainCookies: { enabled: true, domain } } }),
    user: {
      deleteUser: { enabled: true, ...(strict && deletes(mail)) },
      ...(mail ? changes(mail) : { changeEmail: { enabled: emailChanges } }),
    },
    plugins: [jwt(hs256({ secret: SECRET })), ...(isBearer ? [bearer()] : [])],
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
  });
}

// Better Auth's callbacks for e-mail. The messages have the same types as the Worker's.
const resets = (mail) => ({
  sendResetPassword: async ({ user, url }) => mail({ type: "reset-password", to: user.email, url }),
});
const changes = (mail) => ({
  changeEmail: {
    enabled: true,
    sendChangeEmailConfirmation: async ({ user, url }) =>
      mail({ type: "change-email-confirmation", to: user.email, url }),
  },
});
const deletes = (mail) => ({
  sendDeleteAccountVerification: async ({ user, url }) => mail({ type: "delete-account", to: user.email, url }),
});
/** Better Auth uses the same callback for both kinds of verification; only the token says which kind it is. */
function verification({ user, url, token }) {
  const { requestType } = JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
  return { type: requestType ?? "verify-email", to: user.email, url };
}

/** Starts a real Better Auth server with a real SQLite database, configured like the Worker; `mail` turns on e-mail. */
export async function startBetterAuth(baseURL, { mail: sends, ...options } = {}) {
  const { toNodeHandler } = await import("better-auth/node");
  const { getMigrations } = await import("better-auth/db/migration");
  const outbox = { messages: [], isBroken: false };
  const mail = (message) => {
    if (outbox.isBroken) throw new Error("no message can be sent");
    outbox.messages.push(message);
  };
  const auth = await openBetterAuth(baseURL, { ...options, ...(sends && { mail }) });
  await (await getMigrations(auth.options)).runMigrations();
  const server = createServer(toNodeHandler(auth));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  // Hide Better Auth's log lines about responses with status 500, because some steps cause them on purpose.
  const { error } = console;
  console.error = (...values) => {
    if (values[0] !== "# SERVER_ERROR: ") error(...values);
  };
  return {
    baseURL,
    address: `http://127.0.0.1:${server.address().port}`,
    outbox,
    /** Better Auth sends messages before it responds. */
    sendsEarly: true,
    now: () => Date.now(),
    /** Moves this process's clock, because the server runs in this process. */
    move(milliseconds) {
      mock.timers.reset();
      mock.timers.enable({ apis: ["Date"], now: Date.now() + milliseconds });
    },
    stop() {
      mock.timers.reset();
      console.error = error;
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Starts the built Worker in real workerd, with a real D1; `clock` selects the build with a test clock. */
export async function startWorker(baseURL, { domain, clock, bearer, mail, strict } = {}) {
  const many = { attempts: 10_000, window: 1 };
  const limits = { network: many, account: many, device: many, mail: many, mailbox: many };
  const bindings = { ...WEAK, BASE_URL: baseURL, TRUSTED_ORIGINS: TRUSTED, RATE_LIMITS: limits, ROUTES: null };
  if (domain) bindings.COOKIE_DOMAIN = domain;
  if (bearer) bindings.BEARER_SESSIONS = "true";
  const mailbox = mail && (await startMailbox());
  if (mailbox) {
    Object.assign(bindings, mailbox.bindings);
    mailbox.respond = () => (mailbox.isBroken ? 503 : 200);
  }
  if (strict) Object.assign(bindings, { REQUIRE_EMAIL_VERIFICATION: "true", DELETE_USER_CONFIRMATION: "email" });
  const worker = await startLocalWorker(bindings, { clock, https: baseURL.startsWith("https:") });
  const side = {
    baseURL,
    address: String(await worker.ready),
    outbox: mailbox,
    headers: {},
    offset: 0,
    now: () => Date.now() + side.offset,
    move(milliseconds) {
      side.offset = milliseconds;
      side.headers = { [CLOCK]: String(milliseconds) };
    },
    stop() {
      mailbox?.stop();
      return worker.stop();
    },
  };
  return side;
}

/** Sends a request with exactly these headers. `fetch` can't do this: it adds its own `Sec-Fetch-Mode`. */
export function send(side, { method = "GET", path, headers = {}, body }) {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const host = new URL(side.baseURL).host;
    // Use one connection per request, because a server may close a connection if it hasn't read the request's body.
    const request = side.address.startsWith("https:") ? overTls : plainly;
    const sent = request(side.address, {
      agent: false,
      // The server has a self-signed certificate.
      rejectUnauthorized: false,
      method,
      path,
      headers: { host, ...length, ...side.headers, ...headers },
    });
    sent.on("error", reject);
    sent.on("response", (answer) => {
      answer.on("error", reject);
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () => {
        const pairs = [];
        for (let i = 0; i < answer.rawHeaders.length; i += 2) {
          pairs.push([answer.rawHeaders[i].toLowerCase(), answer.rawHeaders[i + 1]]);
        }
        resolve({ status: answer.statusCode, headers: pairs, text: Buffer.concat(chunks).toString() });
      });
    });
    sent.end(body);
  });
}

/** Creates the state shared by all steps of a run: browsers, and cookies and messages that are kept for later. */
export function openWorld(side) {
  const browsers = new Map();
  const aside = new Map();
  const links = new Map();
  const world = {
    /** The newest `set-auth-token`. */
    token: "",
    browser(name) {
      if (!browsers.has(name)) browsers.set(name, openBrowser(side));
      return browsers.get(name);
    },
    /** Keeps a browser's cookies, so that a step can send them after their session has ended. */
    remember: (name) => void aside.set(name, new Map(world.browser(name).jar)),
    kept: (name, only = "") =>
      [...aside.get(name)]
        .filter(([cookie]) => cookie.includes(only))
        .map((pair) => pair.join("="))
        .join("; "),
    /** Returns the message with this name. A new name is given to the next message of this type to this address. */
    async link(name, type, to) {
      if (!links.has(name)) links.set(name, await next(type, to));
      return links.get(name);
    },
    /** Returns the `session.token` that scripts in a browser can read. */
    async tokenOf(name) {
      const twin = openBrowser(side, new Map(world.browser(name).jar));
      return (await twin.client.getSession()).data?.session.token ?? "none";
    },
  };
  /** Returns the first message of this type to this address that doesn't have a name; `undefined` if none arrives. */
  async function next(type, to) {
    const seen = [...links.values()].filter((one) => one?.type === type && one.to === to).length;
    // The Worker sends messages after it responds.
    for (let waited = 0; waited < 3000; waited += 20) {
      const found = side.outbox.messages.filter((one) => one.type === type && one.to === to)[seen];
      if (found || side.sendsEarly) return found;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return undefined;
  }
  return world;
}

/** Returns the path and query of a message's link. `callbackURL` replaces the one in the link; `null` removes it. */
export function linked({ url }, callbackURL) {
  const { pathname, search } = new URL(url);
  if (callbackURL === undefined) return pathname + search;
  const rest = search.replace(/[?&]callbackURL=[^&]*/, "");
  const more = callbackURL === null ? "" : `callbackURL=${encodeURIComponent(callbackURL)}`;
  return pathname + rest + (more && (rest === "" ? "?" : "&") + more);
}

/** Returns the token in a message's link. */
export const tokenIn = ({ url }) => new URL(url).searchParams.get("token") ?? new URL(url).pathname.split("/").at(-1);

/** Opens a browser for one server, with the official client and a cookie jar. */
function openBrowser(side, jar = new Map()) {
  const browser = {
    jar,
    exchanges: [],
    cookies: () => [...jar].map(([name, value]) => `${name}=${value}`).join("; "),
    async send(wanted) {
      const own = { origin: side.baseURL, ...(jar.size > 0 && { cookie: browser.cookies() }) };
      const headers = Object.entries({ ...own, ...wanted.headers }).filter(([, value]) => value !== null);
      const answer = await send(side, { ...wanted, headers: Object.fromEntries(headers) });
      for (const [name, line] of answer.headers) if (name === "set-cookie") keep(jar, line);
      browser.exchanges.push({ request: wanted, answer });
      return answer;
    },
  };
  const customFetchImpl = async (url, init = {}) => {
    const { pathname, search } = new URL(url);
    const { status, headers, text } = await browser.send({
      method: init.method,
      path: pathname + search,
      headers: Object.fromEntries(new Headers(init.headers)),
      body: init.body ?? undefined,
    });
    return new Response([204, 304].includes(status) ? null : text, { status, headers });
  };
  const options = { baseURL: side.baseURL, plugins: [jwtClient()], fetchOptions: { customFetchImpl } };
  browser.client = createAuthClient(options);
  browser.react = createReactClient(options);
  return browser;
}

function keep(jar, line) {
  const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
  if (value === "" || /;\s*max-age=0(;|$)/i.test(line)) jar.delete(name);
  else jar.set(name, value);
}
