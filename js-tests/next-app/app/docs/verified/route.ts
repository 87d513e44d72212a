import { getVerifiedSession } from "edgeseal/better-auth";
import { authServer } from "../../../lib/server";

/** Verifies the session in the handler itself. Returns the user and the algorithm of the stored password hash. */
export async function GET(request: Request) {
  const session = getVerifiedSession(request, {
    secret: process.env.BETTER_AUTH_SECRET!,
    baseURL: process.env.BETTER_AUTH_URL,
  });
  if (!session) return Response.json(null);
  const { internalAdapter } = await (await authServer()).$context;
  const [account] = await internalAdapter.findAccounts(session.user.id);
  const stored = /^\$[\w-]+(?=\$)|^[0-9a-f]+(?=:)/.exec(account?.password ?? "")?.[0];
  return Response.json({ id: session.user.id, stored: stored?.startsWith("$") ? stored.slice(1) : "salt:key" });
}
