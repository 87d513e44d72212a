// list-users: whose accounts there are, a page at a time.
import { asISO, readTables } from "./tables.mjs";
import { Usage } from "./usage.mjs";
import { sql } from "./wrangler.mjs";

const MOST = 500;

export async function listUsers(target, _, { search = "", page, limit }) {
  const [at, size] = [count("--page", page ?? "1", 1_000_000), count("--limit", limit ?? "50", MOST)];
  const tables = await readTables(target);
  const { user } = tables;
  // One more than is shown says whether there is another page.
  const [{ results }] = await target.execute(
    sql`SELECT "one".${user.id} AS "id", "one".${user.email} AS "email", "one".${user.name} AS "name",
         "one".${user.createdAt} AS "createdAt", "edgeseal_user"."disabledAt"
        FROM ${user.table} AS "one" LEFT JOIN "edgeseal_user" ON "edgeseal_user"."userId" = "one".${user.id}
        WHERE instr(lower("one".${user.email}), lower(${search})) > 0
         OR instr(lower("one".${user.name}), lower(${search})) > 0
        ORDER BY "one".${user.email} LIMIT ${size + 1} OFFSET ${(at - 1) * size}`,
  );
  const users = results.slice(0, size).map(({ id, email, name, createdAt, disabledAt }) => ({
    id,
    email,
    name,
    createdAt: asISO(createdAt, tables),
    disabledAt: disabledAt === null ? null : new Date(disabledAt).toISOString(),
  }));
  const hasMore = results.length > size;
  const lines = users.map(
    (one) => `${one.email}  ${printable(one.name)}  ${one.id}${one.disabledAt ? `  disabled ${one.disabledAt}` : ""}`,
  );
  if (users.length === 0) lines.push("No users.");
  if (hasMore) lines.push(`More: --page ${at + 1}`);
  return { value: { users, page: at, limit: size, hasMore }, said: lines.join("\n") };
}

function count(name, text, most) {
  const value = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > most) throw new Usage(`${name} is a number from 1 to ${most}.`);
  return value;
}

/** A name is its user's own choice: nothing in it moves a terminal. */
const printable = (text) => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\ufffd");
