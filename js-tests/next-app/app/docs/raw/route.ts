import { auth } from "../../../lib/auth";

/** What reached the handler, and what of it is believed. */
export async function GET(request: Request) {
  const headers = Object.fromEntries(request.headers);
  return Response.json({ session: await auth.getSession(), seal: await auth.getSeal(request), headers });
}

export const POST = GET;
