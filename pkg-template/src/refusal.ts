import { type Core, core, wipe } from "./boot.js";
import { EdgesealError, type EdgesealErrorCode, isEdgesealError, JwtError, KeyError, PasswordError } from "./errors.js";

const classes = { EdgesealError, JwtError, KeyError, PasswordError };

/** The value that the core throws for a refusal: class, code, message and claim. */
type Refusal = [keyof typeof classes, EdgesealErrorCode, string, string | null];

/**
 * @internal Calls the core. Throws the core's refusals as instances of the classes in `errors.ts`. If the core throws
 * anything else, it is broken, and the next call gets a new core.
 */
export function callCore<T>(call: (instance: Core) => T, instance: Core = core()): T {
  try {
    return call(instance);
  } catch (cause) {
    // Set this before calling any function, because the stack may be full, and then the call would fail.
    instance.broken = true;
    throw failure(cause, instance);
  }
}

/**
 * @internal Turns whatever a core threw into an error. The core is already marked as broken. If it threw a refusal, the
 * mark is removed.
 */
export function failure(cause: unknown, instance: Core): unknown {
  const error = toError(cause);
  instance.broken = !isEdgesealError(error);
  // Zeroise keys and passwords now, because there may never be another call.
  if (instance.broken) wipe(instance);
  return error;
}

/**
 * @internal Converts a refusal from the core to an instance of one of the classes in `errors.ts`. Returns anything else
 * unchanged.
 */
export function toError(cause: unknown): unknown {
  if (!isRefusal(cause)) return cause;
  const [name, code, message, claim] = cause;
  // The core never combines a class with a code of a different class.
  const Refused = classes[name] as new (...args: ConstructorParameters<typeof EdgesealError>) => EdgesealError;
  return new Refused(code, message, claim ?? undefined);
}

function isRefusal(cause: unknown): cause is Refusal {
  return Array.isArray(cause) && cause.length === 4;
}
