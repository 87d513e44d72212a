// What workerd loads: the Worker in Rust, and an answer to requests whose wasm stopped.
//
// A trap ends the instance, and what it had begun is never settled: workerd answers a bare 500 once it finds that
// nothing can come any more. The next request gets a new instance (worker-build's doing); these get an answer that
// reads like any other fault's.
import Edge from "./edge.js";

export { AccountLimiter } from "./edge.js";

/** What ends each request that the instance has under way. */
const underway = new Set();

addEventListener("error", ({ error }) => {
  if (error instanceof WebAssembly.RuntimeError) for (const end of [...underway]) end();
});

export default class extends Edge {
  async fetch(request) {
    const answer = super.fetch(request);
    let end;
    // Settled without a value: a Response belongs to the request that it is made in.
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

/** As the Worker's own answers to faults are. What went wrong is told by name only: a message may hold anything. */
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
        // Never over plain http (RFC 6797 §7.2).
        ...(url.startsWith("https:") && {
          "strict-transport-security": `max-age=31536000${String(HSTS_INCLUDE_SUBDOMAINS) === "true" ? "; includeSubDomains" : ""}`,
        }),
      },
    },
  );
}
