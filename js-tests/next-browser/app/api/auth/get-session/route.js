import { DATA, sessionData } from "../../../../lib/sign-in";

/** Refreshes session data like the auth server. Every client that sends Ann's session cookie counts as Ann. */
export function GET(request) {
  if (!request.headers.get("cookie")?.includes("session_token=ann")) return Response.json(null);
  const headers = { "set-cookie": `${DATA}=${sessionData()}; Path=/; HttpOnly; SameSite=Lax` };
  return Response.json({ session: {}, user: {} }, { headers });
}
