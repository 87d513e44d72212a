// Which paths and methods exist, and which need a session.
import { ANN, BASE, IN, TRUSTED, UP, bare, client, get, post } from "./asking.mjs";

export const routes = [
  // Which paths and methods exist.
  bare("/ok", get("/ok")),
  bare("/ok by POST", post("/ok", {})),
  bare("/ok by HEAD", { method: "HEAD", path: `${BASE}/ok` }),
  bare("/ok with a slash", get("/ok/")),
  bare("/ok with two slashes", get("//ok")),
  bare("/OK", get("/OK")),
  bare("the base path", get("")),
  bare("the base path with a slash", get("/")),
  bare("an unknown path", get("/nope")),
  bare("an unknown path by POST", post("/nope", {})),
  bare("an unknown path by POST, broken JSON", post("/nope", "{")),
  bare("/jwks", get("/jwks")),
  bare("/error", get("/error")),
  ...[UP, IN, "/sign-out", "/change-password", "/update-user", "/delete-user", "/revoke-session"].map((path) =>
    bare(`${path} by GET`, get(path)),
  ),
  ...["/revoke-sessions", "/revoke-other-sessions"].map((path) => bare(`${path} by GET`, get(path))),
  ...["/get-session", "/token", "/list-sessions"].map((path) => bare(`${path} by POST`, post(path, {}))),
  ...["PUT", "PATCH", "DELETE", "HEAD"].map((method) =>
    bare(`${UP} by ${method}`, { ...post(UP, method === "HEAD" ? undefined : ANN), method }),
  ),
  ...["HEAD", "PUT", "DELETE"].map((method) => bare(`/get-session by ${method}`, { ...get("/get-session"), method })),

  // Preflight requests.
  ...Object.entries({ "a trusted page": TRUSTED, "a foreign page": "http://evil.example" }).flatMap(
    ([name, origin]) => [
      bare(`a preflight of ${name}`, {
        method: "OPTIONS",
        path: BASE + IN,
        headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type" },
      }),
      bare(`a GET of ${name}`, get("/get-session", { origin })),
    ],
  ),
  bare("OPTIONS that is no preflight", { method: "OPTIONS", path: BASE + IN }),

  // Without a session.
  client("get-session, signed out", "nobody", (auth) => auth.getSession()),
  client("token, signed out", "nobody", (auth) => auth.$fetch("/token")),
  client("list-sessions, signed out", "nobody", (auth) => auth.listSessions()),
  client("revoke-session, signed out", "nobody", (auth) => auth.revokeSession({ token: "x" })),
  client("revoke-sessions, signed out", "nobody", (auth) => auth.revokeSessions()),
  client("revoke-other-sessions, signed out", "nobody", (auth) => auth.revokeOtherSessions()),
  client("change-password, signed out", "nobody", (auth) =>
    auth.changePassword({ currentPassword: "long enough", newPassword: "long enough 2" }),
  ),
  client("update-user, signed out", "nobody", (auth) => auth.updateUser({ name: "X" })),
  client("delete-user, signed out", "nobody", (auth) => auth.deleteUser({})),
  client("sign-out, signed out", "nobody", (auth) => auth.signOut()),
  bare("sign-out, nothing at all", post("/sign-out")),
  ...["/change-password", "/update-user", "/delete-user", "/revoke-session"].map((path) =>
    bare(`${path}: broken JSON, signed out`, post(path, "{")),
  ),
  ...["/change-password", "/update-user", "/delete-user", "/revoke-session"].map((path) =>
    bare(`${path}: empty object, signed out`, post(path, {})),
  ),
  bare(
    "change-password: a foreign origin without cookies",
    post("/change-password", {}, { origin: "http://evil.example" }),
  ),
];
