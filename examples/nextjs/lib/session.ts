import { authClient } from "@/lib/auth-client";
import { keepDrafts } from "@/lib/drafts";
import { SignedOut, Unreachable } from "@/lib/errors";
import { leaveFor } from "@/lib/leaving";

/** How often the session was asked for anew. */
export let refreshes = 0;
let refreshing: Promise<boolean> | undefined;

/**
 * Whether there is a session, asked anew: once for all calls that wait for it.
 *
 * @throws {@link Unreachable}
 */
export function refresh(): Promise<boolean> {
  refreshing ??= authClient
    // The Worker has just said that the session's data does not hold.
    .getSession({ query: { disableCookieCache: true } })
    .catch((cause) => {
      throw new Unreachable({ cause });
    })
    .then(({ data, error }) => {
      if (error) throw new Unreachable();
      refreshes += 1;
      // Whoever shows who is signed in hears of it.
      authClient.$store.notify("$sessionSignal");
      return data !== null;
    })
    .finally(() => (refreshing = undefined));
  return refreshing;
}

/** To the sign-in page, and back here with what was being typed. */
export function leave(): SignedOut {
  keepDrafts();
  const callbackUrl = location.pathname + location.search;
  leaveFor(`/sign-in?${new URLSearchParams({ callbackUrl })}`);
  return new SignedOut();
}
