// What TypeScript makes of edgeseal/next beside the real types of Next.js.
import { type AuthSession, createAuth } from "edgeseal/next";
import { type NextFetchEvent, type NextRequest, NextResponse } from "next/server.js";

const auth = createAuth({ secret: process.env["AUTH_SECRET"]!, baseURL: process.env["BASE_URL"], publicPaths: ["/"] });

// As Next.js calls them.
export const proxy: (request: NextRequest, event: NextFetchEvent) => Promise<Response> = auth.proxy;
export const middleware: typeof proxy = auth.proxyWith((request, session) => {
  const response = NextResponse.next({ request: { headers: new Headers(request.headers) } });
  request.nextUrl.clone().pathname;
  request.cookies.get("a")?.value;
  if (session) response.headers.set("x-name", session.user.name ?? "");
  return response;
});

export const GET: (request: NextRequest, context: { params: Promise<{ id: string }> }) => Promise<Response> =
  auth.withAuth(async (request, session, { params }: { params: Promise<{ id: string }> }) =>
    Response.json({ id: session.user.id, task: (await params).id, path: request.nextUrl.pathname }),
  );

export const POST = auth.withAuth((_request, session) => new Response(session.session.expiresAt.toISOString()));

export async function page(): Promise<AuthSession> {
  const maybe = await auth.getSession();
  // @ts-expect-error perhaps nobody
  maybe.user;
  const path: string = auth.callbackUrl((await Promise.resolve({ callbackUrl: ["a"] })).callbackUrl, "/dashboard");
  path.length;
  return auth.requireSession();
}

// @ts-expect-error an unknown option
createAuth({ secret: "x", baseUrl: "https://app.example" });
// @ts-expect-error the handler answers
auth.withAuth(() => {});
