import "server-only";
import { callAuth } from "@/lib/auth-api";
import { Unreachable } from "@/lib/errors";
import { handOnCookies } from "@/lib/set-cookies";

export interface FreshUser {
  name: string;
  email: string;
  emailVerified: boolean;
}

const FRESH = "/get-session?disableCookieCache=true";

/**
 * Returns the signed-in user's current data from the auth server, `null` if nobody is signed in, or `undefined` if the
 * server doesn't respond. The session data in the cookie may be minutes old. Since then, the user may have opened a
 * link from an e-mail in another browser.
 */
export async function freshUser(): Promise<FreshUser | null | undefined> {
  const answer = await asked();
  return answer && userOf(answer);
}

/** Replaces the browser's session data. Works only in an action or a route handler. */
export async function refreshSession(): Promise<void> {
  const answer = await asked();
  if (answer) await handOnCookies(answer);
}

const userOf = (answer: Response): Promise<FreshUser | null | undefined> =>
  answer.json().then(
    (session: { user: FreshUser } | null) => session?.user ?? null,
    () => undefined,
  );

async function asked(): Promise<Response | undefined> {
  try {
    const answer = await callAuth(FRESH);
    return answer.ok ? answer : undefined;
  } catch (failure) {
    if (failure instanceof Unreachable) return undefined;
    throw failure;
  }
}
