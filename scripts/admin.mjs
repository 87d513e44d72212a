// npm run admin -- COMMAND: what an operator does to users, sessions and secrets, in the local database or a remote one.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { Failure } from "./admin/failure.mjs";
import {
  listed,
  localFile,
  LONGEST_SESSION,
  presentSecrets,
  readVariables,
  rotated,
  variablesOf,
  writeSecrets,
} from "./admin/secrets.mjs";
import { askPassword, readInput } from "./admin/terminal.mjs";
import { checkName, hash, hashing, isSessionId, parseEmail, random } from "./admin/user.mjs";
import { sql, Target } from "./admin/wrangler.mjs";

const HELP = `npm run admin -- COMMAND [OPTIONS]

  create-user EMAIL        makes a user who can sign in; asks for the password
    --name NAME            what the user is called; else what stands before the @
    --password-stdin       takes the password from stdin
    --generate             makes a password and shows it, once
  disable-user EMAIL       ends all sessions and refuses every sign-in
  enable-user EMAIL        lets the user sign in again
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
  stats                    counts users, kinds of hashes, disabled users, ended sessions, bytes

  --remote                 the deployed database or Worker, through wrangler; without it the local one
  --env NAME               an environment of wrangler.toml: staging, production
  --config FILE            another wrangler.toml
  --persist-to DIR         where the local database is, as wrangler has it
  --json                   one JSON value on stdout (npm run --silent admin: npm prints lines of its own)

A failure is told on stderr, with its code, and ends with 1; a wrong command line with 2.`;

const text = { type: "string" };
const flag = { type: "boolean", default: false };
const EVERYWHERE = { remote: flag, env: text, config: text, "persist-to": text, json: flag, help: flag };

/** Each is given its target and options; what it gives is printed, as sentences or as JSON. */
const commands = {
  "create-user": { needs: ["EMAIL"], options: { name: text, "password-stdin": flag, generate: flag }, run: createUser },
  "disable-user": { needs: ["EMAIL"], run: disableUser },
  "enable-user": { needs: ["EMAIL"], run: enableUser },
  revoke: { needs: ["EMAIL"], options: { session: text }, run: revoke },
  "rotate-secret": {
    options: { finish: flag, force: flag, leaked: flag, show: flag, save: text, "secrets-stdin": flag, "no-put": flag },
    run: rotateSecret,
  },
  stats: { run: stats },
};

async function createUser(target, [address], options) {
  const email = parseEmail(address);
  const name = checkName(options.name ?? email.split("@")[0]);
  const policy = hashing(target.vars());
  const password = await passwordOf(options);
  const hashed = await hash(password, policy);
  const [id, at] = [random(32), new Date().toISOString()];
  try {
    await target.execute(
      sql`INSERT INTO "user" ("id", "name", "email", "emailVerified", "image", "createdAt", "updatedAt")
          VALUES (${id}, ${name}, ${email}, 0, NULL, ${at}, ${at})`,
      sql`INSERT INTO "account" ("id", "accountId", "providerId", "userId", "password", "createdAt", "updatedAt")
          VALUES (${random(32)}, ${id}, 'credential', ${id}, ${hashed}, ${at}, ${at})`,
    );
  } catch (cause) {
    if (cause.code !== "NOT_UNIQUE") throw cause;
    throw new Failure("USER_EXISTS", `${email} is a user of the ${target.name} already.`);
  }
  const generated = options.generate ? { password } : {};
  return {
    value: { id, email, name, ...generated },
    said: `Made user ${email}.${options.generate ? `\nPassword, shown this once: ${password}` : ""}`,
  };
}

async function passwordOf(options) {
  if (options.generate && options["password-stdin"])
    throw new Usage("--generate and --password-stdin exclude each other.");
  if (options.generate) return random(20);
  return options["password-stdin"] ? readInput() : askPassword();
}

const UNTIL = "Access tokens already given out live until they expire, in 15 minutes as configured by default.";

