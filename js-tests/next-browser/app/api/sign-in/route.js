import { DATA, sessionData } from "../../../lib/sign-in";

export function POST() {
  const headers = { "set-cookie": `${DATA}=${sessionData()}; Path=/; HttpOnly; SameSite=Lax` };
  return Response.json({ signedIn: true }, { headers });
}
