// Ending sessions, deleting a user, and endpoints that the Worker doesn't have.
import { ANN, ORIGIN, bare, client, get, post, raw, wrongBodies, wrongTypes } from "./asking.mjs";

export const ending = [
  // Revoking sessions.
  ...["erin", "erin 2", "erin 3"].map((browser, index) =>
    client(`session ${index + 1} of a user`, browser, (auth) =>
      index === 0
        ? auth.signUp.email({ name: "Erin", email: "erin@example.com", password: "first password" })
        : auth.signIn.email({ email: "erin@example.com", password: "first password" }),
    ),
  ),
  ...wrongBodies("/revoke-session", { token: "x" }, "erin"),
  ...wrongTypes("/revoke-session", {}, "token", "erin"),
  client("revoke-session: an empty token", "erin", (auth) => auth.revokeSession({ token: "" })),
  client("revoke-session: an unknown token", "erin", (auth) => auth.revokeSession({ token: "x" })),
  client("revoke-session: an unknown token of 32 letters", "erin", (auth) =>
    auth.revokeSession({ token: "x".repeat(32) }),
  ),
  client("revoke-session: of another user", "erin", async (auth, { tokenOf }) =>
    auth.revokeSession({ token: await tokenOf("bob") }),
  ),
  client("get-session of that other user, from the store", "bob", (auth) =>
    auth.getSession({ query: { disableCookieCache: true } }),
  ),
  client("list-sessions of three", "erin", (auth) => auth.listSessions()),
  client("revoke-session: of another browser", "erin", async (auth, { tokenOf }) =>
    auth.revokeSession({ token: await tokenOf("erin 2") }),
  ),
  client("get-session there, from the cache", "erin 2", (auth) => auth.getSession()),
  client("get-session there, from the store, after revoke-session", "erin 2", (auth) =>
    auth.getSession({ query: { disableCookieCache: true } }),
  ),
  client("get-session there, once more", "erin 2", (auth) => auth.getSession()),
  client("revoke-session: one's own", "erin 3", async (auth, { tokenOf }) =>
    auth.revokeSession({ token: await tokenOf("erin 3") }),
  ),
  client("get-session after revoking one's own session", "erin 3", (auth) => auth.getSession()),
  client("sign-in once more, before revoke-other-sessions without a body", "erin 2", (auth) =>
    auth.signIn.email({ email: "erin@example.com", password: "first password" }),
  ),
  raw("/revoke-other-sessions: no body", "erin", post("/revoke-other-sessions")),
  client("get-session there, from the store, after revoke-other-sessions", "erin 2", (auth) =>
    auth.getSession({ query: { disableCookieCache: true } }),
  ),
  client("get-session here, from the store", "erin", (auth) =>
    auth.getSession({ query: { disableCookieCache: true } }),
  ),
  client("sign-in once more, before revoke-other-sessions", "erin 2", (auth) =>
    auth.signIn.email({ email: "erin@example.com", password: "first password" }),
  ),
  client("revoke-other-sessions", "erin", (auth) => auth.revokeOtherSessions()),
  raw(
    "/revoke-other-sessions: text/plain",
    "erin",
    post("/revoke-other-sessions", "x", { "content-type": "text/plain" }),
  ),
  raw("/revoke-other-sessions: broken JSON", "erin", post("/revoke-other-sessions", "{")),
  raw(
    "/revoke-other-sessions: a form",
    "erin",
    post("/revoke-other-sessions", "a=b", { "content-type": "application/x-www-form-urlencoded" }),
  ),
  raw("/revoke-sessions: text/plain", "erin", post("/revoke-sessions", "x", { "content-type": "text/plain" })),
  raw("/revoke-sessions: broken JSON", "erin", post("/revoke-sessions", "{")),
  client("sign-in once more, before revoke-sessions", "erin 2", (auth) =>
    auth.signIn.email({ email: "erin@example.com", password: "first password" }),
  ),
  client("revoke-sessions", "erin", (auth) => auth.revokeSessions()),
  client("get-session after revoke-sessions", "erin", (auth) => auth.getSession()),
  client("get-session there, from the store, after revoke-sessions", "erin 2", (auth) =>
    auth.getSession({ query: { disableCookieCache: true } }),
  ),

  // sign-out.
  ...wrongBodies("/sign-out", { any: 1 }, null),
  client("sign-in to sign out", "ann 4", (auth) => auth.signIn.email({ email: ANN.email, password: ANN.password })),
  client("sign-out", "ann 4", (auth, { remember }) => {
    remember("ann 4");
    return auth.signOut();
  }),
  client("get-session after sign-out", "ann 4", (auth) => auth.getSession()),
  client("sign-out again", "ann 4", (auth) => auth.signOut()),
  bare("get-session with the cookies kept of sign-out", ({ kept }) =>
    get("/get-session?disableCookieCache=true", { cookie: kept("ann 4") }),
  ),
  ...["/get-session", "/token", "/list-sessions"].map((path) =>
    bare(`${path} with the cookies kept, from the cache`, ({ kept }) => get(path, { cookie: kept("ann 4") })),
  ),
  bare("update-user with the cookies kept", ({ kept }) =>
    post("/update-user", { name: "Ann" }, { cookie: kept("ann 4"), origin: ORIGIN }),
  ),
  bare("update-user with the session_token kept", ({ kept }) =>
    post("/update-user", { name: "A" }, { cookie: kept("ann 4", "session_token"), origin: ORIGIN }),
  ),
  bare("token with the session_token kept", ({ kept }) => get("/token", { cookie: kept("ann 4", "session_token") })),
  bare("get-session with session_data kept", ({ kept }) =>
    get("/get-session", { cookie: kept("ann 4", "session_data") }),
  ),

  // delete-user.
  client("sign-up to be deleted", "fred", (auth) =>
    auth.signUp.email({ name: "Fred", email: "fred@example.com", password: "first password" }),
  ),
  client("sign-in elsewhere, before delete-user", "fred 2", (auth) =>
    auth.signIn.email({ email: "fred@example.com", password: "first password" }),
  ),
  ...wrongBodies("/delete-user", { password: "wrong password" }, "fred").filter(
    ({ name }) => !name.includes("an empty object"),
  ),
  ...["password", "token", "callbackURL"].flatMap((member) =>
    wrongTypes("/delete-user", { password: "wrong password" }, member, "fred"),
  ),
  client("delete-user: a wrong password", "fred", (auth) => auth.deleteUser({ password: "wrong password" })),
  client("delete-user: a long password", "fred", (auth) => auth.deleteUser({ password: "x".repeat(129) })),
  client("delete-user: a token", "fred", (auth) => auth.deleteUser({ token: "unknown" })),
  client("delete-user: a token and the right password", "fred", (auth) =>
    auth.deleteUser({ token: "unknown", password: "first password" }),
  ),
  client("delete-user: a token and a wrong password", "fred", (auth) =>
    auth.deleteUser({ token: "unknown", password: "wrong password" }),
  ),
  client("delete-user: a foreign callbackURL", "fred", (auth) =>
    auth.deleteUser({ password: "first password", callbackURL: "https://evil.example" }),
  ),
  client("delete-user", "fred", (auth, { remember }) => {
    remember("fred");
    return auth.deleteUser({ password: "first password", callbackURL: "/bye" });
  }),
  client("get-session after delete-user", "fred", (auth) => auth.getSession()),
  client("get-session elsewhere, from the store, after delete-user", "fred 2", (auth) =>
    auth.getSession({ query: { disableCookieCache: true } }),
  ),
  bare("get-session with the cookies kept of delete-user", ({ kept }) =>
    get("/get-session?disableCookieCache=true", { cookie: kept("fred") }),
  ),
  ...["/get-session", "/token", "/list-sessions"].map((path) =>
    bare(`${path} of a deleted user, from the cache`, ({ kept }) => get(path, { cookie: kept("fred") })),
  ),
  bare("update-user of a deleted user", ({ kept }) =>
    post("/update-user", { name: "Fred" }, { cookie: kept("fred"), origin: ORIGIN }),
  ),
  bare("change-password with the cookies kept", ({ kept }) =>
    post(
      "/change-password",
      { currentPassword: "first password", newPassword: "second password" },
      { cookie: kept("fred"), origin: ORIGIN },
    ),
  ),
  bare("delete-user with the cookies kept", ({ kept }) =>
    post("/delete-user", { password: "first password" }, { cookie: kept("fred"), origin: ORIGIN }),
  ),
  client("sign-in after it", "nobody", (auth) =>
    auth.signIn.email({ email: "fred@example.com", password: "first password" }),
  ),
  client("sign-up after deletion 1", "fred 3", (auth) =>
    auth.signUp.email({ name: "Fred", email: "fred@example.com", password: "other password" }),
  ),
  client("delete-user without a password", "fred 3", (auth) => auth.deleteUser({})),
  client("sign-up after deletion 2", "fred 3", (auth) =>
    auth.signUp.email({ name: "Fred", email: "fred@example.com", password: "other password" }),
  ),
  client("delete-user, an empty password", "fred 3", (auth) => auth.deleteUser({ password: "" })),
  client("sign-up after deletion 3", "fred 3", (auth) =>
    auth.signUp.email({ name: "Fred", email: "fred@example.com", password: "other password" }),
  ),
  raw("/delete-user: an empty object", "fred 3", post("/delete-user", {})),
  bare("the callback of delete-user", get("/delete-user/callback?token=x")),

  // Endpoints that need e-mail, on servers that don't send it.
  ...["/request-password-reset", "/send-verification-email"].flatMap((path) => [
    bare(`${path}, without e-mail: no address`, post(path, {})),
    bare(`${path}, without e-mail: a foreign redirectTo`, post(path, { redirectTo: "https://evil.example" })),
    bare(`${path}, without e-mail: a foreign callbackURL`, post(path, { callbackURL: "https://evil.example" })),
    raw(`${path}, without e-mail: signed in`, "ann", post(path, { email: "other@example.com" })),
  ]),
  raw("/change-email, without e-mail: a wrong address", "ann", post("/change-email", { newEmail: "x" })),
  raw(
    "/change-email, without e-mail: the present address",
    "ann",
    post("/change-email", { newEmail: "ann@example.com" }),
  ),
  bare("/change-email, without e-mail: signed out", post("/change-email", { newEmail: "new@example.com" })),
  client("request-password-reset", "nobody", (auth) => auth.requestPasswordReset({ email: "ann@example.com" })),
  client("reset-password", "nobody", (auth) => auth.resetPassword({ token: "x", newPassword: "long enough" })),
  client("send-verification-email", "nobody", (auth) => auth.sendVerificationEmail({ email: "ann@example.com" })),
  client("verify-email", "nobody", (auth) => auth.verifyEmail({ query: { token: "x" } })),
  client("change-email", "ann", (auth) => auth.changeEmail({ newEmail: "ann2@example.com" })),
  client("verify-password", "ann", (auth) =>
    auth.$fetch("/verify-password", { method: "POST", body: { password: ANN.password } }),
  ),

  // Endpoints that the Worker doesn't have.
  client("sign-in/social", "nobody", (auth) => auth.signIn.social({ provider: "github" })),
  client("list-accounts", "ann", (auth) => auth.listAccounts()),
  client("update-session", "ann", (auth) => auth.$fetch("/update-session", { method: "POST", body: {} })),
  bare("reset-password, the link in the mail", get("/reset-password/x?callbackURL=/")),
  client("link-social", "ann", (auth) => auth.linkSocial({ provider: "github" })),
  bare("callback of a provider", get("/callback/github?code=x&state=y")),
  bare("callback of a provider by POST", post("/callback/github", { code: "x", state: "y" })),
  client("get-access-token", "ann", (auth) => auth.getAccessToken({ accountId: "x" })),
  client("refresh-token", "ann", (auth) => auth.refreshToken({ accountId: "x" })),
  client("account-info", "ann", (auth) => auth.accountInfo({ query: { accountId: "x" } })),
  client("unlink-account", "ann", (auth) => auth.unlinkAccount({ accountId: "x" })),
];
