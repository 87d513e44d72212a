import { type Core, core, wipe } from "./boot.js";
import { EdgesealError, type EdgesealErrorCode, isEdgesealError, JwtError, KeyError, PasswordError } from "./errors.js";

const classes = { EdgesealError, JwtError, KeyError, PasswordError };

/** What the core throws: class, code, message, claim. */
type Refusal = [keyof typeof classes, EdgesealErrorCode, string, string | null];

/**
 * @internal Calls the core. Its refusals are thrown as the classes of `errors.ts`. Anything else that it throws leaves it
 * broken, and the next call gets a new one.
 */
export function callCore<T>(call: (instance: Core) => T, instance: Core = core()): T {
  try {
    return call(instance);
  } catch (cause) {
    // Set before any call, because the stack may be at its end.
    instance.broken = true;
    throw failure(cause, instance);
  }
}

/** @internal Converts what a core threw. The core is already marked as broken; a refusal removes that mark. */
export function failure(cause: unknown, instance: Core): unknown {
  const error = toError(cause);
  instance.broken = !isEdgesealError(error);
  // Keys and passwords must not wait for the next call, which may never come.
  if (instance.broken) wipe(instance);
  return error;
}

/** @internal A refusal of the core as an instance of one of the classes of `errors.ts`; anything else as it is. */
export function toError(cause: unknown): unknown {
  if (!isRefusal(cause)) return cause;
  const [name, code, message, claim] = cause;
  // The core pairs classes with their codes.
  const Refused = classes[name] as new (...args: ConstructorParameters<typeof EdgesealError>) => EdgesealError;
  return new Refused(code, message, claim ?? undefined);
}

function isRefusal(cause: unknown): cause is Refusal {
  return Array.isArray(cause) && cause.length === 4;
}
