// Starts the examples: one with the Worker and a local D1 database, the FastAPI upstream and Next.js, and one without
// the Worker.
import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BETTER_AUTH_EXAMPLE, EXAMPLE, nextCommand } from "./examples.mjs";
import { portsAreFree } from "./ports.mjs";
import { createProcesses } from "./processes.mjs";
import { at, run, step, stop } from "./run.mjs";
import { openMailbox } from "../worker/mailbox/mailbox.mjs";

/** Where wrangler keeps the local D1 database by default. The tasks are stored beside it. */
const STATE = ".wrangler/state";
const BETTER_AUTH_STATE = ".wrangler/better-auth";

/** The local secret, generated once and stored in .dev.vars, which git ignores. */
export function localSecret() {
  const path = at(".dev.vars");
  if (!existsSync(path)) {
    writeFileSync(path, `AUTH_SECRET="${randomBytes(32).toString("base64url")}"\n`, { mode: 0o600 });
  }
  const found = variable(path, "(?:AUTH_SECRET|BETTER_AUTH_SECRET)");
  return found ?? stop(".dev.vars has no AUTH_SECRET. Delete the file, and the next start generates one.");
}

/** The local webhook secret, generated once and stored in the same file. */
export function localWebhookSecret() {
  const path = at(".dev.vars");
  const found = variable(path, "WEBHOOK_SECRET");
  if (found) return found;
  const made = `whsec_${randomBytes(32).toString("base64")}`;
  const start = readFileSync(path, "utf8").endsWith("\n") ? "" : "\n";
  appendFileSync(path, `${start}WEBHOOK_SECRET="${made}"\n`);
  return made;
}

/** Returns a variable's value from a file of `NAME=value` lines. `name` is a regular expression. */
const variable = (path, name) =>
  new RegExp(`^${name}\\s*=\\s*"?([^"\\n]+)"?`, "m").exec(readFileSync(path, "utf8"))?.[1];

/** The secrets of the example without the Worker, generated once and stored beside its database. */
function exampleSecrets(state) {
  const path = join(state, "secrets.json");
  if (!existsSync(path)) {
    const [session, api] = [1, 2].map(() => randomBytes(32).toString("base64url"));
    writeFileSync(path, JSON.stringify({ session, api }), { mode: 0o600 });
  }
  return JSON.parse(readFileSync(path, "utf8"));
}

/**
 * Starts all three parts; returns their addresses and `close`, which stops every process. `stopPart` stops `worker`,
 * `fastapi` or `next`, and `startPart` starts it again. With `show`, reports when each part is ready. `persist` is a
 * folder to use for their data instead of the default one.
 */
export async function startStack({ show = true, persist, parts, ...ports } = {}) {
  const { next = 3000, worker = 8787, upstream = 8000 } = ports;
  await portsAreFree({ next, worker, upstream });
  const box = await openMailbox({ port: ports.mailbox });
  const running = parts ?? createProcesses();
  const say = show ? step : (_name, work) => work();
  const secret = localSecret();
  const webhookSecret = localWebhookSecret();
  const state = persist ?? at(STATE);
  mkdirSync(state, { recursive: true });
  const addresses = {
    app: `http://localhost:${next}`,
    worker: `http://127.0.0.1:${worker}`,
    upstream: `http://127.0.0.1:${upstream}`,
  };
  const tokens = { AUTH_SECRET: secret, BASE_URL: addresses.app };

  await say("local database", () => migrate(state));
  const routes = ["/api/me", "/api/:owner/*"].map((path) => ({ path, upstream: addresses.upstream }));
  const wrangler = [
    "dev",
    "--ip",
    "127.0.0.1",
    "--port",
    String(worker),
    "--inspector-port",
    "0",
    "--show-interactive-dev-session=false",
    "--var",
    `BASE_URL:${addresses.app}`,
    "--var",
    `ROUTES:${JSON.stringify(routes)}`,
    // Lets the upstream delete a user's tasks when the user is deleted.
    "--var",
    `EVENTS_WEBHOOK:${addresses.upstream}/events`,
    "--persist-to",
    state,
  ];
  running.launch("worker", "wrangler", wrangler, { hear: box.hear });
  launchUpstream(running, upstream, state, { ...tokens, WEBHOOK_SECRET: webhookSecret });
  launchNext(running, EXAMPLE, next, { ...tokens, AUTH_URL: addresses.worker });
  await allReady(running, say, {
    worker: `${addresses.worker}/api/auth/ok`,
    fastapi: `${addresses.upstream}/docs`,
    next: `${addresses.app}/`,
  });
  return { ...addresses, secret, state, mailbox: box.url, ...control(running, box) };
}

