import { createAuthClient } from "better-auth/react";

/** The official client, of the server at /api/auth of this origin. */
export const authClient = createAuthClient();
