import { type Core, existingCore, wipe } from "./boot.js";
import type { Secrets } from "./edgeseal_bg.js";
import type { Secret } from "./key-ring.js";
import { misuse } from "./options.js";
import { callCore } from "./refusal.js";
import { type HmacAlgorithm, SecretBytes } from "./secret.js";

/**
 * @internal The object that the core keeps for a verifier or signer. It is created once, and again whenever the core
 * breaks.
 */
export class CoreHandle<Handle extends { free(): void }> {
  readonly #secret: SecretBytes;
  readonly #make: (core: Core, secrets: Secrets) => Handle;
  #freed = false;

  constructor(secret: Secret, algorithms: readonly HmacAlgorithm[], make: (core: Core, secrets: Secrets) => Handle) {
    this.#secret = new SecretBytes(secret, algorithms);
    this.#make = make;
  }

  /** Call this if the handle must outlive one call. */
  keep(): void {
    this.#secret.keep();
  }

  /** Returns the handle in this core. `name` is what error messages call the handle, such as "a verifier". */
  in(core: Core, name: string): Handle {
    return (core.handles.get(this) as Handle | undefined) ?? this.#prepare(core, name);
  }

  #prepare(core: Core, name: string): Handle {
    if (this.#freed) throw misuse(name, "used before it is freed");
    const secrets = this.#secret.prepare(core);
    const handle = callCore(() => {
      try {
        return this.#make(core, secrets);
      } finally {
        core.scrubStack();
      }
    }, core);
    core.handles.set(this, handle);
    return handle;
  }

  free(): void {
    this.#freed = true;
    this.#secret.free();
    const core = existingCore();
    const handle = core?.handles.get(this) as Handle | undefined;
    if (!core || !handle) return;
    core.handles.delete(this);
    if (core.broken) return wipe(core);
    callCore(() => {
      handle.free();
      core.scrubStack();
    }, core);
  }
}
