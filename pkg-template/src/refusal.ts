import { type Core, core, wipe } from "./boot.js";
import { EdgesealError, type EdgesealErrorCode, isEdgesealError, JwtError, KeyError, PasswordError } from "./errors.js";

const classes = { EdgesealError, JwtError, KeyError, PasswordError };

/** What the core throws: class, code, message, claim. */
type Refusal = [keyof typeof classes, EdgesealErrorCode, string, string | null];

/**
 * @internal Calls into the core. What it refuses is thrown as one of the classes of `errors.ts`; anything else that is
 * thrown in there leaves it broken, and the next call has a fresh one.
 */
export function ask<T>(call: (of: Core) => T, of: Core = core()): T {
  try {
    return call(of);
  } catch (cause) {
    // Before any call: there may be no stack left for one.
    of.broken = true;
    throw failed(cause, of);
  }
}

/** @internal What to throw for what was caught of a core that is already marked as broken: of a refusal it is not. */
export function failed(cause: unknown, of: Core): unknown {
  const error = thrown(cause);
  of.broken = !isEdgesealError(error);
  // Keys and passwords do not wait for the next call, which may never come.
  if (of.broken) wipe(of);
  return error;
}

/** @internal What the core refused as an instance of one of the classes of `errors.ts`; anything else as it is. */
export function thrown(cause: unknown): unknown {
  if (!isRefusal(cause)) return cause;
  const [name, code, message, claim] = cause;
  // The core pairs classes with their codes.
  const Refused = classes[name] as new (...of: ConstructorParameters<typeof EdgesealError>) => EdgesealError;
  return new Refused(code, message, claim ?? undefined);
}

function isRefusal(cause: unknown): cause is Refusal {
  return Array.isArray(cause) && cause.length === 4;
}
