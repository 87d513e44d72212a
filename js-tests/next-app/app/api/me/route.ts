import { auth } from "../../../lib/auth";

export const GET = auth.withAuth(async (request, session) => Response.json({ id: session.user.id }));
