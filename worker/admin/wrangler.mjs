// Accesses the Worker's D1 database and secrets through wrangler, which has the credentials and knows where the
// database and the secrets are.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { at, environment, toolNode } from "../../scripts/run.mjs";
import { Failure } from "./failure.mjs";

const require = createRequire(import.meta.url);
const HIDDEN_ARGUMENTS = at("worker/admin/hidden-arguments.cjs");
const CONFIG = at("wrangler.toml");
const DATABASE = "DB";

/** Where commands take effect: an environment in wrangler.toml, either local or on Cloudflare. */
export class Target {
  constructor({ config = CONFIG, env, remote = false, persistTo } = {}) {
    this.config = resolve(config);
    this.env = env;
    this.remote = remote;
    this.persistTo = persistTo && resolve(persistTo);
  }

  /** The database's name in messages. */
  get name() {
    return `${this.remote ? "remote" : "local"} database${this.env ? ` of ${this.env}` : ""}`;
  }

  /**
   * Returns this environment's settings from wrangler.toml. Loads wrangler into this process, which takes a second or
   * two.
   */
  get settings() {
    try {
      const { unstable_readConfig } = require("wrangler");
      return unstable_readConfig({ config: this.config, env: this.env }, { hideWarnings: true });
    } catch (cause) {
      throw failure(cause.message, "CONFIG_INVALID");
    }
  }

  /** The variables in `[vars]` and, for a local Worker, also in .dev.vars. */
  vars() {
    const { vars } = this.settings;
    if (this.remote) return vars;
    const { unstable_getVarsForDev } = require("wrangler");
    const bindings = unstable_getVarsForDev(this.config, undefined, vars, this.env, true);
    return Object.fromEntries(Object.entries(bindings).map(([name, { value }]) => [name, value]));
  }

  #chosen() {
    return ["--config", this.config, ...(this.env ? ["--env", this.env] : [])];
  }

  /** The flags that a person has to type after `wrangler d1 … DB`. */
  get flags() {
    const own = this.config === CONFIG ? [] : ["--config", this.config];
    const persist = this.persistTo ? ["--persist-to", this.persistTo] : [];
    const env = this.env ? ["--env", this.env] : [];
    return [this.remote ? "--remote" : "--local", ...env, ...own, ...persist].join(" ");
  }

  /** Runs statements as one batch: either all of them take effect, or none do. Returns the rows from each statement. */
  async execute(...statements) {
    const place = this.remote ? ["--remote"] : ["--local"];
    if (!this.remote && this.persistTo) place.push("--persist-to", this.persistTo);
    const hidden = [DATABASE, ...place, "--json", "--yes", ...this.#chosen(), "--command", statements.join(";\n")];
    const flags = ["--require", HIDDEN_ARGUMENTS];
    const { code, stdout, stderr } = await wrangler(["d1", "execute"], JSON.stringify(hidden), flags);
    const answer = jsonOf(stdout);
    if (code === 0 && Array.isArray(answer)) return answer;
    // For a remote database, the cause is in the notes.
    const { text, notes = [] } = answer?.error ?? {};
    const reported = text && [text, ...notes.map((note) => note.text)].join(" ");
    throw this.#failure(reported ?? `${stdout}${stderr}`.trim());
  }

  #failure(text) {
    if (/UNIQUE constraint failed/.test(text)) return new Failure("NOT_UNIQUE", text);
    if (/FOREIGN KEY constraint failed/.test(text)) return new Failure("REFERRED_TO", text);
    if (/no such (table|column)/.test(text)) return this.outdated();
    return failure(text, "DATABASE_FAILED");
  }

  /** Returns the failure for a command that needs tables or columns the database doesn't have. */
  outdated(what = "") {
    const apply = `npx wrangler d1 migrations apply ${DATABASE} ${this.flags}`;
    return new Failure("MIGRATIONS_PENDING", `The ${this.name} is not up to date. ${what}${what && " "}Run: ${apply}`);
  }

  /** The size of the local database in bytes, which wrangler does not report. */
  async localSize() {
    const { Miniflare } = await import("miniflare");
    const { database_id } = this.settings.d1_databases.find(({ binding }) => binding === DATABASE);
    const folder = this.persistTo ?? join(dirname(this.config), ".wrangler/state");
    const miniflare = new Miniflare({
      modules: true,
      script: "",
      d1Persist: join(folder, "v3/d1"),
      d1Databases: { [DATABASE]: database_id },
    });
    try {
      const database = await miniflare.getD1Database(DATABASE);
      return (await database.prepare("SELECT 1").run()).meta.size_after;
    } finally {
      await miniflare.dispose();
    }
  }

  /** Sets one of the deployed Worker's secrets. Cloudflare never shows it again. */
  async putSecret(name, value) {
    const { code, stdout, stderr } = await wrangler(["secret", "put", name, ...this.#chosen()], value);
    if (code !== 0) throw failure(`${stdout}${stderr}`.trim(), "SECRET_NOT_PUT");
  }
}

function failure(text, code) {
  const [, environment] = /No environment found in configuration with name "(.*)"/.exec(text) ?? [];
  if (environment) return new Failure("CONFIG_INVALID", `wrangler.toml has no environment ${environment}.`);
  if (/CLOUDFLARE_API_TOKEN|not logged in|Authentication error|Failed to fetch auth token/i.test(text)) {
    return new Failure(
      "NOT_LOGGED_IN",
      "You are not logged in to Cloudflare. Run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN.",
    );
  }
  return new Failure(code, `wrangler says: ${text}`);
}

function jsonOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Runs wrangler's main file directly, because its `bin` would start a second process without these flags. */
function wrangler(args, input, flags = []) {
  return new Promise((done, reject) => {
    const child = spawn(toolNode, ["--no-warnings", ...flags, require.resolve("wrangler"), ...args], {
      env: { ...environment, NO_COLOR: "1" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"])
      child[name].setEncoding("utf8").on("data", (text) => (output[name] += text));
    child.on("error", reject);
    child.on("close", (code) => done({ code, ...output }));
    // wrangler may exit before it reads its input.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}