/**
 * Like {@link startStack}, but Better Auth runs inside Next.js, and the browser calls FastAPI directly. E-mails are
 * written to the `mail` folder, and the mailbox shows them. `env` contains additional variables for Next.js.
 */
export async function startBetterAuth({
  next = 3000,
  upstream = 8000,
  mailbox,
  show = true,
  persist,
  parts,
  env,
} = {}) {
  await portsAreFree({ next, upstream });
  const running = parts ?? createProcesses();
  const say = show ? step : (_name, work) => work();
  const state = persist ?? at(BETTER_AUTH_STATE);
  mkdirSync(state, { recursive: true });
  const secrets = exampleSecrets(state);
  const addresses = { app: `http://localhost:${next}`, upstream: `http://127.0.0.1:${upstream}` };
  const database = join(state, "auth.sqlite");
  const mail = join(state, ".mail");
  const box = await openMailbox({ port: mailbox, folder: mail });

  launchUpstream(running, upstream, state, {
    AUTH_SECRET: secrets.api,
    BASE_URL: addresses.app,
    AUTH_AUDIENCE: addresses.upstream,
  });
  launchNext(running, BETTER_AUTH_EXAMPLE, next, {
    BETTER_AUTH_SECRET: secrets.session,
    BETTER_AUTH_URL: addresses.app,
    API_SECRET: secrets.api,
    API_URL: addresses.upstream,
    DATABASE: database,
    MAIL_FOLDER: mail,
    ...env,
  });
  await allReady(running, say, { fastapi: `${addresses.upstream}/docs`, next: `${addresses.app}/` });
  return { ...addresses, secrets, state, database, mail, mailbox: box.url, ...control(running, box) };
}

const control = ({ close, stop, again }, box) => ({
  close: () => (box.close(), close()),
  stopPart: stop,
  startPart: again,
});

/**
 * Applies new migrations. wrangler takes seconds even if there are none. To avoid that, the database's folder also
 * contains a list of the migrations that have been applied.
 */
async function migrate(state) {
  const applied = join(state, "v3/d1/migrations.txt");
  const names = readdirSync(at("worker/migrations")).sort().join("\n");
  if (existsSync(applied) && readFileSync(applied, "utf8") === names) return "up to date";
  const options = ["--local", "--persist-to", state];
  await run("wrangler", ["d1", "migrations", "apply", "edgeseal", ...options], { env: { CI: "true" } });
  writeFileSync(applied, names);
  return undefined;
}

const launchUpstream = (running, port, state, env) =>
  running.launch("fastapi", at(".venv/bin/uvicorn"), ["main:app", "--host", "127.0.0.1", "--port", String(port)], {
    cwd: at("examples/fastapi"),
    env: { ...env, DATABASE: join(state, "tasks.sqlite") },
  });

const launchNext = (running, folder, port, env) =>
  running.launch("next", "node", [nextCommand(folder), "start", "--port", String(port)], { cwd: at(folder), env });

/** Waits for all parts; if one fails to start, stops the others. */
async function allReady(running, say, urls) {
  try {
    await Promise.all(
      Object.entries(urls).map(([name, url]) => say(`${name} answers`, () => running.ready(name, url))),
    );
  } catch (cause) {
    await running.close();
    throw cause;
  }
}
