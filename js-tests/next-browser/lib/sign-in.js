import { signJwt } from "edgeseal";

export const DATA = "better-auth.session_data";

/** Creates session data like Better Auth's, because the fixture acts as its own auth server. */
export function sessionData(name = "Ann") {
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const user = { id: name.toLowerCase(), name, email: `${name.toLowerCase()}@example.com`, emailVerified: false };
  const session = { id: `s-${user.id}`, token: "t", userId: user.id, expiresAt };
  return signJwt({ session, user, version: "1" }, process.env.AUTH_SECRET, { typ: false, expiresIn: 300 });
}
