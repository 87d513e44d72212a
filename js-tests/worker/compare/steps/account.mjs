// Changing a user and their password.
import { BOB, TRUSTED, client, post, raw, without, wrongBodies, wrongTypes } from "./asking.mjs";

export const account = [
  // Writes from other origins.
  ...[
    "/update-user",
    "/change-password",
    "/delete-user",
    "/revoke-session",
    "/revoke-sessions",
    "/revoke-other-sessions",
    "/sign-out",
  ].flatMap((path) => [
    raw(`${path}: a foreign origin`, "bob", post(path, {}, { origin: "http://evil.example" })),
    raw(`${path}: no origin`, "bob", post(path, {}, { origin: null })),
    raw(`${path}: the origin null`, "bob", post(path, {}, { origin: "null" })),
    raw(`${path}: a callbackURL elsewhere`, "bob", post(path, { callbackURL: "https://evil.example" })),
  ]),
  raw(
    "update-user: a trusted referer",
    "bob",
    post("/update-user", { name: "Bob" }, { origin: null, referer: `${TRUSTED}/page` }),
  ),
  raw("update-user: a trusted origin", "bob", post("/update-user", { name: "Bob" }, { origin: TRUSTED })),

  // update-user.
  ...wrongBodies("/update-user", { name: "Bob" }, "bob"),
  client("sign-up to be updated oddly", "hugo", (auth) =>
    auth.signUp.email({ name: "Hugo", email: "hugo@example.com", password: "first password" }),
  ),
  ...["name", "image"].flatMap((member) =>
    [5, true, [], {}].map((value) =>
      raw(`/update-user: ${member} is ${JSON.stringify(value)}`, "hugo", post("/update-user", { [member]: value })),
    ),
  ),
  raw("/update-user: name is null", "hugo", post("/update-user", { name: null })),
  client("get-session after refusals of update-user", "bob", (auth) =>
    auth.getSession({ query: { disableCookieCache: true } }),
  ),
  client("update-user: name", "bob", (auth) => auth.updateUser({ name: "Robert" })),
  client("get-session after update-user", "bob", (auth) => auth.getSession()),
  client("token after it", "bob", (auth) => auth.$fetch("/token")),
  client("sign-in of the one who is renamed", "bob 2", (auth) => auth.signIn.email(without(BOB, "name"))),
  client("update-user there", "bob 2", (auth) => auth.updateUser({ name: "Rob" })),
  client("get-session here, from the cache", "bob", (auth) => auth.getSession()),
  client("token here, from the cache", "bob", (auth) => auth.$fetch("/token")),
  client("get-session here, from the store, after update-user there", "bob", (auth) =>
    auth.getSession({ query: { disableCookieCache: true } }),
  ),
  client("update-user: image", "bob", (auth) => auth.updateUser({ image: "https://example.com/robert.png" })),
  client("update-user: image is null", "bob", (auth) => auth.updateUser({ image: null })),
  client("update-user: both", "bob", (auth) => auth.updateUser({ name: "Bob", image: "/bob.png" })),
  client("update-user: name is empty", "bob", (auth) => auth.updateUser({ name: "" })),
  client("update-user: nothing", "bob", (auth) => auth.updateUser({})),
  client("update-user: e-mail", "bob", (auth) => auth.updateUser({ email: "other@example.com" })),
  client("update-user: e-mail and name", "bob", (auth) => auth.updateUser({ email: "other@example.com", name: "B" })),
  client("update-user: e-mail is empty", "bob", (auth) => auth.updateUser({ email: "" })),
  client("update-user: e-mail is null and a name", "bob", (auth) => auth.updateUser({ email: null, name: "Bob" })),
  client("update-user: unknown members", "bob", (auth) => auth.updateUser({ plan: "gold" })),
  client("update-user: an unknown member and a name", "bob", (auth) => auth.updateUser({ plan: "gold", name: "Bob" })),
  client("update-user: emailVerified", "bob", (auth) => auth.updateUser({ emailVerified: true })),
  client("update-user: emailVerified is false", "bob", (auth) => auth.updateUser({ emailVerified: false })),
  client("update-user: emailVerified and a name", "bob", (auth) =>
    auth.updateUser({ emailVerified: true, name: "Bob" }),
  ),
  client("update-user: id", "bob", (auth) => auth.updateUser({ id: "mine" })),
  client("update-user: createdAt", "bob", (auth) => auth.updateUser({ createdAt: "2020-01-01T00:00:00.000Z" })),
  client("update-user: a long name", "hugo", (auth) => auth.updateUser({ name: "x".repeat(257) })),
  client("update-user: a name with control characters", "hugo", (auth) => auth.updateUser({ name: "a\u0001b" })),
  client("update-user: an image that is no URL", "hugo", (auth) => auth.updateUser({ image: "picture" })),
  client("update-user: an image by javascript:", "hugo", (auth) => auth.updateUser({ image: "javascript:alert(1)" })),
  client("get-session from the store after all", "bob", (auth) =>
    auth.getSession({ query: { disableCookieCache: true } }),
  ),

  // change-password, in one of a user's two browsers.
  client("sign-up of one more", "dave", (auth) =>
    auth.signUp.email({ name: "Dave", email: "dave@example.com", password: "first password" }),
  ),
  client("sign-in elsewhere, before change-password", "dave 2", (auth) =>
    auth.signIn.email({ email: "dave@example.com", password: "first password" }),
  ),
  ...wrongBodies("/change-password", { currentPassword: "x", newPassword: "y" }, "dave"),
  ...["currentPassword", "newPassword", "revokeOtherSessions"].flatMap((member) =>
    wrongTypes(
      "/change-password",
      { currentPassword: "first password", newPassword: "second password" },
      member,
      "dave",
    ),
  ),
  ...["currentPassword", "newPassword"].map((member) =>
    raw(
      `/change-password: no ${member}`,
      "dave",
      post("/change-password", without({ currentPassword: "first password", newPassword: "second password" }, member)),
    ),
  ),
  raw("/change-password: no password text", "dave", post("/change-password", { currentPassword: "", newPassword: "" })),
  ...Object.entries({
    "a wrong password": { currentPassword: "wrong password", newPassword: "second password" },
    "an empty current password": { currentPassword: "", newPassword: "second password" },
    "a wrong password and a short new one": { currentPassword: "wrong password", newPassword: "short" },
    "a short new password": { currentPassword: "first password", newPassword: "qzvk7mx" },
    "a long new password": { currentPassword: "first password", newPassword: "x".repeat(129) },
    "a long current password": { currentPassword: "x".repeat(129), newPassword: "second password" },
    "a new password with NUL": { currentPassword: "wrong password", newPassword: "before\0after" },
    "a common new password": { currentPassword: "wrong password", newPassword: "password123" },
  }).map(([name, body]) => client(`change-password: ${name}`, "dave", (auth) => auth.changePassword(body))),
  client("change-password", "dave", (auth) =>
    auth.changePassword({ currentPassword: "first password", newPassword: "second password" }),
  ),
  client("get-session after change-password", "dave", (auth) => auth.getSession()),
  client("get-session elsewhere after it", "dave 2", (auth) => auth.getSession()),
  client("get-session elsewhere after it, from the store", "dave 2", (auth) =>
    auth.getSession({ query: { disableCookieCache: true } }),
  ),
  client("sign-in with the old password", "nobody", (auth) =>
    auth.signIn.email({ email: "dave@example.com", password: "first password" }),
  ),
  client("sign-in with the new password", "dave 3", (auth) =>
    auth.signIn.email({ email: "dave@example.com", password: "second password" }),
  ),
  client("change-password to the same", "dave 3", (auth) =>
    auth.changePassword({
      currentPassword: "second password",
      newPassword: "second password",
      revokeOtherSessions: false,
    }),
  ),
  client("change-password, revokeOtherSessions", "dave 3", (auth) =>
    auth.changePassword({
      currentPassword: "second password",
      newPassword: "third password",
      revokeOtherSessions: true,
    }),
  ),
  client("get-session after change-password and revokeOtherSessions", "dave 3", (auth) => auth.getSession()),
  client("get-session from the store after it", "dave 3", (auth) =>
    auth.getSession({ query: { disableCookieCache: true } }),
  ),
  client("get-session elsewhere, from the store, after change-password", "dave", (auth) =>
    auth.getSession({ query: { disableCookieCache: true } }),
  ),
  client("get-session elsewhere, signed out by it", "dave", (auth) => auth.getSession()),
  client("sign-in not to be remembered", "dave 4", (auth) =>
    auth.signIn.email({ email: "dave@example.com", password: "third password", rememberMe: false }),
  ),
  client("change-password, not to be remembered", "dave 4", (auth) =>
    auth.changePassword({
      currentPassword: "third password",
      newPassword: "fourth password",
      revokeOtherSessions: true,
    }),
  ),
  client("get-session after change-password, not to be remembered", "dave 4", (auth) => auth.getSession()),
];
