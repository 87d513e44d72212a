// A forgotten password.
import {
  BASE,
  CALLBACKS,
  TRUSTED,
  bare,
  client,
  get,
  later,
  mail,
  open,
  post,
  postToken,
  raw,
  wrongBodies,
  wrongTypes,
} from "./asking.mjs";

const ASK = "/request-password-reset";
const SET = "/reset-password";
const AMY = { name: "Amy", email: "amy@example.com", password: "first password" };
const NEW = { newPassword: "second password" };
const redirectTo = "/reset?a=1&b=%20";
const signIn = (name, password) =>
  client(name, "amy 2", (auth) => auth.signIn.email({ email: AMY.email, password, rememberMe: true }));
const ask = (name, link, more) => [
  client(`request-password-reset: ${name}`, "nobody", (auth) =>
    auth.requestPasswordReset({ email: AMY.email, ...more }),
  ),
  mail(`the message: ${name}`, link, "reset-password", AMY.email),
];

const requests = [
  client("sign-up of one who forgets", "amy", (auth) => auth.signUp.email(AMY)),
  ...ask("with redirectTo", "reset 1", { redirectTo }),
  ...ask("in capitals, with redirectTo at a trusted origin", "reset 2", {
    email: "AMY@Example.com",
    redirectTo: `${TRUSTED}/r?token=old#f`,
  }),
  ...ask("without redirectTo", "reset 3", {}),
  ...ask("with an empty redirectTo", "reset 4", { redirectTo: "" }),
  client("request-password-reset: an unknown address", "nobody", (auth) =>
    auth.requestPasswordReset({ email: "unknown@example.com", redirectTo }),
  ),
  raw(`${ASK}: signed in`, "amy", post(ASK, { email: "unknown@example.com" })),
  raw(`${ASK}: a foreign origin`, "amy", post(ASK, { email: AMY.email }, { origin: "https://evil.example" })),
  bare(
    `${ASK}: a foreign origin without cookies`,
    post(ASK, { email: "x@example.com" }, { origin: "https://a.example" }),
  ),
  ...CALLBACKS.refused.map((url) =>
    bare(`${ASK}: redirectTo ${JSON.stringify(url)}`, post(ASK, { email: "x", redirectTo: url })),
  ),
  bare(`${ASK}: redirectTo a path of the API`, post(ASK, { email: "x@example.com", redirectTo: "/api/x" })),
  bare(`${ASK}: a foreign callbackURL`, post(ASK, { email: AMY.email, callbackURL: "https://evil.example" })),
  bare(
    `${ASK}: a foreign callbackURL and redirectTo`,
    post(ASK, { redirectTo: "https://evil.example", callbackURL: "https://evil.example" }),
  ),
  bare(`${ASK}: no address`, post(ASK, { redirectTo })),
  bare(`${ASK}: a wrong address`, post(ASK, { email: "nobody" })),
  ...["email", "redirectTo"].flatMap((member) => wrongTypes(ASK, { email: "x@example.com", redirectTo }, member)),
  ...wrongBodies(ASK, { email: "x@example.com" }),
  bare(`${ASK} by GET`, get(ASK)),
];

const links = [
  open("the link", null, "reset 1"),
  open("the link again", "amy", "reset 1"),
  open("the link to a trusted origin", null, "reset 2"),
  open("the link with an empty callbackURL", null, "reset 4"),
  open("the link without callbackURL", null, "reset 1", null),
  open("the link to a foreign page", null, "reset 1", "https://evil.example"),
  open("the link to a path of the API", null, "reset 1", "/api/x"),
  open("the link to no path", null, "reset 1", "home"),
  ...[
    "/x?callbackURL=/reset?a=1",
    "/x?callbackURL=/reset%3Ferror%3Dold%23f",
    "/x?callbackURL=https://app.example",
    "/x?callbackURL=",
    "/x",
    "/x?callbackURL=/a&callbackURL=/b",
    "/x?callbackURL=https://evil.example",
    "/%zz?callbackURL=/reset",
    "/a%2Fb?callbackURL=/reset",
    "/a/b?callbackURL=/reset",
    "/?callbackURL=/reset",
    "?callbackURL=/reset",
  ].map((end) => bare(`an unknown link: ${end}`, get(SET + end))),
  bare("the link by HEAD", { method: "HEAD", path: `${BASE}${SET}/x?callbackURL=/` }),
];

