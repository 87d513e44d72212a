// Commands about one user: made, disabled, enabled, removed, with another password.
import { Failure } from "./failure.mjs";
import { found, readTables, stored } from "./tables.mjs";
import { askAddress, askPassword, readInput } from "./terminal.mjs";
import { Usage } from "./usage.mjs";
import { checkName, hash, hashing, parseEmail, random } from "./user.mjs";
import { Fragment, Identifier, sql } from "./wrangler.mjs";

export const UNTIL = "Access tokens already given out live until they expire, in 15 minutes as configured by default.";

/** Moves the moment that sessions must be younger than, which ends them all; as the Worker does it. */
const END_ALL = new Fragment(`"sessionsValidAfter" = max("sessionsValidAfter" + 1, excluded."sessionsValidAfter")`);

export async function createUser(target, [address], options) {
  const email = parseEmail(address);
  const name = checkName(options.name ?? email.split("@")[0]);
  const hashed = await newHash(target, options);
  const tables = await readTables(target);
  const { user } = tables;
  const [id, at] = [random(32), stored(Date.now(), tables)];
  try {
    await target.execute(
      sql`INSERT INTO ${user.table} (${user.id}, ${user.name}, ${user.email}, ${user.emailVerified}, ${user.image},
           ${user.createdAt}, ${user.updatedAt})
          VALUES (${id}, ${name}, ${email}, 0, NULL, ${at}, ${at})`,
      insertAccount(tables, hashed.stored, at, sql`FROM ${user.table} AS "owner" WHERE "owner".${user.id} = ${id}`),
    );
  } catch (cause) {
    if (cause.code !== "NOT_UNIQUE") throw cause;
    throw new Failure("USER_EXISTS", `${email} is a user of the ${target.name} already.`);
  }
  return {
    value: { id, email, name, ...hashed.generated },
    said: `Made user ${email}.${hashed.shown}`,
  };
}

/** The account with a password, of the users that `from` names "owner". */
function insertAccount({ user, account }, hashed, at, from) {
  // Better Auth 1.7.0 to 1.7.2 require an issuer.
  const columns = account.issuer ? new Fragment(`, ${account.issuer}`) : new Fragment("");
  const values = new Fragment(account.issuer ? ", 'local:credential'" : "");
  return sql`INSERT INTO ${account.table} (${account.id}, ${account.accountId}, ${account.providerId}, ${account.userId},
         ${account.password}, ${account.createdAt}, ${account.updatedAt}${columns})
        SELECT ${random(32)}, "owner".${user.id}, 'credential', "owner".${user.id}, ${hashed}, ${at}, ${at}${values}
        ${new Fragment(from)}`;
}

export async function setPassword(target, [address], options) {
  const email = parseEmail(address);
  const hashed = await newHash(target, options);
  const tables = await readTables(target);
  const { user, account } = tables;
  const now = Date.now();
  const at = stored(now, tables);
  const [, , { results }] = await target.execute(
    sql`UPDATE ${account.table} SET ${account.password} = ${hashed.stored}, ${account.updatedAt} = ${at}
        WHERE ${account.providerId} = 'credential' AND ${account.userId} IN
         (SELECT ${user.id} FROM ${user.table} WHERE ${user.email} = ${email})`,
    // A user who only signed in by other means so far.
    insertAccount(
      tables,
      hashed.stored,
      at,
      sql`FROM ${user.table} AS "owner" WHERE "owner".${user.email} = ${email} AND NOT EXISTS
           (SELECT 1 FROM ${account.table} AS "theirs" WHERE "theirs".${account.userId} = "owner".${user.id}
             AND "theirs".${account.providerId} = 'credential')`,
    ),
    sql`INSERT INTO "edgeseal_user" ("userId", "sessionsValidAfter")
        SELECT ${user.id}, ${now} FROM ${user.table} WHERE ${user.email} = ${email}
        ON CONFLICT ("userId") DO UPDATE SET ${END_ALL} RETURNING "userId", "disabledAt"`,
  );
  const [row] = found(results, email, target);
  const isDisabled = row.disabledAt !== null;
  const said = `${email} has another password; every session has ended. ${UNTIL}`;
  return {
    value: { id: row.userId, email, isDisabled, ...hashed.generated },
    said: `${said}${isDisabled ? "\nThe user is disabled, and still can't sign in." : ""}${hashed.shown}`,
  };
}

