import { createGlue, type Glue } from "./edgeseal_bg.js";

/** @internal What the runtime of an entry allows. */
export interface Platform {
  /** Memory that a password hash may take unless an option says otherwise, in bytes. */
  maxMemory: number;
  /**
   * Up to here, in bytes, passwords are hashed in the package's own instance, whose memory stays as
   * large as it once was. Above, in one that is dropped afterwards.
   */
  keptMemory: number;
  /** Does work away from this thread; `undefined` where there is no other. */
  deriveElsewhere?: (module: WebAssembly.Module, message: Uint8Array, kept: boolean) => Promise<Uint8Array> | undefined;
}

/** @internal Cloudflare and Vercel give 128 MB in all; instances that wait for a collection count. */
export const edge: Platform = { maxMemory: 64 << 20, keptMemory: Infinity };

/** @internal An instance of the core, and the glue over it. */
export interface Core extends Glue {
  readonly memory: WebAssembly.Memory;
  /** The bytes that both sides of the boundary see: see `buffer.ts`. */
  view: Uint8Array<ArrayBuffer>;
  /**
   * Set before anything else where a call into it threw what is no refusal: a trap, or the end of the
   * caller's stack. What it was doing is half done then, so nothing is asked of it any more.
   */
  broken: boolean;
  /** What is prepared in it, by whose it is: verifiers that are not in use keep no core that was left behind. */
  readonly handles: WeakMap<object, unknown>;
}

let booted: { module: WebAssembly.Module; platform: Platform } | undefined;
let current: Core | undefined;

let notBooted = () => new Error("edgeseal was not booted");

/** @internal Until `boot`, everything that needs the core throws this. */
export function untilBooted(cause: () => Error): void {
  notBooted = cause;
}

/** @internal The module that was booted, and where. */
export function runtime(): { module: WebAssembly.Module; platform: Platform } {
  if (!booted) throw notBooted();
  return booted;
}

/**
 * @internal Instantiates the core, synchronously and once. What an entry exports is handed through what this gives: so
 * bundlers see that it is needed by just that.
 */
export function boot(module: WebAssembly.Module, platform = edge): <T>(exported: T) => T {
  if (!booted) {
    current = instantiate(module);
    booted = { module, platform };
  }
  return (exported) => exported;
}

/** @internal The core: another one than before where that one broke. */
export function core(): Core {
  return current !== undefined && !current.broken ? current : renewed();
}

/** @internal The core as it is, if there is one. */
export const existing = (): Core | undefined => current;

/** Near the end of a stack this throws, too: then everything is as it was, and the next call tries again. */
function renewed(): Core {
  const { module } = runtime();
  const fresh = instantiate(module);
  if (current) wipe(current);
  return (current = fresh);
}

/** @internal Zeroises a core that broke: keys, and what was on its way through it. */
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
    // Called by the garbage collector, too, and it would throw where nobody catches.
    const isFree = name.startsWith("__wbg_") && name.endsWith("_free");
    if (isFree) exports[name] = (...of: unknown[]) => fresh.broken || (free as Function)(...of);
  }
  glue.__wbg_set_wasm(exports);
  (exports["__wbindgen_start"] as (() => void) | undefined)?.();
  return fresh;
}
