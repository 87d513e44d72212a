import { type Core, existing, wipe } from "./boot.js";
import type { Secrets } from "./edgeseal_bg.js";
import type { Secret } from "./key-ring.js";
import { misuse } from "./options.js";
import { ask } from "./refusal.js";
import { type HmacAlgorithm, SecretBytes } from "./secret.js";

/** @internal What the core holds for a verifier or a signer, made once for each core. */
export class Keyed<Handle extends { free(): void }> {
  readonly #secret: SecretBytes;
  readonly #make: (core: Core, secrets: Secrets) => Handle;
  #freed = false;

  constructor(secret: Secret, algorithms: readonly HmacAlgorithm[], make: (core: Core, secrets: Secrets) => Handle) {
    this.#secret = new SecretBytes(secret, algorithms);
    this.#make = make;
  }

  /** For more than one call. */
  keep(): void {
    this.#secret.keep();
  }

  /** The handle of this core. `name` is what it is to who uses it after it was freed. */
  of(core: Core, name: string): Handle {
    return (core.handles.get(this) as Handle | undefined) ?? this.#prepare(core, name);
  }

  #prepare(core: Core, name: string): Handle {
    if (this.#freed) throw misuse(name, "used before it is freed");
    const secrets = this.#secret.prepare(core);
    const handle = ask(() => {
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
    const core = existing();
    const handle = core?.handles.get(this) as Handle | undefined;
    if (!core || !handle) return;
    core.handles.delete(this);
    if (core.broken) return wipe(core);
    ask(() => {
      handle.free();
      core.scrubStack();
    }, core);
  }
}
