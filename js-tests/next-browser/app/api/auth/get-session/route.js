import { DATA, sessionData } from "../../../../lib/sign-in";

/** Refreshes session data as the auth server does. Every client that sends Ann's session cookie is treated as Ann. */
export function GET(request) {
  if (!request.headers.get("cookie")?.includes("session_token=ann")) return Response.json(null);
  const headers = { "set-cookie": `${DATA}=${sessionData()}; Path=/; HttpOnly; SameSite=Lax` };
  return Response.json({ session: {}, user: {} }, { headers });
}
