// Verifying an address.
import {
  BY_SCRIPT,
  BASE,
  TRUSTED,
  bare,
  broken,
  client,
  get,
  later,
  mail,
  open,
  post,
  raw,
  timed,
  wrongBodies,
  wrongTypes,
} from "./asking.mjs";

const SEND = "/send-verification-email";
const OPEN = "/verify-email";
const person = (name) => ({ name, email: `${name.toLowerCase()}@example.com`, password: "first password" });
const [VERA, VICTOR] = [person("Vera"), person("Victor")];
const signUp = (name, user, browser) => client(name, browser, (auth) => auth.signUp.email(user));
const byScript = (path) => get(path, BY_SCRIPT);
const send = (name, browser, link, user, more) => [
  client(`send-verification-email: ${name}`, browser, (auth) =>
    auth.sendVerificationEmail({ email: user.email, ...more }),
  ),
  mail(`the message: ${name}`, link, "verify-email", user.email),
];

export const verify = [
  signUp("sign-up of one who verifies", { ...VERA, callbackURL: "/welcome?a=1&b=%20" }, "vera"),
  mail("the message after sign-up", "verify 0", "verify-email", VERA.email),
  signUp("sign-up of another one", VICTOR, "victor"),
  mail("the message after another sign-up", "verify 1", "verify-email", VICTOR.email),

  // send-verification-email.
  ...send("signed out", "nobody", "verify 2", VERA, { callbackURL: "/welcome?a=1&b=%20" }),
  ...send("signed out, without callbackURL", "nobody", "verify 3", VERA),
  ...send("signed in, an empty callbackURL", "vera", "verify 4", VERA, { callbackURL: "" }),
  ...send("another user, signed out", "nobody", "verify 5", VICTOR),
  client("send-verification-email: in capitals, signed in", "vera", (auth) =>
    auth.sendVerificationEmail({ email: "VERA@Example.com" }),
  ),
  mail("the message: in capitals, signed in", "verify 6", "verify-email", VERA.email),
  client("send-verification-email: an unknown address", "nobody", (auth) =>
    auth.sendVerificationEmail({ email: "unknown@example.com" }),
  ),
  client("send-verification-email: another's address", "vera", (auth) =>
    auth.sendVerificationEmail({ email: VICTOR.email }),
  ),
  client("send-verification-email: an unknown address, signed in", "vera", (auth) =>
    auth.sendVerificationEmail({ email: "unknown@example.com" }),
  ),
  bare(`${SEND}: a foreign callbackURL`, post(SEND, { email: "x", callbackURL: "https://evil.example" })),
  bare(`${SEND}: no address`, post(SEND, { callbackURL: "/" })),
  bare(`${SEND}: a wrong address`, post(SEND, { email: "nobody" })),
  raw(`${SEND}: no origin`, "vera", post(SEND, { email: VERA.email }, { origin: null })),
  ...["email", "callbackURL"].flatMap((member) => wrongTypes(SEND, { email: "x@example.com" }, member)),
  ...wrongBodies(SEND, { email: "x@example.com" }),
  bare(`${SEND} by GET`, get(SEND)),
  timed(bare(`${SEND}: how long it takes`, post(SEND, { email: "unknown@example.com" }))),

  // verify-email: refused requests.
  ...["", "?token=", "?token=x", "?token=eyJhbGciOiJIUzI1NiJ9.e30.x", "?token=x&token=y"].map((query) =>
    bare(`${OPEN}${query}`, byScript(OPEN + query)),
  ),
  ...[
    "/welcome?a=1#f",
    "/welcome",
    `${TRUSTED}/x?error=old`,
    TRUSTED,
    "",
    "https://evil.example",
    "home",
    "//evil.example",
  ].map((url) => bare(`${OPEN}: to ${url}`, byScript(`${OPEN}?token=x&callbackURL=${encodeURIComponent(url)}`))),
  bare(`${OPEN}: no token, to a foreign page`, byScript(`${OPEN}?callbackURL=https://evil.example`)),
  bare(`${OPEN}: two callbackURLs`, byScript(`${OPEN}?token=x&callbackURL=/a&callbackURL=/b`)),
  open(`${OPEN}: a valid token, to a foreign page`, null, "verify 2", "https://evil.example"),
  bare(`${OPEN} by HEAD`, { method: "HEAD", path: `${BASE}${OPEN}?token=x` }),

  // verify-email: navigation, by a person or a mail scanner.
  open("verify-email: navigation", null, "verify 5", null, { "sec-fetch-mode": "navigate" }),
  open("verify-email: navigation, nothing known of the client", null, "verify 5", undefined, {}),
  open("verify-email: navigation, by a program that uses fetch", null, "verify 5", undefined, {
    "sec-fetch-mode": "cors",
  }),
  open("verify-email: navigation, signed in as another", "vera", "verify 5", undefined, {
    "sec-fetch-mode": "navigate",
  }),
  raw("verify-email: the button", "nobody", async ({ link }) => {
    const { search } = new URL((await link("verify 5")).url);
    return { method: "POST", path: BASE + OPEN + search, headers: {} };
  }),

  // verify-email: first by navigation, then by scripts.
  open("verify-email: navigation, signed in", "vera", "verify 2", undefined, { "sec-fetch-mode": "navigate" }),
  client("get-session after verification, from the cache", "vera", (auth) => auth.getSession()),
  client("get-session after verification, from the store", "vera", (auth) =>
    auth.getSession({ query: { disableCookieCache: true } }),
  ),
  client("token after verification", "vera", (auth) => auth.$fetch("/token")),
  open("verify-email: verified already, signed out", null, "verify 2"),
  open("verify-email: verified already, without callbackURL", null, "verify 3", null),
  open("verify-email: verified already, signed in as another", "victor", "verify 3", null),
  open("verify-email: verified already, signed in", "vera", "verify 3", null),
  client("verify-email by the client", "nobody", async (auth, { link }) => {
    const { searchParams } = new URL((await link("verify 4")).url);
    return auth.$fetch("/verify-email", {
      query: { token: searchParams.get("token") },
      headers: BY_SCRIPT,
    });
  }),
  client("send-verification-email: verified", "vera", (auth) => auth.sendVerificationEmail({ email: VERA.email })),
  client("send-verification-email: verified, signed out", "nobody", (auth) =>
    auth.sendVerificationEmail({ email: VERA.email }),
  ),
  client("send-verification-email: verified, another's address", "vera", (auth) =>
    auth.sendVerificationEmail({ email: VICTOR.email }),
  ),

  // The user was deleted, or somebody else has the address.
  signUp("sign-up of one who goes", person("Vito"), "vito"),
  ...send("one who goes", "nobody", "gone", person("Vito")),
  client("delete-user after the message", "vito", (auth) => auth.deleteUser({})),
  open("verify-email: a deleted user", null, "gone", null),
  open("verify-email: a deleted user, with callbackURL", null, "gone", "/welcome?error=old#f"),
  signUp("sign-up with the address of a deleted user", person("Vito"), "vito"),
  open("verify-email: the address belongs to a new user", null, "gone", null),
];

