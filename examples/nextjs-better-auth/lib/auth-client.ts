import { createAuthClient } from "better-auth/react";

/** The official client, for the server at /api/auth on this origin. */
export const authClient = createAuthClient();
