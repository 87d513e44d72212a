import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { jwt } from "better-auth/plugins";
import { keyRing } from "edgeseal";
import { hs256, password, rehashOnSignIn } from "edgeseal/better-auth";
import { SqliteDialect } from "kysely";
import Database from "libsql";
import { after } from "next/server";
import { sendMail } from "./mail";

let server: Promise<ReturnType<typeof create>> | undefined;

/** The Better Auth server. Created on the first request, because builds don't have the secrets or the database. */
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
    // Don't use Better Auth's own secret here: the API knows the secret used here, and must not be able to sign
    // sessions. If there are several secrets, the first one is used for signing.
    secret: API_SECRETS ? keyRing(API_SECRETS) : API_SECRET!,
    issuer: process.env.BETTER_AUTH_URL!,
    audience: process.env.API_URL!,
  });
  return betterAuth({
    secret: process.env.BETTER_AUTH_SECRET,
    baseURL: process.env.BETTER_AUTH_URL,
    // This package has the same interface as better-sqlite3, but comes with prebuilt binaries, so it doesn't need a
    // compiler.
    database: {
      dialect: new SqliteDialect({ database: new Database(process.env.DATABASE ?? "auth.sqlite") }),
      type: "sqlite",
    },
    emailAndPassword: {
      enabled: true,
      password: passwords,
      requireEmailVerification: process.env.REQUIRE_EMAIL_VERIFICATION === "true",
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: ({ user, url }) => sendMail("reset-password", addressed(user, url)),
      // The person signing up gets the same response as they would with a new address.
      onExistingUserSignUp: ({ user }) =>
        sendMail("existing-account", addressed(user, `${process.env.BETTER_AUTH_URL}/sign-in`)),
    },
    emailVerification: {
      sendOnSignUp: true,
      sendOnSignIn: true,
      sendVerificationEmail: ({ user, url, token }) => sendMail(kindOf(token), addressed(user, url)),
    },
    user: {
      changeEmail: {
        enabled: true,
        sendChangeEmailConfirmation: ({ user, url }) => sendMail("change-email-confirmation", addressed(user, url)),
      },
      deleteUser: {
        enabled: true,
        sendDeleteAccountVerification: ({ user, url }) => sendMail("delete-account", addressed(user, url)),
      },
    },
    // Send e-mails after the response. Otherwise, the response time would reveal whether the address has an account.
    advanced: { backgroundTasks: { handler: (task) => after(task) } },
    session: { cookieCache: { enabled: true, strategy: "jwt" } },
    // Only /token returns a token; session responses don't.
    plugins: [rehashOnSignIn(passwords), jwt({ ...accessTokens, disableSettingJwtHeader: true })],
  });
}

const addressed = ({ id, email }: { id: string; email: string }, url: string) => ({ to: email, url, userId: id });

/** Better Auth calls the same function for new users and for changed addresses. The token shows which case applies. */
function kindOf(token: string): "verify-email" | "change-email-verification" {
  const claims: { updateTo?: string } = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString());
  return claims.updateTo ? "change-email-verification" : "verify-email";
}
