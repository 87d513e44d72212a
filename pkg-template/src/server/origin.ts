/**
 * The origin that the browser requested, for development, where `baseURL` may be missing. `url` is the URL of the
 * request.
 */
export function requestOrigin(headers: Headers, url: { readonly protocol: string; readonly host: string }): string {
  return `${url.protocol}//${headers.get("host") ?? url.host}`;
}

/**
 * Whether a page from another origin made a browser send this request, and the request does more than read.
 * `SameSite=Lax` lets pages from sub-domains through, and in old browsers also other pages (OWASP CSRF Prevention,
 * "Verifying Origin").
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
