/** The headers that next.config.ts adds to every response from this app. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "X-Content-Type-Options": "nosniff",
  // Not `no-referrer`, because browsers would then send forms with `Origin: null`, which servers don't trust.
  "Referrer-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/**
 * For a page with a token in its URL: the `Referer` header never contains that URL, not even in requests to this
 * origin. This is not `no-referrer`, for the same reason as above.
 */
export const TOKEN_REFERRER = "strict-origin";

export const STRICT_TRANSPORT = "max-age=63072000; includeSubDomains";

const development = process.env.NODE_ENV === "development";

/** Returns 128 random bits for use in one response. */
export function createNonce(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
}

/** Allows scripts with the nonce, any scripts that they load, and style sheets from this origin. */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'self'",
    // React's development build uses `eval` to rebuild the server's stack traces.
    `script-src 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    `style-src 'self'${development ? " 'unsafe-inline'" : ""}`,
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
