// The peer for sign-ins: Better Auth with D1. BCRYPT selects the bcrypt library, and COST is the cost of the hashes.
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import bcryptjs from "bcryptjs";
import { password } from "edgeseal/better-auth";

const bcrypts = {
  bcryptjs: (cost) => ({
    hash: (password) => bcryptjs.hash(password, cost),
    verify: ({ password, hash }) => bcryptjs.compare(password, hash),
  }),
  edgeseal: (cost) => password({ algorithm: "bcrypt", cost }),
};

let auth;

export default {
  async fetch(request, env) {
    auth ??= betterAuth({
      secret: env.AUTH_SECRET,
      baseURL: env.BASE_URL,
      database: env.DB,
      // As in our Worker, a cookie can contain the session, so that reading the session doesn't require the database.
      session: { cookieCache: { enabled: true, strategy: "jwt", maxAge: 900 } },
      emailAndPassword: { enabled: true, password: bcrypts[env.BCRYPT](env.COST) },
      rateLimit: { enabled: false },
      telemetry: { enabled: false },
    });
    if (new URL(request.url).pathname === "/migrate") {
      const { runMigrations } = await getMigrations(auth.options);
      await runMigrations();
      return new Response();
    }
    return auth.handler(request);
  },
};
