import * as glue from "./edgeseal_bg.js";

/** @internal What the runtime of an entry allows. */
export interface Platform {
  /** Memory that a password hash may take unless an option says otherwise, in bytes. */
  maxMemory: number;
  /**
   * Up to here, in bytes, passwords are hashed in the package's own instance, whose memory stays as
   * large as it once was. Above, in one that is dropped afterwards.
   */
  keptMemory: number;
  /** Derives a key away from this thread; `undefined` where there is no other. */
  deriveElsewhere?: (
    module: WebAssembly.Module,
    takeMessage: () => Uint8Array,
    kept: boolean,
  ) => Promise<Uint8Array> | undefined;
}

/** @internal Cloudflare and Vercel give 128 MB in all; instances that wait for a collection count. */
export const edge: Platform = { maxMemory: 64 << 20, keptMemory: Infinity };

let booted: { core: WebAssembly.Exports; module: WebAssembly.Module; platform: Platform } | undefined;

let notBooted = () => new Error("edgeseal was not booted");

/** @internal Until `boot`, everything that needs the core throws this. */
export function untilBooted(cause: () => Error): void {
  notBooted = cause;
  const get = () => {
    throw cause();
  };
  if (!booted) glue.__wbg_set_wasm(new Proxy({}, { get }));
}

/** @internal The core's memory. */
export const memory = (): WebAssembly.Memory => booted?.core["memory"] as WebAssembly.Memory;

/** @internal The module that was booted, and where. */
export function runtime(): { module: WebAssembly.Module; platform: Platform } {
  if (!booted) throw notBooted();
  return booted;
}

/**
 * Instantiates the core, synchronously and once: the glue caches views of one
 * memory, so a second instance behind it would read the wrong one.
 */
export function boot(module: WebAssembly.Module, platform = edge): void {
  if (booted) return;
  const imports = { "./edgeseal_bg.js": glue as unknown as WebAssembly.ModuleImports };
  const core = new WebAssembly.Instance(module, imports).exports;
  booted = { core, module, platform };
  glue.__wbg_set_wasm(core);
  (core["__wbindgen_start"] as (() => void) | undefined)?.();
}