/** The hash of the password that is asked for or made, by the policy of the Worker of this environment. */
async function newHash(target, options) {
  if (options.generate && options["password-stdin"])
    throw new Usage("--generate and --password-stdin exclude each other.");
  const policy = hashing(target.vars());
  const password = await passwordOf(options);
  return {
    stored: await hash(password, policy),
    generated: options.generate ? { password } : {},
    shown: options.generate ? `\nPassword, shown this once: ${password}` : "",
  };
}

const passwordOf = (options) => {
  if (options.generate) return random(20);
  return options["password-stdin"] ? readInput() : askPassword();
};

export async function disableUser(target, [address]) {
  const email = parseEmail(address);
  const { user } = await readTables(target);
  const now = Date.now();
  const [{ results }] = await target.execute(
    sql`INSERT INTO "edgeseal_user" ("userId", "sessionsValidAfter", "disabledAt")
        SELECT ${user.id}, ${now}, ${now} FROM ${user.table} WHERE ${user.email} = ${email}
        ON CONFLICT ("userId") DO UPDATE SET "disabledAt" = coalesce("disabledAt", excluded."disabledAt"), ${END_ALL}
        RETURNING "userId", "disabledAt"`,
  );
  const [row] = found(results, email, target);
  const since = new Date(row.disabledAt).toISOString();
  return {
    value: { id: row.userId, email, disabledAt: since },
    said: `${email} can't sign in any more; every session has ended. ${UNTIL}`,
  };
}

export async function enableUser(target, [address]) {
  const email = parseEmail(address);
  const { user } = await readTables(target);
  const [{ results: users }, { results: enabled }] = await target.execute(
    sql`SELECT ${user.id} AS "id" FROM ${user.table} WHERE ${user.email} = ${email}`,
    sql`UPDATE "edgeseal_user" SET "disabledAt" = NULL
        WHERE "disabledAt" IS NOT NULL
         AND "userId" IN (SELECT ${user.id} FROM ${user.table} WHERE ${user.email} = ${email})
        RETURNING "userId"`,
  );
  const [{ id }] = found(users, email, target);
  const was = enabled.length > 0;
  return {
    value: { id, email, wasDisabled: was },
    said: was ? `${email} can sign in again.` : `${email} was not disabled.`,
  };
}

/** What is this user's: our rows, Better Auth's, and by the database's own rules what refers to them. */
export async function deleteUser(target, [address], { yes }) {
  const email = parseEmail(address);
  const { user, account, session } = await readTables(target);
  const [{ results }] = await target.execute(
    sql`SELECT ${user.id} AS "id" FROM ${user.table} WHERE ${user.email} = ${email}`,
  );
  const [{ id }] = found(results, email, target);
  if (!yes && (await askAddress(`Delete ${email} from the ${target.name}? Type the address: `)) !== email)
    throw new Failure("CANCELLED", "That is another address. Nothing was done.");
  const rowsOf = [
    [new Identifier("edgeseal_ended_session"), new Identifier("userId")],
    [new Identifier("edgeseal_user"), new Identifier("userId")],
    ...(session ? [[session.table, session.userId]] : []),
    [account.table, account.userId],
    [user.table, user.id],
  ];
  try {
    await target.execute(...rowsOf.map(([table, column]) => sql`DELETE FROM ${table} WHERE ${column} = ${id}`));
  } catch (cause) {
    if (cause.code !== "REFERRED_TO") throw cause;
    const message = `Another table refers to ${email}, so nothing was deleted. Remove those rows first, or disable-user.`;
    throw new Failure("USER_IN_USE", message);
  }
  return { value: { id, email }, said: `Deleted ${email}; every session has ended. ${UNTIL}` };
}
