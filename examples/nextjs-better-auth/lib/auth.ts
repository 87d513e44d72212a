import "server-only";
import { createAuth, keyRing } from "edgeseal/next";

const { BETTER_AUTH_SECRET, BETTER_AUTH_SECRETS } = process.env;

/** Reads the sessions that Better Auth signs. Every path that isn't public requires a session. */
export const auth = createAuth({
  // During a rotation, sessions signed with any of the secrets are valid.
  secret: BETTER_AUTH_SECRETS ? keyRing(BETTER_AUTH_SECRETS) : BETTER_AUTH_SECRET!,
  baseURL: process.env.BETTER_AUTH_URL,
  publicPaths: ["/", "/sign-up", "/deleted", "/api/auth/*"],
});
