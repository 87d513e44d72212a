import { authClient } from "./auth-client";

/** The user is no longer signed in. */
export class SignedOut extends Error {}

interface Held {
  token: string;
  /** Milliseconds since 1970, by this browser's clock. */
  renewAt: number;
}

/** How long before its expiry a token is replaced, in seconds, so that none expires in transit. */
const MARGIN = 60;

// Only in memory: nothing can read it from storage later, and it is gone with the page.
let held: Held | undefined;
let asking: Promise<Held> | undefined;

/** An access token for the API, other than `refused`, which the API rejected. */
export async function accessToken(refused?: string): Promise<string> {
  if (held && (held.token === refused || Date.now() >= held.renewAt)) held = undefined;
  // Concurrent calls share one request.
  held ??= await (asking ??= ask().finally(() => (asking = undefined)));
  return held.token;
}

async function ask(): Promise<Held> {
  const { data, error } = await authClient.$fetch<{ token: string }>("/token");
  if (error?.status === 401) throw new SignedOut();
  if (error) throw new Error("The server gave no access token.");
  const { iat, exp } = JSON.parse(atob(data.token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
  // Only the difference counts: this clock may be wrong.
  return { token: data.token, renewAt: Date.now() + (exp - iat - MARGIN) * 1000 };
}
