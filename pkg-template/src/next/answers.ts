/** Redirects to the sign-in page. A form's POST is not repeated there (RFC 9110 §15.4.4). */
export function redirectTo(location: string, method: string): Response {
  const status = method === "GET" || method === "HEAD" ? 307 : 303;
  // Without the last header, the Pages Router remembers the redirect, and still follows it after sign-in.
  const headers = { location, "cache-control": "no-store", "x-middleware-cache": "no-cache" };
  return new Response(null, { status, headers });
}

/**
 * Responds to a prefetch by the App Router, which would remember a redirect and still follow it after sign-in. An empty
 * response is not remembered: on a click, the router falls back to a full page load, which is redirected.
 */
export function loadPage(): Response {
  return new Response(null, { status: 204, headers: { "cache-control": "no-store" } });
}

/**
 * Redirects a Server Action that React called. React does not read `Location`: Next.js redirects actions with its own
 * header, and any other response shows "An unexpected response was received from the server" in place of the page.
 * `location` includes the origin, because the client adds `basePath` to a path.
 */
export function redirectAction(location: string): Response {
  // Next.js splits the value at `;`.
  const headers = { "x-action-redirect": `${location.replaceAll(";", "%3B")};push`, "cache-control": "no-store" };
  return new Response(null, { status: 303, headers });
}
