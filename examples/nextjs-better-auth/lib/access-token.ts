import { authClient } from "./auth-client";

/** Nobody is signed in any more. */
export class SignedOut extends Error {}

interface Held {
  token: string;
  /** By this browser's clock, in milliseconds. */
  renewAt: number;
}

/** So long before its end a token is replaced, so that none ends on its way. */
const MARGIN = 60;

// In memory alone: nothing that is read later from a storage, and gone with the page.
let held: Held | undefined;
let asking: Promise<Held> | undefined;

/** An access token for the API; another one than `refused`, which the API did not take. */
export async function accessToken(refused?: string): Promise<string> {
  if (held && (held.token === refused || Date.now() >= held.renewAt)) held = undefined;
  // However many calls wait for it, one asks.
  held ??= await (asking ??= ask().finally(() => (asking = undefined)));
  return held.token;
}

async function ask(): Promise<Held> {
  const { data, error } = await authClient.$fetch<{ token: string }>("/token");
  if (error?.status === 401) throw new SignedOut();
  if (error) throw new Error("The server gave no access token.");
  const { iat, exp } = JSON.parse(atob(data.token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
  // Only the difference: this clock may be wrong.
  return { token: data.token, renewAt: Date.now() + (exp - iat - MARGIN) * 1000 };
}
