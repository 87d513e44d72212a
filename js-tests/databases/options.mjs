// Better Auth's options for a shape. Both the command-line tool and the server use them. The command-line tool loads
// `config.mjs`, which reads the shape's name from the environment.
import { SqliteDialect } from "kysely";
import { SHAPES } from "./shapes.mjs";

/**
 * The `database` option for a SQLite file, in the form that the shape's adapter needs: Kysely's dialect, or Drizzle
 * with a schema.
 */
export async function connect(name, database, schema) {
  if (SHAPES[name].adapter === "kysely") return new SqliteDialect({ database });
  const { drizzle } = await import("drizzle-orm/better-sqlite3");
  return drizzle({ client: database, schema });
}

/** Better Auth's options for a shape. Its `database` option comes from `connect`. */
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

/** A real Better Auth server for a shape. */
export async function serverOf(name, database, schema, options = {}) {
  const { betterAuth } = await import(`better-auth-${SHAPES[name].server}`);
  const own = await optionsOf(name, database, schema);
  return betterAuth({ ...own, ...options, emailAndPassword: { ...own.emailAndPassword, ...options.emailAndPassword } });
}
