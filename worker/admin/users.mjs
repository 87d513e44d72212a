// Commands that create, disable, enable or delete a user, or set a user's password.
import { END_SESSIONS, NO_NEW_TOKENS, openDatabase, rowOfUser } from "./database.mjs";
import { Failure } from "./failure.mjs";
import { newHash } from "./passwords.mjs";
import { emailOf, ruled, rules } from "./rules.mjs";
import { bind, Fragment, NULL } from "./statement.mjs";
import { askAddress } from "./terminal.mjs";

export async function createUser(target, [address], options) {
  const { checkName, insertUser, randomId } = await rules();
  const email = await emailOf(address);
  const name = options.name ?? email.split("@")[0];
  ruled(() => checkName(name));
  const { hash, generated, shown } = await newHash(target, options);
  const { database, sql, event } = await openDatabase(target);
  if (database.unfillable()) throw new Failure("DATABASE_FAILED", `No user can be added: ${database.unfillable()}.`);
  const [id, now] = [randomId(), Date.now()];
  try {
    await target.execute(
      sql(insertUser(), id, name, email, NULL, database.userDate(now)),
      sql(database.insertAccount(), randomId(), id, hash, database.accountDate(now)),
      event("user.created", email, now),
    );
  } catch (cause) {
    if (cause.code !== "NOT_UNIQUE") throw cause;
    throw new Failure("USER_EXISTS", `The ${target.name} already has a user ${email}.`);
  }
  return { value: { id, email, name, ...generated }, message: `Created user ${email}.${shown}` };
}

export async function setPassword(target, [address], options) {
  const { randomId } = await rules();
  const email = await emailOf(address);
  const { hash, generated, shown } = await newHash(target, options);
  const { database, sql, event } = await openDatabase(target);
  const now = Date.now();
  const changedAt = database.accountDate(now);
  const userId = new Fragment(bind("(SELECT {user.id} FROM {user} WHERE {user.email} = ?1)", email));
  const credential = "SELECT {account.id} FROM {account} JOIN {user} ON {CREDENTIAL} WHERE {user.email} = ?1";
  const [, , { results }] = await target.execute(
    sql(
      `UPDATE {account} SET {account:password} = ?2, {account:updatedAt} = ?3 WHERE {account.id} IN (${credential})`,
      email,
      hash,
      changedAt,
    ),
    // For a user who doesn't have a password yet, for example after a social sign-in.
    sql(database.insertAccount(), randomId(), userId, hash, changedAt) +
      sql(` WHERE ?2 IS NOT NULL AND NOT EXISTS (${credential})`, email, userId),
    sql(END_SESSIONS, email, now),
    event("password.changed", email, now),
    event("session.revoked", email, now),
  );
  const row = rowOfUser(results, email, target);
  const isDisabled = row.disabledAt !== null;
  const message = `Changed the password of ${email} and ended every session. ${NO_NEW_TOKENS}`;
  return {
    value: { id: row.userId, email, isDisabled, ...generated },
    message: `${message}${isDisabled ? "\nThe user is disabled and still can't sign in." : ""}${shown}`,
  };
}

export async function disableUser(target, [address]) {
  const email = await emailOf(address);
  const { sql, event } = await openDatabase(target);
  const now = Date.now();
  const [, { results }] = await target.execute(
    sql(END_SESSIONS, email, now),
    sql(
      `UPDATE "edgeseal_user" SET "disabledAt" = coalesce("disabledAt", ?2)
       WHERE "userId" IN (SELECT {user.id} FROM {user} WHERE {user.email} = ?1) RETURNING "userId", "disabledAt"`,
      email,
      now,
    ),
    event("session.revoked", email, now),
  );
  const row = rowOfUser(results, email, target);
  const disabledAt = new Date(row.disabledAt).toISOString();
  return {
    value: { id: row.userId, email, disabledAt },
    message: `Disabled ${email} and ended every session. ${NO_NEW_TOKENS}`,
  };
}

export async function enableUser(target, [address]) {
  const email = await emailOf(address);
  const { sql } = await openDatabase(target);
  const [{ results: users }, { results: enabled }] = await target.execute(
    sql(`SELECT {user.id} AS "id" FROM {user} WHERE {user.email} = ?1`, email),
    sql(
      `UPDATE "edgeseal_user" SET "disabledAt" = NULL WHERE "disabledAt" IS NOT NULL
        AND "userId" IN (SELECT {user.id} FROM {user} WHERE {user.email} = ?1) RETURNING "userId"`,
      email,
    ),
  );
  const { id } = rowOfUser(users, email, target);
  const wasDisabled = enabled.length > 0;
  return {
    value: { id, email, wasDisabled },
    message: wasDisabled ? `${email} can sign in again.` : `${email} was not disabled.`,
  };
}

/**
 * Deletes the user's rows in our tables and in Better Auth's. The database itself may delete other rows along with
 * them.
 */
export async function deleteUser(target, [address], { yes }) {
  const email = await emailOf(address);
  const { database, sql, event } = await openDatabase(target);
  const [{ results }] = await target.execute(
    sql(`SELECT {user.id} AS "id" FROM {user} WHERE {user.email} = ?1`, email),
  );
  const { id } = rowOfUser(results, email, target);
  if (!yes && (await askAddress(`Delete ${email} from the ${target.name}? Type the address: `)) !== email)
    throw new Failure("CANCELLED", "The addresses don't match. Nothing was changed.");
  const statements = [
    `DELETE FROM "edgeseal_ended_session" WHERE "userId" = ?1`,
    `DELETE FROM "edgeseal_user" WHERE "userId" = ?1`,
    database.deleteSessions(),
    "DELETE FROM {account} WHERE {account.userId} = ?1",
    "DELETE FROM {user} WHERE {user.id} = ?1",
  ];
  try {
    const deletions = statements.filter(Boolean).map((statement) => sql(statement, id));
    await target.execute(event("user.deleted", email), ...deletions);
  } catch (cause) {
    if (cause.code !== "REFERRED_TO") throw cause;
    const message = `Another table refers to ${email}, so nothing was deleted. Delete those rows first, or use disable-user.`;
    throw new Failure("USER_IN_USE", message);
  }
  return { value: { id, email }, message: `Deleted ${email} and ended every session. ${NO_NEW_TOKENS}` };
}
