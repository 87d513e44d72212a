import { boot, setUnbootedError } from "./boot.js";
import { EdgesealError } from "./errors.js";
import { misuse } from "./options.js";

setUnbootedError(
  () => new EdgesealError("ERR_OPTION_INVALID", "call initialize(module) of edgeseal/wasm before anything else"),
);

/**
 * Starts the core from a module that you provide, for runtimes that the other entries don't support, or for a wasm file
 * that you host yourself. This function is synchronous; call it before anything else from this entry. The module must
 * be `edgeseal/edgeseal.wasm` from exactly this version of the package. If you pass bytes, this function compiles them,
 * which edge runtimes forbid. If the core has already started, the module is not used.
 *
 * Passwords are hashed on the calling thread, and a hash may use at most 64 MiB unless you set `maxMemory`.
 *
 * @throws {@link EdgesealError} `ERR_OPTION_INVALID` for anything but a module or bytes; `WebAssembly.CompileError` for
 * bytes that are not wasm.
 */
export function initialize(module: WebAssembly.Module | BufferSource): void {
  boot(isModule(module) ? module : new WebAssembly.Module(module));
}

// `instanceof` fails for a module from another realm.
function isModule(value: unknown): value is WebAssembly.Module {
  if (Object.prototype.toString.call(value) === "[object WebAssembly.Module]") return true;
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return false;
  throw misuse("module", "a WebAssembly.Module, or the bytes of one");
}

export * from "./api.js";