async function disableUser(target, [address]) {
  const email = parseEmail(address);
  const now = Date.now();
  const [{ results }] = await target.execute(
    sql`INSERT INTO "edgeseal_user" ("userId", "sessionsValidAfter", "disabledAt")
        SELECT "id", ${now}, ${now} FROM "user" WHERE "email" = ${email}
        ON CONFLICT ("userId") DO UPDATE SET "disabledAt" = coalesce("disabledAt", excluded."disabledAt"),
         "sessionsValidAfter" = max("sessionsValidAfter" + 1, excluded."sessionsValidAfter")
        RETURNING "userId", "disabledAt"`,
  );
  const [row] = found(results, email, target);
  const since = new Date(row.disabledAt).toISOString();
  return {
    value: { id: row.userId, email, disabledAt: since },
    said: `${email} can't sign in any more; every session has ended. ${UNTIL}`,
  };
}

async function enableUser(target, [address]) {
  const email = parseEmail(address);
  const [{ results: users }, { results: enabled }] = await target.execute(
    sql`SELECT "id" FROM "user" WHERE "email" = ${email}`,
    sql`UPDATE "edgeseal_user" SET "disabledAt" = NULL
        WHERE "disabledAt" IS NOT NULL AND "userId" IN (SELECT "id" FROM "user" WHERE "email" = ${email})
        RETURNING "userId"`,
  );
  const [user] = found(users, email, target);
  const was = enabled.length > 0;
  return {
    value: { id: user.id, email, wasDisabled: was },
    said: was ? `${email} can sign in again.` : `${email} was not disabled.`,
  };
}

async function revoke(target, [address], { session }) {
  const email = parseEmail(address);
  const now = Date.now();
  if (session === undefined) {
    const [{ results }] = await target.execute(
      sql`INSERT INTO "edgeseal_user" ("userId", "sessionsValidAfter")
          SELECT "id", ${now} FROM "user" WHERE "email" = ${email}
          ON CONFLICT ("userId") DO UPDATE SET
           "sessionsValidAfter" = max("sessionsValidAfter" + 1, excluded."sessionsValidAfter")
          RETURNING "userId"`,
    );
    const [row] = found(results, email, target);
    return { value: { id: row.userId, email, sessions: "all" }, said: `Ended every session of ${email}. ${UNTIL}` };
  }
  if (!isSessionId(session)) throw new Failure("INVALID_SESSION", "A session's id has 32 letters and digits.");
  const endsAt = now + LONGEST_SESSION * 24 * 60 * 60 * 1000;
  const [{ results }] = await target.execute(
    sql`INSERT INTO "edgeseal_ended_session" ("userId", "sid", "endsAt")
        SELECT "id", ${session}, ${endsAt} FROM "user" WHERE "email" = ${email}
        ON CONFLICT ("userId", "sid") DO UPDATE SET "endsAt" = excluded."endsAt" RETURNING "userId"`,
  );
  const [row] = found(results, email, target);
  return {
    value: { id: row.userId, email, sessions: [session] },
    said: `Ended session ${session}, if it is one of ${email}. ${UNTIL}`,
  };
}

function found(rows, email, target) {
  if (rows.length > 0) return rows;
  throw new Failure("USER_NOT_FOUND", `${email} is no user of the ${target.name}.`);
}

