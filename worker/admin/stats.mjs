// stats: reports how many users there are, which kinds of hashes are stored, and who can't sign in to this Worker.
import { openDatabase } from "./database.mjs";
import { passwordsOf } from "./passwords.mjs";
import { describeHashes } from "./stored-hash.mjs";

/** The number of accounts that one query reads. */
const PAGE = 5000;
/** For each reason why users can't sign in, at most this many users are listed by id. The others are only counted. */
const MAX_LISTED = 20;

export async function stats(target) {
  const now = Date.now();
  const { sql } = await openDatabase(target);
  const [counts] = await target.execute(
    sql(
      `SELECT (SELECT count(*) FROM {user}) AS "users",
        (SELECT count(*) FROM "edgeseal_user" WHERE "disabledAt" IS NOT NULL) AS "disabled",
        (SELECT count(*) FROM "edgeseal_ended_session" WHERE "endsAt" > ?1) AS "endedSessions"`,
      now,
    ),
  );
  const { users, disabled, endedSessions } = counts.results[0];
  const { hashes, locked, bytes } = await readAccounts(target, sql);
  const cannotSignIn = Object.fromEntries(locked);
  const rows = [
    ["users", users],
    ["  disabled", disabled],
    ...byCount(hashes).map(([kind, count]) => [`  ${kind}`, count]),
    ["ended sessions on record", endedSessions],
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
    message: lines.join("\n"),
  };
}

const byCount = (counts) => [...counts].sort(([, one], [, other]) => other - one);

/** Reads all users with their stored hashes, page by page, and counts them. Hashes never leave this process. */
async function readAccounts(target, sql) {
  const describe = await describeHashes(await passwordsOf(target));
  const [hashes, locked] = [new Map(), new Map()];
  let bytes;
  for (let last = ""; ;) {
    const [{ results, meta }] = await target.execute(
      sql(
        `SELECT {user.id} AS "id", {account.password} AS "password", "edgeseal_user"."disabledAt" AS "disabledAt"
         FROM (SELECT {user:id} FROM {user} WHERE {user.id} > ?1 ORDER BY {user.id} LIMIT ?2) AS {user}
         LEFT JOIN {account} ON {CREDENTIAL}
         LEFT JOIN "edgeseal_user" ON "edgeseal_user"."userId" = {user.id}
         ORDER BY {user.id}`,
        last,
        PAGE,
      ),
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
      if (group.ids.length < MAX_LISTED) group.ids.push(id);
    }
    if (new Set(results.map(({ id }) => id)).size < PAGE) return { hashes, locked, bytes };
    last = results.at(-1).id;
  }
}
