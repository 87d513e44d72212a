// A database's tables, under the database's own names, which are detected in the same way as in the Worker.
import { Failure } from "./failure.mjs";
import { rules } from "./rules.mjs";
import { bind } from "./statement.mjs";

/** Ends every session of the user with the address ?1, at the time ?2. */
export const END_SESSIONS = `INSERT INTO "edgeseal_user" ("userId", "sessionsValidAfter")
  SELECT {user.id}, ?2 FROM {user} WHERE {user.email} = ?1 {END_ALL}, "userId", "disabledAt"`;

/**
 * Records the event ?1 at the time ?2 for the user with the address ?3. If no receiver of events is configured, the
 * Worker discards it.
 */
const recordEvent = (type) => `INSERT INTO "edgeseal_event" ("id", "type", "userId", "time")
  SELECT ?1, '${type}', {user.id}, ?2 FROM {user} WHERE {user.email} = ?3`;

export const NO_NEW_TOKENS = "Access tokens that were issued before stay valid until they expire (ACCESS_TTL).";

/**
 * Opens the database of a target, with a single query for the usual tables. `sql` writes a statement with this
 * database's names and with values for ?1, ?2 …; the names in braces are those of `worker/src/store/statement.rs`.
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
  /** The statement that records an event of this type for the user with the address. */
  const event = (type, email, now = Date.now()) => sql(recordEvent(type), `evt_${randomId()}`, now, email);
  return { database, sql, event };
}

/** Returns the first row, or throws a failure that names the address. */
export function rowOfUser([row], email, target) {
  if (row) return row;
  throw new Failure("USER_NOT_FOUND", `The ${target.name} has no user ${email}.`);
}
