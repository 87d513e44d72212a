// stats: how many users there are, what their stored hashes are, and who can't sign in at this Worker.
import { kindOf } from "./stored-hash.mjs";
import { readTables } from "./tables.mjs";
import { built, hashing } from "./user.mjs";
import { sql } from "./wrangler.mjs";

/** Accounts that are read in one question. */
const PAGE = 5000;
/** Users who are named of those who can't sign in for one reason; the others are counted. */
const NAMED = 20;

export async function stats(target) {
  const now = Date.now();
  const tables = await readTables(target);
  const { user } = tables;
  const [counts] = await target.execute(
    sql`SELECT (SELECT count(*) FROM ${user.table}) AS "users",
         (SELECT count(*) FROM "edgeseal_user" WHERE "disabledAt" IS NOT NULL) AS "disabled",
         (SELECT count(*) FROM "edgeseal_ended_session" WHERE "endsAt" > ${now}) AS "endedSessions"`,
  );
  const { users, disabled, endedSessions } = counts.results[0];
  const { hashes, locked, bytes } = await readAccounts(target, tables);
  const cannotSignIn = Object.fromEntries(locked);
  const rows = [
    ["users", users],
    ["  disabled", disabled],
    ...byCount(hashes).map(([kind, count]) => [`  ${kind}`, count]),
    ["ended sessions that are remembered", endedSessions],
    ["bytes", bytes ?? (await target.localSize())],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, count]) => `${name.padEnd(width)}  ${String(count).padStart(12)}`);
  for (const [why, { count, ids }] of locked) {
    lines.push(`can't sign in, ${why}: ${count}`, ...ids.map((id) => `  ${id}`));
    if (count > ids.length) lines.push(`  and ${count - ids.length} more`);
  }
  return {
    value: {
      users,
      disabled,
      hashes: Object.fromEntries(byCount(hashes)),
      cannotSignIn,
      endedSessions,
      bytes: rows.at(-1)[1],
    },
    said: lines.join("\n"),
  };
}

const byCount = (counts) => [...counts].sort(([, one], [, other]) => other - one);

/** Every user and their stored hash, page by page. The hashes come into this process, and go nowhere from it. */
async function readAccounts(target, { user, account }) {
  const describe = kindOf(await built(), hashing(target.vars()));
  const [hashes, locked] = [new Map(), new Map()];
  let bytes;
  for (let last = ""; ;) {
    const [{ results, meta }] = await target.execute(
      sql`SELECT "one".${user.id} AS "id", "theirs".${account.password} AS "password", "edgeseal_user"."disabledAt"
          FROM (SELECT ${user.id} FROM ${user.table} WHERE ${user.id} > ${last} ORDER BY ${user.id} LIMIT ${PAGE}) AS "one"
          LEFT JOIN ${account.table} AS "theirs"
           ON "theirs".${account.userId} = "one".${user.id} AND "theirs".${account.providerId} = 'credential'
          LEFT JOIN "edgeseal_user" ON "edgeseal_user"."userId" = "one".${user.id}
          ORDER BY "one".${user.id}`,
    );
    bytes = meta?.size_after ?? bytes;
    for (const { id, password, disabledAt } of results) {
      const { kind, refused } = describe(password);
      if (kind) hashes.set(kind, (hashes.get(kind) ?? 0) + 1);
      const why = disabledAt === null ? refused : "disabled";
      if (!why) continue;
      if (!locked.has(why)) locked.set(why, { count: 0, ids: [] });
      const group = locked.get(why);
      group.count += 1;
      if (group.ids.length < NAMED) group.ids.push(id);
    }
    if (new Set(results.map(({ id }) => id)).size < PAGE) return { hashes, locked, bytes };
    last = results.at(-1).id;
  }
}
