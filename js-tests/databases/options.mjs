// Better Auth's options for a shape, used by both the command line and the server. The command line loads `config.mjs`,
// which reads the shape's name from the environment.
import { SqliteDialect } from "kysely";
import { SHAPES } from "./shapes.mjs";

/** The `database` option for a shape's adapter, with SQLite: Kysely's dialect, or Drizzle with its schema. */
export async function connect(name, database, schema) {
  if (SHAPES[name].adapter === "kysely") return new SqliteDialect({ database });
  const { drizzle } = await import("drizzle-orm/better-sqlite3");
  return drizzle({ client: database, schema });
}

/** Better Auth's options for a shape, with the database from `connect`. */
async function optionsOf(name, database, schema) {
  const shape = SHAPES[name];
  const version = `better-auth-${shape.server}`;
  const { admin, twoFactor, username } = await import(`${version}/plugins`);
  const { drizzleAdapter } = await import(`${version}/adapters/drizzle`);
  const made = { admin, twoFactor, username };
  return {
    secret: "0123456789abcdef0123456789abcdef-worker-tests",
    baseURL: "http://localhost:3000",
    database:
      shape.adapter === "kysely"
        ? { dialect: database, type: "sqlite" }
        : drizzleAdapter(database, { provider: "sqlite", usePlural: shape.plural ?? false, schema }),
    emailAndPassword: { enabled: true },
    plugins: (shape.plugins ?? []).map((plugin) => made[plugin]()),
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: "error" },
  };
}

/** The real Better Auth for a shape. */
export async function serverOf(name, database, schema, options = {}) {
  const { betterAuth } = await import(`better-auth-${SHAPES[name].server}`);
  const own = await optionsOf(name, database, schema);
  return betterAuth({ ...own, ...options, emailAndPassword: { ...own.emailAndPassword, ...options.emailAndPassword } });
}
