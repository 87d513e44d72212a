import { NextResponse } from "next/server";
import { authServer } from "@/lib/auth-server";

const handler = async (request: Request) => (await authServer()).handler(request);

export const POST = handler;

export async function GET(request: Request) {
  const response = await handler(request);
  // If a deletion link is invalid or its user isn't signed in, redirect the browser; Better Auth would show JSON.
  const isDeletion = new URL(request.url).pathname === "/api/auth/delete-user/callback";
  if (!isDeletion || response.status !== 404) return response;
  return NextResponse.redirect(new URL("/account/delete?error=INVALID_TOKEN", process.env.BETTER_AUTH_URL));
}
