import { auth } from "../../../auth";

export const runtime = "edge";

export const GET = auth.withAuth(async (request, session) =>
  Response.json({ id: session.user.id, sealed: (await auth.getSeal(request))?.subject ?? null }),
);
