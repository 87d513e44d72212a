// Checks the types of edgeseal/better-auth against the real types of Better Auth, both the newest version and the
// oldest supported one. The code is from docs/guide/better-auth.md.
import { betterAuth } from "better-auth";
import { hashPassword } from "better-auth/crypto";
import { jwt } from "better-auth/plugins";
import { betterAuth as oldest } from "better-auth-oldest";
import { jwt as oldestJwt } from "better-auth-oldest/plugins";
import {
  type AuthSession,
  createSessionVerifier,
  getVerifiedSession,
  hs256,
  password,
  rehashOnSignIn,
  secretVersions,
  type SessionVerifier,
} from "edgeseal/better-auth";

const secret = process.env["BETTER_AUTH_SECRET"]!;
const baseURL = process.env["BETTER_AUTH_URL"]!;
const passwords = password({ algorithm: "argon2id" });

export const auth = betterAuth({
  secret,
  baseURL,
  emailAndPassword: { enabled: true, password: passwords },
  session: { cookieCache: { enabled: true, strategy: "jwt" } },
  user: { additionalFields: { plan: { type: "string", required: true } } },
  plugins: [rehashOnSignIn(passwords), jwt(hs256({ secret }))],
});

export const old = oldest({
  emailAndPassword: { enabled: true, password: passwords },
  plugins: [
    rehashOnSignIn(passwords),
    oldestJwt({
      ...hs256({ secret, definePayload: ({ user, session }) => ({ email: user.email, sid: session.id }) }),
      disableSettingJwtHeader: true,
    }),
  ],
});

/** How to switch back to Better Auth's own hashes. */
export const back = betterAuth({
  emailAndPassword: { enabled: true, password: { hash: hashPassword, verify: passwords.verify } },
});

export function sessions(request: Request): string | undefined {
  const session: AuthSession | null = getVerifiedSession(request, { secret, baseURL });
  // @ts-expect-error the session may be null
  session.user;
  const mine = getVerifiedSession<typeof auth.$Infer.Session>(request.headers, { secret, baseURL });
  const verify: SessionVerifier = createSessionVerifier({ secret: secretVersions("2:new,1:old"), baseURL });
  verify(request.headers.get("cookie"));
  return mine?.user.plan ?? session?.session.expiresAt.toISOString();
}

// @ts-expect-error the algorithm is required
password({ cost: 12 });
// @ts-expect-error an option for a different algorithm
password({ algorithm: "bcrypt", memoryCost: 1 });
// @ts-expect-error an unknown option
hs256({ secret, expirationTime: "15m" });
// @ts-expect-error these are not hooks
rehashOnSignIn({ algorithm: "bcrypt" });
// @ts-expect-error an unknown option
getVerifiedSession("", { secret, baseURL, strategy: "jwt" });
