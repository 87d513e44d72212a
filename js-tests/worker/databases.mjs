// Starts the Worker with a database that has one of the schemas in databases/. Tests access its rows using Better
// Auth's table and column names.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import bcryptjs from "bcryptjs";
import { SHAPES } from "../databases/shapes.mjs";
import { execute, migrate, MIGRATIONS, ORIGIN, startWorker, UPGRADING } from "./local-worker.mjs";

export const PASSWORD = "correct horse battery";
export const AT = Date.parse("2024-02-29T12:00:00.000Z");
export const HEALTH_SECRET = "a-secret-for-those-who-watch-this-worker";

/** For each date format, a function that converts a time to the value stored in a column with that format. */
export const DATE_FORMATS = {
  text: (time) => new Date(time).toISOString(),
  seconds: (time) => Math.floor(time / 1000),
  milliseconds: (time) => time,
};
export const fixture = (name) => readFileSync(new URL(`databases/${name}.sql`, import.meta.url), "utf8");

/** Starts a Worker with a database of the given shape. Tests can access its rows using Better Auth's names. */
export async function serve(t, name, { edit = (sql) => sql, more = [], bindings = {}, ...options } = {}) {
  const worker = await startWorker({ ...UPGRADING, HEALTH_SECRET, ...bindings }, { migrations: [], ...options });
  t.after(() => worker.stop());
  await execute(worker.database, edit(fixture(name)));
  for (const sql of more) await worker.database.prepare(sql).run();
  await migrate(worker.database, MIGRATIONS);
  return { worker, tables: await tablesOf(worker, SHAPES[name]), post: poster(worker) };
}

export const poster = (worker) => (path, body, cookie) =>
  worker.post(`/api/auth/${path}`, body, cookie ? { cookie, origin: ORIGIN } : {});

export async function tablesOf(worker, { plural = false }) {
  const all = async (sql, ...values) =>
    (
      await worker.database
        .prepare(sql)
        .bind(...values)
        .all()
    ).results;
  const table = async (model) => {
    const name = plural ? `${model}s` : model;
    const columns = (await all(`SELECT name FROM pragma_table_info('${name}')`)).map((column) => column.name);
    const plain = (text) => text.replaceAll("_", "").toLowerCase();
    const spelled = (field) => columns.find((column) => plain(column) === plain(field));
    const fieldOf = (column) => column.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase());
    return {
      has: (field) => spelled(field) !== undefined,
      insert: (row) => {
        const names = Object.keys(row).map((field) => `"${spelled(field)}"`);
        const marks = names.map((_, i) => `?${i + 1}`);
        return all(`INSERT INTO "${name}" (${names}) VALUES (${marks})`, ...Object.values(row));
      },
      set: (field, value, id) => all(`UPDATE "${name}" SET "${spelled(field)}" = ? WHERE "id" = ?`, value, id),
      rows: async (field, value) =>
        (await all(`SELECT * FROM "${name}" WHERE "${spelled(field)}" = ?`, value)).map((row) =>
          Object.fromEntries(Object.entries(row).map(([column, one]) => [fieldOf(column), one])),
        ),
    };
  };
  return { user: await table("user"), account: await table("account"), all };
}

/** Stores a user in the same way as a real Better Auth server does. */
export async function stored({ user, account }, dates, id, columns = {}) {
  const at = DATE_FORMATS[dates](AT);
  const times = { createdAt: at, updatedAt: at };
  await user.insert({ id, name: id, email: `${id}@example.com`, emailVerified: 1, ...times, ...columns });
  const issuer = account.has("issuer") ? { issuer: "local:credential" } : {};
  const password = await bcryptjs.hash(PASSWORD, 5);
  const keys = { id: `account of ${id}`, accountId: id, providerId: "credential", userId: id };
  await account.insert({ ...keys, password, ...issuer, ...times });
}

export const health = async (worker) => {
  const answer = await worker.fetch("/healthz", { headers: { authorization: `Bearer ${HEALTH_SECRET}` } });
  return [answer.status, await answer.json()];
};

/** Asserts that a stored date is the current time, in the date format of its database. */
export function isNow(value, dates, what) {
  const time = dates === "text" ? Date.parse(value) : dates === "seconds" ? value * 1000 : value;
  assert.equal(typeof value, dates === "text" ? "string" : "number", `${what}: ${value}`);
  assert.ok(Math.abs(time - Date.now()) < 120_000, `${what}: ${value}`);
}
