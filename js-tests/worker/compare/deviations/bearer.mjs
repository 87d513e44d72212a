// Rows about sessions without cookies: `BEARER_SESSIONS`, and Better Auth's `bearer` plugin.
import { absent, isByBearer } from "./values.mjs";

const BEARER = /^\{"header":\{"alg":"HS256","typ":"bearer\+jwt"\},"claims":\{.*\},"bySecret":false\}/s;
const EXPOSED = "retry-after, set-auth-jwt, x-request-id, x-retry-after, set-auth-token";

export const bearer = [
  {
    where: "`set-auth-token`: value",
    at: /^headers\.set-auth-token$/,
    betterAuth: "<signed session token>",
    worker: BEARER,
    says: ["the signed session token, as in the cookie", "a JWT with its own `typ` and key"],
    reason: "Scripts must not be able to read the cookie's value.",
  },
  {
    where: "a response to a request that has `Authorization: Bearer` and needs the database: `set-auth-token`",
    request: isByBearer,
    at: /^headers\.set-auth-token$/,
    betterAuth: absent,
    worker: BEARER,
    says: ["absent; the session in the database is extended once a day", "set; this extends the session"],
    reason: "The token contains the session's expiration time.",
  },
  {
    where: "a response to a request with cookies: `set-auth-token`",
    request: ({ headers }) => "cookie" in headers,
    at: /^headers\.set-auth-token$/,
    betterAuth: "<signed session token>",
    worker: absent,
    says: ["set", "absent"],
    reason: "Otherwise scripts in the page could read the token that the HttpOnly cookie hides from them.",
  },
  {
    where: "a response to a request with `Authorization: Bearer`: cookies",
    request: isByBearer,
    at: /^cookies\.(?!.*dont_remember)/,
    betterAuth: /./,
    worker: absent,
    says: ["set and removed as for a browser", "none"],
    reason:
      "A client that sends a token doesn't use cookies, and a browser that stored the cookies would have a second session.",
  },
  {
    where: "`set-auth-token` without a trusted `Origin`: `Access-Control-Expose-Headers`",
    at: /^headers\.access-control-expose-headers$/,
    betterAuth: "set-auth-token",
    worker: absent,
    says: ["`set-auth-token`", "absent"],
    reason: "Without `Access-Control-Allow-Origin`, browsers ignore this header.",
  },
  {
    where: "a response to a request from a trusted `Origin`, with `BEARER_SESSIONS`: `Access-Control-Expose-Headers`",
    at: /^headers\.access-control-expose-headers$/,
    betterAuth: /^"set-auth-(jwt|token)"$/,
    worker: EXPOSED,
    says: [
      "`set-auth-token`, or `set-auth-jwt` at get-session",
      "both of these headers, and the others that scripts may need",
    ],
    reason: "Every response exposes the same headers.",
  },
];
