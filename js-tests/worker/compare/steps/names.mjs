// Different cookie names and domains.
import { ANN, IN, TRUSTED, bare, client, get, post, raw } from "./asking.mjs";

// Requests over https, where the cookies have different names, and a write from an http page.
export const secure = [
  client("https: sign-up", "ann", (auth) => auth.signUp.email(ANN)),
  client("https: get-session", "ann", (auth) => auth.getSession()),
  client("https: get-session from the store", "ann", (auth) =>
    auth.getSession({ query: { disableCookieCache: true } }),
  ),
  client("https: update-user", "ann", (auth) => auth.updateUser({ name: "Ann" })),
  bare("https: the names without __Secure-", ({ browser }) =>
    get("/get-session", { cookie: browser("ann").cookies().replaceAll("__Secure-", "") }),
  ),
  raw("https: a page over http", "ann", post("/update-user", { name: "Eve" }, { origin: "http://shop.example" })),
  client("https: sign-in, not to be remembered", "ann 2", (auth) =>
    auth.signIn.email({ email: ANN.email, password: ANN.password, rememberMe: false }),
  ),
  client("https: sign-out", "ann", (auth) => auth.signOut()),
  client("https: get-session after it", "ann", (auth) => auth.getSession()),
];

// Cookies for all subdomains of a domain.
export const wide = [
  client("sub-domains: sign-up", "ann", (auth) => auth.signUp.email(ANN)),
  client("sub-domains: get-session from the store", "ann", (auth) =>
    auth.getSession({ query: { disableCookieCache: true } }),
  ),
  raw("sub-domains: update-user from a trusted one", "ann", post("/update-user", { name: "A" }, { origin: TRUSTED })),
  raw(
    "sub-domains: update-user from another",
    "ann",
    post("/update-user", { name: "A" }, { origin: "https://x.example" }),
  ),
  raw("sub-domains: a trusted page's callbackURL", "ann", post(IN, { ...ANN, callbackURL: `${TRUSTED}/home` })),
  client("sub-domains: sign-out", "ann", (auth) => auth.signOut()),
];
