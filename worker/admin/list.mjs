// list-users: prints one page of users, sorted by address.
import { openDatabase } from "./database.mjs";
import { rules } from "./rules.mjs";
import { Usage } from "./usage.mjs";

export const MAX_LIMIT = 500;
const MAX_PAGE = 1_000_000;

export async function listUsers(target, _, { search = "", page = "1", limit = "50" }) {
  const [number, size] = [parseCount("--page", page, MAX_PAGE), parseCount("--limit", limit, MAX_LIMIT)];
  const { isoDate } = await rules();
  const { sql } = await openDatabase(target);
  // Requests one more row than a page shows, to find out whether there is another page.
  const [{ results }] = await target.execute(
    sql(
      `SELECT {user.id} AS "id", {user.email} AS "email", {user.name} AS "name", {user.createdAt} AS "createdAt",
        "edgeseal_user"."disabledAt" AS "disabledAt"
       FROM {user} LEFT JOIN "edgeseal_user" ON "edgeseal_user"."userId" = {user.id}
       WHERE instr(lower({user.email}), lower(?1)) > 0 OR instr(lower({user.name}), lower(?1)) > 0
       ORDER BY {user.email} LIMIT ?2 OFFSET ?3`,
      search,
      size + 1,
      (number - 1) * size,
    ),
  );
  const users = results.slice(0, size).map(({ id, email, name, createdAt, disabledAt }) => ({
    id,
    email,
    name,
    createdAt: isoDate(createdAt) ?? null,
    disabledAt: disabledAt === null ? null : new Date(disabledAt).toISOString(),
  }));
  const hasMore = results.length > size;
  const lines = users.map(
    (one) => `${one.email}  ${printable(one.name)}  ${one.id}${one.disabledAt ? `  disabled ${one.disabledAt}` : ""}`,
  );
  if (users.length === 0) lines.push("No users.");
  if (hasMore) lines.push(`More: --page ${number + 1}`);
  return { value: { users, page: number, limit: size, hasMore }, message: lines.join("\n") };
}

function parseCount(name, text, max) {
  const value = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > max) throw new Usage(`${name} must be a number from 1 to ${max}.`);
  return value;
}

/** Users choose their own names, so control characters in a name must not reach a terminal. */
const printable = (text) => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\ufffd");
