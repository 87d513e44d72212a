// Checks the types of edgeseal/next against Next.js's real types.
import { type AuthSession, createAuth } from "edgeseal/next";
import type { auth as server } from "./better-auth.js";
import type { IncomingMessage } from "node:http";
import type { NextApiRequest } from "next";
import { type NextFetchEvent, type NextRequest, NextResponse } from "next/server.js";

const auth = createAuth({ secret: process.env["AUTH_SECRET"]!, baseURL: process.env["BASE_URL"], publicPaths: ["/"] });

// Next.js calls the proxy with these types.
export const proxy: (request: NextRequest, event: NextFetchEvent) => Promise<Response> = auth.proxy;
export const middleware: typeof proxy = auth.proxyWith((request, session) => {
  const response = NextResponse.next({ request: { headers: new Headers(request.headers) } });
  request.nextUrl.clone().pathname;
  request.cookies.get("a")?.value;
  if (session) response.headers.set("x-name", session.user.name);
  return response;
});

export const GET: (request: NextRequest, context: { params: Promise<{ id: string }> }) => Promise<Response> =
  auth.withAuth(async (request, session, { params }: { params: Promise<{ id: string }> }) =>
    Response.json({ id: session.user.id, task: (await params).id, path: request.nextUrl.pathname }),
  );

export const POST = auth.withAuth((_request, session) => new Response(session.session.expiresAt.toISOString()));

export async function page(): Promise<AuthSession> {
  const maybe = await auth.getSession();
  // @ts-expect-error the session may be null
  maybe.user;
  const path: string = auth.callbackUrl((await Promise.resolve({ callbackUrl: ["a"] })).callbackUrl, "/dashboard");
  path.length;
  return auth.requireSession();
}

// @ts-expect-error an unknown option
createAuth({ secret: "x", baseUrl: "https://app.example" });
// @ts-expect-error the handler must return a response
auth.withAuth(() => {});

// Custom fields, with the types that Better Auth infers.
const typed = createAuth<typeof server.$Infer.Session>({ secret: "x", baseURL: "https://app.example" });
export const plans: [Promise<string>, Promise<string | undefined>] = [
  typed.requireSession().then(({ user, session }) => user.plan + user.email + session.token),
  typed.getSession().then((session) => session?.user.plan),
];
typed.withAuth((_request, { user }) => new Response(user.plan));
typed.proxyWith((_request, session) => void session?.user.plan);
// @ts-expect-error an unknown field
typed.requireSession().then(({ user }) => user.plans);
// @ts-expect-error extra fields are unknown by default
auth.requireSession().then(({ user }): string => user["plan"]);
// @ts-expect-error not a session type
createAuth<string>({ secret: "x", baseURL: "https://app.example" });

/** Requests in the Pages Router. */
export const pages = (request: IncomingMessage, api: NextApiRequest) => [
  auth.getSession(request),
  auth.getSession(api),
];
