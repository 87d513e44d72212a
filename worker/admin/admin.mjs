// npm run admin -- COMMAND: the operator's commands for managing users, sessions and secrets, either locally or on
// Cloudflare.
import { parseArgs } from "node:util";
import { onToolNode } from "../../scripts/run.mjs";
import { Failure } from "./failure.mjs";
import { resetLink, verifyEmail } from "./links.mjs";
import { listUsers, MAX_LIMIT } from "./list.mjs";
import { rotateSecret } from "./rotate.mjs";
import { revoke } from "./sessions.mjs";
import { stats } from "./stats.mjs";
import { Usage } from "./usage.mjs";
import { createUser, deleteUser, disableUser, enableUser, setPassword } from "./users.mjs";
import { Target } from "./wrangler.mjs";

const HELP = `npm run admin -- COMMAND [OPTIONS]

  create-user EMAIL        creates a user with a password, which it asks for
    --name NAME            the user's name; by default what is before the @
    --password-stdin       reads the password from stdin
    --generate             generates a password and shows it once
  set-password EMAIL       sets another password, which it asks for, and ends all sessions
    --password-stdin, --generate   as above
  disable-user EMAIL       ends all sessions and refuses every sign-in
  enable-user EMAIL        lets the user sign in again
  delete-user EMAIL        deletes a user and all their data; asks you to type the address again
    --yes                  does not ask
  reset-link EMAIL         prints a link with which the user sets a new password; it works once, for an hour
    --callback URL         the app's page for it; by default /reset-password
    --secrets-stdin        remote: as for rotate-secret
  verify-email EMAIL       marks the address as verified, without a message
  list-users               lists users by address
    --search TEXT          only with this text in their address or name
    --page N, --limit N    this page, with so many users (1, 50; at most ${MAX_LIMIT})
  revoke EMAIL             ends all sessions of a user
    --session SID          ends only this one
  rotate-secret            puts a new AUTH_SECRET in front of the one in use, which still verifies
    --finish               drops the old one once its sessions have expired; --force: now
    --leaked               drops the old one immediately: everybody has to sign in again
    --show                 prints the new AUTH_SECRETS
    --save FILE            writes it to a file that only you can read
    --no-put               only prepares it, for other verifiers to get it first
    --secrets-stdin        remote: reads the secret in use from stdin, as a line AUTH_SECRET=… or AUTH_SECRETS=…;
                           by default from the environment, as Cloudflare never shows a secret again
  stats                    counts users, kinds of stored hashes, who can't sign in and why, ended sessions, bytes

  --remote                 the deployed database or Worker, through wrangler; by default the local one
  --env NAME               an environment of wrangler.toml: staging, production
  --config FILE            another wrangler.toml
  --persist-to DIR         the folder of the local database, as in wrangler
  --json                   prints one JSON value on stdout (npm run --silent admin: npm prints lines of its own)

A failure prints its code and a message on stderr and exits with 1; a wrong command line exits with 2.`;

const text = { type: "string" };
const flag = { type: "boolean", default: false };
const EVERYWHERE = { remote: flag, env: text, config: text, "persist-to": text, json: flag, help: flag };
const PASSWORD = { "password-stdin": flag, generate: flag };

/** Each command returns a `value`, which --json prints, and a `message` for people. */
const commands = {
  "create-user": { needs: ["EMAIL"], options: { name: text, ...PASSWORD }, run: createUser },
  "set-password": { needs: ["EMAIL"], options: PASSWORD, run: setPassword },
  "disable-user": { needs: ["EMAIL"], run: disableUser },
  "enable-user": { needs: ["EMAIL"], run: enableUser },
  "delete-user": { needs: ["EMAIL"], options: { yes: flag }, run: deleteUser },
  "reset-link": { needs: ["EMAIL"], options: { callback: text, "secrets-stdin": flag }, run: resetLink },
  "verify-email": { needs: ["EMAIL"], run: verifyEmail },
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
  if (positionals.length !== needs.length) throw new Usage(`${name} needs ${needs.join(" ") || "no argument"}.`);
  if (options.remote && options["persist-to"]) throw new Usage("--persist-to is only for the local database.");
  await onToolNode();
  const target = new Target({ ...options, persistTo: options["persist-to"] });
  const { value, message } = await run(target, positionals, options);
  if (options.json) console.log(JSON.stringify(value));
  else console.log(run === rotateSecret ? message : `${message}\n(${target.name})`);
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
