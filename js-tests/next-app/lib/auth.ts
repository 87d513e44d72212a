import { createAuth } from "edgeseal/next";

export const auth = createAuth({
  secret: process.env.BETTER_AUTH_SECRET!,
  baseURL: process.env.BETTER_AUTH_URL,
  authURL: process.env.AUTH_URL,
  signInPath: process.env.SIGN_IN_PATH ?? "/sign-in",
  publicPaths: ["/", "/sign-up", "/api/auth/*", "/docs/*"],
  refreshTimeout: Number(process.env.REFRESH_TIMEOUT ?? 3),
});
