/** Redirects to the sign-in page. After a form's POST, the browser requests that page with GET (RFC 9110 §15.4.4). */
export function redirectTo(location: string, method: string): Response {
  const status = method === "GET" || method === "HEAD" ? 307 : 303;
  // Without the last header, the Pages Router would cache the redirect, and would still follow it after sign-in.
  const headers = { location, "cache-control": "no-store", "x-middleware-cache": "no-cache" };
  return new Response(null, { status, headers });
}

/**
 * Responds to a prefetch by the App Router, which would cache a redirect and still follow it after sign-in. The router
 * doesn't cache an empty response: on a click, it falls back to a full page load, and that page load is redirected.
 */
export function loadPage(): Response {
  return new Response(null, { status: 204, headers: { "cache-control": "no-store" } });
}

/**
 * Redirects a Server Action that React called. React doesn't read `Location`: Next.js redirects actions with its own
 * header, and for any other response, shows "An unexpected response was received from the server" in place of the page.
 * `location` must include the origin, because Next.js's client would add `basePath` to a path.
 */
export function redirectAction(location: string): Response {
  // Next.js splits the value at `;`.
  const headers = { "x-action-redirect": `${location.replaceAll(";", "%3B")};push`, "cache-control": "no-store" };
  return new Response(null, { status: 303, headers });
}
