import { type NextRequest, NextResponse } from "next/server";
import { sessionCookie, verifySession } from "@/lib/session";

const WORKER = process.env.AUTH_URL ?? "http://127.0.0.1:8787";

/** Lets a page through only with session data that edgeseal verified; refreshes it once where it ended. */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  if (verifySession(request.cookies.get(sessionCookie("session_data"))?.value)) return NextResponse.next();

  const fresh = await refreshed(request);
  for (const cookie of fresh) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    if (name && value) request.cookies.set(name, value);
  }
  if (verifySession(request.cookies.get(sessionCookie("session_data"))?.value)) {
    const response = NextResponse.next({ request: { headers: request.headers } });
    for (const cookie of fresh) response.headers.append("set-cookie", cookie);
    return response;
  }
  const signIn = new URL("/sign-in", request.url);
  signIn.searchParams.set("callbackUrl", request.nextUrl.pathname);
  return NextResponse.redirect(signIn);
}

export const config = { matcher: ["/dashboard/:path*"] };

/** The cookies of a fresh session, where the browser has a refresh token; none otherwise. */
async function refreshed(request: NextRequest): Promise<string[]> {
  const token = request.cookies.get(sessionCookie("session_token"));
  if (!token) return [];
  try {
    const headers = { cookie: `${token.name}=${token.value}` };
    const signal = AbortSignal.timeout(3000);
    const answer = await fetch(`${WORKER}/api/auth/get-session?disableCookieCache=true`, { headers, signal });
    return answer.ok ? answer.headers.getSetCookie() : [];
  } catch {
    return [];
  }
}
