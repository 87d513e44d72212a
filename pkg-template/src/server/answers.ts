/** A response whose body has Better Auth's shape, so that Better Auth's client shows the message. */
function refusal(status: number, code: string, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ message, code }, { status, headers: { "cache-control": "no-store", ...headers } });
}

/** A 401 response with its challenge (RFC 6750 §3), for requests made by scripts. */
export function unauthorized(badToken: boolean): Response {
  const challenge = badToken ? 'Bearer error="invalid_token"' : "Bearer";
  return refusal(401, "UNAUTHORIZED", "Sign in first", { "www-authenticate": challenge });
}

/** A 403 response to a change that a page from another origin made a browser send. */
export function foreignOrigin(): Response {
  return refusal(403, "INVALID_ORIGIN", "This origin is not trusted");
}
