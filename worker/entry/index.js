// The module that workerd loads. It runs the Worker, which is written in Rust, and responds to requests whose wasm
// instance has stopped.
//
// A trap stops the instance, and its pending requests then never settle: workerd would respond to them with a bare 500.
// worker-build creates a new instance for the next request. This module responds to pending requests in the same way as
// after any other fault.
import { fault } from "./fault.js";
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
      return (await Promise.race([answer, stopped])) ?? fault(request, this.env);
    } catch (cause) {
      return fault(request, this.env, cause);
    } finally {
      underway.delete(end);
    }
  }
}
