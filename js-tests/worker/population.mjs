// Fills a D1 database with millions of users by writing to it directly. All of them have the same password and a cheap
// hash.
import bcryptjs from "bcryptjs";
import { startWorker, WEAK } from "./local-worker.mjs";
import { openFile } from "./shared-database.mjs";

export const PASSWORD = "correct horse";

export const emailOf = (number) => `user${number}@example.com`;

/** Starts a Worker whose database, in the given folder, has `count` users. Their ids are random, like Better Auth's. */
export async function startPopulated(folder, count) {
  await (await startWorker({}, { persist: folder })).stop();
  const db = openFile(folder);
  // Inserting random ids touches the whole index, so the index must fit in memory.
  db.exec("pragma cache_size = -1000000; begin");
  const numbers = "with recursive n (i) as (select 0 union all select i + 1 from n where i < ?1 - 1)";
  const at = new Date().toISOString();
  db.prepare(
    `insert into user (id, name, email, emailVerified, createdAt, updatedAt) ${numbers}
     select lower(hex(randomblob(16))), 'User ' || i, 'user' || i || '@example.com', 0, ?2, ?2 from n`,
  ).run(count, at);
  db.prepare(
    `insert into account (id, accountId, providerId, userId, password, createdAt, updatedAt)
     select lower(hex(randomblob(16))), id, 'credential', id, ?, createdAt, createdAt from user`,
  ).run(await bcryptjs.hash(PASSWORD, 4));
  db.exec("commit; pragma wal_checkpoint(truncate)");
  db.close();
  return startWorker(WEAK, { persist: folder, migrations: [] });
}
