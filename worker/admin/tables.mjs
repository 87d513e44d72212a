// What the tables and columns of a database are called, and how it keeps dates: Better Auth's generators differ. The one
// place that knows; commands ask it by Better Auth's own names of things.
import { readFileSync } from "node:fs";
import { Failure } from "./failure.mjs";
import { Identifier, sql } from "./wrangler.mjs";

/** What the commands use. Those of `optional` need not be there. */
const MODELS = {
  user: {
    columns: ["id", "name", "email", "emailVerified", "image", "createdAt", "updatedAt"],
    optional: ["banned", "banExpires", "twoFactorEnabled"],
  },
  account: {
    columns: ["id", "accountId", "providerId", "userId", "password", "createdAt", "updatedAt"],
    optional: ["issuer"],
  },
};
/** Of a Better Auth server beside the Worker. */
const OPTIONAL_MODELS = { session: { columns: ["userId"], optional: [] } };

const plain = (model) => [model, `${model}s`];
const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Reads the names out of a database's schema: one question, and one more where dates are numbers. */
export async function readTables(target) {
  const [{ results }] = await target.execute(
    sql`SELECT "m"."name" AS "table", "m"."sql", "c"."name" AS "column", "c"."type", "c"."dflt_value" AS "default"
        FROM "sqlite_master" AS "m" JOIN pragma_table_info("m"."name") AS "c"
        WHERE "m"."type" = 'table' AND "m"."name" NOT GLOB '_cf_*' AND "m"."name" NOT GLOB 'sqlite_*'`,
  );
  const schema = new Map();
  for (const { table, column, sql: _, ...described } of results) {
    if (!schema.has(table)) schema.set(table, new Map());
    schema.get(table).set(column, described);
  }
  await forgetOurs(target, schema, results);
  const tables = {};
  for (const [model, parts] of Object.entries(MODELS)) tables[model] = named(schema, model, parts, target);
  for (const [model, parts] of Object.entries(OPTIONAL_MODELS)) {
    if (plain(model).some((name) => schema.has(name))) tables[model] = named(schema, model, parts, target);
  }
  return { ...tables, dates: await dateFormat(target, schema, tables.user) };
}

const FIRST_MIGRATION = readFileSync(new URL("../migrations/0001_better_auth.sql", import.meta.url), "utf8");
const squeeze = (text) => text.replaceAll(/\s+/g, " ").trim();

/**
 * Our first migration makes `user` and `account` where a database has `users` and `accounts` only: while nobody is in the
 * former, the latter count. The Worker has the same rule in `worker/src/store/schema.rs`.
 */
async function forgetOurs(target, schema, rows) {
  const isWhole = (table, model) =>
    MODELS[model].columns.every((column) => [column, snake(column)].some((one) => schema.get(table)?.has(one)));
  const made = rows.find(({ table }) => table === "user")?.sql ?? "";
  const isOurs = squeeze(FIRST_MIGRATION).includes(
    squeeze(made).replace("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS "),
  );
  if (made === "" || !isOurs || !Object.keys(MODELS).every((model) => isWhole(`${model}s`, model))) return;
  const [{ results }] = await target.execute(sql`SELECT 1 FROM ${new Identifier("user")} LIMIT 1`);
  if (results.length > 0) return;
  for (const model of Object.keys(MODELS)) schema.delete(model);
}

function named(schema, model, { columns, optional }, target) {
  const name = plain(model).find((one) => schema.has(one));
  if (!name) throw target.outdated(`The table "${model}" is missing.`);
  const own = schema.get(name);
  const found = { table: new Identifier(name) };
  for (const column of [...columns, ...optional]) {
    const spelling = [column, snake(column)].find((one) => own.has(one));
    if (spelling) found[column] = new Identifier(spelling);
    else if (columns.includes(column)) throw target.outdated(`The column "${column}" of "${name}" is missing.`);
  }
  return found;
}

/** `iso` texts, or whole `seconds` or `milliseconds` since the epoch. */
async function dateFormat(target, schema, user) {
  const column = schema.get(user.table.name).get(user.createdAt.name);
  if (!/^integer$/i.test(column.type)) return "iso";
  const [{ results }] = await target.execute(
    sql`SELECT ${user.createdAt} AS "at" FROM ${user.table} WHERE ${user.createdAt} IS NOT NULL LIMIT 1`,
  );
  const [row] = results;
  if (typeof row?.at === "string") return "iso";
  // In seconds this is the year 5138.
  if (row) return row.at > 1e11 ? "milliseconds" : "seconds";
  return /1000/.test(column.default ?? "") ? "milliseconds" : "seconds";
}

/** A moment as this database keeps it. */
export function stored(moment, { dates }) {
  if (dates === "iso") return new Date(moment).toISOString();
  return dates === "seconds" ? Math.floor(moment / 1000) : moment;
}

/** What was stored, as an ISO text; `null` for what is no date. */
export function asISO(value, { dates }) {
  if (value === null || value === undefined) return null;
  const date = new Date(dates === "seconds" ? value * 1000 : value);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** The row of a user, or a failure that names the address. */
export function found(rows, email, target) {
  if (rows.length > 0) return rows;
  throw new Failure("USER_NOT_FOUND", `${email} is no user of the ${target.name}.`);
}
