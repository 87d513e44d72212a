// npm run admin -- COMMAND: what an operator does to users, sessions and secrets, in the local database or a remote one.
import { parseArgs } from "node:util";
import { Failure } from "./failure.mjs";
import { listUsers } from "./list.mjs";
import { rotateSecret } from "./rotate.mjs";
import { LONGEST_SESSION } from "./secrets.mjs";
import { revoke } from "./sessions.mjs";
import { stats } from "./stats.mjs";
import { Usage } from "./usage.mjs";
import { createUser, deleteUser, disableUser, enableUser, setPassword } from "./users.mjs";
import { Target } from "./wrangler.mjs";
import { onToolNode } from "../../scripts/run.mjs";

const HELP = `npm run admin -- COMMAND [OPTIONS]

  create-user EMAIL        makes a user who can sign in; asks for the password
    --name NAME            what the user is called; else what stands before the @
    --password-stdin       takes the password from stdin
    --generate             makes a password and shows it, once
  set-password EMAIL       gives a user another password and ends all sessions; asks for it
    --password-stdin, --generate   as above
  disable-user EMAIL       ends all sessions and refuses every sign-in
  enable-user EMAIL        lets the user sign in again
  delete-user EMAIL        deletes a user and all that is theirs; asks for the address once more
    --yes                  does not ask
  list-users               shows users by address
    --search TEXT          with this in their address or name
    --page N, --limit N    this page, of so many (1, 50; at most 500)
  revoke EMAIL             ends all sessions of a user
    --session SID          ends this one
  rotate-secret            puts a new AUTH_SECRET in front of the one in use, which goes on verifying
    --finish               drops the old one, when its sessions have ended (${LONGEST_SESSION} days); --force: now
    --leaked               drops the old one at once: everybody signs in again
    --show                 prints AUTH_SECRETS as it is then
    --save FILE            writes it into a file that you alone can read
    --no-put               does not put it in place yet: others that verify get it first
    --secrets-stdin        remote: the secret in use, as a line AUTH_SECRET=… or AUTH_SECRETS=…, comes from stdin;
                           else it is in the environment. Cloudflare does not give it back
  stats                    counts users, kinds of stored hashes, who can't sign in and why, ended sessions, bytes

  --remote                 the deployed database or Worker, through wrangler; without it the local one
  --env NAME               an environment of wrangler.toml: staging, production
  --config FILE            another wrangler.toml
  --persist-to DIR         where the local database is, as wrangler has it
  --json                   one JSON value on stdout (npm run --silent admin: npm prints lines of its own)

A failure is told on stderr, with its code, and ends with 1; a wrong command line with 2.`;

const text = { type: "string" };
const flag = { type: "boolean", default: false };
const EVERYWHERE = { remote: flag, env: text, config: text, "persist-to": text, json: flag, help: flag };
const PASSWORD = { "password-stdin": flag, generate: flag };

/** Each is given its target and options; what it gives is printed, as sentences or as JSON. */
const commands = {
  "create-user": { needs: ["EMAIL"], options: { name: text, ...PASSWORD }, run: createUser },
  "set-password": { needs: ["EMAIL"], options: PASSWORD, run: setPassword },
  "disable-user": { needs: ["EMAIL"], run: disableUser },
  "enable-user": { needs: ["EMAIL"], run: enableUser },
  "delete-user": { needs: ["EMAIL"], options: { yes: flag }, run: deleteUser },
  "list-users": { options: { search: text, page: text, limit: text }, run: listUsers },
  revoke: { needs: ["EMAIL"], options: { session: text }, run: revoke },
  "rotate-secret": {
    options: { finish: flag, force: flag, leaked: flag, show: flag, save: text, "secrets-stdin": flag, "no-put": flag },
    run: rotateSecret,
  },
  stats: { run: stats },
};

async function main(args) {
  const [name] = args;
  if (name === undefined || name === "help" || args.includes("--help")) return console.log(HELP);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new Usage(`There is no command ${name}.`);
  let parsed;
  try {
    const options = { ...EVERYWHERE, ...command.options };
    parsed = parseArgs({ args: args.slice(1), options, allowPositionals: true });
  } catch (cause) {
    throw new Usage(cause.message);
  }
  const { values: options, positionals } = parsed;
  const { needs = [], run } = command;
  if (positionals.length !== needs.length) throw new Usage(`${name} takes ${needs.join(" ") || "no argument"}.`);
  if (options.remote && options["persist-to"]) throw new Usage("--persist-to is for the local database.");
  await onToolNode();
  const target = new Target({ ...options, persistTo: options["persist-to"] });
  const { value, said } = await run(target, positionals, options);
  if (options.json) console.log(JSON.stringify(value));
  else console.log(run === rotateSecret ? said : `${said}\n(${target.name})`);
}

await main(process.argv.slice(2)).catch((cause) => {
  if (cause instanceof Usage) {
    console.error(`${cause.message}\n\n${HELP}`);
    process.exitCode = 2;
  } else if (cause instanceof Failure) {
    console.error(`✗ ${cause.code}: ${cause.message}`);
    process.exitCode = 1;
  } else throw cause;
});
