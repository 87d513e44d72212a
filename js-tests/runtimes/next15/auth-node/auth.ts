import { createAuth } from "edgeseal/next";

export const auth = createAuth({
  secret: process.env.BETTER_AUTH_SECRET!,
  baseURL: process.env.BETTER_AUTH_URL,
  authURL: process.env.AUTH_URL,
  publicPaths: ["/"],
});
