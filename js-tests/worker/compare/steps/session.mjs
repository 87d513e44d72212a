// Reading a session, with unchanged and with changed cookies.
import { ORIGIN, bare, client, get, post, raw } from "./asking.mjs";

export const session = [
  // Reading the session.
  client("get-session", "ann", (auth) => auth.getSession()),
  client("get-session, disableCookieCache", "ann", (auth) => auth.getSession({ query: { disableCookieCache: true } })),
  client("get-session, disableRefresh", "ann", (auth) => auth.getSession({ query: { disableRefresh: true } })),
  client("get-session, both", "ann", (auth) =>
    auth.getSession({ query: { disableCookieCache: true, disableRefresh: true } }),
  ),
  ...[
    "disableCookieCache=false",
    "disableCookieCache=1",
    "disableCookieCache=0",
    "disableCookieCache=",
    "disableCookieCache",
    "disableCookieCache=TRUE",
    "disableCookieCache=yes",
    "disableRefresh=0",
    "disableRefresh=maybe",
    "disableCookieCache=true&disableCookieCache=false",
    "other=1",
  ].map((query) => raw(`get-session?${query}`, "ann", get(`/get-session?${query}`))),
  client("token", "ann", (auth) => auth.$fetch("/token")),
  raw("token from the store", "ann", get("/token?disableCookieCache=true")),
  raw("list-sessions from the store", "bob", get("/list-sessions?disableCookieCache=true")),
  raw("token, disableRefresh", "ann", get("/token?disableCookieCache=true&disableRefresh=true")),
  bare("get-session by Bearer", async ({ browser }) =>
    get("/get-session", { authorization: `Bearer ${(await browser("ann").client.$fetch("/token")).data.token}` }),
  ),
  bare("update-user by Bearer", async ({ browser }) =>
    post(
      "/update-user",
      { name: "A" },
      { authorization: `Bearer ${(await browser("ann").client.$fetch("/token")).data.token}` },
    ),
  ),
  client("jwks", "ann", (auth) => auth.jwks()),
  client("list-sessions", "bob", (auth) => auth.listSessions()),
  client("list-sessions of several", "ann", (auth) => auth.listSessions()),

  // Changed cookies.
  ...Object.entries({
    "session_token alone": ({ token }) => [token],
    "session_data alone": ({ data }) => [data],
    "session_token cut": ({ token }) => [token.slice(0, -3)],
    "session_token cut, beside session_data": ({ token, data }) => [token.slice(0, -3), data],
    "session_data cut, beside session_token": ({ token, data }) => [token, data.slice(0, -3)],
    "session_data cut, alone": ({ data }) => [data.slice(0, -3)],
    "session_data of another user": ({ token, other }) => [token, other.data],
    "session_token of another user": ({ data, other }) => [other.token, data],
    "session_token empty": ({ data }) => ["better-auth.session_token=", data],
    "session_token without a signature": ({ data }) => ["better-auth.session_token=abc", data],
    "session_token twice": ({ token, data }) => [token, token, data],
    "session_token twice, of two users": ({ token, other, data }) => [token, other.token, data],
    "session_token as it is after decoding": ({ token, data }) => [decodeURIComponent(token), data],
    "session_token in quotes": ({ token, data }) => [token.replace(/=(.*)/, '="$1"'), data],
    "session_data in quotes": ({ token, data }) => [token, data.replace(/=(.*)/, '="$1"')],
    "names in capitals": ({ token, data }) => [token.replace("better-auth", "BETTER-AUTH"), data],
    "other cookies around": ({ token, data }) => [`a=1;${token};b=2;${data};c`],
    "session_data twice": ({ token, data }) => [token, data, data],
    "session_data twice, of two users": ({ token, data, other }) => [token, data, other.data],
    "session_data twice, another's first": ({ token, data, other }) => [token, other.data, data],
    "the session as Bearer and session_data": ({ token, data }) => [token.replace("session_token", "token"), data],
    "the __Secure- names": ({ token, data }) => [`__Secure-${token}`, `__Secure-${data}`],
    "cookies of something else": () => ["theme=dark"],
    garbage: () => ["better-auth.session_token=%E0%A4%A; better-auth.session_data=a.b.c; ;;==;\u00e9"],
  }).flatMap(([name, cookies]) =>
    ["/get-session", "/token", "/list-sessions"].map((path) =>
      bare(`${path}: ${name}`, ({ browser }) => {
        const pairs = (jar) => ({
          token: `better-auth.session_token=${jar.get("better-auth.session_token")}`,
          data: `better-auth.session_data=${jar.get("better-auth.session_data")}`,
        });
        const cookie = cookies({ ...pairs(browser("ann").jar), other: pairs(browser("bob").jar) }).join("; ");
        return get(path, { cookie });
      }),
    ),
  ),
  ...["/update-user", "/change-password", "/delete-user", "/revoke-session", "/revoke-sessions", "/sign-out"].flatMap(
    (path) => [
      bare(`${path}: session_data alone`, ({ browser }) =>
        post(
          path,
          { name: "X", token: "x", currentPassword: "long enough", newPassword: "long enough" },
          {
            cookie: `better-auth.session_data=${browser("bob").jar.get("better-auth.session_data")}`,
            origin: ORIGIN,
          },
        ),
      ),
      bare(`${path}: session_token cut`, ({ browser }) =>
        post(
          path,
          { name: "X", token: "x", currentPassword: "long enough", newPassword: "long enough" },
          {
            cookie: browser("bob")
              .cookies()
              .replace(/session_token=.../, "session_token="),
            origin: ORIGIN,
          },
        ),
      ),
    ],
  ),
];
