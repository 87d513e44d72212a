import { createAuth } from "edgeseal/next";

/** Reads the sessions that Better Auth signs; everything but what is public needs one. */
export const auth = createAuth({
  secret: process.env.BETTER_AUTH_SECRET!,
  baseURL: process.env.BETTER_AUTH_URL,
  publicPaths: ["/", "/sign-up", "/api/auth/*", "/icon.svg", "/favicon.ico"],
});
