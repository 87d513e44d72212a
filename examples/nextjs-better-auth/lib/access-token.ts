import { authClient } from "./auth-client";

/** Thrown if the user is no longer signed in. */
export class SignedOut extends Error {}

interface Held {
  token: string;
  /** Milliseconds since 1970, by this browser's clock. */
  renewAt: number;
}

/** Tokens are replaced this many seconds before they expire, so that no token expires in transit. */
const MARGIN = 60;

// The token is kept only in memory. It is never written to storage, and it is gone when the page closes.
let held: Held | undefined;
let asking: Promise<Held> | undefined;

/** Returns an access token for the API. `refused` is a token that the API has rejected, so it is never returned. */
export async function accessToken(refused?: string): Promise<string> {
  if (held && (held.token === refused || Date.now() >= held.renewAt)) held = undefined;
  // Concurrent calls share one request.
  held ??= await (asking ??= ask().finally(() => (asking = undefined)));
  return held.token;
}

async function ask(): Promise<Held> {
  const { data, error } = await authClient.$fetch<{ token: string }>("/token");
  if (error?.status === 401) throw new SignedOut();
  if (error) throw new Error("The server returned no access token.");
  const { iat, exp } = JSON.parse(atob(data.token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
  // Use only the difference between `exp` and `iat`, because this computer's clock may be wrong.
  return { token: data.token, renewAt: Date.now() + (exp - iat - MARGIN) * 1000 };
}
