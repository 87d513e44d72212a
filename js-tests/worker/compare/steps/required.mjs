// Servers that require verified addresses for sign-in, and that require users to confirm account deletion by e-mail.
import { bare, client, get, later, mail, open, post, postToken, raw } from "./asking.mjs";

const GWEN = { name: "Gwen", email: "gwen@example.com", password: "first password", image: "https://a.example/g.png" };
const GREG = { name: "Greg", email: "greg@example.com", password: "first password" };
const GINA = { ...GREG, name: "Gina", email: "gina@example.com" };
const GARY = { ...GREG, name: "Gary", email: "gary@example.com" };
const GAIL = { ...GREG, name: "Gail", email: "gail@example.com" };
const DELETE = "/delete-user";
const CALLBACK = `${DELETE}/callback`;
const signUp = (name, user) => client(`required: sign-up, ${name}`, "nobody", (auth) => auth.signUp.email(user));
const signIn = (name, user, more, browser = user.name) =>
  client(`required: sign-in, ${name}`, browser, (auth) =>
    auth.signIn.email({ email: user.email, password: user.password, ...more }),
  );
const ready = (user) => [
  signUp(`${user.name}, who deletes the account`, user),
  mail(`the message to ${user.name}, who deletes the account`, user.name, "verify-email", user.email),
  open(`verify-email of ${user.name}`, null, user.name, null),
  signIn(`${user.name}, verified`, user),
];
const ask = (name, link, user, more = {}) => [
  client(`delete-user with a message: ${name}`, user.name, (auth) => auth.deleteUser(more)),
  mail(`the message: ${name}`, link, "delete-account", user.email),
];

export const required = [
  signUp("new", { ...GWEN, callbackURL: "/welcome?a=1" }),
  mail("the message after sign-up, required", "gwen 1", "verify-email", GWEN.email),
  signUp("a known address", { ...GWEN, name: "Other", image: undefined }),
  signUp("a known address in capitals, with an image", { ...GWEN, email: "GWEN@Example.com" }),
  mail("the message to the owner of a known address", "owner", "existing-account", GWEN.email),
  signUp("a known address, a short password", { ...GWEN, password: "short" }),
  signUp("a known address, a foreign callbackURL", { ...GWEN, callbackURL: "https://evil.example" }),
  signIn("not verified", GWEN, { callbackURL: "/home" }),
  mail("the message after sign-in", "gwen 2", "verify-email", GWEN.email),
  signIn("not verified, a wrong password", { ...GWEN, password: "wrong password" }),
  signIn("unknown", { ...GWEN, email: "unknown@example.com" }),
  client("required: request-password-reset", "nobody", (auth) => auth.requestPasswordReset({ email: GWEN.email })),
  open("required: verify-email", null, "gwen 1"),
  signIn("verified", GWEN, { callbackURL: "/home" }),
  client("required: get-session", "Gwen", (auth) => auth.getSession()),

  // delete-user.
  client("required: delete-user, a wrong password", "Gwen", (auth) => auth.deleteUser({ password: "wrong password" })),
  client("required: delete-user, a long password", "Gwen", (auth) => auth.deleteUser({ password: "x".repeat(129) })),
  client("required: delete-user, an unknown token", "Gwen", (auth) => auth.deleteUser({ token: "unknown" })),
  client("required: delete-user, a wrong password and a token", "Gwen", (auth) =>
    auth.deleteUser({ password: "wrong password", token: "unknown" }),
  ),
  client("required: delete-user, a foreign callbackURL", "Gwen", (auth) =>
    auth.deleteUser({ callbackURL: "https://evil.example" }),
  ),
  bare("required: delete-user, signed out", post(DELETE, {})),
  ...ask("without a password", "delete 1", GWEN, { callbackURL: "/bye?a=1" }),
  ...ask("with the password", "delete 2", GWEN, { password: GWEN.password }),

  // Opening the link.
  ...["", "?token=x", "?token=", "?token=x&callbackURL=/bye", "?token=x&token=y"].map((query) =>
    bare(`${CALLBACK}${query}, signed out`, get(CALLBACK + query)),
  ),
  ...["", "?token=x", "?token=", "?token=x&callbackURL=/bye", "?token=x&callbackURL=/a&callbackURL=/b"].map((query) =>
    raw(`${CALLBACK}${query}`, "Gwen", get(CALLBACK + query)),
  ),
  open(`${CALLBACK}, signed out`, null, "delete 1"),
  open(`${CALLBACK}, to a foreign page`, "Gwen", "delete 1", "https://evil.example"),
  open(`${CALLBACK}, to no path`, "Gwen", "delete 1", "bye"),
  open(CALLBACK, "Gwen", "delete 1"),
  client("get-session after the link", "Gwen", (auth) => auth.getSession()),
  open(`${CALLBACK}, used`, "Gwen", "delete 2"),

  // Another user's link.
  ...ready(GREG),
  ...ready(GINA),
  ...ask("to be used by another user", "delete 3", GREG),
  open(`${CALLBACK}: another user's link`, "Gina", "delete 3", null),
  ...ask("to be sent by another user", "delete 4", GREG),
  postToken("required: delete-user, another user's token", "Gina", DELETE, "delete 4"),
  ...ask("to be used by its user", "delete 5", GINA),
  postToken("required: delete-user, the token of a message", "Gina", DELETE, "delete 5"),
  open(`${CALLBACK}, after another user tried it`, "Greg", "delete 3", null),

  // A link without `callbackURL`, and a link that is used late.
  ...ready(GAIL),
  ...ask("without callbackURL", "delete 6", GAIL),
  open(`${CALLBACK}, without callbackURL`, "Gail", "delete 6", null),
  ...ready(GARY),
  ...ask("to be used late", "delete 7", GARY),
  later(1.1, open("66 minutes: the link to delete an account", "Gary", "delete 7", null)),
];

/** The error page, on servers that don't send e-mail. */
export const errors = [
  ...[
    "",
    "?error=INVALID_TOKEN",
    "?error=it's",
    "?error=%3Cscript%3E",
    "?error=a+b",
    "?error=a&error_description=%3Cb%3E",
  ].map((query) => bare(`/error${query}`, get(`/error${query}`))),
  bare("/error by POST", post("/error", {})),
  bare("/error by HEAD", { method: "HEAD", path: "/api/auth/error" }),
];
