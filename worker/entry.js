// The module that workerd loads. It runs the Worker, which is written in Rust, and responds to requests whose wasm
// instance has stopped.
//
// A trap stops the instance, and its pending requests then never settle: workerd would respond to them with a bare 500.
// worker-build creates a new instance for the next request. This module responds to pending requests in the same way as
// after any other fault.
import Handler from "./worker.js";

export { AccountLimiter } from "./worker.js";

/** The functions that settle pending requests, one per request. */
const underway = new Set();

addEventListener("error", ({ error }) => {
  if (error instanceof WebAssembly.RuntimeError) for (const end of [...underway]) end();
});

export default class extends Handler {
  async fetch(request) {
    const answer = super.fetch(request);
    let end;
    // The promise is settled without a value, because a Response belongs to the request that creates it.
    const stopped = new Promise((resolve) => (end = resolve));
    underway.add(end);
    try {
      return (await Promise.race([answer, stopped])) ?? fault(request, this.env, "stopped while it waited");
    } catch (cause) {
      return fault(request, this.env, cause instanceof Error ? cause.name : typeof cause);
    } finally {
      underway.delete(end);
    }
  }
}

/**
 * Returns the same response that the Worker gives for its own faults. Logs only the error's name, because its message
 * may contain anything.
 */
function fault({ url }, { HSTS_INCLUDE_SUBDOMAINS }, detail) {
  const requestId = crypto.randomUUID().replaceAll("-", "");
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
