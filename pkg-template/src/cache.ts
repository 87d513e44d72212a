import type { Core } from "./boot.js";

interface Entry<C> {
  readonly claims: C;
  /**
   * The time span in which the token is valid, as the core reported it, in seconds. `from` is inclusive, and `until` is
   * exclusive.
   */
  readonly from: number;
  readonly until: number;
}

/**
 * @internal A verifier's cache of the tokens that it has verified. The size is limited: when the cache is full, a new
 * token evicts the oldest. Expired tokens are removed and verified again, so that they cause the same errors as they
 * would without a cache.
 */
export class VerifiedTokens<C extends object> {
  readonly #entries = new Map<string, Entry<C>>();
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  get(token: string, now: number): C | undefined {
    const entry = this.#entries.get(token);
    if (entry === undefined) return undefined;
    if (now >= entry.from && now < entry.until) return entry.claims;
    this.#entries.delete(token);
    return undefined;
  }

  /** Remembers the token that this core has just verified. */
  add(token: string, claims: C, core: Core): C {
    if (this.#entries.size >= this.#size) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    const frozen = deepFreeze(claims);
    this.#entries.set(token, { claims: frozen, from: core.validFrom(), until: core.validUntil() });
    return frozen;
  }

  clear(): void {
    this.#entries.clear();
  }
}

/** Freezes all levels. Recursion is safe, because the core limits how deeply JSON is nested. */
function deepFreeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) {
    if (typeof member === "object" && member !== null) deepFreeze(member);
  }
  return Object.freeze(value);
}
