import { misuse } from "../options.js";
import type { PasswordHooks } from "./password.js";

/** What the plugin needs of Better Auth's context. */
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
  /** Not in 1.4.0: by the platform's `waitUntil` where `advanced.backgroundTasks` has it. */
  runInBackgroundOrAwait?(work: Promise<void>): unknown;
}

/** A plugin for Better Auth, in the form that every version since 1.4 takes. */
export interface RehashPlugin {
  id: "edgeseal-rehash-on-sign-in";
  init(context: RehashContext): {
    context: { password: RehashContext["password"] };
    options: { databaseHooks: { session: { create: { after(session: { userId: string }): Promise<void> } } } };
  };
}

/**
 * A plugin that replaces a stored hash by one of the policy when its password was just verified and a session is made:
 * by e-mail, user name, telephone number or whatever else signs in with a password. The update is a compare-and-swap on
 * the old hash, so that a password that was changed meanwhile stays; whatever fails is a line in the log, and tried again
 * at the next sign-in. Concurrent sign-ins of one user hash once in a process.
 *
 * The sign-in waits for it unless `advanced.backgroundTasks.handler` is set.
 *
 * @param passwords The very object that is `emailAndPassword.password`. With another one Better Auth is refused at its
 * first request (`ERR_OPTION_INVALID`): it could not verify what is written here.
 */
export function rehashOnSignIn(passwords: PasswordHooks): RehashPlugin {
  return {
    id: "edgeseal-rehash-on-sign-in",
    init(context) {
      if (
        typeof passwords?.verify !== "function" ||
        context.options.emailAndPassword?.password?.verify !== passwords.verify
      ) {
        throw misuse("rehashOnSignIn's argument", "the object of password() that emailAndPassword.password is");
      }
      const upgrades = new Upgrades(passwords, context);
      const { password } = context;
      const verify: PasswordHooks["verify"] = async (given) => {
        const right = await password.verify(given);
        if (right) upgrades.prepare(given);
        return right;
      };
      return {
        context: { password: { ...password, verify } },
        options: { databaseHooks: { session: { create: { after: ({ userId }) => upgrades.finish(userId) } } } },
      };
    },
  };
}

/** How long a new hash waits for the session that its password opens, in milliseconds. */
const WAIT = 60_000;
const MAX_WAITING = 1000;

class Upgrades {
  /** By stored hash, which its salt makes that of one account. Nothing here tells a password. */
  readonly #waiting = new Map<string, { fresh: Promise<string | undefined>; until: number }>();
  readonly #passwords: PasswordHooks;
  readonly #context: RehashContext;

  constructor(passwords: PasswordHooks, context: RehashContext) {
    this.#passwords = passwords;
    this.#context = context;
  }

  /** Begins a new hash for a password that is the right one, unless there is one already. */
  prepare(given: { hash: string; password: string }): void {
    this.#forget();
    if (this.#waiting.has(given.hash)) return;
    try {
      if (!this.#passwords.needsRehash(given)) return;
    } catch (cause) {
      // Of a format that another plugin's hook verifies.
      return this.#failed(cause);
    }
    const fresh = this.#passwords.hash(given.password).catch((cause) => this.#failed(cause));
    this.#waiting.set(given.hash, { fresh, until: Date.now() + WAIT });
  }

  /** Stores the new hash where this user's account still has the old one. */
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

  /** Drivers' messages may hold what was to be written. */
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
