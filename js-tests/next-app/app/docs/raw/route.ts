import { auth } from "../../../lib/auth";

/** Returns the headers that reached the handler, and the session and the seal that the handler accepted. */
export async function GET(request: Request) {
  const headers = Object.fromEntries(request.headers);
  return Response.json({ session: await auth.getSession(), seal: await auth.getSeal(request), headers });
}

export const POST = GET;
