import "server-only";
import { createAuth } from "edgeseal/next";
import { secret } from "@/lib/secret";

/**
 * The name of the header in which your platform passes on the client's IP address, such as `cf-connecting-ip`,
 * `fly-client-ip` or `x-vercel-forwarded-for`. The platform must overwrite any value that a client sends. If
 * `CLIENT_IP_HEADER` is not set, no address is trusted.
 */
const addressHeader = process.env.CLIENT_IP_HEADER;

/** Reads the sessions that the Worker signs. Every path that isn't public requires a session. */
export const auth = createAuth({
  secret,
  baseURL: process.env.BASE_URL,
  // Without `AUTH_URL`, the Worker is on this app's own origin.
  authURL: process.env.AUTH_URL ?? process.env.BASE_URL,
  publicPaths: ["/", "/sign-up", "/deleted", "/api/auth/*"],
  clientIP: ({ headers }) => (addressHeader && headers.get(addressHeader)) || undefined,
});
