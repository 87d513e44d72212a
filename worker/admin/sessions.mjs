// Ending sessions of a user.
import { Failure } from "./failure.mjs";
import { LONGEST_SESSION } from "./secrets.mjs";
import { found, readTables } from "./tables.mjs";
import { isSessionId, parseEmail } from "./user.mjs";
import { UNTIL } from "./users.mjs";
import { sql } from "./wrangler.mjs";

export async function revoke(target, [address], { session }) {
  const email = parseEmail(address);
  if (session !== undefined && !isSessionId(session))
    throw new Failure("INVALID_SESSION", "A session's id has 32 letters and digits.");
  const { user } = await readTables(target);
  const now = Date.now();
  if (session === undefined) {
    const [{ results }] = await target.execute(
      sql`INSERT INTO "edgeseal_user" ("userId", "sessionsValidAfter")
          SELECT ${user.id}, ${now} FROM ${user.table} WHERE ${user.email} = ${email}
          ON CONFLICT ("userId") DO UPDATE SET
           "sessionsValidAfter" = max("sessionsValidAfter" + 1, excluded."sessionsValidAfter")
          RETURNING "userId"`,
    );
    const [row] = found(results, email, target);
    return { value: { id: row.userId, email, sessions: "all" }, said: `Ended every session of ${email}. ${UNTIL}` };
  }
  const endsAt = now + LONGEST_SESSION * 24 * 60 * 60 * 1000;
  const [{ results }] = await target.execute(
    sql`INSERT INTO "edgeseal_ended_session" ("userId", "sid", "endsAt")
        SELECT ${user.id}, ${session}, ${endsAt} FROM ${user.table} WHERE ${user.email} = ${email}
        ON CONFLICT ("userId", "sid") DO UPDATE SET "endsAt" = excluded."endsAt" RETURNING "userId"`,
  );
  const [row] = found(results, email, target);
  return {
    value: { id: row.userId, email, sessions: [session] },
    said: `Ended session ${session}, if it is one of ${email}. ${UNTIL}`,
  };
}
