import { auth } from "../../../lib/auth";

export async function GET() {
  const { user } = await auth.requireSession();
  return Response.json({ id: user.id });
}
