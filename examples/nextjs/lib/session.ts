import { createVerifier, type Verifier } from "edgeseal";

/** The session data that the Worker signs into its cookie. */
export interface SessionData {
  session: { userId: string; expiresAt: string };
  user: { id: string; name: string; email: string };
  exp: number;
}

/** `__Secure-` exactly when the browser talks https. */
export function sessionCookie(name: "session_data" | "session_token"): string {
  const secure = (process.env.BASE_URL ?? "http://localhost:3000").startsWith("https:");
  return `${secure ? "__Secure-" : ""}better-auth.${name}`;
}

let verifier: Verifier<SessionData> | undefined;

/** The session behind the cookie's value, verified: signature, expiry, and that its parts belong together. */
export function verifySession(cookie: string | undefined): SessionData | undefined {
  // At the first request, not at build time: only the running server has the secret.
  verifier ??= createVerifier<SessionData>({ secret: process.env.AUTH_SECRET ?? "" });
  if (!cookie) return undefined;
  try {
    const data = verifier.verify(cookie);
    const live = Date.parse(data.session?.expiresAt) > Date.now();
    return live && data.user?.id === data.session.userId ? data : undefined;
  } catch {
    return undefined;
  }
}
