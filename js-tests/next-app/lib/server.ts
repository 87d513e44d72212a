import { betterAuth } from "better-auth";
import { hashPassword } from "better-auth/crypto";
import { getMigrations } from "better-auth/db/migration";
import { jwt } from "better-auth/plugins";
import { hs256, password, rehashOnSignIn } from "edgeseal/better-auth";
import { SqliteDialect } from "kysely";
import Database from "libsql";

let server: Promise<ReturnType<typeof create>> | undefined;

/** A real Better Auth server with a real SQLite database. Created on first use, since builds don't have the secret. */
export const authServer = () => (server ??= start());

async function start() {
  const auth = create();
  const { runMigrations } = await getMigrations(auth.options);
  await runMigrations();
  return auth;
}

const passwords = password();
/** Uses the current policy, except for passwords that begin with "old ". Better Auth's own function hashes those. */
const hash = (text: string) => (text.startsWith("old ") ? hashPassword(text) : passwords.hash(text));

const create = () =>
  betterAuth({
    secret: process.env.BETTER_AUTH_SECRET,
    baseURL: process.env.BETTER_AUTH_URL,
    // This package has the same interface as better-sqlite3, and also has prebuilt binaries for Node 20.
    database: { dialect: new SqliteDialect({ database: new Database(":memory:") }), type: "sqlite" },
    emailAndPassword: { enabled: true, password: { ...passwords, hash } },
    plugins: [rehashOnSignIn(passwords), jwt(hs256({ secret: process.env.BETTER_AUTH_SECRET! }))],
    emailVerification: {
      sendOnSignUp: true,
      // Tests read the e-mails from the log.
      sendVerificationEmail: async ({ user, token }) => console.log(`mail to ${user.email}: ${token}`),
    },
    session: { cookieCache: { enabled: true, strategy: "jwt", maxAge: Number(process.env.COOKIE_CACHE_AGE ?? 300) } },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
  });
