/** On every answer of this app; next.config.ts sets them. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "X-Content-Type-Options": "nosniff",
  // Not `no-referrer`: forms would then be sent with `Origin: null`, which nobody trusts.
  "Referrer-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
};

export const STRICT_TRANSPORT = "max-age=63072000; includeSubDomains";

const development = process.env.NODE_ENV === "development";

/** 128 random bits, for one answer. */
export function createNonce(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
}

/** Scripts run by their nonce, and what they load themselves; styles come from files of this origin. */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'self'",
    // React's development build rebuilds the server's stack traces by `eval`.
    `script-src 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    `style-src 'self'${development ? " 'unsafe-inline'" : ""}`,
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
