import { createAuthClient } from "better-auth/react";

/** The official client, unmodified. It calls the Worker through this origin. */
export const authClient = createAuthClient();
