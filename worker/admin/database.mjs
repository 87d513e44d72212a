// Gives access to a database's tables. Table names vary, so they are detected in the same way as in the Worker.
import { Failure } from "./failure.mjs";
import { rules } from "./rules.mjs";
import { bind } from "./statement.mjs";

/** Ends all sessions of the user with address ?1. The current time is ?2. */
export const END_SESSIONS = `INSERT INTO "edgeseal_user" ("userId", "sessionsValidAfter")
  SELECT {user.id}, ?2 FROM {user} WHERE {user.email} = ?1 {END_ALL}, "userId", "disabledAt"`;

/**
 * Records an event with id ?1 at time ?2 for the user with address ?3. If no event receiver is configured, the Worker
 * discards the event.
 */
const recordEvent = (type) => `INSERT INTO "edgeseal_event" ("id", "type", "userId", "time")
  SELECT ?1, '${type}', {user.id}, ?2 FROM {user} WHERE {user.email} = ?3`;

export const NO_NEW_TOKENS = "Access tokens that were issued before stay valid until they expire (ACCESS_TTL).";

/**
 * Opens a target's database. Usually, this takes only one query. `sql` completes a statement: it replaces the names in
 * braces with this database's names (see `worker/src/store/statement.rs`), and ?1, ?2 … with values.
 */
export async function openDatabase(target) {
  const { Database, columnsQuery, isOursEmptyQuery } = await rules();
  const read = async (statement) => (await target.execute(statement))[0].results;
  const columns = JSON.stringify(await read(columnsQuery()));
  const isEmptyQuery = isOursEmptyQuery(columns);
  const isOursEmpty = isEmptyQuery !== undefined && (await read(isEmptyQuery))[0].isEmpty === 1;
  const database = new Database(columns, isOursEmpty);
  if (database.missing()) throw target.outdated(`${database.missing()}.`);
  const samplesQuery = database.samplesQuery();
  if (samplesQuery) database.settle(JSON.stringify((await read(samplesQuery))[0] ?? {}));
  const sql = (statement, ...values) => database.sql(bind(statement, ...values));
  const { randomId } = await rules();
  /** Returns the statement that records an event of this type for the user with this address. */
  const event = (type, email, now = Date.now()) => sql(recordEvent(type), `evt_${randomId()}`, now, email);
  return { database, sql, event };
}

/** Returns the first row, or throws a failure that includes the address. */
export function rowOfUser([row], email, target) {
  if (row) return row;
  throw new Failure("USER_NOT_FOUND", `The ${target.name} has no user ${email}.`);
}
