// Rotates AUTH_SECRETS: puts a new secret in front, and removes the old one after its sessions have expired.
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { Failure } from "./failure.mjs";
import { ruled } from "./rules.mjs";
import { readInput } from "./terminal.mjs";

const SECRET_NAME = /^(?:BETTER_)?AUTH_SECRETS?$/;
const DAY = 24 * 60 * 60 * 1000;

/**
 * Returns the secrets in use, newest first, as the Worker reads them. In the Worker, a single secret doesn't have a
 * `kid`; here, its `kid` is "1".
 */
export function presentSecrets(variables, { secretsOf }) {
  const texts = ruled(() => secretsOf(variables), "SECRET_INVALID");
  return Array.from({ length: texts.length / 2 }, (_, index) => ({
    kid: texts[2 * index] || "1",
    secret: texts[2 * index + 1],
  }));
}

/** Refuses a list of secrets that the Worker would refuse or read differently. */
export function checkList(secrets, workerRules) {
  const variables = { AUTH_SECRETS: listOf(secrets) };
  const fail = (reason) => {
    const message =
      `AUTH_SECRETS can't contain the old secret (${reason}). ` +
      "Replace it with --leaked; everybody then has to sign in again.";
    throw new Failure("SECRET_INVALID", message);
  };
  try {
    workerRules.checkSecrets(variables);
  } catch (cause) {
    fail(cause.message);
  }
  if (!isDeepStrictEqual(presentSecrets(variables, workerRules), secrets)) fail("it has a comma");
}

/**
 * Returns the secrets after a rotation. A new `kid` is today's date as a number, as in Better Auth, so it shows when the
 * rotation started. If an existing `kid` isn't smaller, the new one is that `kid` plus 1. `sessionLife` is in milliseconds.
 */
export function rotate(present, sessionLife, { finish = false, leaked = false, force = false, now = Date.now() } = {}) {
  if (leaked) return [newSecret(present, now)];
  if (present.length === 0) throw new Failure("SECRET_MISSING", "There is no secret to rotate.");
  if (finish) {
    if (present.length === 1) throw new Failure("NO_ROTATION", "There is only one secret: no rotation is under way.");
    const start = dateOf(present[0].kid);
    const daysLeft = start === undefined ? 0 : Math.ceil((start + sessionLife - now) / DAY);
    if (daysLeft > 0 && !force) {
      const message = `Sessions still depend on the old secret: finish in ${daysLeft} days. --force ends them now.`;
      throw new Failure("TOO_EARLY", message);
    }
    return [present[0]];
  }
  if (present.length > 1) {
    const message = `${present.length} secrets are in use: finish that rotation first, with --finish.`;
    throw new Failure("ROTATION_UNDER_WAY", message);
  }
  return [newSecret(present, now), ...present];
}

function newSecret(present, now) {
  const date = Number(new Date(now).toISOString().slice(0, 10).replaceAll("-", ""));
  const others = present.map(({ kid }) => Number(kid)).filter(Number.isSafeInteger);
  return {
    kid: String(Math.max(date, ...others.map((kid) => kid + 1))),
    secret: randomBytes(32).toString("base64url"),
  };
}

function dateOf(kid) {
  const [, year, month, day] = /^(20\d\d)(\d\d)(\d\d)$/.exec(kid) ?? [];
  const time = Date.UTC(year, month - 1, day);
  return Number.isNaN(time) ? undefined : time;
}

/** Returns the value of AUTH_SECRETS. */
export const listOf = (secrets) => secrets.map(({ kid, secret }) => `${kid}:${secret}`).join(",");

/** Returns the file that wrangler reads local secrets from. */
export function localFile(config, env) {
  const environmentFile = join(dirname(config), `.dev.vars.${env}`);
  return env && existsSync(environmentFile) ? environmentFile : join(dirname(config), ".dev.vars");
}

/** Reads `NAME=value` lines, with or without quotes. */
export function variablesOf(text) {
  const found = {};
  for (const line of text.split("\n")) {
    const [, name, value] = /^\s*(?:export\s+)?(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name) found[name] = /^(["']).*\1$/.test(value) ? value.slice(1, -1) : value;
  }
  return found;
}

/**
 * Returns the variables that contain a remote Worker's secret. The operator has to provide the secret, because
 * Cloudflare never reveals it.
 */
export async function givenSecrets(options) {
  const given = options["secrets-stdin"] ? variablesOf(await readInput()) : process.env;
  return Object.fromEntries(Object.entries(given).filter(([name]) => SECRET_NAME.test(name)));
}

export const readVariables = (path) => (existsSync(path) ? variablesOf(readFileSync(path, "utf8")) : {});

/**
 * Writes secrets to a file of variables, and keeps the file's other lines. AUTH_SECRET is set to the secret that signs,
 * because `npm start` passes it to the apps that run beside the Worker. The file is replaced as a whole, and only its
 * owner can read it.
 */
export function writeSecrets(path, secrets) {
  const others = existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
  const kept = others.filter((line) => line.trim() && !/^\s*(?:export\s+)?(?:BETTER_)?AUTH_SECRETS?\s*=/.test(line));
  const ours = [`AUTH_SECRETS="${listOf(secrets)}"`, `AUTH_SECRET="${secrets[0].secret}"`];
  const next = `${path}.next`;
  writeFileSync(next, `${[...kept, ...ours].join("\n")}\n`, { mode: 0o600 });
  // `mode` doesn't affect a file that a failed run left behind.
  chmodSync(next, 0o600);
  renameSync(next, path);
}
