/**
 * Returns a response whose body has the same form as Better Auth's errors, so that Better Auth's client can show the
 * message.
 */
function refusal(status: number, code: string, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ message, code }, { status, headers: { "cache-control": "no-store", ...headers } });
}

/** Returns a 401 response with a challenge (RFC 6750 §3), for requests from scripts. */
export function unauthorized(badToken: boolean): Response {
  const challenge = badToken ? 'Bearer error="invalid_token"' : "Bearer";
  return refusal(401, "UNAUTHORIZED", "Sign in first", { "www-authenticate": challenge });
}

/** Returns a 403 response, for a write that a page from another origin made the browser send. */
export function foreignOrigin(): Response {
  return refusal(403, "INVALID_ORIGIN", "This origin is not trusted");
}
