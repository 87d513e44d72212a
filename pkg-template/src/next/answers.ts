/** Bodies have Better Auth's shape: its client shows them as they are. */
function refusal(status: number, code: string, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ message, code }, { status, headers: { "cache-control": "no-store", ...headers } });
}

/** 401 with its challenge (RFC 6750 §3): for what a script asks. */
export function unauthorized(badToken: boolean): Response {
  const challenge = badToken ? 'Bearer error="invalid_token"' : "Bearer";
  return refusal(401, "UNAUTHORIZED", "Sign in first", { "www-authenticate": challenge });
}

/** 403 for a change that another site's page asked a browser for. */
export function foreignOrigin(): Response {
  return refusal(403, "INVALID_ORIGIN", "This origin is not trusted");
}

/** To the sign-in page. A form's POST is not repeated there (RFC 9110 §15.4.4). */
export function redirectTo(location: string, method: string): Response {
  const status = method === "GET" || method === "HEAD" ? 307 : 303;
  // Without the second one the router of `pages/` keeps it, and leads to the sign-in page after sign-in.
  const headers = { location, "cache-control": "no-store", "x-middleware-cache": "no-cache" };
  return new Response(null, { status, headers });
}

/**
 * To the router of `app/`, which would keep a redirect that it prefetched, and lead to the sign-in page after sign-in. What it
 * cannot read it does not keep: at a click it lets the browser load the page, which is redirected then.
 */
export function loadPage(): Response {
  return new Response(null, { status: 204, headers: { "cache-control": "no-store" } });
}

/**
 * The same to a Server Action that React called. It reads no `Location`: its redirect has a header of Next.js's own,
 * and anything else is "An unexpected response was received from the server", in place of the page. An address with
 * its origin, as to a path the client adds `basePath`.
 */
export function redirectAction(location: string): Response {
  // Next.js splits at `;`.
  const headers = { "x-action-redirect": `${location.replaceAll(";", "%3B")};push`, "cache-control": "no-store" };
  return new Response(null, { status: 303, headers });
}
