import { createAuthClient } from "better-auth/react";

/** The official client, unmodified: it talks to the Worker through this origin. */
export const authClient = createAuthClient();
