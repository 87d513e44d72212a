// Runs the operator's commands as a person would type them, with a separate wrangler.toml and database.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { variablesOf } from "../../worker/admin/secrets.mjs";
import { at, environment } from "../../scripts/run.mjs";
import { temporaryFolder } from "../temporary-folder.mjs";
import { cookieHeader, SECRET, startWorker, WEAK } from "./local-worker.mjs";

export const PASSWORD = "correct horse";
export const STAGING_ID = "00000000-0000-0000-0000-000000000001";
export const LOCAL_ID = "00000000-0000-0000-0000-000000000000";

/** Creates a folder with its own wrangler.toml, in which hashing is cheap and the staging environment uses scrypt. */
export function project() {
  const folder = temporaryFolder("operator");
  const weak = 'PASSWORD_PARAMS = { cost = 4, allowWeakParams = true }\nBASE_URL = "http';
  const config = readFileSync(at("wrangler.toml"), "utf8")
    .replace('BASE_URL = "http', weak)
    .replace("[env.staging.vars]\n", '[env.staging.vars]\nPASSWORD_ALGORITHM = "scrypt"\n');
  writeFileSync(join(folder, "wrangler.toml"), config);
  writeFileSync(join(folder, ".dev.vars"), `# Mine.\nOTHER="kept"\nAUTH_SECRET="${SECRET}"\n`, { mode: 0o644 });
  mkdirSync(join(folder, "state"));
  return folder;
}

export const flags = (folder) => ["--config", join(folder, "wrangler.toml")];
export const here = (folder) => [...flags(folder), "--persist-to", join(folder, "state")];

/** Starts the Worker with a project's database and secrets. */
export const serve = (folder, bindings = {}, databaseId = LOCAL_ID, migrations = undefined) => {
  const { AUTH_SECRETS = null } = variablesOf(readFileSync(join(folder, ".dev.vars"), "utf8"));
  const persist = join(folder, "state/v3/d1");
  return startWorker({ ...WEAK, AUTH_SECRETS, ...bindings }, { persist, databaseId, migrations });
};

/** Runs an `npm run admin` command and waits until it exits. */
export function admin(args, { input = "", env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn("node", [at("worker/admin/admin.mjs"), ...args], { env: { ...environment, ...env } });
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) child[name].setEncoding("utf8").on("data", (text) => (said[name] += text));
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    child.on("close", (code) => resolve({ code, ...said }));
  });
}

export async function done(args, options) {
  const { code, stdout, stderr } = await admin([...args, "--json"], options);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

export async function refused(code, args, options) {
  const answer = await admin(args, options);
  assert.deepEqual([answer.code, answer.stdout], [1, ""], answer.stderr);
  assert.match(answer.stderr, new RegExp(`^✗ ${code}: .+\\n$`));
  return answer.stderr;
}

export async function signIn(worker, email, password = PASSWORD) {
  const answer = await worker.post("/api/auth/sign-in/email", { email, password });
  const { code, user } = await answer.json();
  return { status: answer.status, code, user, cookie: cookieHeader(answer) };
}

/**
 * Refreshes a session, which makes the Worker read the database. Returns the session's id, or null if the session has
 * ended.
 */
export async function refreshed(worker, { cookie }) {
  const answer = await worker.fetch("/api/auth/get-session?disableCookieCache=true", { headers: { cookie } });
  return (await answer.json())?.session.id ?? null;
}

export const storedHash = (worker) => worker.database.prepare(`SELECT "password" FROM "account"`).first("password");
