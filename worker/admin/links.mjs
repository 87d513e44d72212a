// reset-link and verify-email: help for users who don't receive e-mail.
import { openDatabase, rowOfUser } from "./database.mjs";
import { Failure } from "./failure.mjs";
import { emailOf, ruled, rules } from "./rules.mjs";
import { givenSecrets } from "./secrets.mjs";

/** The example app's page where users set a new password. */
const RESET_PAGE = "/reset-password";

export async function resetLink(target, [address], { callback = RESET_PAGE, ...options }) {
  const { checkSecrets, linkLife, ownerQuery, resetLink, secretsOf } = await rules();
  const email = await emailOf(address);
  const variables = target.remote ? { ...target.vars(), ...(await givenSecrets(options)) } : target.vars();
  if (ruled(() => secretsOf(variables), "SECRET_INVALID").length === 0) {
    const message = target.remote
      ? "Pass the secret in use as AUTH_SECRET or AUTH_SECRETS, in the environment or with --secrets-stdin."
      : "There is no AUTH_SECRET: `npm start` creates one.";
    throw new Failure("SECRET_MISSING", message);
  }
  ruled(() => checkSecrets(variables), "SECRET_INVALID");
  const { sql } = await openDatabase(target);
  const [{ results }] = await target.execute(sql(ownerQuery(), email));
  const row = rowOfUser(results, email, target);
  const now = Date.now();
  const url = ruled(() => resetLink(variables, JSON.stringify(row), callback, now), "CONFIG_INVALID");
  const expiresAt = new Date(now + linkLife()).toISOString();
  return {
    value: { id: row.id, email, url, expiresAt },
    message:
      `With this link, anybody can set a new password for ${email}, until ${expiresAt} and only once. ` +
      `It also proves the address, so send it only to ${email}.\n${url}`,
  };
}

export async function verifyEmail(target, [address]) {
  const email = await emailOf(address);
  const { database, sql } = await openDatabase(target);
  const [{ results: users }, { results: changed }] = await target.execute(
    sql(`SELECT {user.id} AS "id" FROM {user} WHERE {user.email} = ?1`, email),
    sql(
      `UPDATE {user} SET {user:emailVerified} = 1, {user:updatedAt} = ?2
       WHERE {user.email} = ?1 AND {user:emailVerified} = 0 RETURNING {user.id} AS "id"`,
      email,
      database.userDate(Date.now()),
    ),
  );
  const { id } = rowOfUser(users, email, target);
  const wasVerified = changed.length === 0;
  return {
    value: { id, email, wasVerified },
    message: wasVerified ? `${email} was already verified.` : `Verified ${email}.`,
  };
}
