import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { jwt } from "better-auth/plugins";
import { keyRing } from "edgeseal";
import { hs256, password, rehashOnSignIn } from "edgeseal/better-auth";
import { SqliteDialect } from "kysely";
import Database from "libsql";

let server: Promise<ReturnType<typeof create>> | undefined;

/** Better Auth itself; made at the first request, as a build has neither secrets nor a database. */
export const authServer = () => (server ??= start());

async function start() {
  const auth = create();
  const { runMigrations } = await getMigrations(auth.options);
  await runMigrations();
  return auth;
}

function create() {
  const passwords = password({ algorithm: "argon2id" });
  const { API_SECRET, API_SECRETS } = process.env;
  const accessTokens = hs256({
    // Not Better Auth's own: the API, which holds it too, can't sign sessions. Of several the first signs.
    secret: API_SECRETS ? keyRing(API_SECRETS) : API_SECRET!,
    issuer: process.env.BETTER_AUTH_URL!,
    audience: process.env.API_URL!,
  });
  return betterAuth({
    secret: process.env.BETTER_AUTH_SECRET,
    baseURL: process.env.BETTER_AUTH_URL,
    // better-sqlite3's interface, with binaries from npm: no compiler is needed.
    database: {
      dialect: new SqliteDialect({ database: new Database(process.env.DATABASE ?? "auth.sqlite") }),
      type: "sqlite",
    },
    emailAndPassword: { enabled: true, password: passwords },
    session: { cookieCache: { enabled: true, strategy: "jwt" } },
    // A token is given to those who ask at /token, and not with every answer about the session.
    plugins: [rehashOnSignIn(passwords), jwt({ ...accessTokens, disableSettingJwtHeader: true })],
  });
}
