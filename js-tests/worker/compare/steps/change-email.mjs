// Changing an address.
import { bare, client, later, mail, open, post, raw, wrongBodies, wrongTypes } from "./asking.mjs";

const CHANGE = "/change-email";
const person = (name) => ({ name, email: `${name.toLowerCase()}@example.com`, password: "first password" });
const signUp = (user, browser) => client(`sign-up of ${user.name}`, browser, (auth) => auth.signUp.email(user));
const change = (name, browser, newEmail, more) =>
  client(`change-email: ${name}`, browser, (auth) => auth.changeEmail({ newEmail, ...more }));
const stored = (name, browser) =>
  client(name, browser, (auth) => auth.getSession({ query: { disableCookieCache: true } }));
/** Signs up a user and verifies their address. */
const verified = (user, browser) => [
  signUp(user, browser),
  client(`send-verification-email: ${user.name}`, browser, (auth) => auth.sendVerificationEmail({ email: user.email })),
  mail(`the message: ${user.name} verifies`, `${user.name} verifies`, "verify-email", user.email),
  open(`verify-email: ${user.name}`, null, `${user.name} verifies`, null),
];
const CONFIRM = "change-email-confirmation";
const FINISH = "change-email-verification";

export const changeEmail = [
  // An address that is not verified: only one link is sent, to the new address.
  signUp(person("Cleo"), "cleo"),
  signUp(person("Carl"), "carl"),
  change("the present address", "cleo", "cleo@example.com"),
  change("the present address in capitals", "cleo", "CLEO@Example.com"),
  change("a taken address", "cleo", "carl@example.com"),
  change("not verified", "cleo", "Cleo2@Example.com", { callbackURL: "/settings?a=1" }),
  mail("the message: not verified", "cleo 1", FINISH, "cleo2@example.com"),
  change("not verified, without callbackURL", "cleo", "cleo3@example.com"),
  mail("the message: not verified, without callbackURL", "cleo 2", FINISH, "cleo3@example.com"),
  open("the link of a change: signed in as another", "carl", "cleo 1"),
  open("the link of a change: signed in as another, without callbackURL", "carl", "cleo 1", null),
  open("the link of a change", "cleo", "cleo 1", null),
  stored("get-session after a change", "cleo"),
  open("the link of a change, used", "cleo", "cleo 1"),
  open("the link of a change, used, without callbackURL", null, "cleo 1", null),
  open("another link of a change after it", "cleo", "cleo 2", null),
  client("sign-in with the old address", "cleo 2", (auth) => auth.signIn.email(person("Cleo"))),
  client("sign-in with the new address", "cleo 2", (auth) =>
    auth.signIn.email({ email: "cleo2@example.com", password: "first password" }),
  ),

  // A verified address: the first of two links is sent to that address.
  ...verified(person("Cora"), "cora"),
  change("verified", "cora", "cora2@example.com", { callbackURL: "/settings?a=1" }),
  mail("the message: verified", "cora 1", CONFIRM, "cora@example.com"),
  open("the first link: signed in as another", "carl", "cora 1", null),
  open("the first link", "cora", "cora 1", null),
  mail("the second message", "cora 2", FINISH, "cora2@example.com"),
  open("the first link again, with callbackURL", "cora", "cora 1"),
  mail("the second message again", "cora 3", FINISH, "cora2@example.com"),
  stored("get-session before the second link", "cora"),
  open("the second link, with callbackURL", "cora", "cora 3"),
  stored("get-session after the second link", "cora"),
  open("the first link, used", "cora", "cora 1", null),
  open("the second link, used", "cora", "cora 2"),

  // Signed out.
  ...verified(person("Chad"), "chad"),
  change("verified, to be opened signed out", "chad", "chad2@example.com"),
  mail("the message: to be opened signed out", "chad 1", CONFIRM, "chad@example.com"),
  open("the first link, signed out", null, "chad 1", null),
  open("the first link, signed out, with callbackURL", null, "chad 1", "/settings"),
  open("the first link of one who is signed in", "chad", "chad 1", null),
  open("the first link: navigation, signed in", "chad", "chad 1", null, { "sec-fetch-mode": "navigate" }),
  mail("the second message to be opened signed out", "chad 2", FINISH, "chad2@example.com"),
  open("the second link: navigation, signed out", null, "chad 2", null, { "sec-fetch-mode": "navigate" }),
  stored("get-session after a navigation to the second link", "chad"),

  // Somebody else takes the address in the meantime.
  ...verified(person("Cyra"), "cyra"),
  change("to be taken", "cyra", "wanted@example.com"),
  mail("the message: to be taken", "cyra 1", CONFIRM, "cyra@example.com"),
  open("the first link before the address is taken", "cyra", "cyra 1", null),
  mail("the second message before the address is taken", "cyra 2", FINISH, "wanted@example.com"),
  signUp({ ...person("Otto"), email: "wanted@example.com" }, "otto"),
  open("the first link, the address is taken", "cyra", "cyra 1", null),
  open("the second link, the address is taken", "cyra", "cyra 2", null),
  open("the second link, the address is taken, with callbackURL", "cyra", "cyra 2", "/settings"),

  // Refused requests.
  bare(`${CHANGE}: signed out`, post(CHANGE, { newEmail: "new@example.com" })),
  bare(`${CHANGE}: signed out, a wrong address`, post(CHANGE, { newEmail: "new" })),
  bare(`${CHANGE}: signed out, a foreign callbackURL`, post(CHANGE, { callbackURL: "https://evil.example" })),
  raw(`${CHANGE}: a foreign callbackURL`, "carl", post(CHANGE, { newEmail: "x", callbackURL: "https://evil.example" })),
  raw(`${CHANGE}: no origin`, "carl", post(CHANGE, { newEmail: "new@example.com" }, { origin: null })),
  raw(`${CHANGE}: no address`, "carl", post(CHANGE, {})),
  ...["newEmail", "callbackURL"].flatMap((member) =>
    wrongTypes(CHANGE, { newEmail: "carl@example.com" }, member, "carl"),
  ),
  ...wrongBodies(CHANGE, { newEmail: "carl@example.com" }, "carl"),
];

/** Better Auth has change-email turned on, but neither server can send e-mail. */
export const changeWithoutMail = [
  signUp(person("Cody"), "cody"),
  change("no server can send e-mail", "cody", "cody2@example.com"),
  stored("get-session after change-email on servers that can't send e-mail", "cody"),
];

/** These steps run after all others, because the clock only moves forward. */
export const changeLate = [
  signUp(person("Cleve"), "cleve"),
  change("to be opened late", "cleve", "cleve2@example.com"),
  mail("the message: to be opened late", "cleve 1", FINISH, "cleve2@example.com"),
  later(3.3, open("198 minutes: the link of a change", "cleve", "cleve 1", null)),
];
