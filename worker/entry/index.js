// The module that workerd loads. The Worker is written in Rust, which decides on each request in a call that returns a
// plan; this module does the waiting. worker/src/plan.rs describes the plans.
//
// A trap stops the wasm instance, and the next call creates a new one. Requests that wait for the stopped instance would
// never get a response, so this module responds to them. Requests that wait for an upstream are not affected, because
// their plans don't belong to an instance.
import { fault } from "./fault.js";
import { forward } from "./forward.js";
import { readForward, respond, returned } from "./plan.js";
import Handler from "./worker.js";

export { AccountLimiter } from "./worker.js";

const { decide, finish, fail } = Handler.prototype;
const instance = globalThis.__worker_init_state;

/** The functions that settle requests that are waiting for the instance. */
const underway = new Set();

const stopped = () => {
  for (const end of underway) end();
};
addEventListener("error", ({ error }) => {
  if (error instanceof WebAssembly.RuntimeError) stopped();
});

export default {
  fetch(request, env, context) {
    try {
      const plan = call(() => decide(request, env, context), env, context);
      return typeof plan === "string" ? follow(plan, request, env, context) : whenDecided(plan, request, env, context);
    } catch (cause) {
      return fault(request, env, cause);
    }
  },
  scheduled: (event, env, context) => new Handler(context, env).scheduled(event),
  queue: (batch, env, context) => new Handler(context, env).queue(batch),
};

/**
 * Calls Rust. The first call after a trap, which may have been the Durable Object's, creates a new instance, as
 * worker-build's own handlers do.
 */
function call(run, env, context) {
  if (instance.criticalError) {
    stopped();
    new Handler(context, env);
  }
  try {
    return run();
  } catch (cause) {
    if (cause instanceof WebAssembly.RuntimeError) {
      instance.criticalError = true;
      stopped();
    }
    throw cause;
  }
}

async function whenDecided(plan, request, env, context) {
  let end;
  // The promise is settled without a value, because a Response belongs to the request that creates it.
  const ended = new Promise((resolve) => (end = resolve));
  underway.add(end);
  try {
    const decided = await Promise.race([plan, ended]);
    return decided === undefined ? fault(request, env) : await follow(decided, request, env, context);
  } catch (cause) {
    return fault(request, env, cause);
  } finally {
    underway.delete(end);
  }
}

/** Does what a plan says. */
function follow(plan, request, env, context) {
  return plan.startsWith("respond") ? respond(plan) : throughUpstream(readForward(plan), request, env, context);
}

async function throughUpstream(plan, request, env, context) {
  try {
    const { answered, failure, detail = "" } = await forward(plan, request, env, context);
    const finishing = () => (failure ? fail(plan.pending, failure, detail, env) : finish(plan.pending, answered, env));
    const next = call(finishing, env, context);
    return next.startsWith("respond") ? respond(next) : returned(answered, next);
  } catch (cause) {
    return fault(request, env, cause);
  }
}
