import "server-only";
import { hkdfSync } from "node:crypto";
import { signJwt } from "edgeseal";
import { auth } from "@/lib/auth";
import { secret } from "@/lib/secret";

let key: Uint8Array | undefined;

/** The secret that signs new seals, with its key id if it has one. */
const signing = () => (typeof secret === "string" ? { secret, kid: undefined } : secret[0]!);

/** The key for seals. It is not used for anything else. See `docs/guide/next.md`. */
const sealKey = () => (key ??= new Uint8Array(hkdfSync("sha256", signing().secret, "", "edgeseal proxy v1", 32)));

/**
 * Returns a seal that tells the Worker the client's IP address, which its rate limits need. Returns `undefined` if the
 * address is unknown. The Worker trusts an address only if it is in a seal. The proxy's own seal is valid only for the
 * page's path, so a call from the page needs a separate seal for the path that it calls.
 */
export async function sealFor(method: string, path: string): Promise<string | undefined> {
  const ip = (await auth.getSeal())?.clientIP;
  if (!ip) return undefined;
  const { kid } = signing();
  const claims = { htm: method, htu: path, base: "", ip };
  return signJwt(claims, sealKey(), { typ: "edgeseal-seal+jwt", expiresIn: 60, ...(kid && { keyId: kid }) });
}