/** Requests made while messages can't be sent. */
export const outage = [
  signUp("sign-up of one who gets no message", person("Vada"), "vada"),
  broken(
    bare("a broken sender: request-password-reset", post("/request-password-reset", { email: "vada@example.com" })),
  ),
  broken(bare("a broken sender: send-verification-email", post(SEND, { email: "vada@example.com" }))),
  broken(raw("a broken sender: send-verification-email, signed in", "vada", post(SEND, { email: "vada@example.com" }))),
  broken(raw("a broken sender: change-email", "vada", post("/change-email", { newEmail: "vada2@example.com" }))),
];

/** Better Auth has `autoSignInAfterVerification`. */
export const verifyAndSignIn = [
  signUp("sign-up of one who verifies elsewhere", person("Vida"), "vida"),
  ...send("to be opened elsewhere", "nobody", "vida", person("Vida")),
  open("verify-email in a browser without a session", "vida elsewhere", "vida", null),
  client("get-session after verify-email, in a browser without a session", "vida elsewhere", (auth) =>
    auth.getSession(),
  ),
];

/** These steps run after all others, because the clock only moves forward. */
export const verifyLate = [
  signUp("sign-up of one who verifies late", person("Vlad"), "vlad"),
  ...send("to be used late", "nobody", "late verify", person("Vlad")),
  later(2.2, open("132 minutes: verify-email", null, "late verify", null)),
  later(2.2, open("132 minutes: verify-email, with callbackURL", null, "late verify", "/welcome?a=1#f")),
];
