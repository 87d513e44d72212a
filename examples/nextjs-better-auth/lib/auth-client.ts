import { createAuthClient } from "better-auth/react";

/** The official client, unmodified, for the auth server at /api/auth on this origin. */
export const authClient = createAuthClient();
