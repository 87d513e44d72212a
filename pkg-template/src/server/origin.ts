/**
 * Returns the origin that the browser requested. Only used in development, where `baseURL` may be missing. `url` is the
 * URL of the request.
 */
export function requestOrigin(headers: Headers, url: { readonly protocol: string; readonly host: string }): string {
  return `${url.protocol}//${headers.get("host") ?? url.host}`;
}

/**
 * Returns whether this request is a write that a page from another origin made the browser send. `SameSite=Lax` alone
 * isn't enough: it allows requests from pages on sub-domains and, in old browsers, from other pages, too (OWASP CSRF
 * Prevention, "Verifying Origin").
 */
export function isForeignChange(
  { method, headers }: Request,
  ownOrigin: string,
  trustedOrigins: readonly string[],
): boolean {
  if (/^(GET|HEAD|OPTIONS)$/.test(method)) return false;
  const from = headers.get("origin");
  if (from === null) return /^(cross-site|same-site)$/.test(headers.get("sec-fetch-site") ?? "");
  return from !== ownOrigin && !trustedOrigins.includes(from);
}
