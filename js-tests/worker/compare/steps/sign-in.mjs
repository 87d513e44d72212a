// Sign-in.
import {
  ANN,
  BOB,
  CALLBACKS,
  IN,
  NOBODY,
  ORIGIN,
  TRUSTED,
  bare,
  client,
  post,
  without,
  wrongBodies,
  wrongTypes,
} from "./asking.mjs";

export const signIn = [
  // Sign-in.
  ...wrongBodies(IN, NOBODY),
  ...["email", "password"].map((member) => bare(`${IN}: no ${member}`, post(IN, without(NOBODY, member)))),
  ...["email", "password", "callbackURL", "rememberMe"].flatMap((member) => wrongTypes(IN, NOBODY, member)),
  bare(`${IN}: everything of a wrong type`, post(IN, { email: 2, password: 3, callbackURL: 5, rememberMe: 6 })),
  bare(`${IN}: a bad e-mail`, post(IN, { ...NOBODY, email: "nobody" })),
  bare(`${IN}: a bad e-mail and no password`, post(IN, { email: "nobody" })),
  bare(`${IN}: e-mail with a space`, post(IN, { ...ANN, email: " ann@example.com" })),
  bare(`${IN}: no password text`, post(IN, { ...ANN, password: "" })),
  bare(`${IN}: a wrong password`, post(IN, { ...ANN, password: "wrong horse" })),
  bare(`${IN}: a short password`, post(IN, { ...ANN, password: "x" })),
  bare(`${IN}: password of 129`, post(IN, { ...ANN, password: "x".repeat(129) })),
  bare(`${IN}: password of 10,000`, post(IN, { ...ANN, password: "x".repeat(10_000) })),
  bare(`${IN}: an unknown user`, post(IN, NOBODY)),
  bare(
    `${IN}: a form`,
    post(IN, "email=ann%40example.com&password=correct+horse", { "content-type": "application/x-www-form-urlencoded" }),
  ),
  ...CALLBACKS.refused.map((callbackURL) =>
    bare(`${IN}: callbackURL ${callbackURL}`, post(IN, { ...ANN, callbackURL })),
  ),
  ...[...CALLBACKS.taken, ...CALLBACKS.read].map((callbackURL) =>
    bare(`${IN}: callbackURL ${JSON.stringify(callbackURL)}`, post(IN, { ...ANN, callbackURL })),
  ),
  bare(
    `${IN}: a foreign callbackURL and a wrong password`,
    post(IN, { ...ANN, password: "wrong horse", callbackURL: "https://evil.example" }),
  ),
  bare(`${IN}: members that it does not know`, post(IN, { ...ANN, more: 1 })),
  bare(`${IN}: from a trusted origin`, post(IN, ANN, { origin: TRUSTED })),
  bare(
    `${IN}: with fetch metadata`,
    post(IN, ANN, {
      origin: ORIGIN,
      "sec-fetch-site": "same-origin",
      "sec-fetch-mode": "cors",
      "sec-fetch-dest": "empty",
    }),
  ),
  client("sign-in", "ann", (auth) => auth.signIn.email({ email: ANN.email, password: ANN.password })),
  client("sign-in in capitals", "ann 2", (auth) =>
    auth.signIn.email({ email: "ANN@EXAMPLE.COM", password: ANN.password }),
  ),
  client("sign-in, not to be remembered", "ann 3", (auth) =>
    auth.signIn.email({ ...without(ANN, "name"), rememberMe: false }),
  ),
  client("sign-in as another over it", "ann 3", (auth) => auth.signIn.email(without(BOB, "name"))),
  client("sign-in with a wrong password, signed in", "ann 3", (auth) => auth.signIn.email({ ...NOBODY })),
  client("get-session after another sign-in over it", "ann 3", (auth) => auth.getSession()),
];
