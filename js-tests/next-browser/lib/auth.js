import { createAuth } from "edgeseal/next";

/** Options set by a test, as JSON. */
const options = JSON.parse(process.env.AUTH_OPTIONS ?? "{}");

export const auth = createAuth({
  secret: process.env.AUTH_SECRET,
  baseURL: process.env.BASE_URL,
  publicPaths: [
    "/",
    "/open",
    "/leak",
    "/links",
    "/door",
    "/*.svg",
    "/api/sign-in",
    "/api/auth/*",
    "/api/legacy",
    "/legacy",
  ],
  ...options,
});
