import * as glue from "./edgeseal_bg.js";

let core: WebAssembly.Exports | undefined;

/** @internal The core's memory. */
export const memory = (): WebAssembly.Memory => core?.["memory"] as WebAssembly.Memory;

/**
 * Instantiates the core, synchronously and once: the glue caches views of one
 * memory, so a second instance behind it would read the wrong one.
 */
export function boot(module: WebAssembly.Module): void {
  if (core) return;
  const imports = { "./edgeseal_bg.js": glue as unknown as WebAssembly.ModuleImports };
  core = new WebAssembly.Instance(module, imports).exports;
  glue.__wbg_set_wasm(core);
  (core["__wbindgen_start"] as (() => void) | undefined)?.();
}
