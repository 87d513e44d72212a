import { auth } from "../../../lib/auth";

export async function GET(request: Request) {
  const { user } = await auth.requireSession(request);
  return Response.json({ id: user.id });
}
