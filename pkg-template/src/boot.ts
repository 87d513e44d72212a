import * as glue from "./edgeseal_bg.js";

let booted = false;

/**
 * Instantiates the core, synchronously and once: the glue caches views of one
 * memory, so a second instance behind it would read the wrong one.
 */
export function boot(module: WebAssembly.Module): void {
  if (booted) return;
  booted = true;
  const imports = { "./edgeseal_bg.js": glue as unknown as WebAssembly.ModuleImports };
  const { exports } = new WebAssembly.Instance(module, imports);
  glue.__wbg_set_wasm(exports);
  (exports["__wbindgen_start"] as (() => void) | undefined)?.();
}
