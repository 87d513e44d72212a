// AUTH_SECRETS over its life: a new secret in front, the old one behind it until its tokens have ended, then gone.
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "./failure.mjs";

const DAY = 24 * 60 * 60 * 1000;
/** A session ends this long after its sign-in, whatever the settings are. */
export const LONGEST_SESSION = 30;

const LISTS = ["AUTH_SECRETS", "BETTER_AUTH_SECRETS"];
const SINGLES = ["AUTH_SECRET", "BETTER_AUTH_SECRET"];

/** The secrets in use, newest first: from variables, in the Worker's order. */
export function presentSecrets(variables) {
  const list = LISTS.find((name) => variables[name]);
  if (list) {
    return variables[list].split(",").map((entry, index) => {
      const [kid, ...rest] = entry.trim().split(":");
      if (rest.length === 0) throw new Failure("SECRET_INVALID", `${list}: entry ${index} is not kid:secret.`);
      return { kid: kid.trim(), secret: rest.join(":") };
    });
  }
  const single = SINGLES.find((name) => variables[name]);
  return single ? [{ kid: "1", secret: variables[single] }] : [];
}

/**
 * What comes after them. A `kid` is the day it was made on, so that it shows when the rotation began, and a number, as
 * Better Auth has it.
 */
export function rotated(present, { finish = false, leaked = false, force = false, now = Date.now() } = {}) {
  if (leaked) return [made(present, now)];
  if (present.length === 0) throw new Failure("SECRET_MISSING", "There is no secret to rotate.");
  if (finish) {
    if (present.length === 1) throw new Failure("NO_ROTATION", "There is one secret: no rotation is under way.");
    const since = dayOf(present[0].kid);
    const left = since === undefined ? 0 : LONGEST_SESSION - Math.floor((now - since) / DAY);
    if (left > 0 && !force) {
      const message = `The old secret still holds sessions: finish in ${left} days. With --force they end now.`;
      throw new Failure("TOO_EARLY", message);
    }
    return [present[0]];
  }
  if (present.length > 1) {
    const message = `${present.length} secrets are in use: end that rotation first, with --finish.`;
    throw new Failure("ROTATION_UNDER_WAY", message);
  }
  for (const { secret } of present) {
    if (!/,|\s$/.test(secret)) continue;
    const message =
      "The old secret has a comma or a blank at its end, so it can't stand in AUTH_SECRETS. " +
      "With --leaked a new one takes its place, and everybody signs in again.";
    throw new Failure("SECRET_INVALID", message);
  }
  return [made(present, now), ...present];
}

function made(present, now) {
  const day = Number(new Date(now).toISOString().slice(0, 10).replaceAll("-", ""));
  const others = present.map(({ kid }) => Number(kid)).filter(Number.isSafeInteger);
  return { kid: String(Math.max(day, ...others.map((kid) => kid + 1))), secret: randomBytes(32).toString("base64url") };
}

function dayOf(kid) {
  const [, year, month, day] = /^(20\d\d)(\d\d)(\d\d)$/.exec(kid) ?? [];
  const time = Date.UTC(year, month - 1, day);
  return Number.isNaN(time) ? undefined : time;
}

export const listed = (secrets) => secrets.map(({ kid, secret }) => `${kid}:${secret}`).join(",");

/** The file of local secrets that wrangler reads. */
export function localFile(config, env) {
  const ofEnvironment = join(dirname(config), `.dev.vars.${env}`);
  return env && existsSync(ofEnvironment) ? ofEnvironment : join(dirname(config), ".dev.vars");
}

/** `NAME=value` lines, with or without quotes. */
export function variablesOf(text) {
  const found = {};
  for (const line of text.split("\n")) {
    const [, name, value] = /^\s*(?:export\s+)?(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name) found[name] = /^(["']).*\1$/.test(value) ? value.slice(1, -1) : value;
  }
  return found;
}

export const readVariables = (path) => (existsSync(path) ? variablesOf(readFileSync(path, "utf8")) : {});

/**
 * Writes secrets into such a file and leaves its other lines. AUTH_SECRET stays there as the one that signs: it is what
 * `npm start` gives to the apps beside the Worker. Whole or not at all, and for nobody else to read.
 */
export function writeSecrets(path, secrets) {
  const others = existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
  const kept = others.filter((line) => line.trim() && !/^\s*(?:export\s+)?(?:BETTER_)?AUTH_SECRETS?\s*=/.test(line));
  const ours = [`AUTH_SECRETS="${listed(secrets)}"`, `AUTH_SECRET="${secrets[0].secret}"`];
  const next = `${path}.next`;
  writeFileSync(next, `${[...kept, ...ours].join("\n")}\n`, { mode: 0o600 });
  // A file that was there keeps its mode.
  chmodSync(next, 0o600);
  renameSync(next, path);
}
