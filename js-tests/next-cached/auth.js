import { createAuth } from "edgeseal/next";

export const auth = createAuth({
  secret: process.env.AUTH_SECRET,
  baseURL: process.env.BASE_URL,
  publicPaths: ["/"],
});
