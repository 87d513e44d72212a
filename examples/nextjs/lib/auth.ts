import "server-only";
import { createAuth } from "edgeseal/next";
import { secret } from "@/lib/secret";

/**
 * Which header your platform writes the client's address into, over whatever a client sends: `cf-connecting-ip`,
 * `fly-client-ip`, `x-vercel-forwarded-for`. Unless you name one, nobody's word is taken for an address.
 */
const addressHeader = process.env.CLIENT_IP_HEADER;

/** Reads the sessions that the Worker signs; everything but what is public needs one. */
export const auth = createAuth({
  secret,
  baseURL: process.env.BASE_URL,
  // Without it the Worker answers at this app's own address.
  authURL: process.env.AUTH_URL ?? process.env.BASE_URL,
  publicPaths: ["/", "/sign-up", "/api/auth/*"],
  clientIP: ({ headers }) => (addressHeader && headers.get(addressHeader)) || undefined,
});
