// revoke: ends a user's sessions.
import { END_SESSIONS, NO_NEW_TOKENS, openDatabase, rowOfUser } from "./database.mjs";
import { Failure } from "./failure.mjs";
import { emailOf, rules } from "./rules.mjs";
import { bind, Fragment } from "./statement.mjs";

export async function revoke(target, [address], { session }) {
  const { endSession, isId, sessionLife } = await rules();
  const email = await emailOf(address);
  if (session !== undefined && !isId(session)) throw new Failure("INVALID_SESSION", "That is not the id of a session.");
  const { sql, event } = await openDatabase(target);
  const now = Date.now();
  if (session === undefined) {
    const [{ results }] = await target.execute(sql(END_SESSIONS, email, now), event("session.revoked", email, now));
    const { userId } = rowOfUser(results, email, target);
    return {
      value: { id: userId, email, sessions: "all" },
      message: `Ended every session of ${email}. ${NO_NEW_TOKENS}`,
    };
  }
  const ofAddress = new Fragment(bind("(SELECT {user.id} FROM {user} WHERE {user.email} = ?1)", email));
  const [{ results }] = await target.execute(
    sql(`${endSession()}, "userId"`, ofAddress, session, now + sessionLife(), Number.MAX_SAFE_INTEGER),
    event("session.revoked", email, now),
  );
  const { userId } = rowOfUser(results, email, target);
  return {
    value: { id: userId, email, sessions: [session] },
    message: `Ended session ${session} if it belongs to ${email}. ${NO_NEW_TOKENS}`,
  };
}
