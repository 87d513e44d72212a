import { boot, untilBooted } from "./boot.js";
import { EdgesealError } from "./errors.js";
import { misuse } from "./options.js";

untilBooted(
  () => new EdgesealError("ERR_OPTION_INVALID", "call initialize(module) of edgeseal/wasm before anything else"),
);

/**
 * Starts the core from a module of your own, synchronously, before anything else of this entry is
 * called: for a runtime that none of the other entries knows, or a wasm file that you host. The
 * module is that of `edgeseal/edgeseal.wasm`, of exactly this version of the package. Bytes are
 * compiled here, which edge runtimes forbid. A second call does nothing.
 *
 * Passwords are hashed on the calling thread, in at most 64 MiB unless `maxMemory` says otherwise.
 */
export function initialize(module: WebAssembly.Module | BufferSource): void {
  boot(isModule(module) ? module : new WebAssembly.Module(module));
}

// Of another realm it is no instance of this one's class.
function isModule(value: unknown): value is WebAssembly.Module {
  if (Object.prototype.toString.call(value) === "[object WebAssembly.Module]") return true;
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return false;
  throw misuse("module", "a WebAssembly.Module, or the bytes of one");
}

export * from "./api.js";
