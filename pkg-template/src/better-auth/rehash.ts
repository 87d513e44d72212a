import { misuse } from "../options.js";
import type { PasswordHooks } from "./password.js";

/** The part of Better Auth's context that the plugin needs. */
export interface RehashContext {
  readonly password: Pick<PasswordHooks, "hash" | "verify">;
  readonly options: {
    readonly emailAndPassword?: { readonly password?: { readonly verify?: unknown } | undefined } | undefined;
  };
  readonly adapter: {
    findMany<T>(query: { model: string; where: { field: string; value: string }[] }): Promise<T[]>;
    updateMany(change: {
      model: string;
      where: { field: string; value: string }[];
      update: Record<string, unknown>;
    }): Promise<number>;
  };
  readonly logger: { error(message: string, ...more: unknown[]): void };
  /**
   * Uses the platform's `waitUntil` if `advanced.backgroundTasks` is configured to do so. Better Auth 1.4.0 doesn't
   * have this function.
   */
  runInBackgroundOrAwait?(work: Promise<void>): unknown;
}

/** A plugin for Better Auth 1.4 and later. */
export interface RehashPlugin {
  id: "edgeseal-rehash-on-sign-in";
  init(context: RehashContext): {
    context: { password: RehashContext["password"] };
    options: { databaseHooks: { session: { create: { after(session: { userId: string }): Promise<void> } } } };
  };
}

/**
 * Returns a plugin that replaces outdated stored hashes with hashes that follow the policy. A hash is replaced when its
 * user signs in with the password, whether by email, user name, phone number or anything else. The new hash is stored
 * after the password has been verified and a session has been created. The update is a compare-and-swap on the old
 * hash, so a password that was changed in the meantime is kept. Failures are logged, and the next sign-in tries again.
 * Within one process, concurrent sign-ins by the same user compute only one new hash.
 *
 * The sign-in waits for the new hash unless `advanced.backgroundTasks.handler` is set.
 *
 * @param passwords The same object as `emailAndPassword.password`. If you pass a different object, the first request to
 * Better Auth fails with `ERR_OPTION_INVALID`, because Better Auth might not be able to verify the new hashes.
 */
export function rehashOnSignIn(passwords: PasswordHooks): RehashPlugin {
  return {
    id: "edgeseal-rehash-on-sign-in",
    init(context) {
      if (
        typeof passwords?.verify !== "function" ||
        context.options.emailAndPassword?.password?.verify !== passwords.verify
      ) {
        throw misuse("rehashOnSignIn's argument", "the object of password() that is also emailAndPassword.password");
      }
      const upgrades = new Upgrades(passwords, context);
      const { password } = context;
      const verify: PasswordHooks["verify"] = async (given) => {
        const matches = await password.verify(given);
        if (matches) upgrades.prepare(given);
        return matches;
      };
      return {
        context: { password: { ...password, verify } },
        options: { databaseHooks: { session: { create: { after: ({ userId }) => upgrades.finish(userId) } } } },
      };
    },
  };
}

/** How long a new hash is kept while waiting for its sign-in to create a session, in milliseconds. */
const WAIT = 60_000;
const MAX_WAITING = 1000;

class Upgrades {
  /**
   * New hashes, keyed by the stored hash, which is unique to an account because of its salt. Passwords are not kept.
   */
  readonly #waiting = new Map<string, { fresh: Promise<string | undefined>; until: number }>();
  readonly #passwords: PasswordHooks;
  readonly #context: RehashContext;

  constructor(passwords: PasswordHooks, context: RehashContext) {
    this.#passwords = passwords;
    this.#context = context;
  }

  /** Starts computing a new hash of a verified password, unless an earlier call has already done so. */
  prepare(given: { hash: string; password: string }): void {
    this.#forget();
    if (this.#waiting.has(given.hash)) return;
    try {
      if (!this.#passwords.needsRehash(given)) return;
    } catch (cause) {
      // Another plugin's hook may accept stored hashes in a format that we don't know.
      return this.#failed(cause);
    }
    const fresh = this.#passwords.hash(given.password).catch((cause) => this.#failed(cause));
    this.#waiting.set(given.hash, { fresh, until: Date.now() + WAIT });
  }

  /** Stores the new hash if this user's account still has the old one. */
  async finish(userId: string): Promise<void> {
    this.#forget();
    if (this.#waiting.size === 0) return;
    const work = this.#store(userId).catch((cause) => this.#failed(cause));
    const { runInBackgroundOrAwait = (work: Promise<void>) => work } = this.#context;
    await runInBackgroundOrAwait(work as Promise<void>);
  }

  async #store(userId: string): Promise<void> {
    const { adapter } = this.#context;
    const where = [
      { field: "userId", value: userId },
      { field: "providerId", value: "credential" },
    ];
    for (const { id, password } of await adapter.findMany<Account>({ model: "account", where })) {
      const fresh = typeof password === "string" && (await this.#waiting.get(password)?.fresh);
      if (!fresh) continue;
      const same = [
        { field: "id", value: id },
        { field: "password", value: password },
      ];
      await adapter.updateMany({ model: "account", where: same, update: { password: fresh } });
    }
  }

  /** Doesn't log the error's message, because a database driver's message may contain the new hash. */
  #failed(cause: unknown): undefined {
    const { code, name } = Object(cause) as { code?: unknown; name?: unknown };
    this.#context.logger.error(
      `edgeseal: a stored hash was not upgraded (${String(code ?? name)}); the next sign-in tries again`,
    );
  }

  #forget(): void {
    const now = Date.now();
    for (const [hash, { until }] of this.#waiting) {
      if (until > now && this.#waiting.size <= MAX_WAITING) return;
      this.#waiting.delete(hash);
    }
  }
}

interface Account {
  id: string;
  password?: string | null;
}
