import { auth } from "../../../lib/auth";

/** Returns what reached the handler, and what it accepted. */
export async function GET(request: Request) {
  const headers = Object.fromEntries(request.headers);
  return Response.json({ session: await auth.getSession(), seal: await auth.getSeal(request), headers });
}

export const POST = GET;