const resets = [
  bare(`${SET}: no token`, post(SET, NEW)),
  bare(`${SET}: an empty token`, post(SET, { ...NEW, token: "" })),
  bare(`${SET}: no token and a short password`, post(SET, { newPassword: "short" })),
  bare(`${SET}: an unknown token`, post(SET, { ...NEW, token: "x" })),
  bare(`${SET}: an unknown token and a short password`, post(SET, { newPassword: "short", token: "x" })),
  bare(`${SET}: an unknown token and a long password`, post(SET, { newPassword: "x".repeat(129), token: "x" })),
  bare(`${SET}: two tokens in the query`, post(`${SET}?token=a&token=b`, NEW)),
  bare(`${SET}: no password`, post(SET, { token: "x" })),
  bare(`${SET}: wrong types`, post(SET, { newPassword: 5, token: 5 })),
  ...["newPassword", "token"].flatMap((member) => wrongTypes(SET, { ...NEW, token: "x" }, member)),
  ...wrongBodies(SET, { ...NEW, token: "x" }),
  bare(`${SET}: a foreign callbackURL`, post(SET, { ...NEW, callbackURL: "https://evil.example" })),
  raw(`${SET}: a foreign origin`, "amy", post(SET, NEW, { origin: "https://evil.example" })),
  postToken(`${SET}: a short password`, null, SET, "reset 1", { newPassword: "short" }),
  postToken(`${SET}: an empty password`, null, SET, "reset 1", { newPassword: "" }),
  postToken(`${SET}: a long password`, null, SET, "reset 1", { newPassword: "x".repeat(129) }),
  postToken(`${SET}: a common password`, null, SET, "reset 3", { newPassword: "password1" }),
  client("reset-password", "nobody", async (auth, { link }) => {
    const { pathname } = new URL((await link("reset 1")).url);
    return auth.resetPassword({ ...NEW, token: pathname.split("/").at(-1) });
  }),
  postToken(`${SET}: a used token`, null, SET, "reset 1", NEW),
  open("the link after its use", null, "reset 1"),
  postToken(`${SET}: another link after the first one's use`, null, SET, "reset 2", NEW),
  client("get-session after a reset, from the store", "amy", (auth) =>
    auth.getSession({ query: { disableCookieCache: true } }),
  ),
  signIn("sign-in after a reset, the old password", AMY.password),
  signIn("sign-in after a reset", NEW.newPassword),
  ...ask("by one who is signed in", "reset 5", { redirectTo }),
  client("reset-password with the token in the query", "amy 2", async (auth, { link }) => {
    const { pathname } = new URL((await link("reset 5")).url);
    return auth.resetPassword({ newPassword: "third password" }, { query: { token: pathname.split("/").at(-1) } });
  }),
  ...ask("to be used late", "reset 6", { redirectTo }),
  ...ask("to be used by nobody", "reset 7", { redirectTo }),
  signIn("sign-in of one who deletes the account", "third password"),
  client("delete-user between the request and the reset", "amy 2", (auth) =>
    auth.deleteUser({ password: "third password" }),
  ),
  open("the link of a deleted user", null, "reset 7"),
  postToken(`${SET}: a deleted user`, null, SET, "reset 7", NEW),
];

export const reset = [...requests, ...links, ...resets];

/** These steps run after all others, because the clock only moves forward. */
export const resetLate = [
  client("sign-up of one who comes late", "may", (auth) => auth.signUp.email({ ...AMY, email: "may@example.com" })),
  client("request-password-reset, to be used late", "nobody", (auth) =>
    auth.requestPasswordReset({ email: "may@example.com", redirectTo }),
  ),
  mail("the message to be used late", "late", "reset-password", "may@example.com"),
  later(0.9, open("54 minutes: the link", null, "late")),
  later(1.1, open("66 minutes: the link", null, "late")),
  later(1.1, postToken("66 minutes: reset-password", null, SET, "late", NEW)),
];
