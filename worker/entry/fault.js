/**
 * Returns the same response that the Worker gives for its own faults. Logs only the error's name, because its message
 * may contain anything.
 */
export function fault({ url }, { HSTS_INCLUDE_SUBDOMAINS }, cause) {
  const requestId = crypto.randomUUID().replaceAll("-", "");
  const thrown = cause instanceof Error ? cause.name : typeof cause;
  const detail = cause === undefined ? "stopped while it waited" : thrown;
  console.error(JSON.stringify({ event: "fault", code: "INSTANCE_STOPPED", detail, requestId }));
  return Response.json(
    { message: "Internal server error", code: "INTERNAL_SERVER_ERROR" },
    {
      status: 500,
      headers: {
        "content-type": "application/json; charset=utf-8",
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-request-id": requestId,
        // HSTS must not be sent over plain http (RFC 6797 §7.2).
        ...(url.startsWith("https:") && {
          "strict-transport-security": `max-age=31536000${String(HSTS_INCLUDE_SUBDOMAINS) === "true" ? "; includeSubDomains" : ""}`,
        }),
      },
    },
  );
}
