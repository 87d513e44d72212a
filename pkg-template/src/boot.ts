import { createGlue, type Glue } from "./edgeseal_bg.js";

/** @internal The limits and capabilities of the runtime that an entry targets. */
export interface Platform {
  /** How much memory a password hash may use by default, in bytes. */
  maxMemory: number;
  /**
   * Passwords that need at most this much memory, in bytes, are hashed in the package's own instance, whose memory
   * never shrinks. Passwords that need more memory are hashed in an instance that is dropped afterwards.
   */
  keptMemory: number;
  /** Does the work in another thread. Returns `undefined` if no thread is available. */
  deriveElsewhere?: (module: WebAssembly.Module, message: Uint8Array, kept: boolean) => Promise<Uint8Array> | undefined;
}

/**
 * @internal Cloudflare and Vercel allow 128 MB in total, including instances that haven't been garbage-collected yet.
 */
export const edgePlatform: Platform = { maxMemory: 64 << 20, keptMemory: Infinity };

/** @internal An instance of the core, with its JavaScript glue. */
export interface Core extends Glue {
  readonly memory: WebAssembly.Memory;
  /** The bytes that JavaScript and the core share; see `buffer.ts`. */
  view: Uint8Array<ArrayBuffer>;
  /**
   * Set if a call into the core fails with anything other than a refusal, for example a trap or a stack overflow. The
   * call may have stopped halfway through its work, so this core is never called again.
   */
  broken: boolean;
  /**
   * Handles of the objects that were prepared in this core, keyed by their owner. The map is weak, so that unused
   * verifiers don't keep a broken core alive.
   */
  readonly handles: WeakMap<object, unknown>;
}

let booted: { module: WebAssembly.Module; platform: Platform } | undefined;
let current: Core | undefined;

let unbootedError = () => new Error("edgeseal was not booted");

/** @internal Sets the error that a function throws if it needs the core and `boot` has not been called yet. */
export function setUnbootedError(create: () => Error): void {
  unbootedError = create;
}

/** @internal Returns the module that was booted, and the platform. */
export function runtime(): { module: WebAssembly.Module; platform: Platform } {
  if (!booted) throw unbootedError();
  return booted;
}

/**
 * @internal Instantiates the core synchronously, and only once. Entries pass their exports through the returned
 * function, which shows bundlers exactly which exports need the core.
 */
export function boot(module: WebAssembly.Module, platform = edgePlatform): <T>(exported: T) => T {
  if (!booted) {
    current = instantiate(module);
    booted = { module, platform };
  }
  return (exported) => exported;
}

/** @internal Returns the current core, or a new one if the current one is broken. */
export function core(): Core {
  return current !== undefined && !current.broken ? current : renewed();
}

/** @internal Returns the core, even if it is broken, or `undefined` if there is none. */
export const existingCore = (): Core | undefined => current;

/**
 * If the stack is nearly full, this function may throw, too. In that case, nothing has changed, so the next call tries
 * again.
 */
function renewed(): Core {
  const { module } = runtime();
  const fresh = instantiate(module);
  if (current) wipe(current);
  return (current = fresh);
}

/** @internal Zeroises a broken core's memory, which contains keys and any data that the core was processing. */
export function wipe(broken: Core): void {
  new Uint8Array(broken.memory.buffer).fill(0);
}

function instantiate(module: WebAssembly.Module): Core {
  const glue = createGlue();
  const imports = { "./edgeseal_bg.js": glue as unknown as WebAssembly.ModuleImports };
  const exports = { ...new WebAssembly.Instance(module, imports).exports };
  const memory = exports["memory"] as WebAssembly.Memory;
  const fresh: Core = { ...glue, memory, view: new Uint8Array(0), broken: false, handles: new WeakMap() };
  for (const [name, free] of Object.entries(exports)) {
    // The garbage collector calls these functions, too, and nothing could catch an error thrown there by a broken core.
    const isFree = name.startsWith("__wbg_") && name.endsWith("_free");
    if (isFree) exports[name] = (...args: unknown[]) => fresh.broken || (free as Function)(...args);
  }
  glue.__wbg_set_wasm(exports);
  (exports["__wbindgen_start"] as (() => void) | undefined)?.();
  return fresh;
}
