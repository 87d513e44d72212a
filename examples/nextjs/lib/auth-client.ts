import { createAuthClient } from "better-auth/react";

/** Better Auth's own client, unmodified, for the auth server at /api/auth on this origin. */
export const authClient = createAuthClient();
