import { DATA, sessionData } from "../../../../lib/sign-in";

/** The auth server's refresh: every client with its cookie is Ann. */
export function GET(request) {
  if (!request.headers.get("cookie")?.includes("session_token=ann")) return Response.json(null);
  const headers = { "set-cookie": `${DATA}=${sessionData()}; Path=/; HttpOnly; SameSite=Lax` };
  return Response.json({ session: {}, user: {} }, { headers });
}
