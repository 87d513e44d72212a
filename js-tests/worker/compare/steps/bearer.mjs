// Requests without cookies, with the `bearer` plugin and `BEARER_SESSIONS`. Each request sends the value of the latest
// `set-auth-token` header as its bearer token.
import { IN, ORIGIN, TRUSTED, UP, bare, get, post } from "./asking.mjs";

const ZOE = { name: "Zoe", email: "zoe@example.com", password: "long enough" };
const { email, password } = ZOE;

/** A request that sends the newest token. */
const by = (name, request, scheme = "Bearer") =>
  bare(`Bearer: ${name}`, ({ token }) => ({
    ...request,
    headers: { ...request.headers, authorization: `${scheme} ${token}` },
  }));
const without = (name, request) => bare(`Bearer: ${name}`, request);

export const bearer = [
  without("sign-up", post(UP, ZOE)),
  by("get-session", get("/get-session")),
  by("get-session by bearer in small letters", get("/get-session"), "bearer"),
  by("get-session by another scheme", get("/get-session"), "Token"),
  by("get-session of a trusted page", get("/get-session", { origin: TRUSTED })),
  by("get-session of a foreign page", get("/get-session", { origin: "https://evil.example" })),
  by("get-session from the store", get("/get-session?disableCookieCache=true")),
  by("get-session without a refresh", get("/get-session?disableRefresh=true")),
  by("token", get("/token")),
  by("list-sessions", get("/list-sessions")),
  by("update-user, no origin", post("/update-user", { name: "Zo\u00eb" })),
  by("update-user of a trusted page", post("/update-user", { name: "Zoe" }, { origin: TRUSTED })),
  by("revoke-session of none", post("/revoke-session", { token: "none" })),
  by("revoke-other-sessions", post("/revoke-other-sessions", {})),
  by("get-session after revoke-other-sessions", get("/get-session")),
  by(
    "change-password",
    post("/change-password", { currentPassword: password, newPassword: "longer still", revokeOtherSessions: true }),
  ),
  by("get-session after change-password", get("/get-session")),
  without("sign-in of a page of another site", post(IN, { email, password: "longer still" }, { origin: TRUSTED })),
  by("sign-in with the token of before", post(IN, { email, password: "longer still" })),
  by("sign-in with a wrong password", post(IN, { email, password })),
  without("get-session with a text that is no token", get("/get-session", { authorization: "Bearer none" })),
  without("token with a text that is no token", get("/token", { authorization: "Bearer a.b.c" })),
  without("list-sessions with no text", get("/list-sessions", { authorization: "Bearer " })),
  without(
    "sign-in with a cookie",
    post(IN, { email, password: "longer still" }, { cookie: "theme=dark", origin: ORIGIN }),
  ),
  by("update-user with a cookie, no origin", post("/update-user", { name: "Zo" }, { cookie: "theme=dark" })),
  by("sign-out", post("/sign-out", {})),
  by("get-session after sign-out", get("/get-session")),
  without("sign-in to delete", post(IN, { email, password: "longer still" })),
  by("delete-user", post("/delete-user", { password: "longer still" })),
  by("get-session after delete-user", get("/get-session")),
];
