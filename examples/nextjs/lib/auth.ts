import { createAuth } from "edgeseal/next";

/** Reads the sessions that the Worker signs; everything but what is public needs one. */
export const auth = createAuth({
  secret: process.env.AUTH_SECRET!,
  baseURL: process.env.BASE_URL,
  authURL: process.env.AUTH_URL,
  publicPaths: ["/", "/sign-up"],
});
