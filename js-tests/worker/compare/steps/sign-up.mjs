// Sign-up: what it accepts and what it refuses.
import {
  ANN,
  BOB,
  CALLBACKS,
  CAROL,
  IN,
  NEW,
  TRUSTED,
  UP,
  bare,
  client,
  get,
  post,
  without,
  wrongBodies,
  wrongTypes,
} from "./asking.mjs";

const REFUSED_EMAILS = [
  "",
  "ann",
  "@example.com",
  "ann@",
  "ann@example",
  "ann@example.c",
  "a b@example.com",
  " ann@example.com",
  "ann@example.com\n",
  ".ann@example.com",
  "ann.@example.com",
  "a..n@example.com",
  "ann@exa_mple.com",
  "ann@-example.com",
  "ann@example..com",
  "ann@[127.0.0.1]",
  "änn@example.com",
  "ann@exämple.com",
  '"ann"@example.com',
  "Ann <ann@example.com>",
  "ann@example.com,bob@example.com",
  "a!b@example.com",
];

const TAKEN_EMAILS = ["o'hara+tag@mail.example.co", "UPPER_case-1@EXAMPLE.museum", "a@b--c.org", "1@1.de"];

export const signUp = [
  // Refused sign-ups, all with an address that never signs up.
  ...wrongBodies(UP, NEW),
  ...["name", "email", "password"].map((member) => bare(`${UP}: no ${member}`, post(UP, without(NEW, member)))),
  bare(`${UP}: two members missing`, post(UP, { email: "new@example.com" })),
  ...["name", "email", "password", "image", "callbackURL", "rememberMe"].flatMap((member) =>
    wrongTypes(UP, NEW, member),
  ),
  bare(
    `${UP}: everything of a wrong type`,
    post(UP, { name: 1, email: 2, password: 3, image: 4, callbackURL: 5, rememberMe: 6 }),
  ),
  ...REFUSED_EMAILS.map((email) => bare(`${UP}: e-mail ${JSON.stringify(email)}`, post(UP, { ...CAROL, email }))),
  bare(`${UP}: no password text`, post(UP, { ...NEW, password: "" })),
  bare(`${UP}: a bad e-mail and no password text`, post(UP, { ...NEW, email: "ann", password: "" })),
  bare(`${UP}: a bad e-mail and a short password`, post(UP, { ...NEW, email: "ann", password: "short" })),
  bare(`${UP}: password of 7`, post(UP, { ...NEW, password: "qzvk7mx" })),
  bare(`${UP}: password of 129`, post(UP, { ...NEW, password: "x".repeat(129) })),
  bare(
    `${UP}: a short password and a foreign callbackURL`,
    post(UP, { ...NEW, password: "x", callbackURL: "https://evil.example" }),
  ),
  bare(
    `${UP}: no name and a foreign callbackURL`,
    post(UP, { ...without(NEW, "name"), callbackURL: "https://evil.example" }),
  ),
  ...CALLBACKS.refused.map((callbackURL) =>
    bare(`${UP}: callbackURL ${callbackURL}`, post(UP, { ...NEW, callbackURL })),
  ),
  bare(`${UP}: callbackURL of the query`, post(`${UP}?callbackURL=https://evil.example`, NEW)),
  bare(
    `${UP}: callbackURL of the query beside an empty one`,
    post(`${UP}?callbackURL=https://evil.example`, { ...NEW, password: "short", callbackURL: "" }),
  ),
  bare(
    `${UP}: callbackURL of the query beside one of ours`,
    post(`${UP}?callbackURL=https://evil.example`, { ...NEW, password: "short", callbackURL: "/home" }),
  ),
  bare(
    `${UP}: two callbackURLs in the query`,
    post(`${UP}?callbackURL=/home&callbackURL=https://evil.example`, { ...NEW, password: "short" }),
  ),
  bare(`${UP}: redirectTo of the query`, post(`${UP}?redirectTo=https://evil.example`, { ...NEW, password: "short" })),
  bare(`${UP}: redirectTo is 5`, post(UP, { ...NEW, password: "short", redirectTo: 5 })),
  bare(
    `${UP}: all of its URLs elsewhere`,
    post(UP, {
      ...NEW,
      newUserCallbackURL: "https://evil.example",
      errorCallbackURL: "https://evil.example",
      redirectTo: "https://evil.example",
    }),
  ),
  bare(`${UP}: redirectTo`, post(UP, { ...NEW, redirectTo: "https://evil.example" })),
  bare(`${UP}: errorCallbackURL`, post(UP, { ...NEW, errorCallbackURL: "https://evil.example" })),
  bare(`${UP}: newUserCallbackURL`, post(UP, { ...NEW, newUserCallbackURL: "https://evil.example" })),

  // Sign-up.
  client("sign-up", "ann", (auth) => auth.signUp.email(ANN)),
  client("sign-up again", "nobody", (auth) => auth.signUp.email(ANN)),
  client("sign-up again in another case", "nobody", (auth) => auth.signUp.email({ ...ANN, email: "ANN@EXAMPLE.COM" })),
  client("sign-up again with a short password", "nobody", (auth) => auth.signUp.email({ ...ANN, password: "short" })),
  client("sign-up of another", "bob", (auth) => auth.signUp.email({ ...BOB, image: "https://example.com/bob.png" })),
  ...TAKEN_EMAILS.map((email) => bare(`${UP}: e-mail ${email}`, post(UP, { ...CAROL, email }))),
  bare(`${UP}: password of 8`, post(UP, { ...CAROL, email: "eight@example.com", password: "qzvk7mxw" })),
  bare(`${UP}: password of 128`, post(UP, { ...CAROL, email: "many@example.com", password: "long, one ".repeat(7) })),
  bare(
    `${UP}: password of 128 letters`,
    post(UP, { ...CAROL, email: "most@example.com", password: "long, one ".repeat(12) + "long, on" }),
  ),
  bare(`${UP}: 8 units of 4 smileys`, post(UP, { ...CAROL, email: "smile@example.com", password: "😀😀😀😀" })),
  bare(`${UP}: a common password`, post(UP, { ...CAROL, email: "common@example.com", password: "password123" })),
  bare(`${UP}: an empty name`, post(UP, { ...CAROL, email: "noname@example.com", name: "" })),
  bare(`${UP}: a long name`, post(UP, { ...CAROL, email: "longname@example.com", name: "x".repeat(300) })),
  bare(
    `${UP}: a name with control characters`,
    post(UP, { ...CAROL, email: "control@example.com", name: "a\u0000b\n" }),
  ),
  bare(`${UP}: a name with spaces around it`, post(UP, { ...CAROL, email: "spaces@example.com", name: "  Carol  " })),
  bare(
    `${UP}: a name with letters of every kind`,
    post(UP, { ...CAROL, email: "kind@example.com", name: "Zoë 😀 王\u2028" }),
  ),
  bare(`${UP}: a lone surrogate`, post(UP, `{"name":"\\ud800","email":"lone@example.com","password":"long enough"}`)),
  bare(`${UP}: an empty image`, post(UP, { ...CAROL, email: "image1@example.com", image: "" })),
  bare(`${UP}: an image that is no URL`, post(UP, { ...CAROL, email: "image2@example.com", image: "picture" })),
  bare(
    `${UP}: an image by javascript:`,
    post(UP, { ...CAROL, email: "image3@example.com", image: "javascript:alert(1)" }),
  ),
  bare(
    `${UP}: an image by data:`,
    post(UP, { ...CAROL, email: "image4@example.com", image: "data:image/png;base64,AAAA" }),
  ),
  bare(`${UP}: an image of our own`, post(UP, { ...CAROL, email: "image5@example.com", image: "/carol.png" })),
  bare(`${UP}: an address of over 254 bytes`, post(UP, { ...CAROL, email: `${"a".repeat(250)}@example.com` })),
  bare(`${UP}: an address with a long local part`, post(UP, { ...CAROL, email: `${"a".repeat(70)}@example.com` })),
  bare(
    `${UP}: members that it does not know`,
    post(UP, { ...CAROL, email: "extra@example.com", plan: "gold", nested: { a: 1 } }),
  ),
  bare(`${UP}: emailVerified, id, role`, post(UP, { ...CAROL, email: "extra2@example.com", emailVerified: true })),
  bare(`${UP}: an id of one's own`, post(UP, { ...CAROL, email: "extra3@example.com", id: "mine" })),
  bare(
    `${UP}: createdAt of one's own`,
    post(UP, { ...CAROL, email: "extra4@example.com", createdAt: "2020-01-01T00:00:00.000Z" }),
  ),
  bare(
    `${UP}: a member twice`,
    post(UP, `{"name":"A","name":"B","email":"twice@example.com","password":"long enough"}`),
  ),
  bare(
    `${UP}: __proto__`,
    post(UP, `{"__proto__":{"x":1},"name":"A","email":"proto@example.com","password":"long enough"}`),
  ),
  bare(`${UP}: a byte order mark`, post(UP, `\ufeff${JSON.stringify({ ...CAROL, email: "bom@example.com" })}`)),
  bare(
    `${UP}: JSON with a charset`,
    post(UP, { ...CAROL, email: "charset@example.com" }, { "content-type": "application/json; charset=utf-8" }),
  ),
  bare(
    `${UP}: JSON in capitals`,
    post(UP, { ...CAROL, email: "capitals@example.com" }, { "content-type": "Application/JSON" }),
  ),
  bare(
    `${UP}: a form`,
    post(UP, "name=F&email=form%40example.com&password=long+enough", {
      "content-type": "application/x-www-form-urlencoded",
    }),
  ),
  bare(`${UP}: over 64 KiB`, post(UP, { ...CAROL, email: "big@example.com", filler: "x".repeat(70_000) })),
  bare(
    `${UP}: JSON in UTF-16, as it says`,
    post(UP, { ...CAROL, email: "utf16@example.com" }, { "content-type": "application/json; charset=utf-16" }),
  ),
  bare(`${UP}: JSON within JSON, deeply`, post(UP, "[".repeat(1000) + "]".repeat(1000))),
  bare(
    `${UP}: a deep member that it does not know`,
    post(
      UP,
      `{"deep":${"[".repeat(1000)}${"]".repeat(1000)},"name":"C","email":"deep@example.com","password":"long enough"}`,
    ),
  ),
  bare(`${UP}: a password of spaces`, post(UP, { ...CAROL, email: "spacebar@example.com", password: "         " })),
  bare(`${UP}: a password with NUL`, post(UP, { ...CAROL, email: "nul@example.com", password: "before\u0000after" })),
  bare(
    `${UP}: a password with letters of every kind`,
    post(UP, { ...CAROL, email: "letters@example.com", password: "zo\u00eb \ufb01nd \u738b" }),
  ),
  bare(
    `${IN}: that password in another form (NFD)`,
    post(IN, { email: "letters@example.com", password: "zoe\u0308 \ufb01nd \u738b" }),
  ),
  bare(
    `${IN}: that password in another form (NFKC)`,
    post(IN, { email: "letters@example.com", password: "zo\u00eb find \u738b" }),
  ),
  bare(
    `${IN}: that password as it was`,
    post(IN, { email: "letters@example.com", password: "zo\u00eb \ufb01nd \u738b" }),
  ),
  bare(
    `${UP}: a lone surrogate in the password`,
    post(UP, `{"name":"C","email":"lone2@example.com","password":"long enough \\ud800"}`),
  ),
  bare(
    `${UP}: an image of over 2048 characters`,
    post(UP, { ...CAROL, email: "image6@example.com", image: `/${"x".repeat(2048)}` }),
  ),
  bare(
    `${UP}: an image with spaces`,
    post(UP, { ...CAROL, email: "image7@example.com", image: "https://example.com/a b.png" }),
  ),
  bare(
    `${UP}: an image in capitals`,
    post(UP, { ...CAROL, email: "image8@example.com", image: "HTTPS://EXAMPLE.COM/A.PNG" }),
  ),
  bare(`${UP}: rememberMe`, post(UP, { ...CAROL, email: "remember@example.com", rememberMe: true })),

  // A session that is too large for one cookie.
  client("sign-up with a large session", "large", (auth) =>
    auth.signUp.email({
      name: "王".repeat(256),
      email: "large@example.com",
      password: "long enough",
      image: `/${"x".repeat(2000)}`,
    }),
  ),
  client("get-session, large", "large", (auth) => auth.getSession()),
  client("get-session from the store, large", "large", (auth) =>
    auth.getSession({ query: { disableCookieCache: true } }),
  ),
  client("token, large", "large", (auth) => auth.$fetch("/token")),
  bare("get-session with half of a large session", ({ browser }) =>
    get("/get-session", {
      cookie: browser("large")
        .cookies()
        .replace(/; [^;]*session_data\.1=[^;]*/, ""),
    }),
  ),
  client("update-user to a small session", "large", (auth) => auth.updateUser({ name: "Li", image: null })),
  client("get-session, small again", "large", (auth) => auth.getSession()),
  client("update-user to a large session", "large", (auth) =>
    auth.updateUser({ name: "王".repeat(256), image: `/${"x".repeat(2000)}` }),
  ),
  client("sign-out, large", "large", (auth) => auth.signOut()),

  client("sign-up, not to be remembered", "short", (auth) =>
    auth.signUp.email({ ...CAROL, email: "short@example.com", rememberMe: false }),
  ),
  client("get-session, not to be remembered", "short", (auth) => auth.getSession()),
  client("get-session from the store, not to be remembered", "short", (auth) =>
    auth.getSession({ query: { disableCookieCache: true } }),
  ),
  client("update-user, not to be remembered", "short", (auth) => auth.updateUser({ name: "Short" })),
  client("sign-out, not to be remembered", "short", (auth) => auth.signOut()),
  ...CALLBACKS.taken.map((callbackURL, index) =>
    bare(
      `${UP}: callbackURL ${JSON.stringify(callbackURL)}`,
      post(UP, { ...CAROL, email: `back${index}@example.com`, callbackURL }),
    ),
  ),
  bare(`${UP}: a trusted origin`, post(UP, { ...CAROL, email: "trusted@example.com" }, { origin: TRUSTED })),
  bare(
    `${UP}: a trusted referer`,
    post(UP, { ...CAROL, email: "referer@example.com" }, { referer: `${TRUSTED}/page` }),
  ),
];