async function rotateSecret(target, _, options) {
  if (options.finish && options.leaked) throw new Usage("--finish and --leaked exclude each other.");
  const file = localFile(target.config, target.env);
  const put = !options["no-put"];
  if (!put && !options.show && !options.save) throw new Usage("--no-put goes with --save or --show.");
  if (target.remote && !options.show && !options.save) {
    const message = "Cloudflare does not give secrets back: keep this one, with --save FILE or --show.";
    throw new Failure("NOWHERE_TO_KEEP", message);
  }
  const present = presentSecrets(target.remote ? await givenVariables(options) : readVariables(file));
  if (present.length === 0 && !options.leaked) {
    const message = target.remote
      ? "Give the secret in use as AUTH_SECRET or AUTH_SECRETS, in the environment or by --secrets-stdin."
      : `${file} has no AUTH_SECRET: \`npm start\` makes one.`;
    throw new Failure("SECRET_MISSING", message);
  }
  const secrets = rotated(present, options);
  // Kept before it is used: a secret that is in use and nowhere else can't be rotated again.
  const kept = options.save && resolve(options.save);
  if (kept) {
    if (existsSync(kept) && kept !== file) throw new Failure("FILE_EXISTS", `${kept} is there already.`);
    writeSecrets(kept, secrets);
  }
  if (put && target.remote) {
    await target.putSecret("AUTH_SECRETS", listed(secrets)).catch((cause) => {
      if (kept) cause.message += `\n${kept} holds what was to be put.`;
      throw cause;
    });
  } else if (put) writeSecrets(file, secrets);

  const [{ kid }, old] = secrets;
  const where = target.remote ? `AUTH_SECRETS of the Worker${target.env ? ` of ${target.env}` : ""}` : file;
  const said = [
    put ? `Secret ${kid} signs now, by ${where}.` : `Secret ${kid} is made, and signs when ${where} has it.`,
    old
      ? `Secret ${old.kid} goes on verifying. After ${LONGEST_SESSION} days: rotate-secret --finish.`
      : "It is the only one.",
  ];
  if (kept) said.push(`Kept in ${kept}.`);
  if (put && !target.remote) said.push("Restart `npm start`.");
  if (options.show) said.push(`\nAUTH_SECRETS="${listed(secrets)}"`);
  const shown = options.show ? { AUTH_SECRETS: listed(secrets) } : {};
  return { value: { kids: secrets.map((one) => one.kid), ...shown }, said: said.join(" ") };
}

async function givenVariables(options) {
  return options["secrets-stdin"] ? variablesOf(await readInput()) : process.env;
}

/** Kinds of stored hashes, of their first characters: never of a salt. */
const KINDS = [
  [/^\$2[abxy]\$(\d\d)\$$/, (cost) => `bcrypt, cost ${Number(cost)}`],
  [/^\$(argon2(?:id|i|d))\$(?:v=\d+\$)?(m=\d+,t=\d+,p=\d+)\$$/, (name, params) => `${name}, ${params}`],
  [/^\$(scrypt)\$(ln=\d+,r=\d+,p=\d+)\$$/, (name, params) => `${name}, ${params}`],
  [/^\$(pbkdf2-sha\d+)\$(?:i=)?(\d+)(?:,l=\d+)?\$$/, (name, count) => `${name}, ${count}`],
  [/^$/, () => "Better Auth's scrypt"],
];

async function stats(target) {
  const now = Date.now();
  // Cut off after the parameters: of a text that ends with salt and hash, what stands before the last "$" but one.
  const [counts, kinds] = await target.execute(
    sql`SELECT (SELECT count(*) FROM "user") AS "users",
         (SELECT count(*) FROM "edgeseal_user" WHERE "disabledAt" IS NOT NULL) AS "disabled",
         (SELECT count(*) FROM "edgeseal_ended_session" WHERE "endsAt" > ${now}) AS "endedSessions"`,
    sql`SELECT "kind", count(*) AS "users" FROM
         (SELECT iif("password" GLOB '$2?$??$*', substr("password", 1, 7),
           rtrim(rtrim(rtrim("password", replace("password", '$', '')), '$'), replace("password", '$', ''))) AS "kind"
          FROM "account" WHERE "providerId" = 'credential' AND "password" IS NOT NULL)
        GROUP BY "kind"`,
  );
  const { users, disabled, endedSessions } = counts.results[0];
  const hashes = {};
  for (const { kind, users } of kinds.results) {
    const known = KINDS.map(([pattern, name]) => [pattern.exec(kind), name]).find(([match]) => match);
    const name = known ? known[1](...known[0].slice(1)) : "another";
    hashes[name] = (hashes[name] ?? 0) + users;
  }
  const bytes = kinds.meta?.size_after ?? (await target.localSize());
  const rows = [
    ["users", users],
    ["  disabled", disabled],
    ...Object.entries(hashes)
      .sort(([, one], [, other]) => other - one)
      .map(([name, count]) => [`  ${name}`, count]),
    ["ended sessions that are remembered", endedSessions],
    ["bytes", bytes],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return {
    value: { users, disabled, hashes, endedSessions, bytes },
    said: rows.map(([name, count]) => `${name.padEnd(width)}  ${String(count).padStart(12)}`).join("\n"),
  };
}

/** A command line that says nothing that can be done. */
class Usage extends Error {}

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
