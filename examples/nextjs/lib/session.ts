import { authClient } from "@/lib/auth-client";
import { keepDrafts } from "@/lib/drafts";
import { SignedOut, Unreachable } from "@/lib/errors";
import { leaveFor } from "@/lib/leaving";

/** How many times the session has been refreshed. */
export let refreshes = 0;
let refreshing: Promise<boolean> | undefined;

/**
 * Refreshes the session and returns whether there is one. Concurrent calls share one request.
 *
 * @throws {@link Unreachable}
 */
export function refresh(): Promise<boolean> {
  refreshing ??= authClient
    // Don't read the cookie cache, because the server has just refused the session data in it.
    .getSession({ query: { disableCookieCache: true } })
    .catch((cause) => {
      throw new Unreachable({ cause });
    })
    .then(({ data, error }) => {
      if (error) throw new Unreachable();
      refreshes += 1;
      // Updates the components that show who is signed in.
      authClient.$store.notify("$sessionSignal");
      return data !== null;
    })
    .finally(() => (refreshing = undefined));
  return refreshing;
}

/** Opens the sign-in page. After signing in, the user returns to this page, which still has the text they typed. */
export function leave(): SignedOut {
  keepDrafts();
  const callbackUrl = location.pathname + location.search;
  leaveFor(`/sign-in?${new URLSearchParams({ callbackUrl })}`);
  return new SignedOut();
}
